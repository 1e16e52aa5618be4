"""What a delegate does about their organisation, at a browser; and what is left when the rights are gone."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from participation.access.actors import Right, Role
from participation.foundation.db import db, transaction
from participation.jobs import worker
from participation.organisations import queries as organisations
from participation.organisations.models import CommunityOrganisation
from tests.people.test_views_accounts import post
from tests.support.people import (
    a_delegate,
    a_member_of_staff,
    a_resident,
    actor_of,
    an_organisation,
    log_in,
)

FIELDS = {
    "name": "こどもの居場所の会",
    "kind": "npo",
    "area": "",
    "district": "",
    "represented_count": "24",
    "approvals_needed": "2",
    "ends_on": "2027-04-01",
}


def text(client, path):
    return client.get(path).get_data(as_text=True)


def test_a_resident_registers_their_organisation_staff_confirm_it_and_it_speaks(app, client, clock):
    person = log_in(client, a_resident())
    rules = (BytesIO(b"%PDF-1.7 rules"), "規約.pdf")
    answer = post(client, "/organisations/register", **FIELDS, rules=rules)
    assert answer.status_code == 303
    page = answer.headers["Location"]
    assert "確認待ち" in text(client, page)
    public_id = page.rpartition("/")[2]
    assert client.get(f"/organisations/{public_id}").status_code == 404, "nobody sees it yet"
    staff = log_in(app.test_client(), a_member_of_staff(Role.OFFICER))
    desk = f"/desk/organisations/{public_id}"
    assert post(staff, f"{desk}/return", reason="規約の日付がありません。").status_code == 303
    assert "規約の日付がありません。" in text(client, page)
    kept = staff.get(f"{desk}/rules")
    assert (kept.data, kept.headers["Content-Type"]) == (b"%PDF-1.7 rules", "application/pdf")
    seen = {"saw_rules": "y", "saw_representative": "y", "until": "2028-11-22"}
    assert post(staff, f"{desk}/confirm", **seen).status_code == 303
    assert "24人（令和8年11月22日（日）、団体の申し出）" in text(client, f"/organisations/{public_id}")
    assert "提案を書く" in text(client, page)
    assert person is client


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "団体の名前を入力してください"),
        ({"approvals_needed": "99"}, "0から20まで"),
        ({"ends_on": "きのう"}, "入力してください"),
        ({"website": "javascript:alert(1)"}, "https://"),
        ({"rules": (BytesIO(b"MZ"), "a.exe")}, "受け付けられない形式"),
    ],
)
def test_what_cannot_be_registered_is_said_and_the_words_stay(client, clock, change, words):
    log_in(client, a_resident())
    answer = post(client, "/organisations/register", **FIELDS | {"introduction": "放課後の場所"} | change)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert "放課後の場所" in answer.get_data(as_text=True)


def test_only_delegates_see_the_page_of_their_organisation(client, clock):
    organisation = an_organisation()
    pages = [
        f"/my/organisations/{organisation.public_id}{end}"
        for end in ("", "/edit", "/hand-over", "/hand-over/sheet", "/withdraw")
    ]
    log_in(client, a_delegate(an_organisation("よその会")))
    assert {client.get(page).status_code for page in pages} == {404}
    log_in(client, a_delegate(organisation))
    assert {client.get(page).status_code for page in pages} == {200}


def test_an_invitation_goes_by_mail_and_is_taken_up_after_logging_in(app, client, clock, letters):
    organisation, invited = an_organisation(), a_resident()
    page = f"/my/organisations/{organisation.public_id}"
    log_in(client, a_delegate(organisation))
    term = {"begins_on": "2026-11-22", "ends_on": "2027-11-22", "rights": ["draft", "submit"]}
    assert post(client, page, email=invited.email, **term).status_code == 303
    assert invited.email in text(client, page)
    worker.drain()
    link = re.search(r"http://localhost(/delegations/\S+)", letters[-1]["body"]).group(1)
    other = app.test_client()
    assert "ログインして引き受ける" in text(other, link)
    assert other.post(link).status_code in (303, 400, 403)
    log_in(other, invited)
    assert post(other, link).status_code == 303
    assert actor_of(invited).may_for(organisation.id, Right.SUBMIT)
    assert not actor_of(invited).may_for(organisation.id, Right.MANAGE)
    assert "この招待は使えません" in text(other, link)


def test_a_page_left_open_does_nothing_after_the_hand_over(app, client, clock):
    organisation = an_organisation()
    old, new = a_delegate(organisation, "前の会長"), a_delegate(organisation, "次の会長")
    page = f"/my/organisations/{organisation.public_id}"
    opened, colleague = log_in(client, old), log_in(app.test_client(), new)
    forms = {each: text(opened, each) for each in (page, f"{page}/edit", f"{page}/withdraw")}
    answer = post(
        colleague,
        f"{page}/hand-over",
        leaving=[old.public_id],
        rights=["draft"],
        effective_on="2026-11-22",
        effective_time="１７：００",
        ends_on="2027-04-01",
        note="鍵は棚に。",
    )
    assert answer.status_code == 303
    clock.set(clock.moment.replace(hour=8, minute=0, second=0))  # 17時（日本の時刻）
    for address, html in forms.items():
        tokens = dict(re.findall(r'name="(csrf_token|submission_id)" value="([^"]+)"', html))
        assert opened.post(address, data=tokens | {"reason": "腹いせ"}).status_code == 404
        assert opened.get(address).status_code == 404
    assert organisations.get_organisation(organisation.public_id).withdrawn_at is None
    sheet = text(colleague, f"{page}/hand-over/sheet")
    assert "鍵は棚に。" in sheet
    assert "前の会長" in sheet


@pytest.mark.parametrize(("time", "day"), [("25:99", "2026-11-30"), ("17:00", "")])
def test_a_time_that_is_none_is_said_and_the_words_stay(client, clock, time, day):
    organisation = an_organisation()
    person = a_delegate(organisation)
    log_in(client, person)
    answer = post(
        client,
        f"/my/organisations/{organisation.public_id}/hand-over",
        leaving=[person.public_id],
        successors="next@example.jp",
        rights=["draft"],
        effective_on=day,
        effective_time=time,
        ends_on="2027-04-01",
        note="消えてはいけない",
    )
    assert answer.status_code == 422
    assert "消えてはいけない" in answer.get_data(as_text=True)


def test_ends_and_cancels_work_by_button_and_one_may_end_oneself(client, clock):
    organisation = an_organisation()
    me, other = a_delegate(organisation), a_delegate(organisation)
    page = f"/my/organisations/{organisation.public_id}"
    log_in(client, me)
    post(client, page, email="x@example.jp", begins_on="2026-11-22", ends_on="2027-04-01", rights=["draft"])
    token = re.search(r'name="csrf_token" value="([^"]+)"', text(client, page)).group(1)
    cancel = re.search(r'action="([^"]+/invitations/[^"]+/cancel)"', text(client, page)).group(1)
    assert client.post(cancel, data={"csrf_token": token}).status_code == 303
    assert "x@example.jp" not in text(client, page)
    for person in (other, me):
        ending = f"{page}/delegates/{person.public_id}/end"
        assert client.post(ending, data={"csrf_token": token}).status_code == 303
    assert client.get(page).status_code == 404


def test_an_organisation_is_ended_by_its_delegate_and_its_page_says_why(client, clock):
    organisation = an_organisation()
    log_in(client, a_delegate(organisation))
    page = f"/my/organisations/{organisation.public_id}/withdraw"
    assert post(client, page, reason="").status_code == 422
    assert post(client, page, reason="となりの町会と合併したため").status_code == 303
    shown = text(client, f"/organisations/{organisation.public_id}")
    assert "となりの町会と合併したため" in shown
    assert post(client, page, reason="もう一度").status_code == 403


def test_two_delegates_who_change_the_registration_at_once_both_keep_their_words(app, client, clock):
    organisation = an_organisation()
    page = f"/my/organisations/{organisation.public_id}/edit"
    log_in(client, a_delegate(organisation))
    fields = {k: v for k, v in FIELDS.items() if k != "ends_on"} | {
        "name": organisation.name,
        "kind": organisation.kind,
        "version": "1",
    }
    with transaction():
        db.session.get_one(CommunityOrganisation, organisation.id).introduction = "先に直した文"
    answer = post(client, page, **fields | {"introduction": "あとから直した文"})
    assert answer.status_code == 409
    assert "あとから直した文" in answer.get_data(as_text=True)
