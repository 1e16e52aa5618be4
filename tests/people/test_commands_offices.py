"""Posts and proxies: who holds which post for which term, who acts for whom while somebody is away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.access.actors import Role
from participation.foundation import clock as app_clock
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, NotFound, Refused
from participation.organisations.models import Section
from participation.organisations.queries import list_posts
from participation.people import commands, queries
from participation.people.models import Person, PostHolding
from tests.people.test_views_accounts import post as send
from tests.support.builders.office import BY, a_holder, appointed, away, in_days
from tests.support.people import a_member_of_staff, a_resident, a_section, actor_of, log_in


@pytest.fixture
def section(app):
    return a_section("広報課")


def appoint(person, section, post="head", begins=0, ends=None, by=BY):
    with transaction():
        return commands.appoint_to_post(
            db.session.get_one(Person, person.id),
            next(each for each in list_posts() if each.code == post),
            db.session.get_one(Section, section.id),
            in_days(begins),
            in_days(ends) if ends is not None else None,
            by=by,
        )


def note(person, proxy, begins=0, ends=3, by=BY):
    with transaction():
        return commands.note_absence(
            db.session.get_one(Person, person.id),
            db.session.get_one(Person, proxy.id),
            in_days(begins),
            in_days(ends),
            by=by,
        )


def holders():
    db.session.rollback()
    return [(each.name, each.post_name, each.section_name) for each in queries.list_holders()]


def test_a_post_is_held_during_its_term_only(section, clock):
    person = a_member_of_staff(Role.APPROVER, section=section, nickname="夕凪")
    appoint(person, section, begins=1, ends=3)
    assert holders() == []
    clock.advance(timedelta(days=1))
    assert holders() == [("夕凪", "課長", "広報課")]
    clock.advance(timedelta(days=2))
    assert holders() == []


def test_a_post_until_further_notice_ends_when_it_is_ended(section):
    person = a_member_of_staff(Role.APPROVER, section=section, nickname="夕凪")
    holding = appoint(person, section)
    with pytest.raises(Refused, match="すでに登録"):
        appoint(person, section, begins=5)
    with transaction():
        commands.end_holding(db.session.get_one(PostHolding, holding.id), by=BY)
    assert holders() == []
    appoint(person, section)


def test_only_administrators_appoint_and_only_staff_are_appointed(section):
    person, resident = a_member_of_staff(Role.OFFICER), a_resident()
    officer = actor_of(a_member_of_staff(Role.OFFICER))
    with pytest.raises(Denied):
        appoint(person, section, by=officer)
    with pytest.raises(Refused, match="職員だけ"):
        appoint(resident, section)
    with pytest.raises(Refused, match="始まる日より後"):
        appoint(person, section, begins=2, ends=2)


def test_a_proxy_stands_in_only_during_the_absence(section, clock):
    head, proxy = a_holder("head", section), actor_of(a_member_of_staff(Role.OFFICER, section=section))
    away(head, proxy, days=2)
    assert [each.person_id for each in queries.list_holders(of_person=proxy.person_id)] == [head.person_id]
    clock.advance(timedelta(days=2))
    assert queries.list_holders(of_person=proxy.person_id) == []


def test_an_absence_is_cancelled_by_whoever_it_is_about(section):
    head, proxy = a_holder("head", section), actor_of(a_member_of_staff(Role.OFFICER))
    away(head, proxy)
    (line,) = queries.list_absences()
    with pytest.raises(Denied, match="本人か管理者"), transaction():
        commands.cancel_absence(queries.get_absence(line.absence.public_id), by=proxy)
    with transaction():
        commands.cancel_absence(queries.get_absence(line.absence.public_id), by=head)
    assert queries.list_absences() == []
    assert queries.list_holders(of_person=proxy.person_id) == []


def test_absences_do_not_overlap_and_need_another_member_of_staff(section):
    person, other = a_member_of_staff(Role.OFFICER), a_member_of_staff(Role.OFFICER)
    note(person, other, 0, 3)
    note(person, other, 3, 5)
    with pytest.raises(Refused, match="重なる"):
        note(person, other, 2, 4)
    with pytest.raises(Refused, match="ほかの職員"):
        note(person, person, 10, 11)
    with pytest.raises(Refused, match="利用中の職員"):
        note(person, a_resident(), 10, 11)
    with pytest.raises(Refused, match="終わりの日"):
        note(person, other, 10, 10)
    stranger = actor_of(other)
    with pytest.raises(Denied):
        note(person, other, 20, 21, by=stranger)


def test_somebody_whose_account_was_stopped_holds_nothing(section):
    person = a_member_of_staff(Role.APPROVER, section=section)
    appointed(person, "head", section)
    with transaction():
        db.session.get_one(Person, person.id).suspended_at = app_clock.now()
    assert holders() == []


def test_unknown_addresses_are_not_found(app):
    for find in (queries.get_absence, queries.get_holding):
        with pytest.raises(NotFound):
            find("nainainai1")


# ── pages ───────────────────────────────────────────────────────────────────────────────────────


def test_an_administrator_fills_and_ends_posts_on_the_page(client, section):
    log_in(client, a_member_of_staff(Role.ADMINISTRATOR))
    person = a_member_of_staff(Role.APPROVER, section=section, nickname="夕凪")
    page = "/desk/staff/posts"
    assert "まだ役職にある人が登録されていません" in client.get(page).get_data(as_text=True)
    filled = {"person": person.public_id, "post": "head", "section": section.code}
    bad = send(client, page, **filled, begins_on="")
    assert bad.status_code == 422
    assert send(client, page, **filled, begins_on=in_days(0).isoformat()).status_code == 303
    assert holders() == [("夕凪", "課長", "広報課")]
    holding = queries.list_holders()[0].holding.public_id
    token = client.get(page).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    client.post(f"{page}/{holding}/end", data={"csrf_token": token})
    assert holders() == []


def test_staff_note_their_own_absence_and_see_who_is_away(client, section):
    me, proxy = (
        a_member_of_staff(Role.OFFICER, nickname="月見"),
        a_member_of_staff(Role.OFFICER, nickname="雪待"),
    )
    log_in(client, me)
    page = "/desk/absences"
    filled = {
        "proxy": proxy.public_id,
        "begins_on": in_days(0).isoformat(),
        "last_day": in_days(1).isoformat(),
    }
    assert send(client, page, person=proxy.public_id, **filled).status_code == 422, "not for somebody else"
    assert send(client, page, person=me.public_id, **filled).status_code == 303
    html = client.get(page).get_data(as_text=True)
    assert "令和8年11月22日（日）から令和8年11月23日（月）まで（いま不在）" in html
    absence = queries.list_absences()[0].absence.public_id
    token = html.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(f"{page}/{absence}/cancel", data={"csrf_token": token}).status_code == 303
    assert queries.list_absences() == []
