"""The space of a 住区 in the demo: its agenda, issues at every stage, a consensus check made into a proposal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from participation.access.actors import Actor
from participation.consultations.queries import get_consultation
from participation.demo import reading
from participation.demo.calls import code_of
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.foundation.db import db
from participation.gatherings.domain import Need
from participation.proposals import commands as proposals
from participation.proposals import queries as proposals_queries
from participation.spaces import commands, queries
from participation.spaces.domain import (
    AgendaState,
    Audience,
    Consent,
    IssueStage,
    Likeness,
    NewsSource,
    PassageAnswer,
)
from participation.spaces.models import (
    AgendaItem,
    ConsensusCheck,
    IssuePassage,
    LocalIssue,
    Space,
    SpaceMeeting,
)


class Neighbourhoods:
    """Plays the spaces of 住区."""

    def __init__(self, timeline: Timeline, cast: Cast) -> None:
        self.timeline, self.cast = timeline, cast
        self._ids: dict[tuple[str, str], int] = {}

    def schedule(self) -> None:
        """Let a secretariat run its space, people register issues and answer, and staff answer what is passed up."""
        for entry in reading.listed("spaces"):
            if "secretariat" in entry:
                self._at(entry["day"], "10:00", self._appoint, entry)
            for meeting in entry.get("meetings", ()):
                self._at(meeting["announced"], "12:00", self._announce, entry, meeting)
                if "minutes" in meeting:
                    self._at(meeting["day"] + 1, "20:00", self._minutes, entry, meeting)
            for issue in entry["issues"]:
                self._schedule_issue(entry, issue)
            for item in entry.get("agenda", ()):
                self._at(item["day"], "12:30", self._agenda, entry, item)
                if "settled" in item:
                    self._at(item["settled"], "21:00", self._settle, entry, item)
            if news := entry.get("news"):
                self._at(news["day"], "18:00", self._news, entry, news)
            if touches := entry.get("touches"):
                self._at(touches["day"], "12:00", self._touch, entry, touches)
            if link := entry.get("link"):
                self._at(link["day"], "11:00", self._link, link)

    def _schedule_issue(self, entry: dict[str, Any], issue: dict[str, Any]) -> None:
        self._at(issue["day"], "19:10", self._register, entry, issue)
        for step in issue.get("steps", ()):
            self._at(step["day"], "20:30", self._advance, entry, issue["id"], step)
        if check := issue.get("check"):
            self._at(check["day"], "21:00", self._open, entry, issue["id"], check)
            for hour, answer in enumerate(check["answers"]):
                self._at(check["day"] + 1, f"{10 + hour}:20", self._answer, entry, issue["id"], answer)
            if "closed" in check:
                self._at(check["closed"], "20:00", self._close, entry, issue["id"], check)
        if proposal := issue.get("proposal"):
            self._at(proposal["day"], "20:00", self._propose, entry, issue["id"], proposal)
        if up := issue.get("up"):
            self._at(up["day"], "20:45", self._pass_up, entry, issue["id"], up)
            self._at(up["answered"], "14:00", self._answer_passage, up, issue["id"])

    def _at(self, day: int, at: str, play: Any, *given: object) -> None:
        self.timeline.add(self.timeline.moment(day, at), play, *given)

    def _by(self, entry: dict[str, Any], given: dict[str, Any] | None = None) -> Actor:
        return self.cast.actor((given or {}).get("by") or entry["run_by"])

    def _space(self, entry: dict[str, Any]) -> Space:
        return queries.get_space(entry["space"])

    def _issue(self, key: str) -> LocalIssue:
        return db.session.get_one(LocalIssue, self._ids["issue", key])

    def _check(self, key: str) -> ConsensusCheck:
        return db.session.get_one(ConsensusCheck, self._ids["check", key])

    def _appoint(self, entry: dict[str, Any]) -> None:
        by = self.cast.actor(entry["appointed_by"])
        space = self._space(entry)
        commands.appoint_secretariat(space, self.cast.organisation(entry["secretariat"]), by=by)
        commands.introduce_space(space, entry["introduction"], space.version, by=by)

    def _announce(self, entry: dict[str, Any], meeting: dict[str, Any]) -> None:
        starts_at = self.timeline.moment(meeting["day"], meeting["at"])
        draft = commands.MeetingDraft(meeting["title"], starts_at, meeting["place"], meeting["note"])
        made = commands.plan_meeting(self._space(entry), draft, by=self._by(entry))
        self._ids["meeting", meeting["id"]] = made.id
        if seats := meeting.get("seats"):
            commands.take_registrations(
                self._space(entry),
                made,
                commands.SeatsDraft(
                    ends_at=starts_at + timedelta(hours=seats["hours"]),
                    contact=seats["contact"],
                    capacity=seats["capacity"],
                    needs_offered=frozenset(Need(each) for each in seats["needs"]),
                ),
                by=self._by(entry),
            )

    def _minutes(self, entry: dict[str, Any], meeting: dict[str, Any]) -> None:
        found = db.session.get_one(SpaceMeeting, self._ids["meeting", meeting["id"]])
        commands.publish_minutes(
            self._space(entry),
            found,
            meeting["minutes"],
            meeting["attended"],
            found.version,
            by=self._by(entry),
        )

    def _register(self, entry: dict[str, Any], issue: dict[str, Any]) -> None:
        by = self.cast.actor(issue["person"])
        made = commands.register_issue(self._space(entry), issue["title"], issue["text"], by=by)
        self._ids["issue", issue["id"]] = made.id

    def _advance(self, entry: dict[str, Any], key: str, step: dict[str, Any]) -> None:
        issue, stage = self._issue(key), IssueStage(step["stage"])
        by = self._by(entry, step)
        commands.advance_issue(self._space(entry), issue, stage, step["reason"], issue.version, by=by)

    def _open(self, entry: dict[str, Any], key: str, check: dict[str, Any]) -> None:
        draft = commands.CheckDraft(
            check["title"],
            check["draft"],
            Audience(check["audience"]),
            self.timeline.moment(check["ends"]),
        )
        made = commands.open_check(self._space(entry), self._issue(key), draft, by=self._by(entry))
        self._ids["check", key] = made.id

    def _answer(self, entry: dict[str, Any], key: str, answer: tuple[str, str, str, bool, str]) -> None:
        person, consent, reason, is_strong, reply = answer
        space, check = self._space(entry), self._check(key)
        said = commands.say_consent(
            check, space, Consent(consent), reason, is_strong=is_strong, by=self.cast.actor(person)
        )
        if reply:
            commands.answer_concern(check, space, said, reply, by=self._by(entry))

    def _close(self, entry: dict[str, Any], key: str, check: dict[str, Any]) -> None:
        commands.close_check(self._check(key), self._space(entry), check["conclusion"], by=self._by(entry))

    def _propose(self, entry: dict[str, Any], key: str, given: dict[str, Any]) -> None:
        by = self._by(entry)
        proposal = commands.draft_from_check(self._check(key), self._space(entry), by=by)
        parts = proposals_queries.text_of(proposal).as_dict() | {
            "roles": given["roles"],
            "resources": given["resources"],
            "request": given["asks"],
        }
        text = type(proposals_queries.text_of(proposal))(**parts)
        proposals.submit_proposal(proposal, text, proposal.version, by=by)

    def _pass_up(self, entry: dict[str, Any], key: str, up: dict[str, Any]) -> None:
        made = commands.pass_up(self._space(entry), self._issue(key), up["reason"], by=self._by(entry))
        self._ids["passage", key] = made.id

    def _answer_passage(self, up: dict[str, Any], key: str) -> None:
        passage = db.session.get_one(IssuePassage, self._ids["passage", key])
        to_space = db.session.get_one(Space, passage.to_space_id)
        commands.answer_passage(
            passage, to_space, PassageAnswer(up["answer"]), up["answer_reason"], by=self.cast.actor(up["by"])
        )

    def _agenda(self, entry: dict[str, Any], item: dict[str, Any]) -> None:
        made = commands.add_agenda_item(
            self._space(entry),
            item["title"],
            item["text"],
            db.session.get_one(SpaceMeeting, self._ids["meeting", item["meeting"]]),
            self._issue(item["issue"]),
            by=self._by(entry),
        )
        self._ids["agenda", item["title"]] = made.id

    def _settle(self, entry: dict[str, Any], item: dict[str, Any]) -> None:
        found = db.session.get_one(AgendaItem, self._ids["agenda", item["title"]])
        state = AgendaState(item["state"])
        commands.settle_agenda_item(
            self._space(entry), found, state, item["outcome"], None, found.version, by=self._by(entry)
        )

    def _news(self, entry: dict[str, Any], news: dict[str, Any]) -> None:
        space, by = self._space(entry), self._by(entry)
        draft = commands.NewsDraft(news["title"], news["lead"], news["contact"])
        made = commands.begin_news(space, draft, by=by)
        for offered in queries.list_offered_pieces(space):
            if offered.source is not NewsSource.VOICE or offered.heading in news["voices"]:
                commands.add_piece(space, made, offered.source, offered.source_id, by=by)
        heading, text = news["own"]
        commands.add_piece(space, made, NewsSource.OWN, None, heading, text, by=by)
        commands.publish_news(space, made, by=by)

    def _touch(self, entry: dict[str, Any], touches: dict[str, Any]) -> None:
        found = get_consultation(code_of(touches["consultation"]))
        commands.touch_consultation(self._space(entry), found, touches["reason"], by=self._by(entry))

    def _link(self, link: dict[str, Any]) -> None:
        issue, other = self._issue(link["issue"]), self._issue(link["other"])
        by = self.cast.actor(link["by"])
        made = commands.offer_link(
            db.session.get_one(Space, issue.space_id),
            issue,
            other,
            Likeness(link["likeness"]),
            link["message"],
            by=by,
        )
        asked = db.session.get_one(Space, other.space_id)
        commands.answer_link(made, asked, link["answer"], accept=True, by=by)
