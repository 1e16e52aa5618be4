"""Screening, points, replies and what was published."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import func, select

from participation.audit.models import AuditEntry
from participation.consultations.queries import get_consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.demo import reading
from participation.foundation.db import db
from participation.opinions.models import Opinion
from participation.replies.models import Amendment, Point, ReplyVersion, WardReply


def count(model: type, *where: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def test_41_points_hold_all_opinions_and_33_are_published(demo_ward: Flask) -> None:
    draft = get_consultation("plan2-draft")
    points = db.session.scalars(select(Point).where(Point.consultation_id == draft.id)).all()
    assert Counter(point.status.value for point in points) == {
        "published": 33,
        "waiting": 5,
        "not_started": 3,
    }
    titles = [point["title"] for point in reading.listed("points")]
    assert [point.title for point in sorted(points, key=lambda point: point.number)] == titles


def test_seven_replies_refer_to_another_point(demo_ward: Flask) -> None:
    newest = (
        select(ReplyVersion)
        .join(WardReply, WardReply.id == ReplyVersion.reply_id)
        .where(ReplyVersion.number == WardReply.latest_number, ReplyVersion.same_as_point_id.is_not(None))
    )
    assert len(db.session.scalars(newest).all()) == 7


def test_five_amendments_are_published(demo_ward: Flask) -> None:
    assert count(Amendment, Amendment.published_at.is_not(None), Amendment.removed_at.is_(None)) == 5


def test_nobody_decided_on_their_own_words(demo_ward: Flask) -> None:
    approvals = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "replies.approve_reply")
    ).all()
    assert len(approvals) == 38
    drafters = set(
        db.session.scalars(select(AuditEntry.person_id).where(AuditEntry.action == "replies.draft_reply"))
    )
    assert not drafters & {entry.person_id for entry in approvals}


def test_what_hurts_or_names_somebody_is_not_shown(demo_ward: Flask) -> None:
    for entry in reading.listed("holds"):
        sent = next(sent for sent in reading.submissions() if sent.key == entry["submission"])
        body = sent.voices[entry["opinion"]].text
        shown = db.session.scalars(select(Contribution.visibility).where(Contribution.body == body)).one()
        assert shown in (Visibility.HIDDEN, Visibility.HELD), entry["submission"]


def test_some_new_opinions_still_wait_to_be_read(demo_ward: Flask) -> None:
    stages = Counter(db.session.scalars(select(Opinion.stage)).all())
    assert 0 < stages["received"] < 10
