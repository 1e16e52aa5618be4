"""Working days of the ward's office (開庁日): every day but Saturdays, Sundays, holidays and the turn of the year.

Public holidays are those of the law on national holidays (国民の祝日に関する法律), with ハッピーマンデー,
振替休日 and 国民の休日, as the library `holidays` computes them; the days of the equinoxes of coming years
are computed, and become certain when they are announced in February of the year before. Ward offices
are closed from 29 December to 3 January by ordinance (地方自治法4条の2).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from participation.foundation.lazily import lazily

if TYPE_CHECKING:
    import holidays
else:
    holidays = lazily("holidays")

_A_DAY = timedelta(days=1)
SATURDAY = 5
#: (month, day) on which offices are closed at the turn of the year (年末年始の閉庁日).
TURN_OF_THE_YEAR = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
#: A deadline further away than this is a slip of the hand.
MOST = 500


@cache
def holidays_of(year: int) -> dict[date, str]:
    """Return the public holidays of a year with their names (国民の祝日・休日)."""
    return {
        day: str(name) for day, name in holidays.country_holidays("JP", years=year, language="ja").items()
    }


def holiday_name(day: date) -> str:
    """Return what a public holiday is called; empty on other days."""
    return holidays_of(day.year).get(day, "")


def is_working_day(day: date) -> bool:
    """Return whether the ward's office is open."""
    return (
        day.weekday() < SATURDAY
        and (day.month, day.day) not in TURN_OF_THE_YEAR
        and day not in holidays_of(day.year)
    )


def after(day: date, count: int) -> date:
    """Return the `count`-th working day after `day`: the day itself does not count (初日不算入)."""
    if not 0 < count <= MOST:
        raise ValueError(f"between 1 and {MOST} working days")
    while count:
        day += _A_DAY
        count -= is_working_day(day)
    return day


def until(start: date, end: date) -> int:
    """Return how many working days come after `start` up to and with `end`; negative when `end` has passed."""
    if end < start:
        return -until(end, start)
    days = min((end - start).days, MOST)
    return sum(is_working_day(start + _A_DAY * (step + 1)) for step in range(days))
