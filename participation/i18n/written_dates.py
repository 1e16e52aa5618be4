"""Reading dates however people write them: 2026-11-22, 2026/11/22, 令和8年11月22日（日）14時05分, R8.11.22."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime

from participation.foundation import clock
from participation.i18n.dates import first_year_of, is_midnight, local_day

#: The letters with which offices shorten the names of eras.
_SHORT_ERAS = {"r": "令和", "h": "平成", "s": "昭和"}
_DAY = re.compile(
    r"(?:(?P<era>令和|平成|昭和|[rhs])\s*(?P<first>元|\d{1,2})|(?P<year>\d{4}))"
    r"\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})日?(?P<rest>.*)"
)
_PLAIN_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(
    r"(?P<hour>\d{1,2})[:時](?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2})(?:\.\d+)?秒?)?分?\s*(?P<zone>z|[+-]\d{2}:?\d{2})?"
)
_WEEKDAY = re.compile(r"^\s*[(（][月火水木金土日](?:曜日?)?[)）]")


def read_moment(said: str) -> datetime | None:
    """Return the moment that a person wrote, in UTC: a day is its beginning in Tokyo. None: unreadable."""
    text = unicodedata.normalize("NFKC", said).strip().casefold()
    text = _PLAIN_DAY.sub(r"\1-\2-\3", text) if _PLAIN_DAY.fullmatch(text) else text
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year = int(found["year"] or 0)
    if found["era"]:
        era = first_year_of(_SHORT_ERAS.get(found["era"], found["era"]))
        year = era if found["first"] == "元" else era - 1 + int(found["first"])
    rest = _WEEKDAY.sub("", found["rest"]).strip(" t")
    try:
        day = clock.start_of(date(year, int(found["month"]), int(found["day"])))
        if not rest:
            return day
        timed = _TIME.fullmatch(rest)
        if timed is None:
            return None
        local = day.astimezone(clock.JST).replace(
            hour=int(timed["hour"]), minute=int(timed["minute"]), second=int(timed["second"] or 0)
        )
        if timed["zone"]:
            sign = "+0000" if timed["zone"] == "z" else timed["zone"].replace(":", "")
            local = datetime.strptime(f"{local:%Y-%m-%d %H:%M:%S}{sign}", "%Y-%m-%d %H:%M:%S%z")
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_day(said: str) -> date | None:
    """Return the day that a person wrote, without an hour (or with midnight). None: unreadable."""
    moment = read_moment(said)
    return local_day(moment) if moment is not None and is_midnight(moment) else None
