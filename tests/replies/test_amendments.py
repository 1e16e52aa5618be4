"""What a reply changes in the plan (修正), on the real plan."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.foundation.db import db, transaction
from participation.foundation.errors import Refused
from participation.opinions.domain import OpinionStage
from participation.opinions.models import Opinion
from participation.plans.models import PlanLevel, PlanNode
from participation.replies import commands
from participation.replies.domain import AmendmentDraft, Approval, Operation, ReplyStatus
from participation.replies.models import Amendment, Point, ReplyVersion
from participation.replies.queries import published as public
from participation.subjects.models import Subject
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import (
    a_draft,
    a_point,
    an_approver,
    an_editor,
    published,
    submitted,
)
from tests.support.page import PageClient


@pytest.fixture
def item(app):
    """A ○ item of the ward's plan, and its subject."""
    node = db.session.scalars(
        select(PlanNode)
        .join(PlanLevel, PlanLevel.id == PlanNode.level_id)
        .where(PlanLevel.within, PlanNode.standing, PlanNode.code.startswith("MP-2-2-2"))
        .order_by(PlanNode.position)
    ).first()
    return node, db.session.get_one(Subject, node.subject_id)


@pytest.fixture
def point(item):
    _, subject = item
    consultation = an_open_consultation(about=[subject])
    return a_point([an_opinion(to=consultation, about=subject)])


def record(point, subject, operation, before="", after=""):
    with transaction():
        return commands.record_amendment(
            point.public_id, AmendmentDraft(subject.public_id, operation, before, after), by=an_editor()
        )


def test_an_item_is_named_by_what_holds_it(item, point):
    _, subject = item
    amendment = record(point, subject, Operation.ADD, after="新しい文。")
    assert amendment.place.endswith("○1つ目")
    assert len(amendment.place) > len("○1つ目")


@pytest.mark.parametrize(
    ("operation", "before", "after", "words"),
    [
        (Operation.REPLACE, "計画にないことば", "新しい文", "見つかりません"),
        (Operation.DELETE, "計画にないことば", "", "見つかりません"),
        (Operation.ADD, "計画にないことば", "新しい文", "見つかりません"),
        (Operation.REPLACE, "", "新しい文", "どこを直すのか"),
        (Operation.DELETE, "", "", "どこを直すのか"),
        (Operation.ADD, "", " ", "追加する文"),
        (Operation.REPLACE, "の", "新しい文", "2か所以上"),
    ],
)
def test_the_words_must_stand_in_the_plan_once(item, point, operation, before, after, words):
    _, subject = item
    with pytest.raises(Refused, match=words):
        record(point, subject, operation, before, after)
    assert db.session.scalars(select(Amendment)).all() == []


def test_replacing_shows_old_and_new_and_changes_nothing_in_the_plan(item, point, app, client):
    node, subject = item
    words = node.text[:8]
    record(point, subject, Operation.REPLACE, words, "新しいことば")
    published(point)
    assert db.session.get_one(PlanNode, node.id).text.startswith(words)
    shown = public.list_amendments(point.consultation_id)[0]
    assert shown.text.new_text() == "新しいことば" + node.text[8:]
    assert ("remove", words) in shown.text.parts()
    code = db.session.get_one(Opinion, db.session.scalars(select(Opinion.id)).first()).consultation_id
    assert code == point.consultation_id
    page = PageClient(app, client)
    text = page.get(f"/points/{point.public_id}").text
    assert "新しいことば" in text
    assert db.session.scalars(select(Opinion.stage)).one() is OpinionStage.REFLECTED
    assert public.on_subjects([subject.id], an_editor()).changed_count == 1


def test_an_amendment_is_decided_on_with_the_reply_and_stands_still_meanwhile(item, point):
    _, subject = item
    version = submitted(point)
    with pytest.raises(Refused, match="差し戻して"):
        record(point, subject, Operation.ADD, after="あとから足した文。")
    with transaction():
        commands.send_back(point.public_id, version.number, "修正を足してください。", by=an_approver())
    record(point, subject, Operation.ADD, after="足した文。")
    fresh = submitted(point, version)
    assert fresh.number == 2, "what is decided on is one whole version"
    assert [each["after"] for each in fresh.amendments] == ["足した文。"]
    assert fresh.content_hash != version.content_hash


def test_a_published_amendment_stands_until_the_correction_is_published(item, point):
    _, subject = item
    amendment = record(point, subject, Operation.ADD, after="足した文。")
    published(point)
    with transaction():
        commands.remove_amendment(point.public_id, amendment.public_id, by=an_editor())
    assert len(public.list_amendments(point.consultation_id)) == 1
    version = a_draft(point, "修正をやめた文。")
    version = submitted(point, version)
    with transaction():
        commands.approve_reply(
            point.public_id, Approval(version.number, version.content_hash), by=an_approver()
        )
    with transaction():
        commands.publish_reply(point.public_id, correction_note="修正を取りやめました。", by=an_approver())
    assert public.list_amendments(point.consultation_id) == []
    db.session.expire_all()
    assert db.session.get_one(Point, point.id).status is ReplyStatus.PUBLISHED
    assert len(db.session.scalars(select(ReplyVersion)).all()) == 2


def test_taking_the_reply_back_takes_its_amendments_out_of_public(item, point):
    _, subject = item
    record(point, subject, Operation.ADD, after="足した文。")
    published(point)
    with transaction():
        commands.withdraw_reply(point.public_id, "誤りのため。", by=an_approver())
    assert public.list_amendments(point.consultation_id) == []
