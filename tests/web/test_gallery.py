"""The gallery shows every component to whoever develops, and to nobody else."""

from __future__ import annotations

import pytest

from participation.app import create_app
from tests.support.page import PageClient


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gallery")
    return create_app({"APP_ENV": "development", "DATA_DIR": str(folder), "JOBS_INSIDE": "0"})


@pytest.mark.parametrize("environment", ["test", "production"])
def test_only_a_developer_sees_it(tmp_path, environment):
    app = create_app(
        {
            "APP_ENV": environment,
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path / 'a.sqlite3'}",
            "PUBLIC_URL": "https://example.jp",
            "SECRET_KEY": "k" * 40,
        }
    )
    assert not [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/_components")]


def test_a_name_that_is_no_component_is_not_found(workshop):
    for path in ("/_components/nothing", "/_components/../config", "/_components/pages/_frame"):
        assert workshop.test_client().get(path).status_code == 404


def test_the_list_leads_to_every_component(workshop, app):
    page = PageClient(workshop).get("/_components")
    shown = {link.href.rpartition("/")[2] for link in page.links if link.href.startswith("/_components/")}
    assert {"button", "field", "voice", "table"} <= shown
