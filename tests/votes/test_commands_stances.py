"""Stances on voices: one of each person, changeable, told to nobody; a voice that is gone takes none."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import visitor
from participation.audit.models import AuditEntry
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.people.models import Person
from participation.votes import commands, queries
from participation.votes.domain.stances import Stance
from participation.votes.models import VoiceStance
from tests.support.builders.discussion import a_thread
from tests.support.people import a_delegate, a_resident, actor_of, an_organisation
from tests.votes.test_commands import together


def a_voice():
    """A post that everybody can read; return its id."""
    return a_thread().opening_id


def take(said_id, stance, by, **more):
    with transaction():
        commands.take_stance(db.session.get_one(Contribution, said_id), stance, by=by, **more)


def taken():
    db.session.rollback()
    return [(row.voter_key, row.stance) for row in db.session.scalars(select(VoiceStance))]


def test_fifty_answers_of_one_person_at_once_are_one_row_and_the_last_counts(app):
    said_id, who = a_voice(), actor_of(a_resident())
    acts = [
        lambda stance=stance: take(said_id, stance, who) for stance in (Stance.AGREE, Stance.DISAGREE) * 25
    ]
    assert together(app, acts) == []
    assert len(taken()) == 1
    take(said_id, Stance.PASS, who)
    assert taken() == [(f"person:{who.person_id}", Stance.PASS)]
    take(said_id, None, who)
    assert taken() == []


def test_the_audit_trail_says_that_somebody_answered_and_never_what(app):
    said_id, who = a_voice(), actor_of(a_resident())
    take(said_id, Stance.DISAGREE, who)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "votes.take_stance")).one()
    assert (entry.target_type, entry.target_id, entry.changes) == ("contributions", said_id, {})


@pytest.mark.parametrize("gone", [Visibility.HIDDEN, Visibility.WITHDRAWN, Visibility.HELD])
def test_a_voice_that_is_not_public_takes_no_more_answers_and_keeps_those_it_has(app, gone):
    said_id, who = a_voice(), actor_of(a_resident())
    take(said_id, Stance.AGREE, who)
    with transaction():
        contributions.change_visibility(db.session.get_one(Contribution, said_id), gone)
    with pytest.raises(Denied, match="公開されていない声"):
        take(said_id, Stance.DISAGREE, who)
    assert [stance for _, stance in taken()] == [Stance.AGREE]


def test_nobody_answers_their_own_voice_nor_without_an_account(app):
    said_id = a_voice()
    author = db.session.get_one(Contribution, said_id).author_id
    with pytest.raises(Denied):
        take(said_id, Stance.AGREE, visitor("k" * 20))
    with pytest.raises(Denied, match="自分の声"):
        take(said_id, Stance.AGREE, actor_of(db.session.get_one(Person, author)))


def test_an_organisation_answers_once_apart_from_its_delegate(app):
    said_id, organisation = a_voice(), an_organisation()
    delegate = actor_of(a_delegate(organisation))
    take(said_id, Stance.AGREE, delegate)
    take(said_id, Stance.DISAGREE, delegate, organisation_id=organisation.id)
    counts = queries.stances_on([said_id]).counts[said_id]
    assert (counts.people, counts.organisations) == ({Stance.AGREE: 1}, {Stance.DISAGREE: 1})
    with pytest.raises(Refused, match="この団体として"):
        take(said_id, Stance.AGREE, actor_of(a_resident()), organisation_id=organisation.id)
