"""The topics of the demo: the opinions of its open consultation, sorted."""

from __future__ import annotations

from participation.access.actors import system
from participation.consultations.queries import get_consultation
from participation.demo import calls, reading
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.foundation.db import transaction
from participation.foundation.ids import new_public_id
from participation.reading import commands
from participation.reading.queries import computing

#: The analyst asks the evening before the ward is shown.
ANALYST, DAY, TIME = "s04", -1, "20:30"


class Topics:
    """Plays the sorting of opinions into topics."""

    def __init__(self, timeline: Timeline, cast: Cast) -> None:
        self.timeline, self.cast = timeline, cast

    def schedule(self) -> None:
        """Let the opinions be sorted once they are there."""
        self.timeline.add_long(self.timeline.moment(DAY, TIME), self._sort)

    def _sort(self) -> None:
        consultation_id = get_consultation(calls.code_of(reading.DEFAULT_CONSULTATION)).id
        found = computing.sort_opinions(consultation_id, seed=0)
        with transaction():
            commands.record_topics(
                consultation_id,
                found,
                public_id=new_public_id(),
                asked_by_id=self.cast.actor(ANALYST).person_id,
                by=system("demo"),
            )
