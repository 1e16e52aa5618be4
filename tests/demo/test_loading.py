"""The fictional year, played into an empty database through the commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.audit.models import AuditEntry
from participation.consultations.domain import ConsultationStatus
from participation.consultations.models import Consultation
from participation.consultations.queries import get_consultation, get_procedure
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.demo import loading, reading
from participation.demo.cast import PASSWORD
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Conflict
from participation.opinions.models import Opinion, Submission
from participation.opinions.queries import count_for_consultation
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Membership, Person
from participation.replies.models import Amendment, Point, ReplyVersion, WardReply
from tests.support.databases import FreshDatabase


@pytest.fixture(scope="module")
def played(_app: Flask, database: FreshDatabase) -> Iterator[Flask]:
    """The demo ward, loaded once for all tests of this file, which only look at it."""
    database.restore(_app)
    with _app.app_context():
        loading.load("meguro")
        yield _app
        db.session.rollback()


def count(model: type, *where: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def test_everybody_has_an_account(played: Flask) -> None:
    assert count(Person, Person.is_staff.is_(False)) == 120
    assert count(Person, Person.is_staff) == 22
    assert count(Person, Person.email_confirmed_at.is_(None)) == 0
    assert count(CommunityOrganisation, CommunityOrganisation.confirmed_at.is_not(None)) == 18
    assert count(Membership) == sum(bool(row["delegate"]) for row in reading.table("organisations"))


def test_only_the_printed_accounts_have_a_password_that_anybody_knows(played: Flask) -> None:
    printed = {row["email"] for row in reading.table("accounts")}
    rows = db.session.execute(select(Person.email, Person.password_hash)).all()
    known = {password_hash for email, password_hash in rows if email in printed}
    unknown = {password_hash for email, password_hash in rows if email not in printed}
    assert printed <= {email for email, _ in rows}
    assert len(known) == 1
    assert not known & unknown


def test_the_six_consultations_and_the_standing_counter_stand_where_they_should(played: Flask) -> None:
    expected = {entry["code"]: entry["status"] for entry in (*reading.consultations(), *reading.standing())}
    found = {entry.code: entry.status.value for entry in db.session.scalars(select(Consultation))}
    assert found == expected
    assert set(found.values()) == {status.value for status in ConsultationStatus}


def test_a_newcomer_can_speak_in_what_is_open_today(played: Flask) -> None:
    for entry in reading.consultations():
        procedure = get_procedure(entry["code"])
        assert procedure.accepts_opinions == (entry["status"] == "open"), entry["code"]


def test_72_people_and_14_organisations_said_168_things(played: Flask) -> None:
    tally = count_for_consultation(get_consultation("plan2-draft").id)
    assert tally.in_words() == "72人・14団体から168件"
    assert (tally.submissions, tally.distinct_texts) == (86, 157)


def test_24_children_are_counted_as_24_people(played: Flask) -> None:
    tally = count_for_consultation(get_consultation("children-peace").id)
    assert (tally.people, tally.submissions, tally.opinions) == (24, 1, 24)


def test_41_points_hold_all_opinions_and_33_are_published(played: Flask) -> None:
    draft = get_consultation("plan2-draft")
    points = db.session.scalars(select(Point).where(Point.consultation_id == draft.id)).all()
    assert Counter(point.status.value for point in points) == {
        "published": 33,
        "waiting": 5,
        "not_started": 3,
    }
    titles = [point["title"] for point in reading.listed("points")]
    assert [point.title for point in sorted(points, key=lambda point: point.number)] == titles


def test_seven_replies_refer_to_another_point(played: Flask) -> None:
    newest = (
        select(ReplyVersion)
        .join(WardReply, WardReply.id == ReplyVersion.reply_id)
        .where(ReplyVersion.number == WardReply.latest_number, ReplyVersion.same_as_point_id.is_not(None))
    )
    assert len(db.session.scalars(newest).all()) == 7


def test_five_amendments_are_published(played: Flask) -> None:
    assert count(Amendment, Amendment.published_at.is_not(None), Amendment.removed_at.is_(None)) == 5


def test_nobody_decided_on_their_own_words(played: Flask) -> None:
    approvals = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "replies.approve_reply")
    ).all()
    assert len(approvals) == 38
    drafters = set(
        db.session.scalars(select(AuditEntry.person_id).where(AuditEntry.action == "replies.draft_reply"))
    )
    assert not drafters & {entry.person_id for entry in approvals}


def test_what_hurts_or_names_somebody_is_not_shown(played: Flask) -> None:
    for entry in reading.listed("holds"):
        sent = next(sent for sent in reading.submissions() if sent.key == entry["submission"])
        body = sent.voices[entry["opinion"]].text
        shown = db.session.scalars(select(Contribution.visibility).where(Contribution.body == body)).one()
        assert shown in (Visibility.HIDDEN, Visibility.HELD), entry["submission"]


def test_the_letter_posted_in_time_is_not_late(played: Flask) -> None:
    letter = db.session.scalars(select(Submission).where(Submission.original_number == "post-S24")).one()
    closed = get_procedure("plan2-draft").open_period
    assert closed is not None
    assert letter.received_at > closed.closes_at
    assert not letter.is_late


def test_some_new_opinions_still_wait_to_be_read(played: Flask) -> None:
    stages = Counter(db.session.scalars(select(Opinion.stage)).all())
    assert 0 < stages["received"] < 10


def test_nothing_happens_after_today(played: Flask) -> None:
    latest = db.session.scalar(select(func.max(AuditEntry.at)))
    assert latest is not None
    assert latest <= clock.now()
    order = db.session.scalars(
        select(AuditEntry.at).where(AuditEntry.acted_as.not_like("system:%")).order_by(AuditEntry.id)
    ).all()
    assert list(order) == sorted(order)
    assert order[0] < clock.now() - timedelta(days=200)


def test_loading_twice_is_refused(played: Flask) -> None:
    with pytest.raises(Conflict, match="すでにデータが入っています"):
        loading.load("meguro")


def test_public_ids_are_the_same_on_every_loading(played: Flask, database: FreshDatabase) -> None:
    def ids() -> list[str]:
        return list(db.session.scalars(select(Point.public_id).order_by(Point.id)))

    before = ids()
    db.session.remove()
    database.restore(played)
    loading.load("meguro")
    assert ids() == before


def test_the_accounts_are_printed_with_their_password(app: Flask) -> None:
    printed = app.test_cli_runner().invoke(args=["demo", "accounts"]).output
    assert PASSWORD in printed
    for row in reading.table("accounts"):
        assert row["email"] in printed


def test_production_never_gets_the_demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "APP_ENV", "production")
    for command in ("load", "accounts", "reset"):
        result = app.test_cli_runner().invoke(args=["demo", command])
        assert result.exit_code == 1
        assert "本番では使えません" in result.output
    assert not loading.is_loaded()


def test_another_ward_gets_accounts_without_the_invented_voices(app: Flask) -> None:
    loading.load("nerima")
    assert loading.is_loaded()
    assert count(Submission) == 0
