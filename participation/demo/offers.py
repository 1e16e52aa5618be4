"""The proposals (提案) of the demo's associations, who endorsed them, and how the ward decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from participation.agreements.domain import Stance
from participation.demo import reading
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.foundation import files
from participation.foundation.db import db
from participation.foundation.file_kinds import check_file
from participation.people.models import Person
from participation.proposals import commands
from participation.proposals.domain import FILE_ROOM, ProposalText, Verdict
from participation.proposals.models import Proposal, ProposalAmendment


class Offers:
    """Plays the proposals."""

    def __init__(self, timeline: Timeline, cast: Cast, places: Places) -> None:
        self.timeline, self.cast, self.places = timeline, cast, places
        self._proposals: dict[str, int] = {}
        self._amendments: dict[tuple[str, int], int] = {}
        self._delegates = {row["id"]: row["delegate"] for row in reading.table("organisations")}

    def schedule(self) -> None:
        """Let associations propose, others endorse, and staff consider step by step."""
        for entry in reading.listed("proposals"):
            key = entry["id"]
            submitted = self.timeline.some_time(entry["day"], key)
            self.timeline.add(submitted - timedelta(days=2), self._draft, entry)
            self.timeline.add(submitted, self._submit, entry)
            for number, name in enumerate(entry["endorsed_by"], start=1):
                self.timeline.add(submitted + timedelta(hours=7 * number), self._endorse, key, name)
            for step in entry.get("steps", ()):
                if step["stage"] in ("adopted", "conditional"):
                    moment = self.timeline.moment(step["day"], "15:10")
                    self.timeline.add(moment, self._review, key, entry["reviews"], step["by"])
                self.timeline.add(self.timeline.moment(step["day"], "16:20"), self._advance, key, step)
            for number, change in enumerate(entry.get("amendments", ())):
                offered = self.timeline.moment(change["day"], "19:30")
                self.timeline.add(offered, self._amend, key, number, change)
                answered = self.timeline.moment(change["answered"], "20:10")
                self.timeline.add(answered, self._answer, entry, number, change)

    def _draft(self, entry: dict[str, Any]) -> None:
        proposal = commands.draft_proposal(
            self.cast.organisation(entry["organisation"]),
            self.places.subject_id(entry["about"]),
            entry["title"],
            by=self.cast.actor(entry["person"]),
        )
        db.session.flush()
        self._proposals[entry["id"]] = proposal.id

    def _submit(self, entry: dict[str, Any]) -> None:
        proposal = self._proposal(entry["id"])
        text = ProposalText(
            title=entry["title"],
            purpose=f"{entry['purpose']}\n目標：{entry['shared_goal']}",
            roles=entry["roles"],
            resources=entry["resources"],
            request=entry["asks"],
            cost=entry.get("cost", ""),
            place=entry.get("place", ""),
            effect=entry.get("effect", ""),
        )
        by = self.cast.actor(entry["person"])
        commands.write_draft(proposal, text, proposal.version, by=by)
        if note := entry.get("minority"):
            commands.approve_draft(proposal, Stance.AGREES, note, is_note_public=True, by=by)
        self._equip(proposal, entry)
        commands.submit_proposal(proposal, text, proposal.version, by=by)

    def _equip(self, proposal: Proposal, entry: dict[str, Any]) -> None:
        """Add what else it is about, and a document (資料)."""
        by = self.cast.actor(entry["person"])
        if ties := entry.get("ties"):
            commands.tie_proposal(proposal, [self.places.subject_id(code) for code in ties], by=by)
        if attachment := entry.get("attachment"):
            name, description = attachment
            content = (reading.CONTENT / "attachments" / name).read_bytes()
            files.keep(content, FILE_ROOM)
            commands.attach_file(proposal, check_file(name, content), description, by=by)

    def _endorse(self, key: str, name: str) -> None:
        if name in self._delegates:
            organisation, by = self.cast.organisation(name), self.cast.actor(self._delegates[name])
        else:
            organisation, by = None, self.cast.actor(name)
        commands.endorse_proposal(self._proposal(key), organisation, by=by)

    def _amend(self, key: str, number: int, change: dict[str, Any]) -> None:
        made = commands.offer_amendment(
            self._proposal(key),
            change["part"],
            change["after"],
            change["reason"],
            by=self.cast.actor(change["person"]),
        )
        db.session.flush()
        self._amendments[key, number] = made.id

    def _answer(self, entry: dict[str, Any], number: int, change: dict[str, Any]) -> None:
        commands.answer_amendment(
            db.session.get_one(ProposalAmendment, self._amendments[entry["id"], number]),
            self._proposal(entry["id"]),
            change["answer"],
            accept=change["accept"],
            by=self.cast.actor(entry["person"]),
        )

    def _review(self, key: str, reviews: dict[str, tuple[str, str]], name: str) -> None:
        by = self.cast.actor(name)
        section_id = db.session.get_one(Person, by.person_id).section_id
        for criterion, (verdict, reason) in reviews.items():
            commands.review_criterion(
                self._proposal(key), criterion, Verdict(verdict), reason, section_id, by=by
            )

    def _advance(self, key: str, step: dict[str, Any]) -> None:
        by = self.cast.actor(step["by"])
        section_id = db.session.get_one(Person, by.person_id).section_id
        commands.advance_proposal(self._proposal(key), step["stage"], step["reason"], section_id, by=by)

    def _proposal(self, key: str) -> Proposal:
        return db.session.get_one(Proposal, self._proposals[key])
