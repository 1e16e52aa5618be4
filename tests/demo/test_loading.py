"""The fictional year, played into an empty database through the commands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.audit.models import AuditEntry
from participation.demo import loading
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Conflict
from participation.opinions.models import Submission
from participation.replies.models import Point


def test_nothing_happens_after_today(demo_ward: Flask) -> None:
    latest = db.session.scalar(select(func.max(AuditEntry.at)))
    assert latest is not None
    assert latest <= clock.now()
    order = db.session.scalars(
        select(AuditEntry.at).where(AuditEntry.acted_as.not_like("system:%")).order_by(AuditEntry.id)
    ).all()
    assert list(order) == sorted(order)
    assert order[0] < clock.now() - timedelta(days=200)


def test_loading_twice_is_refused(demo_ward: Flask) -> None:
    with pytest.raises(Conflict, match="すでにデータが入っています"):
        loading.load("meguro")


def test_another_ward_gets_accounts_without_the_invented_voices(app: Flask) -> None:
    loading.load("nerima")
    assert loading.is_loaded()
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0


def test_public_ids_are_the_same_on_every_loading(demo_ward: Flask, app: Flask) -> None:
    points = select(Point.public_id).order_by(Point.id)
    with demo_ward.app_context():
        first = list(db.session.scalars(points))
        db.session.remove()
    with app.app_context():
        loading.load("meguro")
        assert list(db.session.scalars(points)) == first
        db.session.remove()
