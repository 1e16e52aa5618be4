"""Votes as residents meet them."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from flask import render_template
from sqlalchemy import func, select

from participation.foundation.db import db, transaction
from participation.votes import commands, queries
from participation.votes.domain import Audience, ResultsShown, VoteKind
from participation.votes.domain.files import read_ballots
from participation.votes.models import Ballot
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.votes import EDITOR, a_vote, cast
from tests.support.page import PageClient
from tests.support.people import a_resident, actor_of, log_in


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def ballots():
    return db.session.scalar(select(func.count()).select_from(Ballot))


def tokens(client, vote):
    html = client.get(f"/votes/{vote.public_id}").get_data(as_text=True)
    return dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', html))


def test_a_visitor_votes_gives_a_reason_and_changes_both(page):
    vote = a_vote()
    shown = page.get(f"/votes/{vote.public_id}")
    assert "結果で決まるものではなく" in shown.text
    assert "選挙" not in shown.text
    assert "住民投票" not in shown.text
    voted = shown.submit("投票する", choice="agree", reason="祖母も読めるから")
    assert "あなたの票は「賛成」です" in voted.text
    assert "賛成 1人 100%" in voted.text
    assert "自分から投票した人の集計" in voted.text
    kept = voted.form("この票に変える").filled({})
    assert (kept["choice"], kept["reason"][0].strip()) == (["agree"], "祖母も読めるから")
    changed = voted.submit("この票に変える", choice="pass", reason="")
    assert "「どちらともいえない」" in changed.text
    assert ballots() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"choice": ""},
        {"choice": "zz"},
        {"choice": ["agree", "pass"]},
        {"choice": ["agree", "agree"]},
        {"choice": "agree", "reason": "あ" * 501},
        {"choice": "agree", "reason": "\ue000"},
    ],
)
def test_a_bad_ballot_is_refused_with_a_clear_message_and_not_stored(client, fields):
    vote = a_vote()
    answered = client.post(f"/votes/{vote.public_id}", data={**tokens(client, vote), **fields})
    assert answered.status_code == 422
    assert "入力内容を確かめてください" in answered.get_data(as_text=True)
    assert ballots() == 0


def test_a_ballot_after_the_closing_is_answered_with_409_and_the_reason_kept(page, clock):
    vote = a_vote()
    shown = page.get(f"/votes/{vote.public_id}")
    clock.set(vote.closes_at)
    late = shown.submit("投票する", expect=409, choice="agree", reason="間に合わなかった理由")
    assert "締め切りました" in late.text
    assert "間に合わなかった理由" in late.text
    assert ballots() == 0


def test_a_page_says_nothing_of_the_count_before_the_closing(page, client):
    vote = a_vote(results_shown=ResultsShown.AFTER_CLOSING)
    guest_page = f"/votes/{vote.public_id}"
    before = [page.get(address).main.text for address in (guest_page, "/votes")]
    size = len(client.get("/votes").get_data())
    for _ in range(3):
        cast(vote, reason="理由は別")
    after = [page.get(address).main.text for address in (guest_page, "/votes")]
    assert after == before
    assert "職員を含めてだれにも見えません" in after[0]
    assert len(client.get("/votes").get_data()) == size


def test_a_vote_for_members_leads_a_visitor_to_the_log_in_page(app, page, client):
    vote = a_vote(audience=Audience.ACCOUNT)
    assert page.get(f"/votes/{vote.public_id}").link("ログインして投票する")
    log_in(client, a_resident())
    assert "投票済みです" in page.get(f"/votes/{vote.public_id}").submit("投票する", choice="pass").text


def test_lists_say_what_to_do_when_empty_and_show_the_closed_with_their_total(page, clock):
    assert "受け付けている参考投票はありません" in page.get("/votes").text
    vote = a_vote()
    cast(vote)
    assert "1人が投票" in page.get("/votes").text
    clock.set(vote.closes_at)
    assert "締め切ったもの" in page.get("/votes").text
    assert "賛成 1人 100%" in page.get(f"/votes/{vote.public_id}").text


def test_a_draft_and_an_unknown_vote_are_not_found(page):
    page.get(f"/votes/{a_vote(published=False).public_id}", expect=404)
    page.get("/votes/zzz", expect=404)


def test_the_part_on_a_subjects_page_takes_a_tap_and_leaves_a_reason_alone(app, page, client):
    vote = a_vote(kind=VoteKind.SINGLE, labels=("公園", "図書館"))
    resident = a_resident()
    cast(vote, "o1", actor_of(resident), reason="広いから")
    with app.test_request_context("/"):
        html = render_template(
            "votes/_on_page.html", votes=queries.on_subjects([vote.subject_id], actor_of(resident))
        )
    assert html.count("<button") == 2
    assert "（あなたの答え）" in html
    assert "結果で決まるものではありません" in html
    log_in(client, resident)
    answered = client.post(f"/votes/{vote.public_id}", data={**tokens(client, vote), "choice": "o2"})
    assert answered.status_code == 303
    own = queries.find_own_ballot(vote, actor_of(resident))
    assert (own.content, own.reason) == ("o2", "広いから")


def test_the_page_of_a_consultation_leads_to_its_vote_while_it_is_open(page, clock):
    consultation = an_open_consultation()
    vote = a_vote(consultation_id=consultation.id)
    address = f"/consultations/{consultation.code}"
    assert page.get(address).follow("参考投票をする").h1.endswith(vote.question)
    clock.set(vote.closes_at)
    assert "参考投票をする" not in page.get(address).text


def close(vote):
    with transaction():
        commands.close_vote(vote, by=EDITOR)


def test_a_closed_choice_tells_how_it_was_counted_and_gives_files(page, client):
    vote = a_vote(kind=VoteKind.SINGLE, labels=("公園", "図書館", "=1+1"))
    for code in ("o1", "o2", "o2"):
        cast(vote, code)
    assert "数え方と経過" not in page.get(f"/votes/{vote.public_id}").text
    close(vote)
    shown = page.get(f"/votes/{vote.public_id}").text
    assert "3票を数えると、「図書館」2票、「公園」1票、「=1+1」0票でした。" in shown
    assert "「図書館」が選ばれます。次の「公園」との差は1票です。" in shown
    assert f"くじの種は「{vote.seed}」です" in shown
    assert f"前に公表した種の封印（SHA-256）は「{sha256(vote.seed.encode()).hexdigest()}」" in shown
    table = client.get(f"/votes/{vote.public_id}/result.csv")
    assert "o2,図書館,2" in table.get_data(as_text=True).replace('"', "")
    assert "'=1+1" in table.get_data(as_text=True)
    for ending in ("json", "cat"):
        answer = client.get(f"/votes/{vote.public_id}/result.{ending}")
        assert "attachment" in answer.headers["Content-Disposition"]
        election = read_ballots(answer.get_data(), f"x.{ending}")
        assert (election.voters, election.title) == (3, vote.question)
        assert election.marks == {(0,): 1, (1,): 2}


def test_a_closed_stance_gives_files_but_chooses_nothing(page, client):
    vote = a_vote()
    cast(vote)
    close(vote)
    shown = page.get(f"/votes/{vote.public_id}").text
    assert ("数え方と経過" in shown, "結果をファイルで受け取る" in shown) == (False, True)
    assert client.get(f"/votes/{vote.public_id}/result.csv").status_code == 200


@pytest.mark.parametrize("ending", ["csv", "json", "cat"])
@pytest.mark.parametrize("results_shown", ResultsShown)
def test_there_is_no_file_before_closing(client, ending, results_shown):
    vote = a_vote(results_shown=results_shown)
    cast(vote)
    assert client.get(f"/votes/{vote.public_id}/result.{ending}").status_code == 404


def test_a_draft_has_no_file(client):
    vote = a_vote(published=False)
    assert client.get(f"/votes/{vote.public_id}/result.csv").status_code == 404


def test_without_ballots_there_is_nothing_to_tell_and_nothing_breaks(page, client):
    vote = a_vote(kind=VoteKind.SINGLE, labels=("公園", "図書館"))
    close(vote)
    shown = page.get(f"/votes/{vote.public_id}").text
    assert "票がありませんでした。" in shown
    assert "数え方と経過" not in shown
    assert client.get(f"/votes/{vote.public_id}/result.json").status_code == 200
