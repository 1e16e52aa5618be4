"""Spaces as residents, secretariats and offices meet them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from participation.access.actors import Role
from participation.foundation import clock as app_clock
from participation.foundation.db import db, transaction
from participation.people.models import Membership
from participation.places.domain import TownRule
from participation.spaces.domain import Consent, IssueStage
from participation.spaces.models import AgendaItem, ConsensusCheck, LocalIssue, LocalNews, Space, SpaceMeeting
from participation.spaces.views import finding
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.spaces import a_check, a_secretariat, an_issue, say
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, an_organisation, log_in

HOSTILE = "<b>太字</b>の道"


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def test_all_spaces_are_listed_and_it_is_said_what_is_not_confirmed(page):
    shown = page.get("/spaces")
    assert "油面住区" in shown.text
    assert "まだ確かめていません" in shown.text
    empty = shown.follow("油面住区")
    assert "まだ課題はありません" in empty.text
    page.get("/spaces/nowhere", expect=404)


def test_a_resident_registers_an_issue_and_its_words_are_never_markup(page, client):
    log_in(client, a_resident("ゆず"))
    form = page.get("/spaces/aburamen").follow("地域の課題を登録する")
    refused = form.submit("登録する", title=HOSTILE, expect=422)
    assert "どう困っているかを書いてください" in refused.text
    shown = refused.submit("登録する", title=HOSTILE, text="夜に<script>alert(1)</script>暗い")
    assert HOSTILE in shown.h1
    assert "<b>太字" not in shown.html
    assert "&lt;script&gt;" in shown.html
    listed = page.get("/spaces/aburamen/issues?stage=registered")
    assert HOSTILE in listed.text
    assert "あてはまる課題はありません" in page.get("/spaces/aburamen/issues?stage=talk").text


def test_a_secretariat_runs_its_space_and_loses_it_with_the_next_click(page, client):
    _, _, delegate = a_secretariat()
    issue = an_issue(stage=IssueStage.REGISTERED)
    log_in(client, delegate)
    run = page.get("/spaces/aburamen").follow("この空間の運営")
    assert "新しく登録された課題" in run.text
    moved = page.get(f"/spaces/issues/{issue.public_id}/advance").submit(
        "段階を進める", stage="talk", reason="次の会議で話します"
    )
    assert "次の会議で話します" in moved.text
    meeting = page.get("/spaces/aburamen/meetings/new")
    wrong = meeting.submit("知らせる", title="定例会", day="2026-12-10", time="夜", expect=422)
    assert "19:00" in wrong.text
    planned = wrong.submit("知らせる", time="19:00", place="住区センター")
    assert "令和8年12月10日（木）19時" in planned.text
    agenda = page.get("/spaces/aburamen/agenda/new").submit(
        "議題を載せる",
        title="夜道",
        issue=issue.public_id,
        meeting=db.session.query(SpaceMeeting).one().public_id,
    )
    assert "課題：通学路の夜道が暗い" in agenda.text
    settled = agenda.follow("結果を書く").submit("結果を載せる", state="settled", outcome="明かりを求める")
    assert "決まったこと：" in settled.text
    with transaction():
        db.session.query(Membership).filter_by(person_id=delegate.id).one().ended_at = app_clock.now()
    page.get("/spaces/aburamen/run", expect=403)
    assert client.get(f"/spaces/issues/{issue.public_id}/advance").status_code == 403
    assert "この空間の運営" not in page.get("/spaces/aburamen").text


def test_a_stale_form_is_answered_with_what_was_typed(page, client):
    _, _, delegate = a_secretariat()
    issue = an_issue()
    log_in(client, delegate)
    form = page.get(f"/spaces/issues/{issue.public_id}/advance")
    with transaction():
        db.session.get_one(LocalIssue, issue.id).title = "ほかの人が変えた題"
    late = form.submit("段階を進める", stage="action", reason="わたしの書いた理由", expect=409)
    assert "わたしの書いた理由" in late.form("段階を進める").values["reason"][0]
    assert "話し合いで決めました。" in late.text, "the last reason stands beside mine"
    assert "わたしの書いた理由" in late.submit("段階を進める").text, "sent again, mine takes its place"


def test_every_form_that_somebody_else_overtook_shows_both_texts_and_can_be_sent_again(page, client):
    _, _, delegate = a_secretariat()
    log_in(client, delegate)
    planned = page.get("/spaces/aburamen/meetings/new").submit(
        "知らせる", title="定例会", day="2026-12-10", time="19:00", place="住区センター"
    )
    agenda = page.get("/spaces/aburamen/agenda/new").submit("議題を載せる", title="夜道")
    composed = page.get("/spaces/aburamen/news/new").submit("記事を選ぶ", title="冬の号")
    ways = [
        (planned.follow("お知らせを直す"), "直す", {"place": "わたしの場所"}, "place", SpaceMeeting),
        (agenda.follow("結果を書く"), "結果を載せる", {"state": "settled", "outcome": "わたしの結果"}, "outcome", AgendaItem),
        (page.get("/spaces/aburamen/introduction"), "載せる", {"introduction": "わたしの紹介"}, "introduction", Space),
        (composed, "保存する", {"lead": "わたしのあいさつ"}, "lead", LocalNews),
    ]  # fmt: skip
    for form, button, typed, name, model in ways:
        with transaction():
            row = db.session.query(model).filter_by(**({"code": "aburamen"} if model is Space else {})).one()
            setattr(row, name, "ほかの人の言葉")
        late = form.submit(button, **typed, expect=409)
        assert "ほかの人の言葉" in late.text, button
        assert typed[name] in late.text, button
        assert "いまの内容とくらべて" in late.text
        late.submit(button)
        db.session.expire_all()
        kept = db.session.query(model).filter_by(**({"code": "aburamen"} if model is Space else {})).one()
        assert getattr(kept, name) == typed[name]


def test_minutes_that_somebody_else_published_meanwhile_stand_beside_those_that_were_typed(
    page, client, clock
):
    _, _, delegate = a_secretariat()
    log_in(client, delegate)
    page.get("/spaces/aburamen/meetings/new").submit(
        "知らせる", title="定例会", day="2026-12-10", time="19:00", place="住区センター"
    )
    clock.set(datetime(2026, 12, 11, 1, tzinfo=UTC))
    log_in(client, delegate)
    path = f"/spaces/meetings/{db.session.query(SpaceMeeting).one().public_id}/minutes"
    mine, theirs = page.get(path), page.get(path)
    theirs.submit("公開する", minutes="ほかの人の議事録", attended="8")
    late = mine.submit("公開する", minutes="わたしの議事録", attended="9", expect=409)
    for words in ("ほかの人の議事録", "8人", "9人", "いまの内容とくらべて"):
        assert words in late.text
    assert late.form("公開する").values["minutes"] == ["わたしの議事録"]
    shown = late.submit("公開する")
    assert "わたしの議事録" in shown.text
    db.session.expire_all()
    kept = db.session.query(SpaceMeeting).one()
    assert [each["text"] for each in kept.earlier_minutes] == ["ほかの人の議事録"]


def test_a_check_is_answered_its_strong_concern_answered_and_made_into_a_proposal(page, client, clock):
    _, _, delegate = a_secretariat()
    check, neighbour = a_check(an_issue()), a_resident("となり")
    path = f"/spaces/checks/{check.public_id}"
    assert "ログインして答える" in page.get(path).text
    log_in(client, neighbour)
    form = page.get(path)
    assert "理由を書いてください" in form.submit("答える", consent="concern", expect=422).text
    said = form.submit("答える", consent="concern", reason="まぶしくて眠れない", is_strong="y")
    assert "強い心配" in said.text
    assert "答えを待っています" in said.text
    clock.advance(timedelta(days=15))
    log_in(client, delegate)
    assert "心配に答えています" in page.get(path).text
    waiting = (
        page.get(path)
        .follow("合意確認を終える")
        .submit("合意確認を終える", conclusion="進めます", expect=422)
    )
    assert "強い心配が1件" in waiting.text
    answered = page.get(path).follow("この理由に答える").submit("答えを載せる", words="向きを変えます")
    assert "向きを変えます" in answered.text
    closed = page.get(f"{path}/close").submit("合意確認を終える", conclusion="向きを変えて進めます")
    assert "向きを変えて進めます" in closed.text
    draft = closed.submit("区への提案書をつくる")
    assert "強い心配：まぶしくて眠れない" in draft.html
    submitted = draft.submit(
        "提出する", roles="住区が見回る", resources="見回りの人", request="明かりを3か所に"
    )
    assert "通学路の夜道が暗い" in submitted.text  # It leads back to the issue.
    back = page.get(path).follow("この合意確認からつくった提案書を読む")
    assert back.h1 == submitted.h1
    assert db.session.get_one(ConsensusCheck, check.id).proposal_id is not None


def test_guests_read_the_reasons_and_nothing_to_press(page):
    check = a_check()
    say(check, a_resident("かもめ"), Consent.CONDITION, "費用が分かれば")
    shown = page.get(f"/spaces/checks/{check.public_id}")
    assert "費用が分かれば" in shown.text
    assert "かもめ" in shown.text
    assert not [form for form in shown.all("form") if form.attrs.get("method") == "post"]


def test_staff_appoint_a_secretariat_tie_a_consultation_and_introduce_the_space(page, client):
    consultation, council = an_open_consultation(), an_organisation("油面住区住民会議", "district_council")
    log_in(client, a_member_of_staff(Role.OFFICER))
    run = page.get("/spaces/aburamen/run")
    done = run.follow("事務局の団体を決める").submit("決める", organisation=council.public_id)
    assert "油面住区住民会議" in done.text
    tied = done.follow("案件を載せる").submit("載せる", consultation=consultation.code, reason="区内の道")
    assert "区内の道" in tied.text
    assert "区内の道" in page.get("/spaces/aburamen").text
    assert "区内の道" not in tied.submit("外す").text
    shown = page.get("/spaces/aburamen/introduction").submit("載せる", introduction="油面のみんなの場です")
    assert "油面のみんなの場です" in shown.text


def test_one_finds_one_s_district_or_reads_what_is_missing_and_the_account_remembers_it(
    page, client, monkeypatch
):
    nothing = page.get("/spaces/find?town=坂下一丁目")
    assert "推し量ってお答えすることはしません" in nothing.text
    divided = page.get("/spaces/find?town=上目黒2-12")
    assert "北部地区と東部地区に分かれています" in divided.text
    rule = TownRule("坂下", 1, ((1, 9),), "aburamen", (), True, "試験")
    monkeypatch.setattr(finding, "read_town_rules", lambda _ward, _own: [rule])
    assert "街区の番号を入れてください" in page.get("/spaces/find?town=坂下一丁目").text
    assert "丁目を入れてください" in page.get("/spaces/find?town=坂下").text
    found = page.get("/spaces/find?town=坂下一丁目&block=9番1号")
    assert "油面住区です" in found.text
    assert not [form for form in found.all("form") if form.attrs.get("method") == "post"]
    resident = a_resident()
    log_in(client, resident)
    kept = page.get("/spaces/find?town=坂下一丁目&block=9").submit("アカウントに覚える")
    assert "油面住区を、アカウントの設定に覚えました" in kept.text
    assert "アカウントに覚えている住区" in page.get("/spaces/find").text


def test_a_secretariat_composes_its_news_publishes_it_and_everybody_prints_it(page, client):
    _, _, delegate = a_secretariat()
    an_issue(title=HOSTILE)
    log_in(client, delegate)
    begun = page.get("/spaces/aburamen/news/new").submit("記事を選ぶ", title="号外", contact="住区センター")
    assert "まだ記事はありません" in begun.text
    assert "1つ以上" in begun.submit("発行する", expect=422).text
    assert "見出しを書いて" in begun.submit("記事を加える", taken="own", expect=422).text
    issue = db.session.query(LocalIssue).one()
    added = begun.submit("記事を加える", taken=f"issue:{issue.id}")
    assert HOSTILE in added.text
    more = added.submit("記事を加える", taken="own", heading="次の会議", text="12月10日です")
    raised = more.submit("上へ")
    assert raised.text.index("12月10日です") < raised.text.index("冬の夕方")
    shown = raised.submit("発行する")
    assert "次の会議" in shown.text
    assert "<b>太字" not in shown.html
    client.delete_cookie("sid")
    path = shown.link("A4で印刷する（PDF）").href
    assert client.get(path).data.startswith(b"%PDF")


def test_a_meeting_takes_registrations_from_its_own_form_on_and_people_find_it_in_their_calendar(
    page, client
):
    _, _, delegate = a_secretariat()
    log_in(client, delegate)
    seats = page.get("/spaces/aburamen/meetings/new").submit(
        "知らせる",
        title="定例会",
        day="2026-12-10",
        time="19:00",
        place="住区センター",
        takes_registrations="y",
    )
    wrong = seats.submit("受け付けを始める", ends="18:00", contact="住区センター", capacity="20", expect=422)
    assert "始まる時刻より後" in wrong.text
    meeting = wrong.submit("受け付けを始める", ends="20:30")
    assert "申し込みを受け付けています" in meeting.text
    gathering = meeting.follow("参加の申し込み・空いている席")
    assert "20人分" in gathering.text
    assert gathering.follow("議題と議事録を見る").h1 == "油面住区 定例会"
    calendar = client.get("/spaces/aburamen.ics").get_data(as_text=True)
    assert calendar.count("BEGIN:VEVENT") == 1
    assert "SUMMARY:定例会" in calendar
