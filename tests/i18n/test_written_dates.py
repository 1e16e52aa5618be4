"""Dates as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from participation.foundation import clock
from participation.i18n.written_dates import read_day, read_moment

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-11-02", "2026-11-02 00:00"),
        ("2026/11/2", "2026-11-02 00:00"),
        ("２０２６．１１．２", "2026-11-02 00:00"),
        ("20261102", "2026-11-02 00:00"),
        ("令和8年11月2日（月）", "2026-11-02 00:00"),
        ("R8.11.2", "2026-11-02 00:00"),
        ("令和元年5月1日", "2019-05-01 00:00"),
        ("2026/11/02 9:05", "2026-11-02 09:05"),
        ("2026-11-02T09:05:30+09:00", "2026-11-02 09:05"),
        ("2026-11-02T00:05:30Z", "2026-11-02 09:05"),
        ("2026年11月2日 9時5分", "2026-11-02 09:05"),
    ],
)
def test_days_are_read_as_people_write_them(said: str, day: str) -> None:
    moment = read_moment(said)
    assert moment is not None
    from_tokyo = moment.astimezone(clock.JST)
    assert from_tokyo.strftime("%Y-%m-%d %H:%M") == day


@pytest.mark.parametrize(
    "said", ["11月2日", "きのう", "2026-02-30", "2026-11-02 25:00", "9" * 40, "令和99年13月1日"]
)
def test_what_is_no_day_is_none(said: str) -> None:
    assert read_moment(said) is None


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-11-22", SUNDAY),
        ("2026/11/22", SUNDAY),
        ("２０２６年１１月２２日", SUNDAY),
        ("S63.4.1", date(1988, 4, 1)),
        ("2026-11-22 14:05", None),
        ("令和8年11月22日", SUNDAY),
        ("R8.11.22", SUNDAY),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("2026-11-22 00:00:00", SUNDAY),
        ("2026-02-30", None),
        ("きのう", None),
        ("", None),
    ],
)
def test_a_day_is_read_however_an_office_writes_it(said: str, day: date | None) -> None:
    assert read_day(said) == day
