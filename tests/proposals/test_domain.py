"""Stages as data, the words of a proposal, and the order of the day."""

from __future__ import annotations

from datetime import date, timedelta

from participation.proposals.domain import (
    PRIME,
    ProposalText,
    factor_of,
    first_stage,
    shuffle_key,
    stages,
)
from tests.support.builders.proposals import TEXT


def test_the_stages_are_the_wards_and_every_one_can_be_reached():
    assert [stage.name for stage in stages().values()] == [
        "受付",
        "要件確認",
        "検討",
        "採択",
        "条件付き採択",
        "不採択",
    ]
    reached, waiting = set(), [first_stage().code]
    while waiting:
        code = waiting.pop()
        if code not in reached:
            reached.add(code)
            waiting += stages()[code].follows
    assert reached == stages().keys()
    assert {stage.code for stage in stages().values() if stage.is_final} == {
        "adopted",
        "conditional",
        "declined",
    }


def test_what_is_still_to_be_written_is_named_part_by_part():
    assert TEXT.missing() == {}
    assert set(ProposalText(" ", purpose="目的").missing()) == {"title", "roles", "resources", "request"}


def test_the_text_in_one_piece_names_its_parts():
    body = TEXT.body()
    assert body.startswith(TEXT.title)
    for name in ("【目的】", "【区と団体の役割】", "【持ち寄る資源】", "【区に求めること】"):
        assert name in body


def test_the_order_is_another_every_day_and_nobody_stays_first():
    keys = [shuffle_key(f"proposal{number}") for number in range(10)]
    firsts = []
    for day in range(200):
        factor = factor_of(date(2026, 4, 1) + timedelta(days=day))
        order = sorted(range(10), key=lambda number: keys[number] * factor % PRIME)
        firsts.append(order[0])
    assert set(firsts) == set(range(10))
    assert max(firsts.count(number) for number in range(10)) < 45, "no place of honour"
