"""Dates as a ward writes them: Japanese era (和暦) with the day of the week, Tokyo time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from participation.foundation.clock import JST

#: First day of each era in force under the Era Name Act and before it (元号法; 内閣告示).
ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 1, 25), "明治"),
)
WEEKDAYS = "月火水木金土日"
_INSTANT = timedelta(microseconds=1)


def era_year(day: date) -> str:
    """Return the year of the era, as 令和8年; the first is 元年."""
    for begins, name in ERAS:
        if day >= begins:
            year = day.year - begins.year + 1
            return f"{name}{'元' if year == 1 else year}年"
    return f"{day.year}年"


def first_year_of(era: str) -> int:
    """Return the calendar year in which an era (令和) began, its 元年; raise KeyError for a name that is none."""
    return {name: begins.year for begins, name in ERAS}[era]


def date_ja(day: date | datetime) -> str:
    """Return 令和8年11月22日（日）."""
    day = local_day(day)
    return f"{era_year(day)}{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def last_day_ja(ends_on: date) -> str:
    """Return the last day of a term that ends before `ends_on`: 令和10年3月31日（金）."""
    return date_ja(ends_on - timedelta(days=1))


def date_short(day: date | datetime) -> str:
    """Return 11月22日."""
    day = local_day(day)
    return f"{day.month}月{day.day}日"


def datetime_ja(moment: datetime) -> str:
    """Return 令和8年11月22日（日）14時05分; at midnight the day alone, which is what was meant."""
    local = moment.astimezone(JST)
    if is_midnight(moment):
        return date_ja(local.date())
    return f"{date_ja(local.date())}{local.hour}時{local.minute:02d}分"


def datetime_short(moment: datetime) -> str:
    """Return 11月22日 14:05, or 11月22日 for what came on paper, of which only the day is known (midnight)."""
    local = moment.astimezone(JST)
    if is_midnight(moment):
        return f"{local.month}月{local.day}日"
    return f"{local.month}月{local.day}日 {local.hour}:{local.minute:02d}"


def deadline_ja(closes_at: datetime) -> str:
    """Return a deadline in full: the last day, or the moment where it is not midnight."""
    return date_ja(closes_at - _INSTANT) if is_midnight(closes_at) else datetime_ja(closes_at)


def deadline_short(closes_at: datetime) -> str:
    """Return a deadline for narrow places: 12月6日（日）, or 12月6日 17:00 where it is not midnight."""
    if not is_midnight(closes_at):
        return datetime_short(closes_at)
    day = local_day(closes_at - _INSTANT)
    return f"{date_short(day)}（{WEEKDAYS[day.weekday()]}）"


def is_midnight(moment: datetime) -> bool:
    """Return whether a day in Tokyo begins at this moment, so that the day before is the last one."""
    local = moment.astimezone(JST)
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def fiscal_year(day: date) -> str:
    """Return the fiscal year (年度, from April) as 令和8年度."""
    start = date(day.year if day.month >= 4 else day.year - 1, 4, 1)
    return f"{era_year(start)}度"


def local_day(day: date | datetime) -> date:
    """Return the day in Tokyo of a moment, or the day itself."""
    return day.astimezone(JST).date() if isinstance(day, datetime) else day
