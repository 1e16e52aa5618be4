"""Proposals as residents and delegates meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import render_template

from participation.access.actors import visitor
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.proposals import queries
from participation.proposals.models import Proposal
from tests.support.builders.consultations import a_subject
from tests.support.builders.proposals import TEXT, a_draft, a_proposal, a_team, endorse
from tests.support.page import PageClient
from tests.support.people import a_delegate, a_resident, actor_of, log_in


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


PARTS = {name: value for name, value in TEXT.as_dict().items() if name != "title"}


def test_a_delegate_writes_saves_submits_rewrites_and_withdraws(page, client):
    subject = a_subject()
    _, delegate = a_team()
    log_in(client, delegate)
    form = page.get(f"/proposals/new?about={subject.public_id}")
    draft = form.submit("書きはじめる", title="掲示板に貼る")
    saved = draft.submit("下書きを保存する", purpose="途中")
    assert "下書きを保存しました" in saved.text
    refused = saved.submit("提出する", expect=422)
    assert "区と団体の役割を書いてください" in refused.text
    shown = refused.submit("提出する", **PARTS)
    assert shown.h1 == "掲示板に貼る"
    assert "受付" in shown.text
    endorse(queries.get_proposal(db.session.query(Proposal).one().public_id), a_resident())
    again = shown.follow("書き直す").submit("書き直しを公開する", request="毎月5日までにください。")
    assert "第2版" in again.text
    version = again.follow("第2版に書き直し")
    assert "それまでに賛同 1件" in version.text
    assert version.all("ins")
    gone = page.get(version.link("いまの文章へ戻る").href).submit("提案を取り下げる")
    assert "取り下げられた提案です" in gone.text


def test_a_draft_is_hidden_from_everybody_else(page, client):
    organisation, delegate = a_team()
    draft = a_draft(organisation, delegate)
    page.get(f"/proposals/{draft.public_id}", expect=404)
    log_in(client, a_resident())
    assert client.get(f"/proposals/{draft.public_id}/edit").status_code == 403
    log_in(client, a_team("よその会")[1])
    page.get(f"/proposals/{draft.public_id}/edit", expect=404)
    log_in(client, a_delegate(organisation))
    assert "提案の下書き" in page.get(f"/proposals/{draft.public_id}/edit").h1
    assert "下書き" in page.get("/proposals/new").text


def test_the_draft_is_saved_while_it_is_written(page, client):
    organisation, delegate = a_team()
    draft = a_draft(organisation, delegate)
    log_in(client, delegate)
    shown = page.get(f"/proposals/{draft.public_id}/edit")
    for words in ("一回目", "二回目"):
        data = shown.form("提出する").filled({"purpose": words})
        assert client.post(f"/proposals/{draft.public_id}/draft", data=data).json == {"saved": True}
    assert queries.get_proposal(draft.public_id).purpose == "二回目"
    too_long = shown.form("提出する").filled({"purpose": "あ" * 2001})
    assert client.post(f"/proposals/{draft.public_id}/draft", data=too_long).status_code == 422


def test_two_delegates_do_not_overwrite_each_other(app, page, client):
    organisation, one = a_team()
    draft = a_draft(organisation, one)
    log_in(client, one)
    mine = page.get(f"/proposals/{draft.public_id}/edit")
    other_page = PageClient(app)
    log_in(other_page.client, a_delegate(organisation))
    theirs = other_page.get(f"/proposals/{draft.public_id}/edit")
    mine.submit("下書きを保存する", purpose="私の文")
    late = theirs.submit("下書きを保存する", expect=409, purpose="あとから来た文")
    assert "あとから来た文" in late.html


def test_a_bad_text_is_marked_and_kept(page, client):
    organisation, delegate = a_team()
    draft = a_draft(organisation, delegate)
    log_in(client, delegate)
    shown = page.get(f"/proposals/{draft.public_id}/edit")
    again = shown.submit("下書きを保存する", expect=422, purpose="あ" * 2001, title="x" * 101)
    assert "あと1文字減らしてください" in again.text
    assert "あ" * 2001 in again.text


def test_the_list_is_empty_kindly_and_narrows_by_stage(page):
    assert "あてはまる提案はありません" in page.get("/proposals").text
    a_proposal()
    listed = page.get("/proposals?stage=received&order=new")
    assert TEXT.title in listed.text
    assert TEXT.title not in page.get("/proposals?stage=adopted").main.text
    for strange in ("page=0", "page=-1", "page=9999999999999999999", "stage=<script>", "order=popular"):
        page.get(f"/proposals?{strange}")


def test_the_kept_list_changes_at_midnight_in_tokyo(page, clock):
    team = a_team()
    for number in range(8):
        a_proposal(*team, title=f"提案{number}")
    today = page.get("/proposals").main.text
    seen = set()
    for _ in range(5):
        clock.advance(timedelta(days=1))
        seen.add(page.get("/proposals").main.text)
    assert len(seen | {today}) > 3


def test_people_and_organisations_endorse_apart_and_take_it_back(page, client):
    proposal = a_proposal()
    _, delegate = a_team("みどり丘自治会")
    address = f"/proposals/{proposal.public_id}"
    assert page.get(address).link("ログインして賛同する")
    log_in(client, delegate)
    shown = page.get(address).submit("個人として賛同する").submit("みどり丘自治会として賛同する")
    assert "個人 1人 団体 1団体" in shown.text
    shown = shown.submit("個人の賛同をやめる").submit("みどり丘自治会の賛同をやめる")
    assert "個人 0人 団体 0団体" in shown.text


def test_endorsing_for_an_organisation_of_others_or_of_nobody_is_refused(page, client):
    proposal = a_proposal()
    neighbour, _ = a_team("みどり丘自治会")
    log_in(client, a_resident())
    data = page.get(f"/proposals/{proposal.public_id}").form("個人として賛同する").filled({})
    address = f"/proposals/{proposal.public_id}/endorse"
    for organisation in (neighbour.public_id, "zzz", "%00"):
        assert client.post(address, data={**data, "organisation": organisation}).status_code == 403
    assert queries.count_organisation_endorsements(proposal) == 0


def test_a_hidden_proposal_shows_the_reason_and_none_of_its_words(page):
    proposal = a_proposal()
    with transaction():
        said = db.session.get_one(Contribution, proposal.contribution_id)
        contributions.change_visibility(said, Visibility.HIDDEN, reason="個人の名前があるため")
    shown = page.get(f"/proposals/{proposal.public_id}")
    assert "個人の名前があるため" in shown.text
    assert TEXT.title not in shown.html
    assert TEXT.purpose not in shown.html


def test_addresses_of_nothing_are_not_found(page):
    proposal = a_proposal()
    for address in (
        "zzz",
        f"{proposal.public_id}/versions/1",
        f"{proposal.public_id}/versions/99999999999999",
    ):
        page.get(f"/proposals/{address}", expect=404)


def test_the_part_on_a_subjects_page_lists_them_with_both_counts(app):
    proposal = a_proposal()
    endorse(proposal, a_resident())
    with app.test_request_context("/"):
        found = queries.on_subjects([proposal.about_id], visitor("k" * 20))
        html = render_template("proposals/_on_page.html", proposals=found)
    assert TEXT.title in html
    assert "個人1人・団体0" in html
    assert "賛同の多い順ではありません" in html


def test_a_delegate_of_an_unconfirmed_organisation_is_told_so(page, client):
    organisation, delegate = a_team()
    with transaction():
        db.session.get_one(type(organisation), organisation.id).confirmed_at = None
    log_in(client, delegate)
    assert "まだ区の確認が済んでいません" in page.get("/proposals/new").text
    assert actor_of(delegate).delegated_ids == frozenset({organisation.id})
    assert actor_of(delegate).organisation_ids == frozenset()
