"""Questions to other sections: asked, answered in parts and versions, returned, closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.access.actors import Role
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, NotFound, Refused
from participation.replies import commands
from participation.replies.domain import InquiryAct, InquiryStatus
from participation.replies.models import Inquiry, InquiryAnswer, InquiryEvent
from participation.replies.queries import inquiries
from tests.support.builders.office import BY, in_days
from tests.support.builders.replies import a_point, an_editor, an_officer, the_schemes
from tests.support.people import a_member_of_staff, a_section, actor_of


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def ours():
    return a_section("広報課")


@pytest.fixture
def theirs():
    return a_section("防災課")


@pytest.fixture
def asker(ours):
    return an_officer(ours)


@pytest.fixture
def answerer(theirs):
    return an_officer(theirs)


@pytest.fixture
def inquiry(ours, theirs, asker):
    point = a_point(section=ours)
    with transaction():
        return commands.send_inquiry(
            point.public_id, theirs.code, "今の取組を教えてください。", in_days(7), by=asker
        )


def answer(inquiry, by, body="こうしています。", based_on=0, *, partial=False):
    with transaction():
        return commands.answer_inquiry(inquiry.public_id, body, based_on, is_partial=partial, by=by)


def status(inquiry):
    db.session.rollback()
    return db.session.get_one(Inquiry, inquiry.id).status


def test_the_asked_section_sees_it_in_its_queue_and_the_asking_one_sees_its_state(
    inquiry, ours, theirs, asker, answerer
):
    assert [line.public_id for line in inquiries.list_to_answer(theirs.id)] == [inquiry.public_id]
    assert inquiries.list_to_answer(ours.id) == []
    assert inquiries.list_to_answer(None) == []
    asked = inquiries.list_asked_by(asker)
    assert [(line.section_name, line.status_name) for line in asked] == [("防災課", "回答待ち")]
    answer(inquiry, answerer)
    assert inquiries.list_to_answer(theirs.id) == []
    assert [line.status_name for line in inquiries.list_asked_by(asker)] == ["回答あり"]
    assert [line.public_id for line in inquiries.list_answered_by(theirs.id)] == [inquiry.public_id]


def test_an_answer_in_part_is_completed_by_a_second_version_and_both_stay(inquiry, answerer):
    answer(inquiry, answerer, "前半です。", partial=True)
    assert status(inquiry) is InquiryStatus.PARTLY
    answer(inquiry, answerer, "前半です。後半です。", based_on=1)
    assert status(inquiry) is InquiryStatus.ANSWERED
    page = inquiries.get_inquiry_page(inquiry.public_id)
    assert [(each.number, each.is_partial) for each in page.answers] == [(2, False), (1, True)]
    assert ("add", "後半です。") in page.changes


def test_the_second_of_two_who_answer_at_once_is_told_instead_of_overwriting(inquiry, answerer, theirs):
    answer(inquiry, answerer)
    with pytest.raises(Conflict, match="先に回答"):
        answer(inquiry, an_officer(theirs), "別の回答です。", based_on=0)
    assert len(db.session.scalars(select(InquiryAnswer)).all()) == 1


def test_it_is_returned_for_more_with_a_new_day_and_then_closed(inquiry, asker, answerer):
    with pytest.raises(Conflict, match="まだ回答がない"), transaction():
        commands.ask_for_more(inquiry.public_id, "数も。", by=asker)
    answer(inquiry, answerer)
    with pytest.raises(Refused, match="何が足りないか"), transaction():
        commands.ask_for_more(inquiry.public_id, "  ", by=asker)
    with transaction():
        commands.ask_for_more(inquiry.public_id, "件数も教えてください。", in_days(10), by=asker)
    assert status(inquiry) is InquiryStatus.RETURNED
    assert db.session.get_one(Inquiry, inquiry.id).due_on == in_days(10)
    answer(inquiry, answerer, "件数は3件です。", based_on=1)
    with transaction():
        commands.close_inquiry(inquiry.public_id, by=asker)
    assert status(inquiry) is InquiryStatus.CLOSED
    with pytest.raises(Refused, match="終わっています"):
        answer(inquiry, answerer, "まだあります。", based_on=2)
    with pytest.raises(Conflict), transaction():
        commands.close_inquiry(inquiry.public_id, by=asker)
    kinds = db.session.scalars(select(InquiryEvent.kind).order_by(InquiryEvent.id)).all()
    assert kinds == [
        InquiryAct.ASKED,
        InquiryAct.ANSWERED,
        InquiryAct.RETURNED,
        InquiryAct.ANSWERED,
        InquiryAct.CLOSED,
    ]


def test_closing_without_an_answer_says_why(inquiry, asker):
    with pytest.raises(Refused, match="理由"), transaction():
        commands.close_inquiry(inquiry.public_id, by=asker)
    with transaction():
        commands.close_inquiry(inquiry.public_id, "電話で聞きました。", by=asker)


def test_who_may_ask_and_who_may_answer(inquiry, ours, theirs, asker, answerer):
    third = an_officer(a_section("福祉課"))
    point = inquiries.get_inquiry_page(inquiry.public_id).line.point_public_id
    with pytest.raises(Denied), transaction():
        commands.send_inquiry(point, theirs.code, "?", in_days(3), by=third)
    for other in (third, asker):
        with pytest.raises(Denied, match="照会を受けた課"):
            answer(inquiry, other)
    auditor = actor_of(a_member_of_staff(Role.AUDITOR, section=theirs))
    with pytest.raises(Denied):
        answer(inquiry, auditor)
    answer(inquiry, an_editor(), "電話で聞いた回答です。")
    with pytest.raises(Denied), transaction():
        commands.ask_for_more(inquiry.public_id, "もっと。", by=answerer)


def test_a_question_needs_words_a_day_to_come_and_another_section(ours, theirs, asker):
    point = a_point(section=ours)
    for section, words, day, reason in (
        (theirs.code, " ", in_days(3), "聞きたいこと"),
        (theirs.code, "?", in_days(-1), "期限"),
        (ours.code, "?", in_days(3), "担当課には照会できません"),
        ("nai", "?", in_days(3), "その課はありません"),
    ):
        with pytest.raises(Refused, match=reason), transaction():
            commands.send_inquiry(point.public_id, section, words, day, by=asker)


def test_an_answer_is_quoted_only_into_the_point_it_belongs_to(inquiry, answerer, ours):
    point = db.session.get_one(inquiries.Point, inquiry.point_id)
    with pytest.raises(NotFound):
        inquiries.get_quotation(point, inquiry.public_id)
    answer(inquiry, answerer)
    assert inquiries.get_quotation(point, inquiry.public_id) == ("防災課", "こうしています。")
    with pytest.raises(NotFound):
        inquiries.get_quotation(a_point(section=ours), inquiry.public_id)


def test_an_inquiry_past_its_day_says_so_in_words(inquiry, theirs, clock):
    clock.advance(timedelta(days=10))
    (line,) = inquiries.list_to_answer(theirs.id)
    assert line.due.is_overdue
    assert line.due.words.startswith("期限切れ（")


def test_nothing_is_found_under_an_unknown_address(app):
    with pytest.raises(NotFound):
        inquiries.get_inquiry_page("nainainai1")
    with pytest.raises(NotFound), transaction():
        commands.close_inquiry("nainainai1", by=BY)
