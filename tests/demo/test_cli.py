"""flask demo load, accounts, reset."""

from __future__ import annotations

import pytest
from flask import Flask

from participation.demo import loading, reading
from participation.demo.cast import PASSWORD


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
