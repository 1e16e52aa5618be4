"""Challenges as staff write, post, equip and move them on, and confirm which ideas belong to them."""

from __future__ import annotations

from io import BytesIO

import pytest

from participation.access.actors import Role
from participation.challenges import queries
from participation.challenges.models import Challenge
from participation.foundation.db import db
from tests.support.builders.challenges import IDEA, TEXT, a_challenge, an_idea
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_section, log_in


@pytest.fixture
def page(app, client):
    log_in(client, a_member_of_staff(Role.OFFICER, section=a_section("道路課")))
    return PageClient(app, client)


def test_an_officer_writes_equips_and_posts_a_challenge(page):
    form = page.get("/desk/challenges").follow("新しい課題を書く")
    refused = form.submit("保存する", expect=422, title=TEXT.title)
    assert "背景を書いてください" in refused.text
    draft = refused.submit("保存する", background=TEXT.background, wanted=TEXT.wanted)
    assert "公開前" in draft.text
    public_id = db.session.query(Challenge).one().public_id
    page.get(f"/challenges/{public_id}", expect=404)
    materials = draft.follow("資料を付ける・外す")
    missing = materials.submit("資料を付ける", expect=422, title="街路灯のない道")
    assert "数字、またはリンク" in missing.text
    kept = missing.submit("資料を付ける", value="1,200m", source="区の調べ")
    file = (BytesIO(b"%PDF-1.7 map"), "map.pdf")
    kept = kept.submit("資料を付ける", kind="file", title="暗い道の地図", file=file)
    assert "暗い道の地図" in kept.text
    page.get(f"/desk/challenges/{public_id}").submit("公開する")
    shown = page.get(f"/challenges/{public_id}")
    assert "1,200m" in shown.text
    response = page.client.get(
        f"/challenges/{public_id}/files/{queries.list_materials(queries.get_challenge(public_id))[1].public_id}"
    )
    assert response.headers["Content-Security-Policy"].endswith("sandbox")
    assert response.data.startswith(b"%PDF")


def test_an_old_form_is_answered_with_a_conflict_and_the_words_are_not_lost(page):
    challenge = a_challenge(is_posted=False)
    path = f"/desk/challenges/{challenge.public_id}/edit"
    one, other = page.get(path), page.get(path)
    one.submit("保存する", title="先に直した題名")
    late = other.submit("保存する", expect=409, title="あとから来た題名")
    assert "先に直しました" in late.text


def test_a_candidate_is_confirmed_and_taken_off_again_with_a_reason(page):
    challenge, idea = a_challenge(), an_idea()
    found = page.get(f"/desk/challenges/{challenge.public_id}").follow("候補のアイデアを確かめる")
    assert IDEA.title in found.text
    linked = found.submit("結び付ける", chosen=idea.public_id)
    assert "結び付けずみ" in linked.text
    refused = linked.submit("合わない・外す", expect=422, chosen=idea.public_id)
    assert "理由を書いて" in refused.text
    gone = refused.submit("合わない・外す", chosen=idea.public_id, reason="場所が違いました。")
    assert "結び付けずみ" not in gone.text


def test_a_stage_is_moved_on_with_its_reason(page):
    challenge = a_challenge()
    moved = page.get(f"/desk/challenges/{challenge.public_id}").submit(
        "段階を進める", stage="considering", reason="読み始めました。"
    )
    assert "読み始めました。" in moved.text
    assert "検討中" in PageClient(page.app).get(f"/challenges/{challenge.public_id}").text


def test_the_contact_of_an_idea_is_read_on_demand_and_not_by_everybody(app, page):
    idea = an_idea(contact_name="佐倉", contact="03-0000-0000")
    shown = page.get(f"/desk/challenges/ideas/{idea.public_id}")
    assert "03-0000-0000" not in shown.html
    assert "03-0000-0000" in shown.submit("連絡先を見る", reason="問い合わせのため").text
    other = PageClient(app)
    log_in(other.client, a_member_of_staff(Role.SCREENER))
    assert "所管課の職員と管理者だけ" in other.get(f"/desk/challenges/ideas/{idea.public_id}").text
    other.get("/desk/challenges/new", expect=403)
