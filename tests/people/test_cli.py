"""The first administrator is invited on the command line."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from participation.jobs import worker
from participation.people import queries
from tests.support.people import a_resident, actor_of


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["people", "invite-staff", *arguments])


def test_the_first_administrator_gets_a_letter(app, letters):
    done = run(app, "chief@example.jp", "区政 太郎", "--role", "administrator", "--role", "editor")
    assert done.exit_code == 0, done.output
    assert "chief@example.jp に招待のメールを送ります。" in done.output
    worker.drain()
    assert letters[-1]["to"] == "chief@example.jp"
    assert actor_of(queries.find_by_email("chief@example.jp")).roles == {Role.ADMINISTRATOR, Role.EDITOR}


@pytest.mark.parametrize(
    "arguments",
    [
        ("chief@example.jp", "区政 太郎"),
        ("chief@example.jp", "区政 太郎", "--role", "king"),
        ("chief", "区政 太郎", "--role", "editor"),
        ("chief@example.jp", "区政 太郎", "--role", "resident"),
    ],
)
def test_what_cannot_be_is_refused_and_nobody_is_invited(app, arguments):
    assert run(app, *arguments).exit_code != 0
    assert queries.list_staff() == []


def test_a_refusal_is_said_in_words_and_not_as_a_trace(app):
    done = run(app, a_resident().email, "区政 太郎", "--role", "editor")
    assert "このメールアドレスは、すでに登録されています。" in done.output
    assert "Traceback" not in done.output
