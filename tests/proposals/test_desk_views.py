"""Proposals as staff meet them."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from participation.proposals.queries import count_person_endorsements
from tests.support.builders.proposals import (
    TEXT,
    a_draft,
    a_proposal,
    a_team,
    advance,
    endorse_from_one_place,
    review,
)
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
    advance(proposal, "checking", "declined")
    assert "最後の段階まで進みました" in desk.get(f"/desk/proposals/{proposal.public_id}").text


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
    advance(proposal, "declined")
    late = form.submit("段階を進める", expect=403, stage="consulting", reason=reason)
    assert "最後の段階まで進みました" in late.text
    assert reason in late.response.get_data(as_text=True)


def test_the_ward_reviews_under_every_published_criterion_before_an_outcome(desk, client):
    proposal = a_proposal()
    advance(proposal, "checking", "considering", "consulting")
    shown = desk.get(f"/desk/proposals/{proposal.public_id}")
    early = shown.submit("段階を進める", expect=422, stage="adopted", reason="採択します。")
    assert "すべての観点の評価が要ります" in early.text
    assert "採択します。" in early.text
    form = desk.get(f"/desk/proposals/{proposal.public_id}/review?criterion=cost")
    form.submit("評価を記す", expect=422, verdict="met", reason="")
    form.submit("評価を記す", criterion="cost", verdict="partly", reason="区の分担が大きめです。")
    assert "区の分担が大きめです。" in client.get(f"/proposals/{proposal.public_id}").get_data(as_text=True)
    assert "区の分担" not in client.get("/proposals/criteria").get_data(as_text=True)
    review(proposal)
    advance(proposal, "adopted", "carrying_out", "looked_back")
    assert "評価を変えられません" in desk.get(f"/desk/proposals/{proposal.public_id}/review").text


def test_flagged_endorsements_are_looked_at_and_none_is_dropped(desk):
    assert "気になる賛同はありません" in desk.get("/desk/proposals/endorsements").text
    proposal = a_proposal()
    endorse_from_one_place(proposal, 5)
    assert "まだ見ていない1件" in desk.get("/desk/proposals").text
    form = desk.get("/desk/proposals/endorsements").follow(TEXT.title)
    form.submit("記録する", expect=422, note="")
    form.submit("記録する", note="学校の授業で押したと、先生に確かめました。")
    assert "学校の授業で" in desk.get("/desk/proposals/endorsements").text
    assert count_person_endorsements(proposal) == 5
