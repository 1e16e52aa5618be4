"""visible_to() is the single answer to "may this be shown"."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import Role, visitor
from participation.contributions import commands, queries
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from tests.support.builders.consultations import a_subject
from tests.support.people import a_member_of_staff, a_resident, actor_of


@pytest.fixture
def voices(app):
    author, subject = a_resident(), a_subject()
    with transaction():
        for visibility in Visibility:
            commands.say(
                ContributionKind.POST,
                visibility.value,
                subject_id=subject.id,
                visibility=visibility,
                author_id=author.id,
            )
    return author, subject


def seen(actor):
    return set(db.session.scalars(select(Contribution.body).where(queries.visible_to(actor))))


def test_everybody_reads_only_what_is_published(voices):
    assert seen(visitor()) == {"published"}
    assert seen(actor_of(a_resident())) == {"published"}


def test_authors_read_their_own_in_every_state(voices):
    assert seen(actor_of(voices[0])) == {each.value for each in Visibility}


def test_staff_read_everything(voices):
    assert seen(actor_of(a_member_of_staff(Role.SCREENER))) == {each.value for each in Visibility}


def test_the_rule_for_one_row_is_the_same(voices):
    actors = [
        visitor(),
        actor_of(a_resident()),
        actor_of(voices[0]),
        actor_of(a_member_of_staff(Role.AUDITOR)),
    ]
    rows = db.session.scalars(select(Contribution)).all()
    for actor in actors:
        assert {row.body for row in rows if queries.may_read(actor, row)} == seen(actor)


def test_only_published_voices_are_counted(voices):
    subject = voices[1]
    assert queries.count_published([subject.id]) == {(subject.id, "post"): 1}


def test_a_voice_that_does_not_exist_is_not_found(app):
    with pytest.raises(NotFound):
        queries.get_contribution("nothing")
