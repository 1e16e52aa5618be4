"""Gatherings as staff meet them: preparing, numbers without names, the door, the record, the draw."""

from __future__ import annotations

import io
import zipfile

import pytest

from participation.access.actors import Role, visitor
from participation.gatherings import queries
from participation.gatherings.domain import Need
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.gatherings import a_gathering, door_code_of, hold, moment_in, registered
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in
from tests.support.photographs import png

HERE = "/desk/gatherings"


@pytest.fixture
def officer(app):
    return a_member_of_staff(Role.OFFICER)


@pytest.fixture
def page(app, client, officer):
    log_in(client, officer)
    return PageClient(app, client)


@pytest.fixture
def during(client, officer, clock):
    """Let it be the hour of a gathering, and the officer at their desk again."""

    def go(gathering):
        clock.set(moment_in(gathering))
        log_in(client, officer)

    return go


def test_staff_prepare_announce_change_and_call_off(page):
    assert "まだありません" in page.get(HERE).text
    form = page.get(f"{HERE}/new")
    wrong = form.submit(
        "保存する",
        title="基本計画の説明会",
        held_on="2026-12-01",
        starts_at="二時",
        place="会議室",
        expect=422,
    )
    assert "14:00" in wrong.text
    made = wrong.submit("保存する", starts_at="14：30", capacity="30人", contact="広報課")
    assert "14時30分" in made.text
    public = made.submit("公開する")
    assert "公開のページ" in public.text
    changed = public.follow("内容を変える").submit("保存する", place="別の会議室")
    assert "別の会議室" in changed.text
    over = changed.follow("中止する").submit("中止する", reason="会場の都合のため。")
    assert "会場の都合のため。" in over.text
    assert "会場の都合のため。" in page.get(over.link("公開のページ").href).text
    assert "中止" in page.get(f"{HERE}?state=cancelled").text


def test_the_list_of_registrations_and_their_page_hold_no_names_until_they_are_opened(page):
    gathering = a_gathering(capacity=1)
    mine = registered(gathering, "himitsu@example.jp", name="北野ひみつ", needs=frozenset({Need.CHILDCARE}))
    registered(gathering, "", phone="03-1234-5678")
    listed = page.get(f"{HERE}/{gathering.public_id}/registrations")
    one = page.get(f"{HERE}/registrations/{mine.public_id}")
    for shown in (listed, one, page.get(f"{HERE}/{gathering.public_id}"), page.get(HERE)):
        assert not any(secret in shown.html for secret in ("北野", "himitsu", "1234", "保育</td>"))
    assert "理由を書いてください" in one.submit("開く", reason="", expect=422).text
    assert "北野ひみつ" in one.submit("開く", reason="席の連絡のため").text
    needs = listed.submit("配慮を見る", reason="保育の準備のため")
    assert "1件" in needs.text
    assert "北野" not in needs.text


def test_at_the_door_a_code_is_taken_once_and_the_rest_is_counted(page, during):
    gathering = a_gathering()
    code, other = door_code_of(registered(gathering, people=2)), registered(gathering, "b@example.jp")
    assert "2時間前から" in page.get(f"{HERE}/{gathering.public_id}/door").text
    during(gathering)
    door = page.get(f"{HERE}/{gathering.public_id}/door")
    assert "見つかりません" in door.submit("受け付ける", code="でたらめ", expect=422).text
    taken = door.submit("受け付ける", code=code)
    assert "2人を受け付けました" in taken.text
    assert "受け付けています" in taken.submit("受け付ける", code=code, expect=422).text
    photographed = "/gatherings/door/" + door_code_of(other).replace("-", "/")
    assert "1人を受け付けました" in page.get(photographed).submit("この申し込みを受け付ける").text
    assert "3人" in taken.submit("数に入れる", people="3").text


def test_what_is_heard_in_the_room_is_entered_in_the_register_of_opinions_with_its_origin(page):
    consultation = an_open_consultation()
    gathering = a_gathering(consultation)
    entry = page.get(f"{HERE}/{gathering.public_id}").follow("会場の声・回覧の切取りを入力する")
    about = next(
        o.attrs["value"] for o in entry.all("option") if o.attrs.get("value", "") and "情報発信力" in o.text
    )
    saved = entry.submit(
        "保存して内容を見る", about_0=about, body_0="灯りを増やしてほしい。", original_number="回-12"
    )
    assert "説明会・懇談会" in saved.text
    assert gathering.title in saved.text
    assert "1件" in page.get(f"{HERE}/{gathering.public_id}").text


def test_a_record_is_written_here_and_published_by_somebody_else(page, client, app, during):
    gathering = a_gathering()
    during(gathering)
    hold(gathering)
    empty = page.get(f"{HERE}/{gathering.public_id}/record")
    written = empty.follow("記録を書く").submit(
        "保存する", body="話し合いました。", attendance="十二", expect=422
    )
    saved = written.submit("保存する", attendance="12")
    picture = png()
    wrong = saved.submit("資料を付ける", document=(io.BytesIO(b"<html>"), "図.png"), expect=422)
    assert "受け付けられない形式" in wrong.text
    kept = wrong.submit("資料を付ける", document=(io.BytesIO(picture), "図.png"))
    assert client.get(kept.link("図.png").href).data == picture
    waiting = kept.submit("ほかの職員の確認に回す")
    assert "確認を待っています" in waiting.text
    other = PageClient(app, log_in(app.test_client(), a_member_of_staff(Role.APPROVER)))
    here = other.get(f"{HERE}/{gathering.public_id}/record")
    assert "理由を書いてください" in here.submit("戻す", reason="", expect=422).text
    assert "公開しました" in here.submit("確かめて公開する").text
    public = other.get(f"/gatherings/{gathering.public_id}/record")
    assert "話し合いました。" in public.text
    answer = app.test_client().get(public.link("図.png").href)
    assert (answer.data, answer.headers["Content-Security-Policy"][:18]) == (picture, "default-src 'none'")


def test_invitations_are_drawn_from_a_list_without_names_and_taken_out_once(page, client):
    gathering = a_gathering(by_invitation=True, seed_source="抽選の日の日経平均株価の終値")
    here = page.get(f"{HERE}/{gathering.public_id}/invitations")
    listed = "整理番号,地区\n" + "".join(
        f"{number:04},{'北' if number % 2 else '南'}\n" for number in range(20)
    )
    named = here.submit(
        "抽選する",
        count="4",
        seed="38412",
        document=(io.BytesIO("氏名,整理番号\n北野,1\n".encode()), "a.csv"),
        expect=422,
    )
    assert "入れられません" in named.text
    drawn = here.submit("抽選する", count="4", seed="38412", document=(io.BytesIO(listed.encode()), "a.csv"))
    assert "38412" in drawn.text
    draw, _ = queries.list_draws(gathering)[0]
    only_list = "一覧（CSV）だけを取り出す"
    form = drawn.form(only_list)
    packed = client.post(form.action, data=form.filled({}, pressed=only_list))
    with zipfile.ZipFile(io.BytesIO(packed.data)) as package:
        lines = package.read("招待の番号.csv").decode("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert draw.drawn == 4
    assert "番号は取り出されています" in page.get(f"{HERE}/{gathering.public_id}/invitations").text


def test_who_was_slower_sees_both_texts_and_decides(page, during):
    gathering = a_gathering()
    edit = page.get(f"{HERE}/{gathering.public_id}/edit")
    edit.submit("保存する", place="先に変えた会場")
    late = edit.submit("保存する", place="後から変えた会場", submission_id="x" * 22, expect=409)
    assert "先に変えた会場" in late.text
    assert "後から変えた会場" in late.submit("保存する").text
    during(gathering)
    hold(gathering)
    write = page.get(f"{HERE}/{gathering.public_id}/record/write")
    write.submit("保存する", body="先に書いた記録")
    late = write.submit("保存する", body="後から書いた記録", submission_id="y" * 22, expect=409)
    assert "先に書いた記録" in late.text
    assert "後から書いた記録" in late.submit("保存する").text


@pytest.mark.parametrize(
    ("role", "may_enter"),
    [(Role.OFFICER, True), (Role.APPROVER, False), (Role.ANALYST, False), (Role.AUDITOR, False)],
)
def test_the_way_to_enter_what_was_heard_is_shown_to_whoever_may(app, client, role, may_enter):
    gathering = a_gathering(an_open_consultation())
    log_in(client, a_member_of_staff(role))
    shown = PageClient(app, client).get(f"{HERE}/{gathering.public_id}")
    assert "受付簿に入った意見" in shown.text
    assert ("会場の声・回覧の切取りを入力する" in shown.text) is may_enter


def test_a_gathering_is_about_several_items_and_keeps_them_when_something_else_changes(page):
    topics = [a_subject("通学路の明かり"), a_subject("公園の木")]
    gathering = a_gathering(topics=(topics[0].id,))
    edit = page.get(f"{HERE}/{gathering.public_id}/edit")
    assert "（いま1件）" in edit.text
    edit.submit("保存する", topics=[str(each.id) for each in topics])
    page.get(f"{HERE}/{gathering.public_id}/edit").submit("保存する", place="別の会議室")
    public = page.get(f"/gatherings/{gathering.public_id}")
    assert "通学路の明かり" in public.text
    assert "公園の木" in public.text
    for topic in topics:
        (shown,) = queries.on_subjects([topic.id], visitor(None)).gatherings
        assert shown.title == gathering.title
