"""Who follows in the demo, and what they were told."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from participation.demo import reading
from participation.foundation.db import db
from participation.notices.models import Follow, Notification
from participation.people.models import Person


def test_everybody_follows_what_the_content_says(demo_ward: Flask) -> None:
    assert db.session.scalar(select(func.count()).select_from(Follow)) == len(reading.table("follows"))


def test_the_resident_of_the_tour_was_told_that_her_opinion_was_answered(demo_ward: Flask) -> None:
    told = db.session.scalars(
        select(Notification)
        .join(Person, Person.id == Notification.person_id)
        .where(Person.nickname == "坂の途中")
    ).all()
    assert told
    assert any(each.read_at is None for each in told)


def test_some_have_read_what_they_were_told(demo_ward: Flask) -> None:
    read = select(func.count()).select_from(Notification).where(Notification.read_at.is_not(None))
    assert db.session.scalar(read)
