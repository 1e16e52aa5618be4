"""flask demo load, accounts, reset."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from participation.demo import loading, reading
from participation.demo.cast import PASSWORD
from participation.foundation.db import db
from participation.people.models import Person
from tests.support.people import a_resident


def test_the_accounts_are_printed_with_their_password(app: Flask) -> None:
    printed = app.test_cli_runner().invoke(args=["demo", "accounts"]).output
    assert PASSWORD in printed
    for row in reading.table("accounts"):
        assert row["email"] in printed


def test_production_never_gets_the_demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "APP_ENV", "production")
    for command in ("load", "accounts", "reset"):
        result = app.test_cli_runner().invoke(args=["demo", command])
        assert result.exit_code == 1
        assert "本番では使えません" in result.output
    assert not loading.is_loaded()


def test_load_says_how_long_it_took_and_refuses_to_load_over_what_is_there(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WARD", "nerima")  # Without the invented voices: quick.
    runner = app.test_cli_runner()
    first = runner.invoke(args=["demo", "load"])
    assert first.exit_code == 0, first.output
    assert "見本の区のデータを入れました" in first.output
    second = runner.invoke(args=["demo", "load"])
    assert second.exit_code == 1
    assert "すでにデータが入っています" in second.output


def test_reset_asks_first(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["demo", "reset"], input="n\n")
    assert result.exit_code == 1
    assert "今のデータはすべて消えます" in result.output


def test_reset_begins_anew(app: Flask) -> None:
    a_resident("消える人")
    result = app.test_cli_runner().invoke(args=["demo", "reset", "--yes"])
    assert result.exit_code == 0, result.output
    names = set(db.session.scalars(select(Person.nickname)))
    assert "消える人" not in names
    assert "坂の途中" in names
