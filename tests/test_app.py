"""The application: what each surface contains, when it refuses to start, and loading a ward twice."""

from __future__ import annotations

import gc

import pytest
from sqlalchemy import func, select
from werkzeug.routing import BuildError

from config import SettingsError
from participation.access.actors import STAFF_ROLES
from participation.app import SLICES, create_app, manifests
from participation.foundation.db import Base, db
from participation.web import addresses
from tests.support.people import a_member_of_staff, log_in


def made(tmp_path, surface, **settings):
    return create_app({"APP_ENV": "test", "DATA_DIR": str(tmp_path), **settings}, surface=surface)


def paths(app):
    return {rule.rule for rule in app.url_map.iter_rules()}


def test_a_public_process_does_not_contain_the_staff_pages(tmp_path):
    app = made(tmp_path, "public")
    assert [path for path in paths(app) if path.startswith("/desk")] == []
    assert [name for name in app.blueprints if name == "desk" or name.endswith("_desk")] == []
    assert app.test_client().get("/desk/").status_code == 404


def test_a_staff_process_does_not_contain_the_pages_for_residents(tmp_path):
    app = made(tmp_path, "desk")
    public = {blueprint.name for manifest in manifests() for blueprint in manifest.public}
    desk = {blueprint.name for manifest in manifests() for blueprint in manifest.desk}
    assert set(app.blueprints) & (public - desk) == set()
    assert "/opinions/new" not in " ".join(paths(app))


def test_what_the_start_loaded_is_never_looked_through_for_garbage_again(tmp_path):
    assert gc.isenabled()
    before = gc.get_freeze_count()
    made(tmp_path, "both")
    assert gc.isenabled()
    assert gc.get_freeze_count() >= max(before, 1)
    gc.disable()
    try:
        made(tmp_path, "both")
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.fixture
def desk(app, database, tmp_path):
    """A process for staff only, on the test's database."""
    made_apart = made(
        tmp_path,
        "desk",
        DATABASE_URL=database.url,
        PUBLIC_URL="https://hiroba.example.jp",
        MAIL_TRANSPORT="memory",
    )
    yield made_apart
    with made_apart.app_context():
        db.session.remove()
        db.engine.dispose()


def test_on_the_staff_surface_one_is_led_to_log_in_there(desk):
    browser = desk.test_client()
    assert browser.get("/").headers["Location"] == "/desk/"
    answer = browser.get("/desk/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/log-in?next=/desk/")
    assert browser.get("/log-in").status_code == 200


def test_every_list_of_the_staff_surface_opens_without_the_pages_for_residents(desk):
    browser = log_in(desk.test_client(), a_member_of_staff(*STAFF_ROLES))
    lists = [
        rule.rule
        for rule in desk.url_map.iter_rules()
        if rule.rule.startswith("/desk") and not rule.arguments and "GET" in (rule.methods or ())
    ]
    assert len(lists) > 10
    answers = {path: browser.get(path).status_code for path in lists}
    assert {path: code for path, code in answers.items() if code not in (200, 303)} == {}


def test_a_staff_process_names_the_pages_for_residents_where_they_are(desk):
    with desk.test_request_context("/desk/"):
        assert desk.url_for("plans.index") == "https://hiroba.example.jp/plans"
        assert desk.url_for("plans.index", _anchor="a") == "https://hiroba.example.jp/plans#a"
        assert addresses.full_url("consultations.index") == "https://hiroba.example.jp/consultations"
        assert addresses.full_url("people.log_in") == "https://hiroba.example.jp/log-in"
        with pytest.raises(BuildError):
            desk.url_for("plans.nothing")


@pytest.mark.parametrize("surface", ["public", "desk"])
def test_a_menu_offers_only_pages_that_the_surface_has(tmp_path, surface):
    app = made(tmp_path, surface)
    entries = [item for items in app.extensions["menus"].values() for item in items]
    assert [item.endpoint for item in entries if item.endpoint not in app.view_functions] == []


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "PUBLIC_URL"])
def test_production_refuses_to_start_and_says_what_is_missing(tmp_path, missing):
    environ = {
        "APP_ENV": "production",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "k" * 40,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'a.sqlite3'}",
        "PUBLIC_URL": "https://example.jp",
    }
    create_app(environ)
    del environ[missing]
    with pytest.raises(SettingsError, match=f"本番では次の設定が必要です: {missing}"):
        create_app(environ)


def test_production_refuses_the_key_that_everybody_knows(tmp_path):
    with pytest.raises(SettingsError, match="推測できない"):
        create_app(
            {
                "APP_ENV": "production",
                "DATA_DIR": str(tmp_path),
                "SECRET_KEY": "development-only-key-that-is-no-secret",
                "DATABASE_URL": "sqlite://",
                "PUBLIC_URL": "https://example.jp",
            }
        )


def test_forwarded_addresses_count_only_behind_a_proxy_that_is_trusted(tmp_path):
    trusting = made(tmp_path, "public", TRUSTED_PROXIES="1")
    plain = made(tmp_path, "public")
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    assert "Strict-Transport-Security" in trusting.test_client().get("/healthz", headers=headers).headers
    assert "Strict-Transport-Security" not in plain.test_client().get("/healthz", headers=headers).headers


def test_every_slice_in_the_list_is_there_and_says_its_own_name():
    assert [manifest.name for manifest in manifests()] == [
        name for name in SLICES if name in {manifest.name for manifest in manifests()}
    ]


def counts():
    db.session.rollback()
    return {
        name: db.session.scalar(select(func.count()).select_from(table))
        for name, table in Base.metadata.tables.items()
        if name not in ("freshness", "audit_entries")
    }


def test_loading_the_ward_again_changes_nothing(app):
    before = counts()
    assert before["plans"] == 5
    for _ in range(2):
        done = app.test_cli_runner().invoke(args=["ward", "load"])
        assert done.exit_code == 0, done.output
        assert "meguro のデータを読み込みました。" in done.output
    assert counts() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("access", "matrix"), "# 権限の一覧"),
        (("config", "show"), "SECRET_KEY"),
        (("jobs", "work", "--once"), "件の仕事を行いました。"),
    ],
)
def test_commands_of_the_house_answer(app, arguments, says):
    done = app.test_cli_runner().invoke(args=list(arguments))
    assert done.exit_code == 0, done.output
    assert says in done.output
