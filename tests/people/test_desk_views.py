"""Organisations and their delegates, as staff register them."""

from __future__ import annotations

import re
from datetime import timedelta

from participation.access.actors import Role
from participation.foundation import clock as app_clock
from participation.organisations.queries import get_organisation, list_organisations
from tests.people.test_views_accounts import post
from tests.support.page import PageClient
from tests.support.people import a_delegate, a_member_of_staff, a_resident, actor_of, an_organisation, log_in


def test_an_organisation_is_registered_confirmed_and_gets_a_delegate_for_a_term(client, clock):
    resident = a_resident()
    log_in(client, a_member_of_staff(Role.OFFICER))
    assert (
        post(
            client,
            "/desk/organisations/new",
            name="さくら坂町会",
            kind="neighbourhood_association",
            area="",
            district="",
            introduction="",
        ).status_code
        == 303
    )
    organisation = get_organisation(list_organisations().rows[0].public_id)
    page = f"/desk/organisations/{organisation.public_id}"
    today = app_clock.today()
    term = {"begins_on": today.isoformat(), "ends_on": (today + timedelta(days=365)).isoformat()}
    term["rights"] = ["draft", "submit", "manage"]
    assert "先に団体の確認" not in client.get(page).get_data(as_text=True)
    assert post(client, page, email=resident.email, **term).status_code == 403, "not confirmed yet"
    confirm = f"/desk/organisations/{organisation.public_id}/confirm"
    assert post(client, confirm, until="2028-11-22").status_code == 422, "nothing was looked at"
    seen = {"saw_rules": "y", "saw_representative": "y", "until": "2028-11-22"}
    assert post(client, confirm, **seen).status_code == 303
    assert post(client, page, email=resident.email, **term).status_code == 303
    assert actor_of(resident).has(Role.DELEGATE)
    client.post(f"{page}/delegates/{resident.public_id}/end", data={"csrf_token": _csrf(client, page)})
    assert not actor_of(resident).has(Role.DELEGATE)


def test_a_term_that_is_over_gives_no_right(client, clock):
    delegate = a_delegate(an_organisation())
    assert actor_of(delegate).has(Role.DELEGATE)
    clock.advance(timedelta(days=335))
    assert not actor_of(delegate).has(Role.DELEGATE)


def test_an_address_nobody_registered_cannot_become_a_delegate(client):
    log_in(client, a_member_of_staff(Role.OFFICER))
    organisation = an_organisation()
    answer = post(
        client,
        f"/desk/organisations/{organisation.public_id}",
        email="nobody@example.jp",
        begins_on="2026-11-01",
        ends_on="2027-11-01",
        rights=["draft"],
    )
    assert answer.status_code == 422
    assert "先に本人に登録" in answer.get_data(as_text=True)


def _csrf(client, page):
    return client.get(page).get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]


def test_a_clerk_confirms_by_the_number_alone_and_sees_no_name(app, client):
    person = a_resident("窓口の花子")
    own = PageClient(app, log_in(app.test_client(), person))
    assert "区との関わりを選んで保存すると" in own.get("/account").text
    shown = own.get("/account").submit("窓口で確認を受ける番号を作る")
    number = re.search(r"[2-9a-z]{4}(-[2-9a-z]{4}){2}", shown.text)[0]
    desk = PageClient(app, log_in(client, a_member_of_staff(Role.SCREENER)))
    page = desk.get("/desk/").follow("区民の確認")
    wrong = page.submit("記録する", expect=422, number=number, standings=["lives"], ledger="")
    assert "台帳の番号を入力してください" in wrong.text
    done = wrong.submit("記録する", ledger="A-1")
    assert "記録しました" in done.text
    assert "窓口の花子" not in page.text + wrong.text + done.text
    assert "確認済み（令和10年" in own.get("/account").text
    again = desk.get("/desk/confirmations").submit(
        "記録する", expect=422, number=number, standings=["lives"], ledger="A-1"
    )
    assert "この番号は使えません" in again.text


def test_only_those_at_the_counter_open_the_page_of_confirmations(app):
    for role, status in (
        (Role.OFFICER, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.EDITOR, 403),
        (Role.ANALYST, 403),
    ):
        client = log_in(app.test_client(), a_member_of_staff(role))
        assert client.get("/desk/confirmations").status_code == status
    assert log_in(app.test_client(), a_resident()).get("/desk/confirmations").status_code in (403, 404)
