"""Projects as staff set them up."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from tests.support.builders.challenges import TEXT, a_challenge
from tests.support.builders.projects import a_project
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_section, log_in


@pytest.fixture
def page(app, client):
    log_in(client, a_member_of_staff(Role.OFFICER, section=a_section("みどり課")))
    return PageClient(app, client)


def test_an_officer_sets_up_a_project_gathers_publishes_and_ends_it(page):
    challenge = a_challenge()
    form = page.get("/desk/projects").follow("新しいプロジェクト")
    refused = form.submit("保存する", expect=422, code="みどり", title="みどりを育てる", summary="育てます。")
    assert "半角" in refused.text
    page.get("/projects/midori", expect=404)
    draft = refused.submit("保存する", code="midori")
    assert "公開前" in draft.text
    assert "見つかりませんでした" in page.get("/desk/projects/midori?words=ありません").text
    found = page.get("/desk/projects/midori?words=通学路")
    gathered = found.submit("選んだものを集める", chosen=str(challenge.subject_id), note="道を照らす")
    assert "道を照らす" in gathered.text
    gathered.submit("公開する")
    assert TEXT.title in page.get("/projects/midori").text
    left = page.get("/desk/projects/midori").submit("外す")
    assert "まだ何も集めていません" in left.text
    ended = left.follow("プロジェクトを終える").submit("終える", outcome="12か所に植えました。")
    assert "12か所に植えました。" in ended.text


def test_an_old_form_is_answered_with_a_conflict(page):
    a_project()
    one, other = (page.get("/desk/projects/midori/edit") for _ in range(2))
    one.submit("保存する", title="先に直した題名")
    assert "先に直しました" in other.submit("保存する", expect=409, title="あとから").text
