"""The demo's year as a list of moments: what happens is played in order, with the clock put to it."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, time, timedelta
from itertools import groupby

from participation.foundation import clock
from participation.foundation.db import transaction

#: So many happenings share a transaction: each alone would cost a flush to the disk.
TOGETHER = 60

#: What happens, and with what.
Happening = tuple[Callable[..., object], tuple[object, ...]]


class Timeline:
    """Collects happenings by moment, then plays them; days are counted from the day of loading."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._happenings: list[tuple[datetime, int, Happening, bool]] = []

    def moment(self, day: int, at: str = "00:00") -> datetime:
        """Return the moment `day` days after the day of loading, at a time of day in Tokyo."""
        return datetime.combine(self.today + timedelta(days=day), time.fromisoformat(at), clock.JST)

    def some_time(self, day: int, key: str, *, office_hours: bool = False) -> datetime:
        """Return a moment on a day, always the same one for the same key."""
        first, last = (9 * 60, 17 * 60) if office_hours else (7 * 60, 22 * 60 + 30)
        chance = random.Random(key)  # noqa: S311 (demo data, repeatable)
        return self.moment(day) + timedelta(
            minutes=chance.randrange(first, last), seconds=chance.randrange(60)
        )

    def add(self, moment: datetime, play: Callable[..., object], *given: object) -> None:
        """Let something happen at a moment; what was added first happens first."""
        self._happenings.append((moment, len(self._happenings), (play, given), False))

    def add_long(self, moment: datetime, play: Callable[..., object], *given: object) -> None:
        """Let something happen that computes for seconds: it is in no transaction but those that it begins."""
        self._happenings.append((moment, len(self._happenings), (play, given), True))

    def play(self) -> None:
        """Play everything in order, each happening at its own moment."""
        ordered = sorted(self._happenings, key=lambda each: each[:2])
        for is_long, group in groupby(ordered, key=lambda each: each[3]):
            some = [(moment, happening) for moment, _, happening, _ in group]
            for start in range(0, len(some), TOGETHER):
                with nullcontext() if is_long else transaction():
                    for moment, (play, given) in some[start : start + TOGETHER]:
                        with clock.at(moment):
                            play(*given)
        self._happenings.clear()
