"""Stages of an issue, the tally of a check, and the text that a proposal is made of."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.spaces.domain import (
    CONSENT_NAMES,
    FOLLOWS,
    STAGE_NAMES,
    USUAL_WAY,
    Consent,
    IssueStage,
    SaidOfDraft,
    SpaceKind,
    body_of_issue,
    code_of,
    outcome_in_words,
    purpose_of,
    tally,
    text_of_issue,
)


def test_the_usual_way_leads_from_the_registration_to_a_result_and_no_stage_is_a_dead_end():
    assert all(after in FOLLOWS[before] for before, after in itertools.pairwise(USUAL_WAY))
    assert all(FOLLOWS[stage] for stage in IssueStage)
    assert set(STAGE_NAMES) == set(IssueStage)


def test_a_space_of_an_area_never_has_the_code_of_a_districts():
    assert code_of(SpaceKind.AREA, "setagaya") != code_of(SpaceKind.DISTRICT, "setagaya")


@given(st.text(max_size=20), st.text(max_size=50))
@settings(max_examples=30)
def test_the_text_of_an_issue_is_found_again_below_its_title(title, text):
    assert text_of_issue(body_of_issue(title, text), title) == text


@given(st.lists(st.sampled_from(Consent), max_size=30))
@settings(max_examples=30)
def test_a_tally_names_every_answer_and_counts_everybody_once(said):
    found = tally(said)
    assert [name for name, _ in found] == [name for name, _ in CONSENT_NAMES.values()]
    assert sum(count for _, count in found) == len(said)


def test_the_outcome_tells_the_reasons_of_those_who_hesitate_with_the_answer_they_got():
    said = [
        SaidOfDraft(Consent.AGREE, False, "賛成です", ""),
        SaidOfDraft(Consent.CONCERN, True, "まぶしくて眠れません", "向きを変えます"),
        SaidOfDraft(Consent.CONDITION, False, "費用が分かれば", ""),
    ]
    words = outcome_in_words(said, hidden=1)
    assert "同意1人、条件付き1人、心配1人、保留0人" in words
    assert "・強い心配：まぶしくて眠れません" in words
    assert "→事務局の答え：向きを変えます" in words
    assert "賛成です" not in words
    assert "表示していない理由が1件" in words


@pytest.mark.parametrize("reasons", [0, 3, 200])
def test_a_purpose_never_grows_longer_than_a_proposal_takes_and_says_what_it_left_out(reasons):
    said = [SaidOfDraft(Consent.CONCERN, False, f"心配{n}" * 5, "") for n in range(reasons)]
    purpose = purpose_of("夜道", "油面住区", "案" * 800, "まとめ" * 100, outcome_in_words(said), 2000)
    assert len(purpose) <= 2000
    assert ("ほかの理由は" in purpose) == (reasons == 200)
