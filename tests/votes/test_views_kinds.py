"""Voting on pages, kind by kind: write, look once more, send, keep the receipt; every bad ballot refused."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.people.domain import AgeBand
from participation.votes import commands
from participation.votes.domain import Audience, Keeping, VoteKind
from participation.votes.domain.electorate import Listed
from participation.votes.domain.files import read_ballots
from participation.votes.models import Ballot, Participation
from tests.support.builders.votes import EDITOR, KINDS, a_vote_of, cast, cast_secretly, close
from tests.support.page import PageClient
from tests.support.people import a_resident, actor_of, log_in

REVIEWED = [kind for kind in VoteKind if kind not in (VoteKind.STANCE, VoteKind.SINGLE)]
#: What a voter fills in for the ballot of tests/support/builders/votes.KINDS.
FILLED = {
    VoteKind.STANCE: {"choice": "agree"},
    VoteKind.SINGLE: {"choice": "o2"},
    VoteKind.APPROVAL: {"choice": ["o1", "o3"]},
    VoteKind.SCORE: {"p_o1": "5", "p_o3": "0"},
    VoteKind.RANKING: {"r_1": "o3", "r_2": "o1"},
    VoteKind.PRIORITIES: {"r_1": "o4", "r_2": "o1", "r_3": "o2"},
    VoteKind.POINTS: {"p_o1": "７", "p_o2": "3"},
    VoteKind.BUDGET: {"choice": ["o1", "o3"]},
    VoteKind.BUDGET_POINTS: {"p_o1": "4", "p_o3": "6"},
}
BAD = {
    VoteKind.SINGLE: [{}, {"choice": "x1"}, {"choice": ["o1", "o2"]}],
    VoteKind.APPROVAL: [
        {},
        {"choice": ["o1", "o2", "o3"]},
        {"choice": ["o1", "x"]},
        {"choice": ["o1", "o1"]},
    ],
    VoteKind.SCORE: [{}, {"p_o1": "6"}, {"p_o1": "-1"}, {"p_o1": "NaN"}, {"p_o1": ["1", "2"]}],
    VoteKind.RANKING: [{}, {"r_1": "o1", "r_2": "o1"}, {"r_2": "o1"}, {"r_1": "x"}, {"r_1": ["o1", "o2"]}],
    VoteKind.PRIORITIES: [{}, {"r_1": "o1", "r_3": "o2"}, {"r_1": "o1", "r_2": "o1"}],
    VoteKind.POINTS: [{}, {"p_o1": "9"}, {"p_o1": "11"}, {"p_o1": "-1", "p_o2": "11"}, {"p_o1": "1e1"}],
    VoteKind.BUDGET: [{}, {"choice": ["o1", "o2"]}, {"choice": "o9"}],
    VoteKind.BUDGET_POINTS: [{}, {"p_o1": "5"}, {"p_o1": "十"}],
}


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def rows(model):
    return db.session.scalar(select(func.count()).select_from(model))


def secret(kind=VoteKind.SINGLE, **more):
    return a_vote_of(kind, keeping=Keeping.SECRET, **more)


def receipt_on(shown):
    return re.search(r"[2-9a-z]{4}(?:-[2-9a-z]{4}){6}", shown.text).group()


@pytest.mark.parametrize("kind", VoteKind)
def test_a_secret_ballot_of_every_kind_is_written_looked_at_sent_and_gets_a_receipt(page, kind):
    vote = secret(kind)
    shown = page.get(f"/votes/{vote.public_id}")
    looked_at = shown.submit("内容を確かめる", **FILLED[kind])
    assert looked_at.h1.endswith("投票の前の確認")
    assert rows(Ballot) == 0
    done = looked_at.submit("この内容で投票する")
    assert done.h1 == "投票しました"
    (stored,) = db.session.scalars(select(Ballot.content))
    assert stored == KINDS[kind][1]
    again = page.get(f"/votes/{vote.public_id}")
    assert "投票済みです" in again.text
    assert receipt_on(done) not in again.html


@pytest.mark.parametrize("kind", REVIEWED)
def test_a_signal_of_every_kind_is_shown_to_its_voter_and_changed(page, kind):
    vote = a_vote_of(kind)
    page.get(f"/votes/{vote.public_id}").submit("内容を確かめる", **FILLED[kind]).submit("この内容で投票する")
    again = page.get(f"/votes/{vote.public_id}")
    assert "投票済みです" in again.text
    kept = again.form("内容を確かめる").filled({})
    assert all(
        kept[name] == ([value] if isinstance(value, str) else value) or value == "７"
        for name, value in FILLED[kind].items()
    )
    again.submit("内容を確かめる").submit("この内容で投票する")
    assert rows(Ballot) == 1


@pytest.mark.parametrize(
    ("kind", "fields"), [(kind, fields) for kind, each in BAD.items() for fields in each]
)
def test_a_bad_ballot_is_refused_in_plain_words_and_the_choices_stay(client, kind, fields):
    vote = secret(kind)
    answered = client.post(f"/votes/{vote.public_id}", data={**tokens(client, vote), **fields})
    html = answered.get_data(as_text=True)
    assert answered.status_code == 422
    assert "入力内容を確かめてください" in html
    for value in fields.values():
        for each in [value] if isinstance(value, str) else value:
            assert each.startswith("x") or each in ("o9", "6", "-1", "NaN") or f'value="{each}"' in html
    assert (rows(Ballot), rows(Participation)) == (0, 0)


def tokens(client, vote):
    html = client.get(f"/votes/{vote.public_id}").get_data(as_text=True)
    return dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', html))


@pytest.mark.parametrize(
    "fields",
    [
        {"content": "o1,o2"},
        {"content": "x" * 100_000},
        {"content": ""},
        {"content": "o2", "receipt": "chosen-by-somebody"},
        {"content": "o2", "receipt": "b" * 28, "proof": "0" * 64},
        {"content": "o2", "organisation_id": "9" * 30, "changing": "1", "receipt": "b" * 28},
    ],
)
def test_what_was_changed_after_the_look_is_refused(client, fields):
    vote = secret()
    answered = client.post(f"/votes/{vote.public_id}/cast", data={**tokens(client, vote), **fields})
    assert answered.status_code == 422
    assert rows(Ballot) == 0


def test_going_back_keeps_everything_and_a_late_ballot_is_told_so(page, clock):
    vote = secret(VoteKind.RANKING)
    looked_at = page.get(f"/votes/{vote.public_id}").submit("内容を確かめる", r_1="o3", r_2="o1")
    back = looked_at.submit("直す")
    kept = back.form("内容を確かめる").filled({})
    assert (kept["r_1"], kept["r_2"], kept["r_3"]) == (["o3"], ["o1"], [""])
    clock.set(vote.closes_at)
    assert "締め切りました" in looked_at.submit("この内容で投票する", expect=409).text
    assert rows(Ballot) == 0


def test_sending_twice_gives_one_ballot_and_the_same_receipt(page):
    vote = secret()
    looked_at = page.get(f"/votes/{vote.public_id}").submit("内容を確かめる", choice="o1")
    first, again = looked_at.submit("この内容で投票する"), looked_at.submit("この内容で投票する")
    assert receipt_on(first) == receipt_on(again)
    assert rows(Ballot) == 1


def test_a_receipt_changes_a_secret_ballot_without_showing_the_old_one(page):
    vote = secret(VoteKind.BUDGET)
    shown = page.get(f"/votes/{vote.public_id}")
    receipt = receipt_on(shown.submit("内容を確かめる", choice=["o1"]).submit("この内容で投票する"))
    changing = page.get(f"/votes/{vote.public_id}").follow("控えの番号で票を変える")
    assert changing.form("内容を確かめる").filled({}).get("choice") in (None, [])
    wrong = changing.submit("内容を確かめる", choice=["o2"], receipt="b" * 28)
    refused = wrong.submit("この票に変える", expect=422)
    assert "見つかりませんでした" in refused.text
    done = changing.submit("内容を確かめる", choice=["o2", "o3"], receipt=receipt).submit("この票に変える")
    assert done.h1 == "票を変えました"
    assert list(db.session.scalars(select(Ballot.content))) == ["o2,o3"]


def test_a_signal_has_no_page_for_codes(page):
    page.get(f"/votes/{a_vote_of(VoteKind.SINGLE).public_id}/change", expect=422)


def test_whoever_is_on_the_list_types_the_number_and_others_are_told(page):
    vote = secret(audience=Audience.INVITED, published=False)
    with transaction():
        commands.list_electors(vote, [Listed("bcdfghjkmnpq")], by=EDITOR)
        commands.publish_vote(vote, by=EDITOR)
    shown = page.get(f"/votes/{vote.public_id}")
    looked_at = shown.submit("内容を確かめる", choice="o1", identifier="zzzz-zzzz-zzzz")
    refused = looked_at.submit("この内容で投票する", expect=422)
    assert "名簿に見つかりませんでした" in refused.text
    assert refused.form("内容を確かめる").filled({})["choice"] == ["o1"]
    right = refused.submit("内容を確かめる", identifier="BCDF-GHJK-MNPQ").submit("この内容で投票する")
    assert right.h1 == "投票しました"


def test_guessing_numbers_of_the_list_gets_slow(page, clock):
    vote = secret(audience=Audience.INVITED, published=False)
    with transaction():
        commands.list_electors(vote, [Listed("bcdfghjkmnpq")], by=EDITOR)
        commands.publish_vote(vote, by=EDITOR)
    shown = page.get(f"/votes/{vote.public_id}").submit("内容を確かめる", choice="o1", identifier="zzzzzz")
    for _ in range(10):
        assert "名簿に見つかりませんでした" in shown.submit("この内容で投票する", expect=422).text
    right = shown.submit("直す").submit("内容を確かめる", identifier="bcdfghjkmnpq")
    assert "10分ほど待って" in right.submit("この内容で投票する", expect=422).text
    clock.advance(timedelta(minutes=11))
    assert right.submit("この内容で投票する").h1 == "投票しました"


def test_organisations_vote_through_their_delegates_alone(app, client):
    vote = secret(audience=Audience.ORGANISATION)
    log_in(client, a_resident())
    shown = PageClient(app, client).get(f"/votes/{vote.public_id}")
    assert "区に登録した団体の担当者が投票します" in shown.text


# ── Nothing before the closing ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", [VoteKind.BUDGET, VoteKind.RANKING])
def test_no_page_file_size_or_tag_tells_the_result_before_the_closing(app, client, kind):
    vote = secret(kind)
    addresses = [
        f"/votes/{vote.public_id}{end}"
        for end in ("", "/check", "/result.csv", "/ballots.csv", "/result.json", "/result.pb", "/record.json")
    ] + ["/votes"]

    def seen():
        reader = app.test_client()
        answers = [reader.get(address) for address in addresses]
        hidden = re.compile(rb'value="[^"]*"')
        return [
            (
                a.status_code,
                hidden.sub(b"", a.get_data()),
                a.headers.get("ETag"),
                a.headers.get("Last-Modified"),
            )
            for a in answers
        ]

    before = seen()
    for _ in range(12):
        cast_secretly(vote, KINDS[kind][1])
    assert seen() == before
    assert [status for status, *_ in before] == [200, 200, 404, 404, 404, 404, 404, 200]


def test_the_heads_of_an_open_vote_do_not_tell_how_many_voted(page):
    vote = secret()
    for _ in range(25):
        cast_secretly(vote, "o1")
    with transaction():
        head = commands.seal_ballots(vote, by=system("tests"))
    shown = page.get(f"/votes/{vote.public_id}/check").text
    assert head in shown
    assert "25" not in shown.replace(head, "")


# ── After it ────────────────────────────────────────────────────────────────────────────────


def test_a_closed_budget_tells_what_was_funded_why_and_who_voted(page, client):
    vote = secret(VoteKind.BUDGET, compares=True)
    for content in ("o1,o3", "o1", "o2", "o2,o3", "o1"):
        cast_secretly(vote, content)
    close(vote)
    shown = page.get(f"/votes/{vote.public_id}").text
    assert "均等配分方式" in shown
    assert "選ばれた案の費用は、合わせて" in shown
    assert "ほかの数え方では" in shown
    assert "人数が少ないか、届けた人が少ないため" in shown
    for ending, name in (("json", "x.json"), ("pb", "x.pb")):
        answer = client.get(f"/votes/{vote.public_id}/result.{ending}")
        assert read_ballots(answer.get_data(), name).voters == 5
    assert client.get(f"/votes/{vote.public_id}/result.preflib").status_code == 200
    lines = client.get(f"/votes/{vote.public_id}/ballots.csv").get_data(as_text=True).splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["2", "1", "1", "1"]


@pytest.mark.parametrize("kind", [VoteKind.STANCE, VoteKind.RANKING, VoteKind.BUDGET])
def test_the_result_is_a_paper_once_it_may_be_told(client, kind):
    vote = secret(kind, compares=kind is not VoteKind.STANCE)
    assert client.get(f"/votes/{vote.public_id}/result.txt").status_code == 404
    for _ in range(5):
        cast_secretly(vote, KINDS[kind][1])
    close(vote)
    text = client.get(f"/votes/{vote.public_id}/result.txt").get_data(as_text=True)
    assert "参考投票の結果" in text
    assert ("数え方と経過" in text) == (kind is not VoteKind.STANCE)
    assert client.get(f"/votes/{vote.public_id}/result.pdf").get_data().startswith(b"%PDF")


def test_points_have_no_preflib_file(client):
    vote = secret(VoteKind.POINTS)
    for _ in range(5):
        cast_secretly(vote, "o1:10")
    close(vote)
    assert client.get(f"/votes/{vote.public_id}/result.json").status_code == 200
    assert client.get(f"/votes/{vote.public_id}/result.preflib").status_code == 404


def test_a_receipt_is_looked_up_after_the_closing_without_leaving_a_trace(page):
    vote = secret()
    receipts = [cast_secretly(vote, "o1") for _ in range(3)]
    assert "締切のあと" in page.get(f"/votes/{vote.public_id}/check").text
    close(vote)
    found = page.get(f"/votes/{vote.public_id}/check").submit("一覧を調べる", receipt=receipts[0].upper())
    assert "公開の一覧に入っています" in found.text
    missing = page.get(f"/votes/{vote.public_id}/check").submit("一覧を調べる", receipt="b" * 28)
    assert "一覧にありません" in missing.text
    assert "防げないこと" in missing.text


def test_record_and_program_are_given_after_the_closing(client):
    vote = secret()
    for _ in range(5):
        cast_secretly(vote, "o1")
    close(vote)
    record = json.loads(client.get(f"/votes/{vote.public_id}/record.json").get_data())
    assert (len(record["ballots"]), record["winners"]) == (5, ["o1"])
    program = client.get("/votes/verify.py")
    assert "attachment" in program.headers["Content-Disposition"]
    assert program.get_data().startswith(b"#!/usr/bin/env python3")


def test_turnout_by_age_is_told_without_small_cells(page):
    vote = a_vote_of(VoteKind.SINGLE, audience=Audience.ACCOUNT)
    for band, number in ((AgeBand.FROM_30, 12), (AgeBand.FROM_50, 7), (AgeBand.FROM_60, 3)):
        for _ in range(number):
            who = a_resident()
            with transaction():
                db.session.merge(who).age_band = band
            cast(vote, "o1", actor_of(who))
    close(vote)
    shown = page.get(f"/votes/{vote.public_id}").text
    assert "30代 12" in shown
    assert "50代 少ないため載せません" in shown
    assert "60代 少ないため載せません" in shown
