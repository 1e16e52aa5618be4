"""Who wants to be told about what (フォロー), and who has read what they were told."""

from __future__ import annotations

from participation.consultations.queries import get_consultation
from participation.demo import calls, reading
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.notices import commands
from participation.subjects.queries import get_subject

#: By then these have read their notices; what came later is new to them, and to the others all is new.
READ_ON, READERS = -8, ("r004", "r012", "r022", "r054", "r062", "r096")


class Follows:
    """Plays those who follow."""

    def __init__(self, timeline: Timeline, cast: Cast, places: Places) -> None:
        self.timeline, self.cast, self.places = timeline, cast, places

    def schedule(self) -> None:
        """Let people follow subjects and consultations, and some of them read."""
        for row in reading.table("follows"):
            moment = self.timeline.some_time(int(row["day"]), f"{row['person']}-{row['what']}")
            self.timeline.add(moment, self._follow, row)
        for person in READERS:
            self.timeline.add(self.timeline.some_time(READ_ON, f"{person}-reads"), self._read, person)

    def _follow(self, row: dict[str, str]) -> None:
        by = self.cast.actor(row["person"])
        if row["kind"] == "subject":
            commands.follow_subject(get_subject(self.places.public_id(row["what"])), by=by)
        else:
            commands.follow_consultation(get_consultation(calls.code_of(row["what"])), by=by)

    def _read(self, person: str) -> None:
        commands.mark_all_read(by=self.cast.actor(person))
