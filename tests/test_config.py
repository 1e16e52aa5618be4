"""Settings: one function from the environment, which says in Japanese what is missing and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import SITES, VARIABLES, WARDS, SettingsError, public_settings, settings

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "a-key-of-more-than-thirty-two-characters",
    "DATABASE_URL": "postgresql+psycopg://app@db/participation",
    "PUBLIC_URL": "https://sanka.example.jp/",
}


def refused(**changes):
    with pytest.raises(SettingsError) as error:
        settings({key: value for key, value in (PRODUCTION | changes).items() if value is not None})
    assert re.search("[ぁ-ん]", str(error.value))
    return str(error.value)


def test_nothing_need_be_set_to_try_the_site(tmp_path):
    config = settings({"DATA_DIR": str(tmp_path)})
    assert config["APP_ENV"] == "development"
    assert config["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path}/participation.sqlite3"
    assert config["SITE"]["ward"] == "目黒区"


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "PUBLIC_URL"])
@pytest.mark.parametrize("value", [None, ""])
def test_production_does_not_start_without(name, value):
    assert name in refused(**{name: value})


def test_production_answers_for_its_own_hosts_only():
    hosts = settings({**PRODUCTION, "TRUSTED_HOSTS": "desk.example.jp, ,sanka.local"})["TRUSTED_HOSTS"]
    assert hosts == ["sanka.example.jp", "desk.example.jp", "sanka.local", "127.0.0.1", "localhost", "[::1]"]
    assert settings({})["TRUSTED_HOSTS"] is None
    assert "PUBLIC_URL" in refused(PUBLIC_URL="sanka.example.jp")


@pytest.mark.parametrize("key", ["short", "development-only-key-that-is-no-secret"])
def test_production_does_not_start_with_a_key_that_can_be_guessed(key):
    assert "SECRET_KEY" in refused(SECRET_KEY=key)


def test_a_key_for_names_and_addresses_must_be_long_too():
    assert "IDENTITY_KEY" in refused(IDENTITY_KEY="short")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "staging"),
        ("WARD", "shibuya"),
        ("SURFACE", "all"),
        ("MAIL_TRANSPORT", "pigeon"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "two"),
        ("TRUSTED_PROXIES", "１"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_what_may_stand_there(name, value):
    message = refused(**{name: value})
    assert message.startswith(name)
    assert value in message


def test_over_https_cookies_are_bound_to_the_host():
    config = settings(PRODUCTION)
    assert config["SESSION_COOKIE_SECURE"] is True
    assert config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert config["LOGIN_COOKIE_NAME"].startswith("__Host-")
    assert config["PUBLIC_URL"] == "https://sanka.example.jp"


def test_without_https_cookies_are_plain_or_nobody_could_log_in():
    config = settings({})
    assert config["SESSION_COOKIE_SECURE"] is False
    assert config["LOGIN_COOKIE_NAME"] == "sid"


def test_old_keys_are_kept_for_reading():
    config = settings(PRODUCTION | {"SECRET_KEY_FALLBACKS": "old,older", "IDENTITY_KEY_FALLBACKS": "before"})
    assert config["SECRET_KEY_FALLBACKS"] == ["old", "older"]
    assert config["IDENTITY_KEYS"] == [PRODUCTION["SECRET_KEY"], "before"]


def test_on_postgresql_no_question_waits_for_ever():
    options = settings(PRODUCTION)["SQLALCHEMY_ENGINE_OPTIONS"]
    assert options["pool_timeout"] <= 10
    for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        assert limit in options["connect_args"]["options"]


def test_what_is_secret_is_not_printed():
    shown = {name: value for name, value, _ in public_settings(PRODUCTION | {"SMTP_URL": "smtp://a:b@c"})}
    assert shown["SECRET_KEY"] == shown["DATABASE_URL"] == shown["SMTP_URL"] == "（秘密）"
    assert shown["PUBLIC_URL"] == PRODUCTION["PUBLIC_URL"]
    assert shown["REDIS_URL"] == ""


def test_whatever_could_hold_a_password_is_secret():
    open_ones = [v.name for v in VARIABLES if re.search("KEY|SMTP|DATABASE|REDIS", v.name) and not v.secret]
    assert open_ones == []


def test_every_variable_is_explained_in_japanese_and_named_once():
    names = [variable.name for variable in VARIABLES]
    assert len(names) == len(set(names))
    assert [v.name for v in VARIABLES if not re.search("[ぁ-んァ-ン]", v.meaning)] == []


def test_every_variable_is_used():
    source = Path(settings.__code__.co_filename).read_text(encoding="utf-8")
    assert [v.name for v in VARIABLES if f'known["{v.name}"]' not in source] == []


def test_every_ward_has_a_name_and_a_site():
    assert set(SITES) == set(WARDS)


def test_a_language_model_is_off_until_a_server_and_a_model_are_named():
    assert settings({})["LANGUAGE_MODEL_URL"] == ""
    named = settings({"LANGUAGE_MODEL_URL": "http://127.0.0.1:11434/v1/", "LANGUAGE_MODEL": "small"})
    assert (named["LANGUAGE_MODEL_URL"], named["LANGUAGE_MODEL"]) == ("http://127.0.0.1:11434/v1", "small")
    for wrong in ("http://127.0.0.1/v1", "ftp://a/v1", "http://name:word@a/v1", "http://a:99999/v1", "a"):
        model = "" if wrong.endswith("1/v1") else "small"
        with pytest.raises(SettingsError, match="LANGUAGE_MODEL"):
            settings({"LANGUAGE_MODEL_URL": wrong, "LANGUAGE_MODEL": model})
