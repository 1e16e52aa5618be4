"""Working days of Japan: weekends, holidays of every kind, and the turn of the year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from participation.foundation import working_days


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 12), "成人の日"),  # ハッピーマンデー: the second Monday
        (date(2026, 2, 23), "天皇誕生日"),
        (date(2026, 3, 20), "春分の日"),
        (date(2026, 5, 6), "振替休日"),  # 3 May is a Sunday, and 4 and 5 May are holidays themselves
        (date(2026, 9, 22), "国民の休日"),  # between 敬老の日 and 秋分の日
        (date(2026, 9, 23), "秋分の日"),
        (date(2027, 3, 22), "振替休日"),
        (date(2032, 9, 22), "秋分の日"),
        (date(2026, 11, 22), ""),
    ],
)
def test_public_holidays_have_their_names(day, name):
    assert working_days.holiday_name(day) == name


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), False),
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2027, 1, 3), False),
        (date(2027, 1, 4), True),
    ],
)
def test_the_office_is_closed_at_weekends_on_holidays_and_at_the_turn_of_the_year(day, is_open):
    assert working_days.is_working_day(day) is is_open


def test_ten_working_days_skip_what_is_closed_and_do_not_count_the_first_day():
    assert working_days.after(date(2026, 11, 20), 1) == date(2026, 11, 24)
    assert working_days.after(date(2026, 11, 22), 10) == date(2026, 12, 7)
    assert working_days.after(date(2026, 12, 28), 1) == date(2027, 1, 4)


def test_counting_days_and_going_on_by_them_agree():
    start = date(2026, 4, 24)
    for count in (1, 2, 5, 30, 200):
        end = working_days.after(start, count)
        assert working_days.until(start, end) == count
        assert working_days.until(end, start) == -count
    assert working_days.until(start, start) == 0
    assert working_days.until(date(2026, 11, 20), date(2026, 11, 23)) == 0


def test_this_year_has_two_hundred_and_forty_working_days():
    first = date(2026, 1, 1)
    opened = sum(working_days.is_working_day(first + timedelta(days=n)) for n in range(365))
    assert opened == 240


@pytest.mark.parametrize("count", [0, -1, 501])
def test_a_deadline_that_makes_no_sense_is_an_error(count):
    with pytest.raises(ValueError, match="working days"):
        working_days.after(date(2026, 11, 22), count)
