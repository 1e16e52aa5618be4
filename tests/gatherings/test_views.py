"""Gatherings as residents meet them: the list, one gathering, registering by a telephone, the calendar, the sheets."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from participation.access.actors import visitor
from participation.consultations.queries import hold_procedure
from participation.foundation.db import transaction
from participation.gatherings import commands
from participation.gatherings.domain import GatheringKind
from participation.gatherings.views import papers
from participation.opinions.domain import OpinionText
from participation.papers.notice_sheets import NoticeSheet
from tests.gatherings.test_commands import APPROVER
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.gatherings import (
    OFFICER,
    a_gathering,
    a_prepared_gathering,
    a_record,
    hold,
    link_of,
    moment_in,
    registered,
)
from tests.support.page import PageClient
from tests.support.people import a_resident, log_in


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def test_the_list_begins_empty_and_shows_what_comes_what_is_over_and_nothing_of_drafts(page, clock):
    assert "予定は、いまありません" in page.get("/gatherings").text
    assert "まだ終わっていません" in page.get("/gatherings?when=past").text
    a_prepared_gathering(title="まだ見せない集まり")
    gathering = a_gathering(title="油面の懇談会", kind=GatheringKind.ROUND_TABLE)
    shown = page.get("/gatherings?kind=round_table")
    assert "油面の懇談会" in shown.text
    assert "まだ見せない集まり" not in shown.text
    assert "予定は、いまありません" in page.get("/gatherings?kind=workshop&area=nowhere").text
    clock.set(gathering.ends_at)
    assert "油面の懇談会" in page.get("/gatherings?when=past").text


def test_somebody_registers_finds_it_by_the_link_changes_it_and_takes_it_back(page):
    gathering = a_gathering(capacity=2)
    form = page.get(f"/gatherings/{gathering.public_id}").follow("参加を申し込む")
    wrong = form.submit("申し込む", people="1", note="大きな字の資料", expect=422)
    assert "どちらか" in wrong.text
    mine = wrong.submit("申し込む", email="kita@example.jp")
    assert "参加できます" in mine.text
    assert "会場の受付で見せるQRコード" in mine.text
    changed = mine.follow("人数や連絡先を変える")
    assert "大きな字の資料" in changed.text
    again = changed.submit("変えた内容を保存する", people="2")
    assert "2人" in again.text
    assert "キャンセル待ちを申し込む" in page.get(f"/gatherings/{gathering.public_id}").text
    gone = again.submit("取り消す")
    assert "取り消しました" in gone.text


def test_a_link_with_another_secret_opens_nothing(page):
    link = link_of(registered(a_gathering()))
    page.get(link)
    page.get(link[:-1] + ("2" if link[-1] != "2" else "3"), expect=404)
    page.get(link.rsplit("/", 1)[0] + "/" + "あ" * 16, expect=404)


def test_an_account_finds_its_registration_on_the_page_of_the_gathering(page, client):
    gathering = a_gathering()
    log_in(client, a_resident())
    form = page.get(f"/gatherings/{gathering.public_id}/register")
    form.submit("申し込む", email="kita@example.jp")
    assert "自分の申し込みを見る" in page.get(f"/gatherings/{gathering.public_id}").text
    assert "もう申し込んでいます" in page.get(f"/gatherings/{gathering.public_id}/register").text


def test_what_was_called_off_says_so_and_why(page):
    gathering = a_gathering()
    mine = registered(gathering)
    with transaction():
        commands.cancel_gathering(gathering, "大雪のため。", by=OFFICER)
    for address in (f"/gatherings/{gathering.public_id}", link_of(mine)):
        assert "大雪のため。" in page.get(address).text
    assert "中止になりました" in page.get(f"/gatherings/{gathering.public_id}/register").text


def test_a_voice_from_the_room_gets_a_receipt_and_personal_data_is_warned_of(page, clock):
    about = a_subject()
    gathering = a_gathering(an_open_consultation(about=[about]))
    address = f"/gatherings/{gathering.public_id}/room/{gathering.room_code}"
    assert "1時間前から" in page.get(address).text
    page.get(f"/gatherings/{gathering.public_id}/room/wrong", expect=404)
    clock.set(moment_in(gathering))
    warned = page.get(address).submit("送る", body="電話は090-1234-5678です。", expect=422)
    assert "まだ送られていません" in warned.text
    receipt = warned.submit("送る", body="夜の通学路が暗いです。")
    assert "受付番号" in receipt.text


def test_the_record_shows_what_was_said_and_heard(page, clock):
    about = a_subject()
    consultation = an_open_consultation(about=[about])
    gathering = a_gathering(consultation)
    clock.set(moment_in(gathering))
    with transaction():
        said = OpinionText(about.public_id, "夜の通学路が暗いです。")
        commands.speak_in_room(gathering, hold_procedure(consultation.code), said, by=visitor("g"))
    page.get(f"/gatherings/{gathering.public_id}/record", expect=404)
    record = a_record(hold(gathering))
    page.get(f"/gatherings/{gathering.public_id}/record", expect=404)
    with transaction():
        commands.approve_record(record, gathering, by=APPROVER)
    shown = page.get(f"/gatherings/{gathering.public_id}/record")
    assert "通学路の灯りについて質問がありました。" in shown.text
    assert "No.1" in shown.text
    assert "夜の通学路が暗い" not in shown.text  # It is not public yet.
    assert "記録を読む" in page.get(f"/gatherings/{gathering.public_id}").text


def test_calendars_hold_the_gatherings_of_all_of_a_consultation_and_one(page, client):
    consultation = an_open_consultation()
    mine, other = a_gathering(consultation, title="案の説明会"), a_gathering(title="別の集まり")
    registered(mine, name="北野ひみつ")
    titles = {}
    for address in (
        "/gatherings.ics",
        f"/consultations/{consultation.code}/gatherings.ics",
        f"/gatherings/{other.public_id}.ics",
    ):
        answer = client.get(address)
        assert answer.mimetype == "text/calendar"
        assert "北野" not in answer.text
        titles[address] = {str(event["summary"]) for event in Calendar.from_ical(answer.data).walk("VEVENT")}
    assert list(titles.values()) == [{"案の説明会", "別の集まり"}, {"案の説明会"}, {"別の集まり"}]
    assert client.get("/gatherings/areas/nowhere.ics").status_code == 404


def test_a_consultation_and_an_item_lead_to_their_gatherings(page):
    consultation = an_open_consultation()
    gathering = a_gathering(consultation)
    shown = page.get(f"/consultations/{consultation.code}")
    assert "説明会に参加する" in shown.text
    assert gathering.title in page.get(f"/gatherings?consultation={consultation.code}").text
    assert "掲示用のポスター" in page.get(f"/consultations/{consultation.code}/sheets").text


def test_the_code_in_a_qr_of_a_registration_tells_a_visitor_nothing_but_the_number(page):
    mine = registered(a_gathering(), name="北野ひみつ")
    door = re.search(r"/gatherings/door/[^\"<\s]+", page.get(link_of(mine)).text)
    assert door is None  # The address stands in the picture alone; in words there is the short code.
    code = re.search(rf"{mine.public_id}-([0-9a-z]{{8}})", page.get(link_of(mine)).text)
    shown = page.get(f"/gatherings/door/{mine.public_id}/{code.group(1)}")
    assert "1番" in shown.text or "申し込み番号" in shown.text
    assert "北野" not in shown.text
    page.get(f"/gatherings/door/{mine.public_id}/22222222", expect=404)


def test_registration_is_closed_in_words_before_and_after(page, clock):
    gathering = a_gathering(registration_opens_at=clock.moment + timedelta(days=1))
    assert "から受け付けます" in page.get(f"/gatherings/{gathering.public_id}/register").text
    clock.set(gathering.starts_at)
    assert "締め切りました" in page.get(f"/gatherings/{gathering.public_id}").text


def test_the_sheets_say_when_until_when_where_and_whom_to_ask_and_lead_to_the_page(page, client, monkeypatch):
    consultation = an_open_consultation(needs_identity=True)
    gathering = a_gathering(consultation)
    printed: list[NoticeSheet] = []
    monkeypatch.setattr(papers, "kept_sheet", lambda sheet, _folder: printed.append(sheet) or b"%PDF-")
    for about in (f"/gatherings/{gathering.public_id}", f"/consultations/{consultation.code}"):
        for form in ("poster", "circular"):
            answer = client.get(f"{about}/sheets/{form}.pdf")
            assert answer.mimetype == "application/pdf"
            assert answer.headers["Content-Disposition"].startswith("attachment")
    poster, circular, call, call_round = printed
    assert poster.main == ("日時", "令和8年（2026年）11月29日（日）\n14時から16時まで")
    assert "11月29日（日）14時00分まで" in dict(poster.facts)["申し込み"]
    assert poster.contact == gathering.contact
    assert poster.link == f"http://localhost/gatherings/{gathering.public_id}"
    assert (poster.slip, circular.slip is not None) == (None, True)
    assert "12月21日（月）まで" in call.main[1]
    labels = [field.label for field in call_round.slip.fields]
    assert any("氏名" in label for label in labels)
    assert any("原本の番号" in label for label in labels)
    assert client.get(f"/gatherings/{a_prepared_gathering().public_id}/sheets/poster.pdf").status_code == 404
