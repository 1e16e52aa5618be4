"""A challenge of the ward (区政課題) with two ideas, a call for cooperation with who applied, a project with all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from participation.agreements import commands as agreements
from participation.agreements.domain import Stance
from participation.challenges import commands, queries
from participation.challenges.commands import ChallengeDraft, IdeaDraft
from participation.challenges.domain import (
    FILE_ROOM,
    CallDraft,
    CallSide,
    ChallengeText,
    IdeaText,
    MaterialKind,
)
from participation.challenges.models import CallApplication, Challenge, CooperationCall, Idea
from participation.demo import reading
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.foundation import clock, files
from participation.foundation.db import db
from participation.foundation.file_kinds import check_file
from participation.people.domain import Standing
from participation.people.models import Person
from participation.projects import commands as projects
from participation.projects.commands import ProjectDraft


class Challenges:
    """Plays the challenge, its ideas, and the board."""

    def __init__(self, timeline: Timeline, cast: Cast, places: Places) -> None:
        self.timeline, self.cast, self.places = timeline, cast, places
        self._ids: dict[str, int] = {}

    def schedule(self) -> None:
        """Let staff post, people and companies offer, and associations look for each other."""
        at = self.timeline.moment
        for entry in reading.listed("challenges"):
            self.timeline.add(at(entry["day"], "10:00"), self._post, entry)
            for idea in entry["ideas"]:
                self.timeline.add(at(idea["day"], "20:00"), self._offer, idea, entry["id"])
        for idea in reading.listed("ideas"):
            self.timeline.add(at(idea["day"], "21:00"), self._offer, idea, "")
            self.timeline.add(at(idea["linked"]["day"], "11:00"), self._link, idea)
        for entry in reading.listed("cooperation"):
            self.timeline.add(at(entry["day"], "19:00"), self._call, entry)
            if "changed" in entry:
                self.timeline.add(at(entry["changed"]["day"], "20:00"), self._change_call, entry)
            for sent in entry["applications"]:
                self.timeline.add(at(sent["day"], "19:30"), self._apply, entry, sent)
                if "answer" in sent:
                    self.timeline.add(at(sent["answered"], "20:30"), self._answer, entry, sent)

        for entry in reading.listed("projects"):
            self.timeline.add(at(entry["day"], "14:00"), self._gather, entry)

    def _gather(self, entry: dict[str, Any]) -> None:
        by = self.cast.actor(entry["by"])
        section_id = db.session.get_one(Person, by.person_id).section_id or 0
        draft = ProjectDraft(entry["code"], entry["title"], entry["summary"], section_id)
        project = projects.draft_project(draft, by=by)
        ids = [self.places.subject_id(code) for code in entry["items"]]
        ids += [self._subject_of(key) for key in entry["gathers"]]
        projects.gather(project, ids, "", by=by)
        projects.publish_project(project, by=by)

    def _subject_of(self, key: str) -> int:
        if key.startswith("K"):
            return db.session.get_one(Challenge, self._ids[key]).subject_id
        if key.startswith("A"):
            return db.session.get_one(Idea, self._ids[key]).subject_id
        return db.session.get_one(CooperationCall, self._ids[key]).subject_id

    def _post(self, entry: dict[str, Any]) -> None:
        by = self.cast.actor(entry["by"])
        section_id = db.session.get_one(Person, by.person_id).section_id
        text = ChallengeText(entry["title"], entry["background"], entry["wanted"], entry["offer"])
        closes_at = clock.end_of(clock.today() + timedelta(days=entry["closes"] - entry["day"]))
        ties = [self.places.subject_id(code) for code in entry["about"]]
        challenge = commands.draft_challenge(ChallengeDraft(text, section_id or 0, closes_at, ties), by=by)
        for each in entry["materials"]:
            kind = MaterialKind(each["kind"])
            commands.add_material(challenge, kind, each["title"], each["value"], each["source"], by=by)
        name, title, source = entry["file"]
        content = (reading.CONTENT / "attachments" / name).read_bytes()
        files.keep(content, FILE_ROOM)
        commands.add_file(challenge, check_file(name, content), title, source, by=by)
        commands.post_challenge(challenge, by=by)
        self._ids[entry["id"]] = challenge.id

    def _offer(self, entry: dict[str, Any], key: str) -> None:
        organisation = self.cast.organisation(entry["organisation"]) if "organisation" in entry else None
        draft = IdeaDraft(
            IdeaText(entry["title"], entry["idea"], entry.get("brings", "")),
            about_id=self.places.subject_id(entry["about"]) if "about" in entry else None,
            standings=[Standing(each) for each in entry.get("standings", ())],
            contact=entry.get("contact", ""),
            may_be_taken_up=entry.get("taken_up", False),
        )
        challenge = db.session.get_one(Challenge, self._ids[key]) if key else None
        idea = commands.offer_idea(draft, challenge, organisation, by=self.cast.actor(entry["person"]))
        self._ids[entry["id"]] = idea.id

    def _link(self, entry: dict[str, Any]) -> None:
        idea = db.session.get_one(Idea, self._ids[entry["id"]])
        linked = entry["linked"]
        challenge = db.session.get_one(Challenge, self._ids[linked["challenge"]])
        commands.link_idea(idea, challenge, by=self.cast.actor(linked["by"]))

    def _call(self, entry: dict[str, Any]) -> None:
        draft = CallDraft(
            CallSide(entry["side"]),
            entry["title"],
            entry["text"],
            tuple(entry["resources"]),
            about_id=self.places.subject_id(entry["about"]),
            apply_until=clock.today() + timedelta(days=entry["until"] - entry["day"]),
            contact=entry["contact"],
        )
        by = self.cast.actor(entry["person"])
        # Its delegates agree first; one call still waits for them (承認を待つ手続き).
        organisation_id = self.cast.organisation_id(entry["organisation"])
        asked = agreements.ask(organisation_id, "challenges.call", draft.as_words(), by=by)
        if entry.get("waits"):
            return
        note = entry.get("minority", "")
        agreements.say(asked, Stance.AGREES, note, is_note_public=bool(note), by=by)
        path = agreements.carry_out(asked, by=by)
        self._ids[entry["id"]] = queries.get_call(path.rpartition("/")[2]).id

    def _change_call(self, entry: dict[str, Any]) -> None:
        by, change = self.cast.actor(entry["person"]), entry["changed"]
        page = queries.show_call(db.session.get_one(CooperationCall, self._ids[entry["id"]]).public_id, by)
        draft = replace(page.draft, text=change["text"])
        commands.revise_call(page.call, draft, change["reason"], page.call.version, by=by)

    def _apply(self, entry: dict[str, Any], sent: dict[str, Any]) -> None:
        application = commands.apply_to_call(
            db.session.get_one(CooperationCall, self._ids[entry["id"]]),
            self.cast.organisation(sent["organisation"]),
            sent["message"],
            sent["contact"],
            by=self.cast.actor(sent["person"]),
        )
        self._ids[_key(entry, sent)] = application.id

    def _answer(self, entry: dict[str, Any], sent: dict[str, Any]) -> None:
        commands.answer_application(
            db.session.get_one(CallApplication, self._ids[_key(entry, sent)]),
            db.session.get_one(CooperationCall, self._ids[entry["id"]]),
            sent["answer"],
            accept=sent["accept"],
            by=self.cast.actor(entry["person"]),
        )


def _key(entry: dict[str, Any], sent: dict[str, Any]) -> str:
    return f"{entry['id']} {sent['organisation']}"
