"""Replies that are the same as another's: one step, to a reply that stands, whatever becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.access.actors import system
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.replies import commands
from participation.replies.domain import Approval, ReplyStatus
from participation.replies.queries import references, rows
from participation.replies.queries.published import get_public_point, list_replies
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.replies import (
    a_draft,
    a_point,
    an_approver,
    approved,
    published,
    submitted,
    the_schemes,
)


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def pair(app):
    """Two points of one consultation: the second is to be the same as the first."""
    consultation = an_open_consultation()
    return a_point(to=consultation, title="もと"), a_point(to=consultation, title="同じ")


def decided(point, version):
    submitted(point, version)
    with transaction():
        commands.approve_reply(
            point.public_id,
            Approval(version.number, version.content_hash),
            by=an_approver(),
        )


def same(other, first, **given):
    return a_draft(other, "", same_as=first.number, **given)


def shown(point):
    with transaction():
        commands.publish_reply(point.public_id, by=an_approver())


def test_a_chain_is_refused_from_both_ends(pair):
    first, other = pair
    third = a_point(to=rows.consultation_of(first), title="三つ目")
    a_draft(first)
    same(other, first)
    with pytest.raises(Refused, match="ほかと同じ"):
        same(third, other)
    a_draft(third)
    with pytest.raises(Refused) as refusal:
        same(first, third)
    assert f"No.{other.number}" in refusal.value.reason


def test_a_point_without_a_reply_and_a_point_itself_are_refused(pair):
    first, other = pair
    for target in (first, other):
        with pytest.raises(Refused):
            same(other, target)


def test_the_page_and_the_files_show_the_words_that_it_points_to(pair):
    first, other = pair
    a_draft(first, "もとの文です。")
    version = same(other, first, supplement="この論点では、こうします。")
    published(first)
    decided(other, version)
    shown(other)
    reply = get_public_point(other.public_id).reply
    assert f"No.{first.number}の区の考え方と同じです。" in reply.reply_text
    assert reply.same_text in reply.reply_text
    assert reply.reply_text.endswith("【この論点について】\nこの論点では、こうします。")
    assert [each.reply_text for each in list_replies(first.consultation_id).items][1] == reply.reply_text


def test_a_correction_of_the_one_is_read_at_the_other_and_the_writer_is_warned(pair, clock):
    first, other = pair
    version = a_draft(first, "はじめの文。")
    reference = references.get_reference(first.id)
    clock.advance(timedelta(minutes=1))
    pointing = same(other, first)
    assert references.warning_about(references.get_reference(first.id), pointing.made_at) == ""
    clock.advance(timedelta(minutes=1))
    a_draft(first, "直した文。")
    warned = references.warning_about(references.get_reference(first.id), pointing.made_at)
    assert "第2版" in warned
    assert (reference.latest_number, version.number) == (1, 1)


def test_it_cannot_be_published_before_the_one_it_points_to(pair):
    first, other = pair
    a_draft(first)
    version = same(other, first)
    decided(other, version)
    with pytest.raises(Refused, match="まだ公表されていません"):
        shown(other)
    approved(first)
    with transaction():
        commands.publish_results(rows.consultation_of(first).code, is_interim=True, by=an_approver())
    assert other.status is ReplyStatus.PUBLISHED


def test_a_published_one_is_not_taken_back_from_under_another(pair):
    first, other = pair
    published(first)
    version = same(other, first)
    decided(other, version)
    shown(other)
    with pytest.raises(Refused) as refusal, transaction():
        commands.withdraw_reply(first.public_id, "誤りがあったため", by=an_approver())
    assert refusal.value.field == "along"
    assert f"No.{other.number}" in refusal.value.reason
    with transaction():
        commands.withdraw_reply(first.public_id, "誤りがあったため", along=True, by=an_approver())
    assert get_public_point(other.public_id).reply is None
    assert get_public_point(first.public_id).reply is None


def test_a_point_that_was_put_into_another_is_named_with_that_one(pair):
    first, other = pair
    third = a_point(to=rows.consultation_of(first), title="まとめる先")
    a_draft(first)
    version = same(other, first)
    with transaction():
        commands.merge_points(first.public_id, third.public_id, by=system("tests"))
    for act in (lambda: same(other, first), lambda: submitted(other, version)):
        with pytest.raises(Refused) as refusal:
            act()
        assert f"No.{third.number}" in refusal.value.reason


def test_who_points_here_is_listed_by_number(pair):
    first, other = pair
    a_draft(first)
    same(other, first)
    (pointing,) = references.list_pointing_to(first.id)
    assert (pointing.number, pointing.is_published) == (other.number, False)
    assert references.list_published_pointing_to(first.id) == []
