"""The desk's work: screening, gathering into points, writing and deciding on replies, publishing them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from participation.access.actors import Actor
from participation.contributions.domain import ConcernKind, known_topics
from participation.contributions.models import Contribution
from participation.demo import calls, reading, voices
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.demo.voices import Register
from participation.foundation.db import db
from participation.moderation import commands as moderation
from participation.moderation.domain import URGENT
from participation.moderation.queries import get_clause, list_open_concerns
from participation.opinions import commands as opinions
from participation.replies import commands
from participation.replies.domain import (
    AmendmentDraft,
    Approval,
    BoilerplateDraft,
    NoPointReason,
    Operation,
    PointDraft,
    ReplyDraftText,
    Source,
    SourceKind,
)

EDITOR = "s09"
PUBLISHER = "s03"
CHILDREN_PUBLISHER = "s18"
SCREENERS = ("s05", "s12", "s21")
#: Who writes the replies of a section, and who decides on them.
WRITERS = {
    "policy-planning": "s02",
    "public-relations": "s06",
    "community": "s08",
    "human-rights": "s11",
    "information": "s14",
    "culture": "s17",
    "assets": "s19",
}
APPROVERS = {
    "policy-planning": "s03",
    "public-relations": "s07",
    "community": "s10",
    "human-rights": "s13",
    "information": "s16",
    "culture": "s18",
    "assets": "s20",
}
#: What arrived during the last two days still waits to be read.
SCREENED_UNTIL = -2
BOILERPLATES_MADE = -90
GATHERED_FROM, DRAFTED_FROM, REFERRING_FROM, DECIDED_FROM = -86, -72, -40, -36
INTERIM_RESULT_ON = -24
#: One reply is late, so that the desk shows what that looks like.
LATE_SINCE = {"P39": -3}
#: Points whose reply was drafted lately and waits for its decision.
WAITING_SINCE = -6
CHILDREN_GATHERED, CHILDREN_DRAFTED, CHILDREN_DECIDED, CHILDREN_RESULT_ON = -29, -24, -15, -12
INTERIM_NOTE = "決裁の済んだ33の論点について、先に公表します。残りの8つの論点は、決まりしだい公表します。"
#: One reply was sent back once, so that the history shows how words get better.
SENT_BACK = {
    "P20": "「多様な媒体」とだけ書くと、紙を続けるのかどうかが伝わりません。続けることと、いつから何を直すのかを書いてください。"
}
FIRST_WORDS = {
    "P20": "素案では、多様な媒体等を活用することを記載しています。紙の区報についても、この記載に含まれるものと考えております。"
}


@dataclass
class Progress:
    """What is known of a point while it is worked on."""

    public_id: str
    number: int
    version: int = 0
    content_hash: str = ""


class Answers:
    """Plays the desk's part."""

    def __init__(self, timeline: Timeline, cast: Cast, places: Places, register: Register) -> None:
        self.timeline, self.cast, self.places, self.register = timeline, cast, places, register
        self.points: dict[str, Progress] = {}
        #: Point → the route that it goes, where that is not the shortest.
        self.routes: dict[str, str] = {}
        self.boilerplates: dict[str, Source] = {}

    def schedule(self) -> None:
        """Let staff read what arrives, gather it, answer it and publish the answers."""
        self._schedule_screening()
        self._schedule_boilerplates()
        self._schedule_points()
        self._schedule_children()

    # ── Screening ───────────────────────────────────────────────────────────────────────────

    def _schedule_screening(self) -> None:
        stopped = {(entry["submission"], entry["opinion"]): entry for entry in reading.listed("holds")}
        by_day: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for sent in reading.submissions():
            if sent.withdrawn:
                continue
            arrived = voices.arrival(self.timeline, sent)
            day = (arrived.date() - self.timeline.today).days
            if day >= SCREENED_UNTIL:
                continue
            for position in range(len(sent.voices)):
                entry = stopped.get((sent.key, position))
                if entry is None:
                    by_day[day].append((sent.key, position))
                else:
                    moment = self.timeline.moment(day + 1, "09:40")
                    self.timeline.add(moment, self._stop, entry)
        for number, (day, found) in enumerate(sorted(by_day.items())):
            screener = SCREENERS[number % len(SCREENERS)]
            self.timeline.add(
                self.timeline.moment(day + 1, "10:15"),
                self._screen,
                found,
                screener,
            )

    def _screen(self, found: list[tuple[str, int]], screener: str) -> None:
        by = self.cast.actor(screener)
        read = [self.register.opinion(*each) for each in found]
        for opinion in read:
            self._guide(db.session.get_one(Contribution, opinion.contribution_id), by, URGENT)
        opinions.screen_opinions(read, by=by)

    def _stop(self, entry: dict[str, Any]) -> None:
        opinion = self.register.opinion(entry["submission"], entry["opinion"])
        said = db.session.get_one(Contribution, opinion.contribution_id)
        by = self.cast.actor(entry["by"])
        if entry["action"] == "hide":
            moderation.hide(said, get_clause(entry["clause"]), entry["reason"], by=by)
            if entry.get("guide"):
                self._guide(said, by, frozenset(ConcernKind))
        else:
            moderation.hold(said, entry["reason"], by=by)

    def _guide(self, said: Contribution, by: Actor, kinds: frozenset[ConcernKind]) -> None:
        """Send what is prepared for those who wrote it; whoever reads a cry for help does so at once."""
        for noted in list_open_concerns(said):
            if noted.kind not in kinds:
                continue
            topic = next(each for each in known_topics() if each.code == noted.topic)
            moderation.send_guidance(noted, topic.answer_with_windows, by=by)

    # ── What replies are written from ───────────────────────────────────────────────────────

    def _schedule_boilerplates(self) -> None:
        for turn, entry in enumerate(reading.listed("boilerplates")):
            self.timeline.add(self._office_time(BOILERPLATES_MADE, turn), self._keep_words, entry)

    def _keep_words(self, entry: dict[str, Any]) -> None:
        section = entry.get("section")
        by = self.cast.actor(WRITERS[section] if section else EDITOR)
        draft = BoilerplateDraft(entry["title"], entry["text"], entry["category"], section)
        kept = commands.add_boilerplate(draft, by=by)
        self.boilerplates[entry["id"]] = Source(SourceKind.BOILERPLATE, kept.public_id, kept.latest_number)
        if entry.get("retired"):
            commands.retire_boilerplate(kept.public_id, by=by)

    # ── Points and replies of the draft ─────────────────────────────────────────────────────

    def _schedule_points(self) -> None:
        members = defaultdict(list)
        for sent in reading.submissions():
            for position, voice in enumerate(sent.voices):
                if voice.point:
                    members[voice.point].append((sent.key, position))
        replies = {reply["point"]: reply for reply in reading.listed("replies")}
        for number, point in enumerate(reading.listed("points")):
            key = point["id"]
            gathered = self._office_time(GATHERED_FROM + number // 5, number % 5)
            self.timeline.add(
                gathered,
                self._gather,
                "draft",
                point,
                members[point["id"]],
                self._due(point),
            )
            if key not in replies:
                continue
            if point["state"] == "in_approval":
                drafted = self._office_time(WAITING_SINCE + number % 3, number % 7)
                self._schedule_drafting(point, replies[key], drafted)
                continue
            refers = "same_as" in point
            drafted = self._office_time(
                (REFERRING_FROM if refers else DRAFTED_FROM) + number % 28 // (7 if refers else 1), number % 6
            )
            last = self._schedule_drafting(point, replies[key], drafted)
            decided = max(self._office_time(DECIDED_FROM + number % 9, number % 7), last + timedelta(days=1))
            self.timeline.add(decided, self._approve, point)
        self.timeline.add(self.timeline.moment(INTERIM_RESULT_ON, "10:00"), self._publish_interim_result)

    def _schedule_drafting(self, point: dict[str, Any], reply: dict[str, Any], drafted: datetime) -> datetime:
        """Schedule amendments, draft and submission; return when the reply is handed on."""
        key = point["id"]
        for amendment in reading.listed("amendments"):
            if amendment["point"] == key:
                self.timeline.add(drafted - timedelta(minutes=15), self._amend, point, amendment)
        submitted = drafted + timedelta(days=1, minutes=25)
        if key in SENT_BACK:
            self.timeline.add(drafted, self._draft, point, {"text": FIRST_WORDS[key]})
            self.timeline.add(submitted, self._submit, point)
            self.timeline.add(submitted + timedelta(days=2), self._send_back, point)
            drafted = submitted + timedelta(days=3)
            submitted = drafted + timedelta(hours=1)
        self.timeline.add(drafted, self._draft, point, reply)
        self.timeline.add(submitted, self._submit, point)
        return submitted

    # ── The children's consultation ─────────────────────────────────────────────────────────

    def _schedule_children(self) -> None:
        (batch,) = (sent for sent in reading.submissions() if sent.consultation == "children")
        place = {voice.child: position for position, voice in enumerate(batch.voices)}
        for number, point in enumerate(reading.listed("children_points")):
            members = [(batch.key, place[child]) for child in point["children"]]
            self.timeline.add(
                self._office_time(CHILDREN_GATHERED, number),
                self._gather,
                "children",
                point,
                members,
                -10,
            )
            drafted = self._office_time(CHILDREN_DRAFTED + number, number)
            self._schedule_drafting(point, point, drafted)
            self.timeline.add(self._office_time(CHILDREN_DECIDED, number), self._approve, point)
        self.timeline.add(
            self._office_time(CHILDREN_GATHERED, 6), self._mark_as_empty, batch.key, place["c21"]
        )
        self.timeline.add(self.timeline.moment(CHILDREN_RESULT_ON, "15:00"), self._publish_children_result)

    # ── Single steps ────────────────────────────────────────────────────────────────────────

    def _gather(
        self, consultation: str, point: dict[str, Any], members: list[tuple[str, int]], due: int
    ) -> None:
        made = commands.gather_point(
            PointDraft(
                consultation_code=calls.code_of(consultation),
                title=point["title"],
                summary=point["summary"],
                opinions=tuple(self.register.opinion(*each).public_id for each in members),
                about=self.places.public_id(point["about"]),
                section_code=point["section"],
                due_on=self.timeline.moment(due).date(),
            ),
            by=self.cast.actor(EDITOR),
        )
        self.points[point["id"]] = Progress(made.public_id, made.number)

    def _mark_as_empty(self, key: str, position: int) -> None:
        commands.mark_without_point(
            [self.register.opinion(key, position).public_id],
            NoPointReason.EMPTY,
            by=self.cast.actor(EDITOR),
        )

    def _publish_interim_result(self) -> None:
        commands.publish_results(
            calls.code_of("draft"), is_interim=True, note=INTERIM_NOTE, by=self.cast.actor(PUBLISHER)
        )

    def _publish_children_result(self) -> None:
        commands.publish_results(
            calls.code_of("children"), is_interim=False, by=self.cast.actor(CHILDREN_PUBLISHER)
        )

    def _amend(self, point: dict[str, Any], amendment: dict[str, Any]) -> None:
        commands.record_amendment(
            self.points[point["id"]].public_id,
            AmendmentDraft(
                subject=self.places.public_id(amendment["location"]),
                operation=Operation(amendment["operation"]),
                before=amendment["before"],
                after=amendment["after"],
            ),
            by=self._writer(point),
        )

    def _draft(self, point: dict[str, Any], reply: dict[str, Any]) -> None:
        progress = self.points[point["id"]]
        other = point.get("same_as")
        version = commands.draft_reply(
            progress.public_id,
            ReplyDraftText(
                body=reply.get("text", ""),
                disposition=point["disposition"],
                based_on=progress.version,
                same_as=self.points[other].number if other else None,
                supplement=reply.get("supplement", ""),
                easy=reply.get("easy", ""),
                child=reply.get("child", ""),
                sources=tuple(self.boilerplates[each].token for each in reply.get("sources", ())),
            ),
            by=self._writer(point),
        )
        progress.version, progress.content_hash = version.number, version.content_hash

    def _submit(self, point: dict[str, Any]) -> None:
        progress = self.points[point["id"]]
        version = commands.submit_for_approval(
            progress.public_id, progress.version, route=self.routes.get(point["id"]), by=self._writer(point)
        )
        progress.version, progress.content_hash = version.number, version.content_hash

    def _send_back(self, point: dict[str, Any]) -> None:
        progress = self.points[point["id"]]
        commands.send_back(
            progress.public_id, progress.version, SENT_BACK[point["id"]], by=self._approver(point)
        )

    def _approve(self, point: dict[str, Any]) -> None:
        progress = self.points[point["id"]]
        approval = Approval(
            version_number=progress.version,
            content_hash=progress.content_hash,
            decision_number=f"見本第{progress.number}号",
        )
        commands.approve_reply(progress.public_id, approval, by=self._approver(point))

    def _writer(self, point: dict[str, Any]) -> Actor:
        return self.cast.actor(WRITERS[point["section"]])

    def _approver(self, point: dict[str, Any]) -> Actor:
        return self.cast.actor(APPROVERS[point["section"]])

    def _office_time(self, day: int, turn: int) -> datetime:
        return self.timeline.moment(day, "09:30") + timedelta(minutes=55 * turn)

    def _due(self, point: dict[str, Any]) -> int:
        late = LATE_SINCE.get(point["id"])
        return late or {"published": -30, "in_approval": 3, "untouched": 10}[point["state"]]
