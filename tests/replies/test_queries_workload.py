"""My work, the funnel, what is late by section, the median of days, m of n: one way of counting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from participation.access.actors import Role
from participation.foundation.db import db, transaction
from participation.opinions import commands as opinions
from participation.opinions.models import Opinion
from participation.replies import commands
from participation.replies.domain import NoPointReason
from participation.replies.models import Point
from participation.replies.queries import routing, workload
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.office import BY, a_holder, a_route, away, handed_on, in_days, passed
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import (
    a_draft,
    a_point,
    an_approver,
    an_editor,
    an_officer,
    approved,
    published,
    submitted,
    the_schemes,
)
from tests.support.people import a_member_of_staff, a_section, actor_of


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def section():
    return a_section("広報課")


def due(point, day):
    with transaction():
        db.session.get_one(Point, point.id).due_on = day


def funnel_of(consultation):
    db.session.rollback()
    return next(each for each in workload.list_funnels() if each.code == consultation.code)


def test_each_stage_counts_what_came_at_least_so_far(app):
    consultation = an_open_consultation()
    said = [an_opinion(to=consultation) for _ in range(6)]
    with transaction():
        opinions.screen_opinions([db.session.get_one(Opinion, said[1].id)], by=BY)
    a_point([said[2]])
    a_draft(a_point([said[3]]))
    approved(a_point([said[4]]))
    published(a_point([said[5]]))
    funnel = funnel_of(consultation)
    assert dict(funnel.stages) == {
        "受付": 6,
        "確認": 5,
        "論点": 4,
        "回答案": 3,
        "決裁": 2,
        "公表": 1,
    }


def test_an_opinion_in_several_points_counts_once_and_without_point_is_told_apart(app):
    consultation = an_open_consultation()
    one, two = an_opinion(to=consultation), an_opinion(to=consultation)
    published(a_point([one]))
    published(a_point([one]))
    with transaction():
        commands.mark_without_point([two.public_id], NoPointReason.IMPRESSION, by=BY)
    funnel = funnel_of(consultation)
    assert (funnel.received, funnel.gathered, funnel.published, funnel.without_point) == (2, 2, 1, 1)
    answered = workload.answered_of(consultation.id)
    assert answered.in_words == "2件のうち1件に回答（ほかに、感想など考え方をお示ししないもの1件）"


def test_the_median_counts_days_from_arrival_to_the_first_answer(app, clock):
    consultation = an_open_consultation()
    early = an_opinion(to=consultation)
    clock.advance(timedelta(days=4))
    late = an_opinion(to=consultation)
    clock.advance(timedelta(days=6))
    published(a_point([early]))
    published(a_point([late]))
    assert funnel_of(consultation).median_in_words == "8日"
    assert funnel_of(an_open_consultation()).median_in_words == "まだ"


def test_what_is_late_is_counted_by_section_and_what_was_handed_on_is_not(section, app):
    for days in (-2, 3, 90):
        due(a_point(section=section), in_days(days))
    waiting = a_point(section=section)
    due(waiting, in_days(-9))
    submitted(waiting)
    other = a_section("防災課").code
    with transaction():
        commands.send_inquiry(waiting.public_id, other, "?", in_days(1), by=BY)
    loads = {each.name: each for each in workload.list_section_loads()}
    ours = loads["広報課"]
    assert (ours.open_points, ours.overdue, ours.due_soon, ours.waiting) == (3, 1, 1, 1)
    assert ours.without_person == 3
    assert loads["防災課"].inquiries == 1


def test_points_that_were_merged_or_published_are_nobodys_work_any_more(section):
    due(a_point(section=section), in_days(-2))
    published(a_point(section=section))
    one, other = a_point(section=section), None
    other = a_point([an_opinion(to=_consultation(one))], section=section)
    with transaction():
        commands.merge_points(one.public_id, other.public_id, by=BY)
    officer = an_officer(section)
    assert len(workload.my_work(officer).without_person) == 2


def _consultation(point):
    return db.session.get_one(workload.Consultation, point.consultation_id)


def test_my_work_holds_what_waits_for_me_and_nothing_of_others(section):
    person = a_member_of_staff(Role.OFFICER, section=section)
    actor = actor_of(person)
    mine, others = a_point(section=section), a_point(section=a_section("防災課"))
    with transaction():
        commands.assign_person(mine.public_id, person.public_id, by=BY)
        commands.send_inquiry(others.public_id, section.code, "教えてください。", in_days(3), by=BY)
        commands.send_inquiry(mine.public_id, "public-relations", "教えてください。", in_days(3), by=actor)
    work = workload.my_work(actor)
    assert [line.public_id for line in work.points] == [mine.public_id]
    assert work.without_person == ()
    assert [line.point_public_id for line in work.to_answer] == [others.public_id]
    assert [line.point_public_id for line in work.asked] == [mine.public_id]
    assert workload.my_work(actor_of(a_member_of_staff(Role.AUDITOR))).is_empty
    counts = workload.count_waiting(actor)
    assert (counts.mine, counts.mine_overdue, counts.to_answer, counts.turns) == (1, 0, 1, 0)


def test_whose_turn_it_is_follows_posts_roles_and_proxies(section):
    chief, head = a_holder("chief", section), a_holder("head", section)
    proxy = an_officer(section)
    away(head, proxy)
    point = a_point(section=section)
    version = a_draft(point)
    handed_on(point, version, a_route())
    assert [turn.seat for turn in workload.my_turns(chief)] == ["広報課 係長"]
    assert workload.my_turns(proxy) == workload.my_turns(an_approver()) == []
    passed(point, version, chief)
    (turn,) = workload.my_turns(proxy)
    assert turn.as_proxy_of == head.name
    submitted(a_point())
    assert [turn.seat for turn in workload.my_turns(an_approver())] == ["決裁者"]
    assert workload.my_turns(an_editor()) == []


def test_the_pages_ask_as_often_for_many_as_for_few(section, app):
    editor = an_officer(section)
    for _ in range(2):
        submitted(a_point(section=section))
    few = _asked(lambda: workload.my_work(editor)), _asked(workload.list_funnels)
    for _ in range(4):
        due(a_point(section=section), in_days(1))
        submitted(a_point(section=section))
    many = _asked(lambda: workload.my_work(editor)), _asked(workload.list_funnels)
    assert few == many
    assert many <= (7, 3)
    assert _asked(workload.list_section_loads) <= 2
    assert _asked(lambda: routing.list_open_turns(editor)) <= 2


def _asked(read):
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([each for each in asked if each.lstrip().startswith("SELECT")])
