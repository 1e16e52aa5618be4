"""Writing, scheduling, opening and closing a consultation, as staff meet it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.access.actors import Role
from participation.consultations import queries
from participation.consultations.domain import ConsultationStatus
from participation.foundation import clock as app_clock
from tests.support.builders.consultations import a_planned_consultation, a_subject, an_open_consultation
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, a_section, log_in


def desk_of(app: Flask, *roles: Role, **values) -> PageClient:
    return PageClient(app, log_in(app.test_client(), a_member_of_staff(*roles, **values)))


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> PageClient:
    """An editor at a browser that checks every page."""
    return PageClient(app, log_in(client, a_member_of_staff(Role.EDITOR)))


def in_days(days: int) -> str:
    return (app_clock.today() + timedelta(days=days)).isoformat()


def test_a_call_is_written_scheduled_given_subjects_and_material_opened_and_closed(desk: PageClient) -> None:
    here = desk.get("/desk/consultations/").follow("案件を作る")
    here = here.submit(
        "保存する", title="みどりの計画", code="midori", kind="public_comment", summary="みどりを増やします。"
    )
    assert "期間はまだ決まっていません" in here.text
    stuck = here.submit("募集を始める", expect=422)
    assert "募集の期間が決まっていません" in stuck.text
    short = desk.get("consultations_desk.phases", code="midori").submit(
        "保存する", expect=422, opens_on=in_days(0), closes_on=in_days(20)
    )
    assert "30日以上" in short.text
    here = short.submit(
        "保存する",
        announced_on=in_days(-3),
        opens_on=in_days(0),
        closes_on=in_days(29),
        published_on=in_days(80),
    )
    assert "意見を聴く対象" in here.submit("募集を始める", expect=422).text
    choose = desk.get("consultations_desk.subjects", code="midori", plan="meguro-basic-plan")
    choices = choose.form("選んだ項目を加える").choices("subjects")
    chosen = choose.submit("選んだ項目を加える", subjects=choices[:3])
    assert "いま選んでいる項目（3）" in chosen.text
    fewer = desk.post(
        f"/desk/consultations/midori/subjects/{choices[0]}/remove",
        chosen.form("外す").values,
    )
    assert "いま選んでいる項目（2）" in fewer.text
    materials = desk.get("consultations_desk.materials", code="midori")
    refused = materials.submit("加える", expect=422, title="資料", address="javascript:alert(1)")
    assert "https://" in refused.text
    kept = refused.submit("加える", title="資料", address="https://example.jp/a.pdf")
    assert "資料" in kept.text
    here = desk.get("consultations_desk.show", code="midori").submit("募集を始める")
    assert "募集中" in here.text
    later = desk.get("consultations_desk.extend", code="midori")
    assert "より後の日" in later.submit("延ばす", expect=422, closes_on=in_days(5)).text
    later.submit("延ばす", closes_on=in_days(40))
    done = desk.get("consultations_desk.show", code="midori").submit("募集を終える")
    assert "募集終了（結果を準備中）" in done.text
    assert queries.get_consultation("midori").status is ConsultationStatus.CLOSED_PREPARING


def test_who_saves_second_sees_both_and_may_then_decide(app: Flask, desk: PageClient) -> None:
    consultation = a_planned_consultation()
    mine = desk.get("consultations_desk.edit", code=consultation.code)
    other = desk_of(app, Role.EDITOR).get("consultations_desk.edit", code=consultation.code)
    other.submit("保存する", title="先の人の題")
    conflict = mine.submit("保存する", expect=409, title="後の人の題", promise="約束の文章")
    for words in ("ほかの職員が、この案件を先に変更しました", "先の人の題", "後の人の題"):
        assert words in conflict.text
    assert conflict.form("保存する").values["promise"] == ["約束の文章"]
    conflict.submit("保存する")
    assert queries.get_consultation(consultation.code).title == "後の人の題"


def test_deciding_not_to_ask_needs_a_reason(desk: PageClient) -> None:
    consultation = a_planned_consultation()
    form = desk.get("consultations_desk.not_conduct", code=consultation.code)
    assert "理由を書いてください" in form.submit("実施しないことにする", expect=422, reason="").text
    assert "見直すため" in form.submit("実施しないことにする", reason="見直すため").text


def test_calls_at_the_same_time_are_pointed_out(desk: PageClient) -> None:
    an_open_consultation(title="同じころの案件")
    consultation = a_planned_consultation(title="新しい案件")
    assert "同じころの案件" in desk.get("consultations_desk.show", code=consultation.code).text


def test_an_officer_changes_only_calls_of_the_own_section(app: Flask) -> None:
    own = a_section("広報課")
    theirs = a_planned_consultation()
    browser = desk_of(app, Role.OFFICER, section=own)
    page = browser.get("consultations_desk.show", code=theirs.code)
    assert "内容を直す" not in page.text
    browser.get("consultations_desk.edit", code=theirs.code, expect=403)
    form = browser.get("consultations_desk.new")
    created = form.submit("保存する", title="課の案件", code="ka", section=str(own.id))
    assert "内容を直す" in created.text


def test_an_auditor_reads_and_changes_nothing_and_a_resident_does_not_come_in(app: Flask) -> None:
    consultation = an_open_consultation(about=[a_subject()])
    auditor = desk_of(app, Role.AUDITOR)
    page = auditor.get("consultations_desk.show", code=consultation.code)
    assert "募集を終える" not in [text for form in page.forms for text in form.button_texts]
    auditor.get("consultations_desk.new", expect=403)
    resident = PageClient(app, log_in(app.test_client(), a_resident()))
    resident.get("/desk/consultations/", expect=403)


@pytest.mark.parametrize("room", ["edit", "phases", "subjects", "materials"])
def test_an_officer_is_led_into_no_form_of_another_section(app: Flask, room: str) -> None:
    consultation = a_planned_consultation(section_id=a_section("みどり課").id)
    officer = desk_of(app, Role.OFFICER, section=a_section("広報課"))
    assert "ほかの課の案件" in officer.get(f"/desk/consultations/{consultation.code}/{room}", expect=403).text


def test_a_long_plan_is_offered_in_pages_and_what_was_chosen_is_shown_in_pages(
    desk: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SUBJECTS_SHOWN", 3)
    code = a_planned_consultation().code
    first = desk.get("consultations_desk.subjects", code=code, plan="meguro-basic-plan")
    there = first.form("選んだ項目を加える").choices("subjects")
    next_page = first.follow("続きの項目")
    further = next_page.form("選んだ項目を加える").choices("subjects")
    assert len(there) == len(further) == 3
    assert not set(there) & set(further)
    assert next_page.follow("前の項目").form("選んだ項目を加える").choices("subjects") == there
    before = queries.list_subjects(queries.get_consultation(code).id)
    chosen = next_page.submit("選んだ項目を加える", subjects=further)
    assert f"いま選んでいる項目（{len(before) + 3}）" in chosen.text
    chosen = chosen.submit("選んだ項目を加える", subjects=there)
    assert len(chosen.by_id("chosen").all("button")) == 3
    links = chosen.by_id("chosen").all("a", rel="next")
    assert len(desk.get(links[0].attrs["href"].partition("#")[0]).by_id("chosen").all("button")) >= 3
