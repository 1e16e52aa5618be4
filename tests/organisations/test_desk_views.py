"""Pages on which staff register organisations."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from participation.foundation.db import db, transaction
from participation.organisations import queries
from participation.organisations.models import CommunityOrganisation
from participation.organisations.queries import Contact
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, an_organisation, log_in


def test_an_empty_list_says_what_to_do(client):
    log_in(client, a_member_of_staff(Role.OFFICER))
    assert "「団体を登録する」から加えてください" in client.get("/desk/organisations/").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/desk/organisations/", "/desk/organisations/new"])
def test_residents_and_visitors_do_not_get_in(client, path):
    assert client.get(path).status_code == 303
    log_in(client, a_resident())
    assert client.get(path).status_code == 403


def test_the_contact_is_shown_once_a_reason_is_given_and_nowhere_else(app, client):
    made = an_organisation("連絡先のある会")
    with transaction():
        found = db.session.get_one(CommunityOrganisation, made.id)
        found.sealed_contact = queries.seal_contact(Contact("見本 花子", "03-0000-5555"))
    desk = PageClient(app, log_in(client, a_member_of_staff(Role.OFFICER)))
    for path in ("", "/confirm", "/edit"):
        assert "03-0000-5555" not in desk.get(f"/desk/organisations/{made.public_id}{path}").html
    asked = desk.get(f"/desk/organisations/{made.public_id}").follow("代表者と連絡先を見る")
    assert "03-0000-5555" not in asked.submit("見る", expect=422, reason="").text
    assert "03-0000-5555" in asked.submit("見る", reason="規約を聞くため").text
    auditor = PageClient(app, log_in(app.test_client(), a_member_of_staff(Role.AUDITOR)))
    auditor.get(f"/desk/organisations/{made.public_id}/contact", expect=403)
