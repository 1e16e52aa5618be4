"""Every route is known, says who may open it, and stands on its own surface."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pytest
from flask import Flask

from participation.access.rules import all_rules
from participation.app import create_app
from tests.architecture.source import listed

LIST = Path(__file__).resolve().parents[1] / "routes.txt"
ACCEPT = "ACCEPT_ROUTES"
#: The only endpoint without a view of ours: Flask's own, for files in static/.
FILES = "static"
SETTINGS = {
    "APP_ENV": "test",
    "MAIL_TRANSPORT": "memory",
    "SECRET_KEY": "tests-only-tests-only-tests-only-tests-only",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application of its own: other tests add routes to theirs."""
    return create_app(SETTINGS | {"DATA_DIR": str(tmp_path_factory.mktemp("routes"))})


def _access(app: Flask, endpoint: str) -> str:
    return "files" if endpoint == FILES else getattr(app.view_functions[endpoint], "access", "")


def _routes(app: Flask) -> list[str]:
    """Return "METHOD path endpoint access" of every route, sorted by path."""
    rows = []
    for rule in app.url_map.iter_rules():
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        rows.append((rule.rule, methods, rule.endpoint, _access(app, rule.endpoint)))
    return [
        f"{methods:10} {path}  {endpoint}  [{access}]" for path, methods, endpoint, access in sorted(rows)
    ]


def test_the_list_of_routes_is_the_one_that_was_accepted(app: Flask) -> None:
    now = _routes(app)
    if os.environ.get(ACCEPT):
        LIST.write_text("\n".join(now) + "\n", encoding="utf-8")
    accepted = LIST.read_text(encoding="utf-8").splitlines()
    changed = "\n".join(difflib.unified_diff(accepted, now, "tests/routes.txt", "now", lineterm="", n=0))
    assert not changed, (
        f"{changed}\n\nA public address that goes away needs a redirect. To accept the list as it is now:\n"
        f"{ACCEPT}=1 python3 run.py test --fast tests/architecture/test_routes.py"
    )


def test_every_route_says_who_may_open_it(app: Flask) -> None:
    silent = [rule.rule for rule in app.url_map.iter_rules() if not _access(app, rule.endpoint)]
    assert not silent, listed(silent)


def test_every_route_that_asks_for_an_action_asks_for_one_that_has_a_rule(app: Flask) -> None:
    known = {rule.action for rule in all_rules()} | {"public", "signed in", "files"}
    unknown = [rule.rule for rule in app.url_map.iter_rules() if _access(app, rule.endpoint) not in known]
    assert not unknown, listed(unknown)


def test_no_page_of_the_desk_is_open_to_the_public(app: Flask) -> None:
    open_pages = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk") and _access(app, rule.endpoint) in ("public", "signed in")
    ]
    assert not open_pages, listed(open_pages)


@pytest.fixture
def surfaces(tmp_path: Path) -> dict[str, set[str]]:
    """The addresses that each surface offers."""
    found = {}
    for surface in ("public", "desk", "both"):
        app = create_app(SETTINGS | {"DATA_DIR": str(tmp_path)}, surface=surface)
        found[surface] = {rule.rule for rule in app.url_map.iter_rules()}
    return found


def test_the_public_surface_does_not_contain_the_desk(surfaces: dict[str, set[str]]) -> None:
    assert [path for path in surfaces["public"] if path.startswith("/desk")] == []


def test_the_desk_surface_contains_the_desk(surfaces: dict[str, set[str]]) -> None:
    assert [path for path in surfaces["desk"] if path.startswith("/desk")] != []


def test_both_surfaces_together_are_the_whole_site(surfaces: dict[str, set[str]]) -> None:
    assert surfaces["public"] | surfaces["desk"] == surfaces["both"]
