"""What staff of the demo do to see who is missing: the analyst puts in a population, invented as its source says."""

from __future__ import annotations

from participation.demo import reading
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.reading import commands

ANALYST = "s04"
PUT_IN_ON = -60


def schedule(timeline: Timeline, cast: Cast) -> None:
    """Let the analyst put in the population before the first opinions are compared with it."""
    timeline.add(timeline.moment(PUT_IN_ON, "10:20"), _put_in, cast)


def _put_in(cast: Cast) -> None:
    text = (reading.CONTENT / "population.csv").read_text(encoding="utf-8")
    commands.set_population(text, by=cast.actor(ANALYST))
