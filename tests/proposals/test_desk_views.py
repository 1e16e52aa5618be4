"""Proposals as staff meet them."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from tests.support.builders.proposals import TEXT, a_draft, a_proposal, a_team, advance
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, a_section, log_in


@pytest.fixture
def section(app):
    return a_section("地域振興課")


@pytest.fixture
def desk(app, client, section):
    log_in(client, a_member_of_staff(Role.OFFICER, section=section))
    return PageClient(app, client)


def test_staff_move_a_proposal_with_a_reason_and_everybody_reads_it(desk, client):
    proposal = a_proposal()
    shown = desk.get("/desk/proposals").follow(TEXT.title)
    refused = shown.submit("段階を進める", expect=422, reason="")
    assert "理由を書いてください" in refused.text
    moved = shown.submit("段階を進める", stage="checking", reason="書類がそろいました。")
    assert "要件確認" in moved.text
    public = desk.get(f"/proposals/{proposal.public_id}")
    for words in ("要件確認", "書類がそろいました。", "地域振興課"):
        assert words in public.text


def test_the_list_is_narrowed_by_stage_and_says_what_to_do_when_empty(desk):
    assert "あてはまる提案はありません" in desk.get("/desk/proposals").text
    advance(a_proposal(), "checking")
    assert TEXT.title in desk.get("/desk/proposals?stage=checking").text
    assert TEXT.title not in desk.get("/desk/proposals?stage=adopted").main.text


def test_two_officers_do_not_move_it_twice(desk):
    proposal = a_proposal()
    form = desk.get(f"/desk/proposals/{proposal.public_id}")
    advance(proposal, "checking")
    late = form.submit("段階を進める", expect=422, stage="checking", reason="あとから")
    assert "選択肢の中から" in late.text
    assert "あとから" in late.text


def test_after_the_outcome_the_form_gives_way_to_its_reason(desk):
    proposal = a_proposal()
    advance(proposal, "checking", "considering", "adopted")
    assert "結論は出ています" in desk.get(f"/desk/proposals/{proposal.public_id}").text


def test_drafts_and_strangers_stay_outside(app, client, desk):
    draft = a_draft(*a_team())
    desk.get(f"/desk/proposals/{draft.public_id}", expect=404)
    proposal = a_proposal(*a_team("よその会"))
    log_in(client, a_member_of_staff(Role.AUDITOR))
    assert "この操作をする権限がありません" in desk.get(f"/desk/proposals/{proposal.public_id}").text
    log_in(client, a_resident())
    assert client.get("/desk/proposals").status_code == 403


@pytest.mark.parametrize("reason", ["条件がそろったため採択します。", ""])
def test_an_outcome_a_colleague_gave_first_costs_no_words(desk, reason):
    proposal = a_proposal()
    advance(proposal, "checking", "considering")
    form = desk.get(f"/desk/proposals/{proposal.public_id}")
    advance(proposal, "adopted")
    late = form.submit("段階を進める", expect=403, stage="declined", reason=reason)
    assert "結論は出ています" in late.text
    assert reason in late.response.get_data(as_text=True)
