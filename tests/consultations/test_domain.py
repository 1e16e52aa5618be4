"""When what may be said: phases, statuses, deadlines in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from participation.consultations.domain import (
    ALWAYS,
    Act,
    ConsultationKind,
    ConsultationStatus,
    Period,
    PhaseKind,
    PhaseSpan,
    Tally,
    acts_open,
    extended,
    is_too_short,
    next_boundary,
    why_not_in_order,
)
from participation.i18n.dates import deadline_ja

#: Midnight in Tokyo at which 9 November of 令和8年 begins.
START = datetime(2026, 11, 8, 15, tzinfo=UTC)
DAY = timedelta(days=1)
ANNOUNCED = PhaseSpan(PhaseKind.ANNOUNCED, Period(START - 7 * DAY, START))
OPEN = PhaseSpan(PhaseKind.OPEN, Period(START, START + 30 * DAY))
CONSIDERING = PhaseSpan(PhaseKind.CONSIDERING, Period(START + 30 * DAY, START + 80 * DAY))
PHASES = [ANNOUNCED, OPEN, CONSIDERING]
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("at", "status", "may_submit", "may_discuss"),
    [
        (START - TICK, ConsultationStatus.OPEN, False, True),
        (START, ConsultationStatus.OPEN, True, True),
        (START + 30 * DAY - TICK, ConsultationStatus.OPEN, True, True),
        (START + 30 * DAY, ConsultationStatus.OPEN, False, True),
        (START + 90 * DAY, ConsultationStatus.OPEN, False, False),
        (START + DAY, ConsultationStatus.PLANNED, False, False),
        (START + DAY, ConsultationStatus.CLOSED_PREPARING, False, True),
        (START + DAY, ConsultationStatus.NOT_CONDUCTED, False, False),
        (START + 31 * DAY, ConsultationStatus.RESULT_PUBLISHED, False, True),
    ],
)
def test_opinions_need_the_period_and_the_status(at, status, may_submit, may_discuss) -> None:
    acts = acts_open(PHASES, status, at)
    assert (Act.SUBMIT_OPINION in acts, Act.DISCUSS in acts) == (may_submit, may_discuss)


def test_the_next_boundary_is_the_next_moment_at_which_something_changes() -> None:
    assert next_boundary(PHASES, START - TICK) == START
    assert next_boundary(PHASES, START) == START + 30 * DAY
    assert next_boundary(PHASES, START + 80 * DAY) is None


def test_a_period_is_told_in_whole_days_and_with_the_time_where_a_day_is_not_whole() -> None:
    assert OPEN.period.in_words() == "令和8年11月9日（月）から12月8日（火）まで"
    assert deadline_ja(START + timedelta(hours=17)) == "令和8年11月9日（月）17時00分"
    assert Period(START, ALWAYS).in_words() == "令和8年11月9日（月）からいつでも"


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (START - TICK, None),
        (START, 29),
        (START + 29 * DAY, 0),
        (START + 30 * DAY - TICK, 0),
        (START + 30 * DAY, None),
    ],
)
def test_days_left_are_calendar_days_and_zero_on_the_last(at, left) -> None:
    assert OPEN.period.days_left(at) == left


def test_what_never_ends_has_no_days_left() -> None:
    assert Period(START, ALWAYS).days_left(START + DAY) is None


@pytest.mark.parametrize(
    ("days", "kind", "too_short"),
    [
        (30, ConsultationKind.PUBLIC_COMMENT, False),
        (29, ConsultationKind.PUBLIC_COMMENT, True),
        (29, ConsultationKind.CALL_FOR_OPINIONS, False),
    ],
)
def test_a_public_comment_is_open_for_thirty_days(days, kind, too_short) -> None:
    assert is_too_short(kind, [PhaseSpan(PhaseKind.OPEN, Period(START, START + days * DAY))]) is too_short


def test_phases_that_overlap_or_occur_twice_are_named() -> None:
    assert why_not_in_order(PHASES) is None
    assert "2つ" in why_not_in_order([OPEN, OPEN])
    early = PhaseSpan(PhaseKind.CONSIDERING, Period(START + DAY, START + 40 * DAY))
    assert "「検討」が「募集」の終わりより前" in why_not_in_order([OPEN, early])


def test_extending_moves_what_comes_after_only_as_far_as_it_must() -> None:
    later = {phase.kind: phase.period for phase in extended(PHASES, PhaseKind.OPEN, START + 40 * DAY)}
    assert later[PhaseKind.OPEN].closes_at == START + 40 * DAY
    assert later[PhaseKind.CONSIDERING] == Period(START + 40 * DAY, START + 80 * DAY)
    assert later[PhaseKind.ANNOUNCED] == ANNOUNCED.period


def test_a_period_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError):
        Period(START, START)


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (Tally(72, 14, 86, 168), "72人・14団体から168件"),
        (Tally(1, 0, 1, 1), "1人から1件"),
        (Tally(0, 2, 2, 3), "2団体から3件"),
        (Tally(), "意見はまだありません"),
    ],
)
def test_counts_are_told_with_their_units(tally, words) -> None:
    assert tally.in_words() == words
