"""Stages as data, the words of a proposal, and two edits of one text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.proposals.domain import (
    Endorser,
    ProposalText,
    criteria,
    first_stage,
    is_suspicious,
    merge_edits,
    stages,
)
from tests.support.builders.proposals import TEXT


def test_the_stages_are_the_wards_and_every_one_can_be_reached():
    assert [stage.name for stage in stages().values()] == [
        "受付",
        "要件確認",
        "検討",
        "協議",
        "採択",
        "条件付き採択",
        "不採択",
        "実施",
        "振り返り",
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
        "carrying_out",
        "looked_back",
    }


def test_what_is_still_to_be_written_is_named_part_by_part():
    assert TEXT.missing() == {}
    assert set(ProposalText(" ", purpose="目的").missing()) == {"title", "roles", "resources", "request"}


def test_the_text_in_one_piece_names_its_parts():
    body = TEXT.body()
    assert body.startswith(TEXT.title)
    for name in ("【目的】", "【区と団体の役割】", "【持ち寄る資源】", "【区に求めること】"):
        assert name in body


def test_every_criterion_is_whole_and_fairness_and_openness_are_among_them():
    assert all(each.name and each.question.endswith("か。") for each in criteria().values())
    assert {"公平性", "透明性"} <= {each.kind for each in criteria().values()}


words = st.sampled_from(["", "一", "二", "三"])
texts = st.builds(ProposalText, title=words, purpose=words, cost=words)


@settings(max_examples=150, deadline=None)
@given(base=texts, theirs=texts, mine=texts)
def test_when_two_write_at_once_no_words_are_lost(base, theirs, mine):
    merged = merge_edits(base, theirs, mine)
    for part, was in base.as_dict().items():
        there, here, now = (getattr(each, part) for each in (theirs, mine, merged.text))
        if part in merged.conflicts:
            assert merged.conflicts[part] == (there, here)
            assert len({was, there, here}) == 3
        else:
            assert now == (here if here != was else there)
            assert {there, here} <= {was, now}


def test_a_part_left_empty_leaves_no_trace_in_the_register():
    short = ProposalText("題", "目的", "役割", "資源", "求め")
    assert "費用" not in short.body()
    whole = ProposalText("題", "目的", "役割", "資源", "求め", "5万円", "会館", "来た人の数")
    covered = whole.body().replace("5万円", "■■■")
    assert whole.read_again(covered).cost == "■■■"


def an_endorser(minutes, *, days_old=0, origin="x"):
    at = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(minutes=minutes)
    return Endorser(at, at - timedelta(days=days_old), origin)


@pytest.mark.parametrize(
    ("endorsers", "suspicious"),
    [
        ([an_endorser(m) for m in range(5)], True),
        ([an_endorser(m) for m in range(4)], False),
        ([an_endorser(m, days_old=8) for m in range(50)], False),
        ([an_endorser(m, origin=str(m)) for m in range(50)], False),
        ([an_endorser(m, origin="") for m in range(50)], False),
        ([an_endorser(m * 400) for m in range(5)], False),
        ([an_endorser(m * 360) for m in range(5)], True),
    ],
)
def test_many_new_accounts_from_one_place_in_a_day_are_noticed(endorsers, suspicious):
    assert is_suspicious(endorsers) is suspicious
