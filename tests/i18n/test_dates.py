"""Dates are written as a ward writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from participation.i18n.dates import (
    date_ja,
    datetime_ja,
    datetime_short,
    era_year,
    fiscal_year,
    last_day_ja,
    with_western_years,
)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 22), "令和8年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2019, 4, 30), "平成31年"),
        (date(1989, 1, 7), "昭和64年"),
        (date(1926, 12, 24), "大正15年"),
        (date(1850, 1, 1), "1850年"),
    ],
)
def test_years_are_counted_in_eras(day, written):
    assert era_year(day) == written


def test_a_day_carries_its_day_of_the_week():
    assert date_ja(date(2026, 11, 22)) == "令和8年11月22日（日）"


def test_a_moment_is_shown_in_tokyo():
    assert datetime_ja(datetime(2026, 11, 21, 15, 5, tzinfo=UTC)) == "令和8年11月22日（日）0時05分"
    assert datetime_short(datetime(2026, 11, 21, 15, 5, tzinfo=UTC)) == "11月22日 0:05"
    assert datetime_short(datetime(2026, 11, 21, 15, 0, tzinfo=UTC)) == "11月22日"


def test_the_fiscal_year_begins_in_april():
    assert fiscal_year(date(2027, 3, 31)) == "令和8年度"
    assert fiscal_year(date(2027, 4, 1)) == "令和9年度"


def test_midnight_is_a_day_and_a_term_is_told_by_its_last_day() -> None:
    assert datetime_ja(datetime(2026, 11, 21, 15, 0, tzinfo=UTC)) == "令和8年11月22日（日）"
    assert datetime_ja(datetime(2026, 11, 21, 15, 1, tzinfo=UTC)) == "令和8年11月22日（日）0時01分"
    assert last_day_ja(date(2026, 4, 1)) == "令和8年3月31日（火）"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("令和8年11月22日（日）", "令和8年（2026年）11月22日（日）"),
        ("令和元年5月1日", "令和元年（2019年）5月1日"),
        ("平成31年4月30日", "平成31年（2019年）4月30日"),
        ("令和8年度", "令和8年度（2026年度）"),
        ("令和8年11月1日から令和8年12月1日まで", "令和8年（2026年）11月1日から令和8年12月1日まで"),
        ("令和8年12月1日から令和9年1月1日", "令和8年（2026年）12月1日から令和9年（2027年）1月1日"),
        ("令和8年（2026年）11月22日", "令和8年（2026年）11月22日"),
        ("昭和100人", "昭和100人"),
    ],
)
def test_what_is_printed_for_residents_has_the_western_year_beside_the_era_once(
    text: str, printed: str
) -> None:
    assert with_western_years(text) == printed
    assert with_western_years(printed) == printed or "から" in text
