"""Projects as the public reads them."""

from __future__ import annotations

import pytest

from tests.support.builders.challenges import TEXT, a_challenge
from tests.support.builders.projects import a_project
from tests.support.page import PageClient


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def test_a_project_gathers_on_one_page_and_an_empty_one_says_so(page):
    assert "プロジェクトはまだありません" in page.get("/projects").text
    a_project("midori", a_challenge().subject_id)
    a_project("kara")
    shown = page.get("/projects/midori")
    assert TEXT.title in shown.text
    assert "まだ公表された考え方はありません" in shown.text
    assert "まだ何も集めていません" in page.get("/projects/kara").text
    page.get("/projects/nai", expect=404)
