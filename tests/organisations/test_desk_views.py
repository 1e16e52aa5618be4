"""Pages on which staff register organisations."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from tests.support.people import a_member_of_staff, a_resident, log_in


def test_an_empty_list_says_what_to_do(client):
    log_in(client, a_member_of_staff(Role.OFFICER))
    assert "「団体を登録する」から加えてください" in client.get("/desk/organisations/").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/desk/organisations/", "/desk/organisations/new"])
def test_residents_and_visitors_do_not_get_in(client, path):
    assert client.get(path).status_code == 303
    log_in(client, a_resident())
    assert client.get(path).status_code == 403
