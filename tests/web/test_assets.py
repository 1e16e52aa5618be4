"""Static files: an address changes exactly when the content does, so browsers may keep it for a year."""

from __future__ import annotations

import os
import re

import pytest

from participation.web.assets import Bundles


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "css" / "parts").mkdir(parents=True)
    (tmp_path / "css" / "bundles.toml").write_text('[site]\nfiles = ["css/base.css", "css/parts/*.css"]\n')
    (tmp_path / "css" / "base.css").write_text("b {}\n\n")
    (tmp_path / "css" / "parts" / "z.css").write_text("z {}")
    (tmp_path / "css" / "parts" / "a.css").write_text("a {}")
    return tmp_path


def test_a_bundle_joins_its_files_in_the_order_of_the_plan(folder):
    assert Bundles(folder).get("site", fresh=False)[1] == b"b {}\na {}\nz {}\n"


def test_in_production_a_bundle_is_made_once(folder):
    bundles = Bundles(folder)
    before = bundles.get("site", fresh=False)
    (folder / "css" / "base.css").write_text("changed {}")
    assert bundles.get("site", fresh=False) == before


def test_in_development_a_changed_file_changes_the_address(folder):
    bundles = Bundles(folder)
    before, _ = bundles.get("site", fresh=True)
    path = folder / "css" / "base.css"
    path.write_text("changed {}")
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 5))
    after, content = bundles.get("site", fresh=True)
    assert after != before
    assert content.startswith(b"changed {}")


def test_an_unknown_bundle_is_an_error_of_the_template(folder):
    with pytest.raises(KeyError):
        Bundles(folder).get("nothing", fresh=False)


def test_the_page_links_its_style_sheet_by_content(app, client):
    page = client.get("/log-in").get_data(as_text=True)
    name, version = re.search(r'href="/assets/(\w+)\.css\?v=(\w+)"', page).groups()
    digest, content = app.extensions["bundles"].get(name, fresh=False)
    assert version == digest
    answer = client.get(f"/assets/{name}.css?v={version}")
    assert answer.get_data() == content
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in answer.headers.get("Vary", ""), "a proxy may keep one copy for all"


def test_an_address_without_its_version_is_kept_for_minutes_only(client):
    assert client.get("/assets/public.css").headers["Cache-Control"] == "public, max-age=300"
    with client.get("/static/img/icon.svg") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_a_missing_file_is_not_kept_at_all(client):
    answer = client.get("/static/img/nothing.svg?v=1")
    assert answer.status_code == 404
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_template_that_names_a_file_that_is_not_there_fails(app):
    with app.test_request_context("/"), pytest.raises(FileNotFoundError):
        app.jinja_env.globals["asset_url"]("css/nothing.css")
