"""Subjects are opened and closed for talk; what was said stays."""

from __future__ import annotations

from datetime import timedelta

from participation.foundation.db import db, transaction
from participation.subjects import commands, queries
from participation.subjects.models import Subject


def a_subject():
    with transaction():
        subject = commands.add_subject("test", "x", "公園")
        db.session.flush()
    return subject


def test_a_new_subject_is_only_read(app):
    assert not queries.is_open(a_subject())


def test_opening_closing_and_opening_again(app, clock):
    subject = a_subject()
    for change, expected in (
        (commands.open_subject, True),
        (commands.close_subject, False),
        (commands.open_subject, True),
    ):
        clock.advance(timedelta(hours=1))
        with transaction():
            change(db.session.get_one(Subject, subject.id))
        assert queries.is_open(db.session.get_one(Subject, subject.id)) is expected


def test_opening_what_is_open_keeps_the_moment(app, clock):
    subject = a_subject()
    with transaction():
        commands.open_subject(db.session.get_one(Subject, subject.id))
    opened = db.session.get_one(Subject, subject.id).opened_at
    clock.advance(timedelta(days=1))
    with transaction():
        commands.open_subject(db.session.get_one(Subject, subject.id))
    assert db.session.get_one(Subject, subject.id).opened_at == opened


def test_a_subject_gets_another_title(app):
    subject = a_subject()
    with transaction():
        commands.retitle_subject(db.session.get_one(Subject, subject.id), "広場")
    assert queries.get_subject(subject.public_id).title == "広場"
