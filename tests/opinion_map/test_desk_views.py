"""The staff pages of opinion maps: prepared, looked after, computed, named and published without script."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select, update

from participation.access.actors import Role, visitor
from participation.foundation.db import db, transaction
from participation.jobs import long_runs
from participation.opinion_map import commands, queries
from participation.opinion_map.domain import apart
from participation.opinion_map.domain.maps import MapStatus, StatementStatus
from participation.opinion_map.models import MapCount, OpinionMap
from tests.support.builders.consultations import a_subject
from tests.support.builders.opinion_map import (
    EDITOR,
    a_map,
    a_map_draft,
    a_run,
    answer,
    computed,
    statement_of,
    two_camps,
)
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in


@pytest.fixture
def page(app, client):
    log_in(client, a_member_of_staff(Role.EDITOR))
    return PageClient(app, client)


def only_map():
    return db.session.scalars(select(OpinionMap)).one()


def test_a_map_is_prepared_seeded_opened_and_closed(page):
    a_subject()
    assert "意見の地図はまだありません" in page.get("/desk/opinion-maps").text
    form = page.get("/desk/opinion-maps/new")
    drafted = form.submit("保存する", question="広場をどう使いたいですか")
    refused = drafted.submit("公開する", expect=422)
    assert "意見文を3つ以上" in refused.text
    where = f"/desk/opinion-maps/{only_map().public_id}"
    seeded = page.get(f"{where}/statements").submit(
        "足す", texts="屋根がほしいです\n木を増やしたいです\n店がほしいです"
    )
    assert "木を増やしたいです" in seeded.text
    wrong = seeded.submit("足す", expect=422, texts="屋根がほしいです")
    assert "同じ意見文がもうあります" in wrong.text
    page.get(where).submit("公開する")
    assert only_map().status is MapStatus.OPEN
    page.get(where).submit("いま締め切る")
    assert only_map().status is MapStatus.CLOSED


def test_a_draft_that_somebody_else_changed_is_not_overwritten(page):
    opinion_map = a_map(opened=False)
    where = f"/desk/opinion-maps/{opinion_map.public_id}/edit"
    mine, theirs = page.get(where), page.get(where)
    theirs.submit("保存する", question="先に直した問い")
    late = mine.submit("保存する", expect=409, question="あとから直した問い")
    assert "先に変更しました" in late.text
    assert "今の問い：先に直した問い" in late.text
    db.session.expire_all()
    assert only_map().question == "先に直した問い"
    late.submit("保存する")
    db.session.expire_all()
    assert only_map().question == "あとから直した問い"


def test_an_offered_statement_is_shown_another_removed_with_its_reason_another_merged(page):
    opinion_map = a_map()
    for number, text in enumerate(
        ["ベンチがほしい人もいます", "広場はいらないと思います", "案1に進んでほしいです"]
    ):
        with transaction():
            commands.offer_statement(opinion_map, text, by=visitor(f"v{number}"))
    where = f"/desk/opinion-maps/{opinion_map.public_id}/statements"
    queue = page.get(where)
    assert "ベンチがほしい人もいます" in queue.text
    one, two, three = (statement_of(opinion_map, number).public_id for number in (13, 14, 15))
    page.get(f"{where}/{one}").submit("この意見文を公開する")
    refused = page.get(f"{where}/{two}").submit("取り下げる", expect=422, reason="")
    refused.submit("取り下げる", reason="問いと関係がないため")
    wrong = page.get(f"{where}/{three}").submit("まとめる", expect=422, number="99")
    wrong.submit("まとめる", number="1")
    db.session.expire_all()
    assert [statement_of(opinion_map, n).status for n in (13, 14, 15)] == [
        StatementStatus.SHOWN,
        StatementStatus.REMOVED,
        StatementStatus.MERGED,
    ]
    assert "問いと関係がないため" in page.get(f"{where}?state=removed").text
    assert "意見文1" in page.get(f"{where}?state=merged").text
    assert "の意見文はありません" in page.get(f"{where}?state=waiting").text


def test_a_run_is_asked_for_computed_by_the_job_named_and_published_once(page, monkeypatch):
    monkeypatch.setattr(apart, "compute_votes", computed)
    opinion_map = a_map()
    two_camps(opinion_map)
    where = f"/desk/opinion-maps/{opinion_map.public_id}/runs"
    asked = page.get(where).submit("計算を頼む", seed="3")
    assert "前の処理が終わると始まります" in asked.text
    db.session.rollback()
    long_runs.work_off()
    runs = queries.list_runs(opinion_map)
    assert {each.seed for each in runs} == {0, 3}
    latest = runs[0].number
    assert "立場をこえて賛成を集める意見文" in page.get(f"{where}/{latest}").follow("橋渡しの見方").text
    named = page.get(f"{where}/{latest}").submit(
        "名前を保存する", name1="静かな広場", remark1="休みたい人たち"
    )
    assert "静かな広場" in named.text
    long = named.submit("名前を保存する", expect=422, name1="あ" * 41)
    assert "40文字以内" in long.text
    published = page.get(f"{where}/{latest}").submit("この計算を公開する", note="設計に使います。")
    assert "第1版として公開しています" in published.text
    assert "静かな広場" in str(queries.get_publication(opinion_map, 1).picture)


def test_a_map_without_enough_votes_cannot_be_published_from_its_page(page):
    opinion_map = a_map()
    two_camps(opinion_map, people=3)
    a_run(opinion_map)
    shown = page.get(f"/desk/opinion-maps/{opinion_map.public_id}/runs/1")
    assert "まだ地図になっていません" in shown.text
    assert "この計算を公開する" not in shown.text


def two_files():
    return {
        "comments": (io.BytesIO(b"comment-id,moderated,comment-body\n0,1,one\n4,-1,two\n"), "comments.csv"),
        "votes": (io.BytesIO(b"participant,group-id,0,4\n7,0,1,-1\n8,1,-1,\n"), "participants-votes.csv"),
    }


def test_a_conversation_of_polis_is_taken_in_to_an_empty_draft_only(app, client):
    log_in(client, a_member_of_staff(Role.ANALYST))
    page, opinion_map = PageClient(app, client), a_map(opened=False)
    where = f"/desk/opinion-maps/{opinion_map.public_id}/take-in"
    form = page.get(where).form("取り込む").filled({})
    full = client.post(where, data={**form, **two_files()}, content_type="multipart/form-data")
    assert full.status_code == 422
    assert "意見文がまだない下書きだけ" in full.get_data(as_text=True)
    with transaction():
        draft = a_map_draft(subject_id=opinion_map.subject_id, question="取り込む先")
        empty = commands.draft_map(draft, by=EDITOR)
    where = f"/desk/opinion-maps/{empty.public_id}/take-in"
    missing = page.get(where).submit("取り込む", expect=422)
    assert "2つのファイルを選んでください" in missing.text
    form = page.get(where).form("取り込む").filled({})
    taken = client.post(where, data={**form, **two_files()}, content_type="multipart/form-data")
    assert taken.status_code == 303
    counts = queries.kept_counts(empty)
    assert (counts.voters, counts.votes) == (2, 3)
    assert "番号への票" not in page.get(taken.headers["Location"]).text
    assert "番号への票2件は、取り込んでいません" in page.get(f"{taken.headers['Location']}?left_out=2").text
    assert sorted(vote[1:] for vote in queries.list_votes(empty)) == [(0, -1), (0, 1)]


@pytest.mark.parametrize(
    "path", ["", "/statements", "/runs", "/runs/1", "/runs/1?view=model", "/statements/one"]
)
def test_a_staff_page_is_small_and_asks_the_database_little(app, client, queries_of, path):
    log_in(client, a_member_of_staff(Role.AUDITOR))
    opinion_map = a_map()
    two_camps(opinion_map)
    a_run(opinion_map)
    address = f"/desk/opinion-maps/{opinion_map.public_id}{path}"
    address = address.replace("/one", "/" + statement_of(opinion_map, 1).public_id)
    answered = PageClient(app, client).get(address)
    assert "この意見文を公開する" not in answered.text
    assert "計算を頼む" not in answered.text
    assert len(client.get(address).get_data()) < 60_000
    assert queries_of(lambda: client.get(address)) <= 10


def test_staff_read_what_the_latest_run_does_not_hold_and_nothing_of_a_run_that_does_not_say(page):
    opinion_map = a_map()
    where = f"/desk/opinion-maps/{opinion_map.public_id}"
    assert "これまでに、12回の変化がありました" in page.get(f"{where}/runs").text
    two_camps(opinion_map, people=2)
    a_run(opinion_map)
    assert "前の計算に、すべての票と変化が入っています" in page.get(f"{where}/runs").text
    answer(opinion_map, 1, "agree", visitor("one more"))
    assert "前の計算のあと、1回の変化がありました" in page.get(f"{where}/runs").text
    assert "前の計算のあとの変化" in page.get(where).text
    with transaction():
        db.session.execute(update(MapCount).values(changes_in_run=None))
    assert "前の計算のあと" not in page.get(f"{where}/runs").text + page.get(where).text
