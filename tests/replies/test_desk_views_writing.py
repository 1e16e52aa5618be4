"""Writing a reply on the working page: help without script, two who write at once, pages of 定型文 and 対応区分."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from participation.access.actors import Role
from participation.foundation.db import db, transaction
from participation.replies import commands
from participation.replies.domain import ReplyDraftText
from participation.replies.models import Boilerplate, ReplySource
from participation.replies.queries import disposition_sets, rows
from tests.support.builders.boilerplates import a_boilerplate
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.replies import a_draft, a_point, published, the_schemes
from tests.support.page import PageClient, read
from tests.support.people import a_member_of_staff, a_section, actor_of, log_in


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def editor(client):
    person = a_member_of_staff(Role.EDITOR)
    log_in(client, person)
    return person


_sent = iter(range(10**6))


def send(client, path, action, **fields):
    html = client.get(path).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', html).group(1)
    form = {"csrf_token": token, "submission_id": f"test-writing-{next(_sent):016d}"}
    return client.post(action, data={**form, **fields})


def compose(client, point, do, **fields):
    path = f"/desk/points/{point.public_id}"
    answer = send(client, path, f"{path}/compose", do=do, based_on="0", **fields)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def typed(html, name):
    root, problems = read(html)
    assert problems == []
    (area,) = [node for node in root.all("textarea") if node.attrs["name"] == name]
    return "".join(map(str, area.children)).strip()


def test_checking_the_wording_keeps_what_was_typed_and_says_where_and_what_instead(client, editor):
    point = a_point()
    html = compose(client, point, "check", body="前向きに検討します。", easy="令和8年度に作ります。")
    assert typed(html, "body") == "前向きに検討します。"
    assert "ぼかしたことば" in html
    assert "約束のあいまいさ" in html
    assert "「2026年度」" in html
    assert rows.find_reply(point) is None
    assert (
        "ことばの気づき"
        not in client.get(f"/desk/points/{point.public_id}")
        .get_data(as_text=True)
        .split("ことばを確かめる")[0]
    )


def test_the_hints_come_alone_for_the_open_page(client, editor):
    path = f"/desk/points/{a_point().public_id}"
    answer = send(client, path, f"{path}/hints", body="可能な限り行います。")
    assert "<html" not in answer.get_data(as_text=True)
    assert "どこまでできるのか" in answer.get_data(as_text=True)
    assert "気づきはありません" in send(client, path, f"{path}/hints", body="駅に置きます。").get_data(
        as_text=True
    )


def test_a_boilerplate_is_added_to_what_was_typed_and_its_use_is_kept(client, editor):
    point = a_point(title="区報の文字")
    kept = a_boilerplate("「{論点}」への答えです。")
    html = compose(client, point, "boilerplate", body="はじめの文。", boilerplate=kept.public_id)
    assert typed(html, "body") == "はじめの文。\n\n「区報の文字」への答えです。"
    token = f"boilerplate:{kept.public_id}:1"
    assert re.search(rf'name="sources" value="{token}" checked', html)
    path = f"/desk/points/{point.public_id}"
    answer = send(
        client, path, f"{path}/reply", body="文です。", based_on="0", disposition="A", sources=token
    )
    assert answer.status_code == 303
    assert db.session.query(ReplySource).count() == 1
    assert f'value="{token}" checked' in client.get(path).get_data(as_text=True)


def test_choosing_no_boilerplate_or_one_that_went_is_said(client, editor):
    point = a_point()
    assert "選んでください" in compose(client, point, "boilerplate", body="文。", boilerplate="")
    html = compose(client, point, "boilerplate", body="文。", boilerplate="nothing123")
    assert "今は使えません" in html
    assert typed(html, "body") == "文。"


def test_an_earlier_reply_is_found_and_copied_with_its_source(client, editor):
    old = a_point(title="掲示板の場所")
    published(old)
    point = a_point(to=an_open_consultation(), title="別の論点", summary="別のこと。")
    html = compose(client, point, "search", body="書きかけ。", find_text="掲示板")
    assert "見つかった前の区の考え方" in html
    assert f'href="/points/{old.public_id}"' in html
    assert typed(html, "body") == "書きかけ。"
    html = compose(client, point, f"precedent:{old.public_id}", body="書きかけ。")
    assert typed(html, "body").startswith("書きかけ。\n\nご意見の趣旨を踏まえ")
    assert f'value="precedent:{old.public_id}:1" checked' in html
    assert "あてはまる区の考え方はありません" in compose(client, point, "search", find_text="宇宙")


def test_the_words_alone_are_given_to_the_open_page(client, editor):
    point = a_point(title="区報")
    kept = a_boilerplate("「{論点}」です。")
    address = f"/desk/points/{point.public_id}/words"
    told = client.get(address, query_string={"boilerplate": kept.public_id}).get_json()
    assert told == {
        "text": "「区報」です。",
        "token": f"boilerplate:{kept.public_id}:1",
        "title": "検討の時期と担当",
    }
    assert client.get(address, query_string={"precedent": point.public_id}).status_code == 404
    assert client.get(address).status_code == 404


def test_a_version_keeps_its_plain_versions_and_they_are_decided_on(client, editor):
    point = a_point()
    path = f"/desk/points/{point.public_id}"
    answer = send(
        client,
        path,
        f"{path}/reply",
        body="文。",
        based_on="0",
        disposition="A",
        easy="｜区《く》",
        child="こ",
    )
    assert answer.status_code == 303
    version = rows.get_version(rows.find_reply(point), 1)
    assert (version.easy, version.child) == ("｜区《く》", "こ")
    other = a_draft(a_point(title=point.title, summary=point.summary), "文。")
    assert version.content_hash != other.content_hash


def test_whoever_saves_second_sees_every_part_that_differs_and_loses_nothing(client, editor):
    consultation = an_open_consultation()
    base, point = a_point(to=consultation), a_point(to=consultation)
    a_draft(base)
    a_draft(point, "先に保存された文。", disposition="B")
    path = f"/desk/points/{point.public_id}"
    late = send(
        client,
        path,
        f"{path}/reply",
        body="あとから来た文。",
        disposition="A",
        same_as=str(base.number),
        supplement="補足。",
        easy="やさしい文。",
        child="こどもの文。",
        based_on="0",
    )
    assert late.status_code == 409
    html = late.get_data(as_text=True)
    for name in ("区の考え方", "対応区分", "考え方が同じ論点", "同じときに書き足すこと", "やさしい日本語版"):
        assert f"{name}の違い" in html
    assert [typed(html, each) for each in ("body", "supplement", "easy", "child")] == [
        "あとから来た文。",
        "補足。",
        "やさしい文。",
        "こどもの文。",
    ]
    assert "先に保存された文。" in html
    assert 'name="based_on" value="1"' in html
    answer = send(
        client,
        path,
        f"{path}/compose",
        do="saved:区の考え方",
        body="あとから来た文。",
        child="こどもの文。",
        based_on="1",
    ).get_data(as_text=True)
    assert typed(answer, "body") == "先に保存された文。"
    assert typed(answer, "child") == "こどもの文。"


def test_two_who_change_a_title_see_both(client, editor):
    point = a_point(title="はじめの題名", summary="要旨。")
    path = f"/desk/points/{point.public_id}"
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(path).get_data(as_text=True)).group(1)
    with transaction():
        commands.retitle_point(point.public_id, "先の題名", "要旨。", by=actor_of(editor))
    late = send(client, path, f"{path}/title", title="後の題名", summary="要旨。", seen=seen)
    assert late.status_code == 409
    html = late.get_data(as_text=True)
    assert "論点の題名の違い" in html
    assert "意見の要旨の違い" not in html
    assert 'value="後の題名"' in html
    fresh = re.search(r'name="seen" value="([^"]+)"', html).group(1)
    assert (
        send(client, path, f"{path}/title", title="後の題名", summary="要旨。", seen=fresh).status_code == 303
    )


def test_another_persons_unfinished_words_are_told_but_not_shown(client, clock):
    point = a_point()
    other = a_member_of_staff(Role.EDITOR)
    with transaction():
        commands.keep_draft(point.public_id, ReplyDraftText("ひみつの書きかけ", None, 0), by=actor_of(other))
    person = a_member_of_staff(Role.EDITOR)
    log_in(client, person)
    html = client.get(f"/desk/points/{point.public_id}").get_data(as_text=True)
    assert f"{other.nickname}さんが書きかけています（" in html
    assert "ひみつの書きかけ" not in html


def test_unfinished_plain_versions_and_choices_come_back(client, editor):
    point = a_point()
    path = f"/desk/points/{point.public_id}"
    kept = a_boilerplate("文。")
    send(
        client,
        path,
        f"{path}/draft",
        body="書きかけ",
        easy="やさしい書きかけ",
        disposition="C",
        sources=f"boilerplate:{kept.public_id}:1",
        based_on="0",
    )
    html = client.get(path).get_data(as_text=True)
    assert typed(html, "easy") == "やさしい書きかけ"
    assert re.search(r'name="disposition" value="C" checked', html)
    assert f'value="boilerplate:{kept.public_id}:1" checked' in html


def test_the_working_page_asks_little_and_is_light(client, editor):
    consultation = an_open_consultation()
    for number in range(6):
        published(a_point(to=consultation, title=f"区報の文字{number}"))
        a_boilerplate("文。" * 50, title=f"定型文{number}")
    base = a_point(to=consultation, title="もと")
    a_draft(base)
    point = a_point(to=consultation, title="区報の文字")
    a_draft(point, "", same_as=base.number)
    path = f"/desk/points/{point.public_id}"
    client.get(path)
    statements = []

    def count(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    answer = client.get(path)
    event.remove(db.engine, "before_cursor_execute", count)
    assert len(statements) <= 10, [each[:300] for each in statements]
    assert len(answer.get_data()) < 60_000


def test_boilerplates_are_made_found_edited_and_retired_through_the_pages(app, client, editor):
    page = PageClient(app, client)
    assert "定型文はまだありません" in page.get("/desk/boilerplates").text
    page.get("/desk/boilerplates/new")
    new = "/desk/boilerplates/new"
    assert send(client, new, new, title="", body="文", section="").status_code == 422
    answer = send(client, new, new, title="お礼", category="お礼", body="ありがとうございます。", section="")
    assert answer.status_code == 303
    kept = db.session.query(Boilerplate).one()
    path = f"/desk/boilerplates/{kept.public_id}"
    assert "まだ、どの回答にも使っていません" in page.get(path).text
    assert (
        send(client, path, path, title="お礼", category="お礼", body="直した文。", based_on="1").status_code
        == 303
    )
    late = send(client, path, path, title="お礼", body="あとの文。", based_on="1")
    assert late.status_code == 409
    assert typed(late.get_data(as_text=True), "body") == "あとの文。"
    assert "直した文。" in late.get_data(as_text=True)
    assert "お礼" in page.get("/desk/boilerplates?text=直した&category=お礼&section=-").text
    assert "この条件にあてはまる" in page.get("/desk/boilerplates?text=ない").text
    assert send(client, path, f"{path}/retire").status_code == 303
    assert "また使えるようにする" in page.get(path).text
    assert send(client, path, f"{path}/restore").status_code == 303


def test_a_reader_sees_boilerplates_but_no_form(app, client):
    kept = a_boilerplate()
    log_in(client, a_member_of_staff(Role.AUDITOR))
    page = PageClient(app, client)
    assert "新しい版として保存する" not in page.get(f"/desk/boilerplates/{kept.public_id}").text
    assert client.get("/desk/boilerplates/new").status_code == 403


def test_an_officer_makes_words_for_their_section_only(app, client):
    section = a_section("広報課")
    log_in(client, a_member_of_staff(Role.OFFICER, section=section))
    html = PageClient(app, client).get("/desk/boilerplates/new").html
    assert re.findall(r'<option[^>]* value="([^"]*)"', html) == [section.code]


def test_precedents_are_searched_on_a_page_of_their_own(app, client, editor):
    page = PageClient(app, client)
    assert "まだありません" in page.get("/desk/precedents").text
    point = a_point(title="掲示板の場所")
    published(point)
    assert "掲示板の場所" in page.get("/desk/precedents?find_text=掲示板").text
    assert "あてはまる区の考え方はありません" in page.get("/desk/precedents?find_text=宇宙").text
    assert "2026-11-22" in client.get("/desk/precedents?find_since=きのう").get_data(as_text=True)


def test_an_administrator_keeps_the_sets_of_dispositions(app, client):
    page = PageClient(app, client)
    log_in(client, a_member_of_staff(Role.ADMINISTRATOR))
    page.get("/desk/dispositions")
    path = "/desk/dispositions/generic"
    page.get(path)
    assert send(client, path, path, symbol="A", label="同じ記号").status_code == 422
    assert send(client, path, path, symbol="F", label="所管へ伝達", meaning="伝えます。").status_code == 303
    page.get(f"{path}/ward1")
    assert send(client, path, f"{path}/ward1", symbol="", label="").status_code == 422
    assert send(client, path, f"{path}/ward1", symbol="F", label="担当へ伝達").status_code == 303
    assert send(client, path, f"{path}/ward1/move", to="up").status_code == 303
    assert [each.label for each in disposition_sets.get_set("generic").offered][-2] == "担当へ伝達"
    assert send(client, path, f"{path}/ward1/retire").status_code == 303
    assert "また使えるようにする" in page.get(path).text
    assert send(client, path, f"{path}/ward1/restore").status_code == 303
    assert client.get(f"{path}/none").status_code == 404


def test_others_only_read_the_sets(app, client, editor):
    assert "区分を足す" not in PageClient(app, client).get("/desk/dispositions/generic").text
    assert client.get("/desk/dispositions/generic/A").status_code == 403
