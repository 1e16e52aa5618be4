"""Who answers a point: the person in the section, passing it on, handing it back, the letter in the morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from participation.access.actors import Role, system
from participation.foundation import clock as app_clock
from participation.foundation import working_days
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.jobs import worker
from participation.jobs.models import OutboxRow
from participation.people.models import Person
from participation.replies import commands
from participation.replies.domain import REMIND, HandoverKind
from participation.replies.models import DeadlineLetter, Point, PointAssignee, PointHandover
from participation.replies.queries import rows
from participation.replies.queries.workload import handovers_of
from tests.support.builders.office import BY, a_holder, a_route, handed_on, in_days
from tests.support.builders.replies import a_draft, a_point, an_editor, the_schemes
from tests.support.people import a_member_of_staff, a_section, actor_of

#: Monday is a holiday: Tuesday morning, seven o'clock in Tokyo.
TUESDAY = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def section():
    return a_section("広報課")


@pytest.fixture
def point(section):
    return a_point(section=section)


def an_officer_of(section, **names):
    return a_member_of_staff(Role.OFFICER, section=section, **names)


def due(point, day):
    with transaction():
        db.session.get_one(Point, point.id).due_on = day


def test_a_person_of_the_section_gets_the_point_and_passes_it_on_with_a_note(section, point):
    one, two = an_officer_of(section, nickname="月見"), an_officer_of(section, nickname="雪待")
    with transaction():
        commands.assign_person(point.public_id, one.public_id, by=an_editor())
    with pytest.raises(Refused, match="引き継ぐこと"), transaction():
        commands.assign_person(point.public_id, two.public_id, by=actor_of(one))
    with pytest.raises(Refused, match="もう担当者です"), transaction():
        commands.assign_person(point.public_id, one.public_id, "x", by=actor_of(one))
    with transaction():
        commands.assign_person(point.public_id, two.public_id, "前の資料は共有の棚です。", by=actor_of(one))
    assert rows.find_assignee(point).person_id == two.id
    lines = handovers_of(point)
    assert [line.what for line in lines] == [
        "担当者を決めました（月見 → 雪待）",
        "担当者を決めました（月見）",
    ]
    assert lines[0].text == "前の資料は共有の棚です。"


def test_only_staff_of_the_section_who_write_replies_can_be_chosen(section, point):
    stranger = an_officer_of(a_section("防災課"))
    reader = a_member_of_staff(Role.AUDITOR, section=section)
    editor = an_editor()
    for person, words in ((stranger, "担当課の職員から"), (reader, "書く役割を持っていません")):
        with pytest.raises(Refused, match=words), transaction():
            commands.assign_person(point.public_id, person.public_id, by=editor)
    with pytest.raises(Denied), transaction():
        commands.assign_person(point.public_id, stranger.public_id, by=actor_of(stranger))
    with transaction():
        db.session.get_one(Point, point.id).section_id = None
    with pytest.raises(Refused, match="先に担当課"), transaction():
        commands.assign_person(point.public_id, stranger.public_id, by=editor)


def test_the_assignee_hands_it_back_with_a_reason_and_nobody_else_does(section, point):
    one, other = an_officer_of(section), an_officer_of(section)
    with transaction():
        commands.assign_person(point.public_id, one.public_id, by=BY)
    with pytest.raises(Denied, match="担当者だけ"), transaction():
        commands.hand_back(point.public_id, "忙しい。", by=actor_of(other))
    with pytest.raises(Refused, match="理由"), transaction():
        commands.hand_back(point.public_id, " ", by=actor_of(one))
    with transaction():
        commands.hand_back(point.public_id, "防災課の仕事です。", to_editors=True, by=actor_of(one))
    stored = db.session.get_one(Point, point.id)
    assert stored.section_id is None
    assert rows.find_assignee(stored) is None
    kinds = db.session.scalars(select(PointHandover.kind).order_by(PointHandover.id)).all()
    assert kinds == [HandoverKind.GIVEN, HandoverKind.HANDED_BACK]


def test_when_the_section_changes_the_person_is_let_go(section, point):
    one = an_officer_of(section)
    with transaction():
        commands.assign_person(point.public_id, one.public_id, by=BY)
    other = a_section("防災課")
    with transaction():
        commands.assign_section(point.public_id, section.code, due_on=in_days(9), by=BY)
    assert rows.find_assignee(point) is not None, "the section stayed the same"
    with transaction():
        commands.assign_section(point.public_id, other.code, by=BY)
    assert db.session.scalars(select(PointAssignee)).all() == []
    assert handovers_of(point)[0].what.startswith("担当課が変わり")


# ── the letter ──────────────────────────────────────────────────────────────────────────────────


def letters_told():
    db.session.rollback()
    return db.session.scalars(
        select(OutboxRow.payload).where(OutboxRow.kind == "mail.send").order_by(OutboxRow.id)
    ).all()


def remind(person):
    with transaction():
        return commands.remind_of_deadlines(person.id, by=system("tests"))


def test_one_letter_a_day_tells_what_is_late_what_is_near_and_whose_turn_it_is(section, point, clock):
    clock.set(TUESDAY)
    person = an_officer_of(section, nickname="月見")
    with transaction():
        commands.assign_person(point.public_id, person.public_id, by=BY)
    due(point, in_days(-5))
    near = a_point(section=section, title="近い論点")
    due(near, in_days(2))
    far = a_point(section=section, title="遠い論点")
    due(far, in_days(60))
    elsewhere = a_point(section=a_section("防災課"))
    with transaction():
        commands.send_inquiry(elsewhere.public_id, section.code, "教えてください。", in_days(1), by=BY)
    before = len(letters_told())
    assert remind(person)
    assert not remind(person), "not twice on one day"
    letters = letters_told()[before:]
    assert len(letters) == 1
    assert letters[0]["to"] == person.email
    body = letters[0]["body"]
    assert letters[0]["subject"] == "期限を過ぎたものが1件あります"
    assert "期限切れ（2開庁日すぎています）" in body
    assert "近い論点" in body
    assert "防災課からの照会" in body
    assert "遠い論点" not in body
    clock.advance(timedelta(days=1))
    assert remind(person), "the next day again"


def test_whoever_has_nothing_near_gets_no_letter(section, point):
    person = an_officer_of(section)
    assert not remind(person)
    assert db.session.scalar(select(func.count()).select_from(DeadlineLetter)) == 0


def test_whoever_has_the_turn_is_told_of_it(section, point):
    chief = a_holder("chief", section)
    a_holder("head", section)
    handed_on(point, a_draft(point, by=an_editor()), a_route())
    before = len(letters_told())
    assert remind(db.session.get_one(Person, chief.person_id))
    assert "広報課 係長：No.1" in letters_told()[before]["body"]


def test_a_worker_that_is_killed_between_two_people_tells_the_others_and_nobody_twice(
    section, point, clock, monkeypatch
):
    clock.set(TUESDAY)
    people = [an_officer_of(section) for _ in range(3)]
    due(point, app_clock.today())
    done = []

    def dies_after_the_first(person_id, *, by):
        if done:
            raise SystemExit("killed")
        done.append(person_id)
        return real(person_id, by=by)

    real = commands.remind_of_deadlines
    with transaction():
        worker.handler_of(REMIND)  # registered
        db.session.add(
            OutboxRow(kind=REMIND, payload={}, created_at=clock.moment, run_after=clock.moment, attempts=0)
        )
    monkeypatch.setattr(commands, "remind_of_deadlines", dies_after_the_first)
    with pytest.raises(SystemExit):
        worker.drain()
    monkeypatch.setattr(commands, "remind_of_deadlines", real)
    db.session.rollback()
    clock.advance(worker.LEASE + timedelta(seconds=1))
    worker.drain()
    told = [payload["to"] for payload in letters_told() if payload["subject"].startswith("期限")]
    assert sorted(told) == sorted(person.email for person in people)


def test_on_a_holiday_nobody_is_told(section, point, clock):
    an_officer_of(section)
    clock.set(TUESDAY - timedelta(days=1))
    assert not working_days.is_working_day(app_clock.today())
    due(point, app_clock.today())
    worker.handler_of(REMIND)({})
    assert db.session.scalar(select(func.count()).select_from(DeadlineLetter)) == 0


def test_whoever_wants_no_mail_gets_none(section, point, clock):
    clock.set(TUESDAY)
    person = an_officer_of(section)
    due(point, app_clock.today())
    with transaction():
        db.session.get_one(Person, person.id).wants_mail = False
    worker.handler_of(REMIND)({})
    assert db.session.scalar(select(func.count()).select_from(DeadlineLetter)) == 0
