"""The gatherings (集まり) of the demo: one that is over and has its record, one that is full."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from participation.access.actors import visitor
from participation.consultations.queries import get_consultation
from participation.demo import reading
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.foundation import ids
from participation.foundation.db import db
from participation.gatherings import commands
from participation.gatherings.domain import (
    Attendee,
    GatheringDraft,
    GatheringKind,
    Need,
    RegistrationDraft,
)
from participation.gatherings.models import Gathering, GatheringRecord, Registration
from participation.organisations.queries import find_section
from participation.places.queries import list_districts

#: Who prepares and writes, who keeps the door, who looks at the record.
WRITER, DOORKEEPER, APPROVER = "s08", "s21", "s10"
SECTION = "community"
#: Its own: what others draw is not moved by it.
SEED = 131106


class Meetings:
    """Plays the gatherings."""

    def __init__(self, timeline: Timeline, cast: Cast, places: Places) -> None:
        self.timeline, self.cast, self.places = timeline, cast, places
        self._gatherings: dict[str, int] = {}
        self._registrations: dict[str, list[int]] = {}

    def schedule(self) -> None:
        """Let each be announced and registered for; let the one that is over be held and recorded."""
        for entry in reading.listed("gatherings"):
            key, announced = entry["id"], entry["announced"]
            self.timeline.add(self.timeline.moment(announced, "09:20"), self._announce, entry)
            for number, people in enumerate(entry["people"], start=1):
                moment = self.timeline.moment(announced + number, "20:15")
                self.timeline.add(moment, self._register, key, number, people)
            if "record" in entry:
                self.timeline.add(self._at(entry, "starts"), self._hold, entry)
                recorded, approved = entry["record"]["day"], entry["record"]["approved"]
                self.timeline.add(self.timeline.moment(recorded, "10:40"), self._write, entry)
                self.timeline.add(self.timeline.moment(approved, "11:10"), self._approve, key)

    def _at(self, entry: dict[str, Any], hour: str) -> datetime:
        return self.timeline.moment(entry["day"], entry[hour])

    def _announce(self, entry: dict[str, Any]) -> None:
        district = next(each for each in list_districts() if each.name.startswith(entry["district"]))
        section = find_section(SECTION)
        draft = GatheringDraft(
            title=entry["title"],
            kind=GatheringKind(entry["kind"]),
            starts_at=self._at(entry, "starts"),
            ends_at=self._at(entry, "ends"),
            description=entry["description"],
            place=entry["place"],
            access=entry["access"],
            online_url=entry.get("online", ""),
            capacity=entry["capacity"],
            needs_offered=frozenset(Need(each) for each in entry["needs"]),
            needs_note=entry.get("needs_note", ""),
            contact=entry["contact"],
            consultation_id=get_consultation(entry["consultation"]).id,
            area_id=district.area_id,
            district_id=district.id,
            section_id=section.id if section else None,
            topics=(self.places.subject_id(entry["about"]),),
        )
        by = self.cast.actor(WRITER)
        db.session.flush()
        with ids.seeded(SEED + len(self._gatherings)):
            gathering = commands.draft_gathering(draft, by=by)
            commands.announce_gathering(gathering, by=by)
            db.session.flush()
        self._gatherings[entry["id"]] = gathering.id

    def _register(self, key: str, number: int, people: int) -> None:
        needs = frozenset({Need.CHILDCARE}) if number == 1 else frozenset()
        attendee = Attendee(email=f"sanka{number}@kumin.example.jp", needs=needs)
        db.session.flush()
        with ids.seeded(SEED + 100 * number + len(key)):
            made = commands.register_attendance(
                self._gathering(key),
                RegistrationDraft(people, attendee),
                by=visitor(guest_key=f"demo-{key}-{number}"),
            )
        self._registrations.setdefault(key, []).append(made.id)

    def _hold(self, entry: dict[str, Any]) -> None:
        gathering, by = self._gathering(entry["id"]), self.cast.actor(DOORKEEPER)
        for registration_id in self._registrations[entry["id"]][: entry["come"]]:
            commands.check_in(db.session.get_one(Registration, registration_id), gathering, by=by)
        commands.count_walk_ins(gathering, entry["walk_ins"], by=by)
        commands.note_held(gathering, by=by)

    def _write(self, entry: dict[str, Any]) -> None:
        record, by = entry["record"], self.cast.actor(WRITER)
        gathering = self._gathering(entry["id"])
        written = commands.write_record(gathering, record["body"], record["attendance"], (), 0, by=by)
        commands.submit_record(written, gathering, by=by)
        self._gatherings[f"{entry['id']}-record"] = written.id

    def _approve(self, key: str) -> None:
        record = db.session.get_one(GatheringRecord, self._gatherings[f"{key}-record"])
        commands.approve_record(record, self._gathering(key), by=self.cast.actor(APPROVER))

    def _gathering(self, key: str) -> Gathering:
        return db.session.get_one(Gathering, self._gatherings[key])
