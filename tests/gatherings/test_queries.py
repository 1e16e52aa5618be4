"""Reading gatherings: constant numbers of queries, the areas of the ward, the pages of what they are about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.access.actors import visitor
from participation.consultations.domain import ways_into
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge
from participation.gatherings import queries
from participation.gatherings.domain import origin_of
from participation.opinions.domain.origins import list_origins
from participation.places.models import Area, ResidentialDistrict
from participation.places.queries import list_districts
from participation.subjects.models import Subject
from participation.subjects.queries import address_of
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.gatherings import a_gathering, a_prepared_gathering, registered
from tests.support.people import a_resident, actor_of


@pytest.fixture(autouse=True)
def _app(app):
    return app


def a_district() -> tuple[Area, ResidentialDistrict]:
    """A district of the ward, and the area to which it belongs."""
    district = list_districts()[0]
    return db.session.get_one(Area, district.area_id), district


def titles(**conditions: object) -> list[str]:
    return [row.title for row in queries.list_gatherings(Edge(), **conditions).items]


def test_an_area_takes_in_its_districts_and_its_calendar_too():
    area, district = a_district()
    a_gathering(title="地区の集まり", area_id=area.id)
    a_gathering(title="住区の集まり", area_id=area.id, district_id=district.id)
    a_gathering(title="区の集まり")
    assert set(titles(area=area.code)) == {"地区の集まり", "住区の集まり"}
    assert titles(area=district.code) == ["住区の集まり"]
    entries = queries.calendar_entries("https://kuchi.example.jp", area=area.code)
    assert {each.title for each in entries} == {"地区の集まり", "住区の集まり"}
    assert all(each.uid.endswith("@kuchi.example.jp") for each in entries)


def test_a_long_list_is_read_page_by_page_without_a_gap():
    for _ in range(queries.showing.PER_PAGE + 3):
        a_gathering()
    first = queries.list_gatherings(Edge())
    second = queries.list_gatherings(Edge(after=first.after))
    seen = [row.public_id for row in (*first.items, *second.items)]
    assert len(set(seen)) == len(seen) == queries.showing.PER_PAGE + 3


def test_a_page_about_a_subject_shows_what_comes_before_what_is_over(clock):
    about = a_subject()
    over = a_gathering(title="前の回", topics=(about.id,))
    clock.set(over.ends_at + timedelta(hours=1))
    a_gathering(title="次の回", topics=(about.id,))
    a_prepared_gathering(title="下書き", topics=(about.id,))
    shown = queries.on_subjects([about.id], visitor())
    assert [row.title for row in shown.gatherings] == ["次の回", "前の回"]
    assert shown.changes_at == shown.gatherings[0].starts_at
    assert queries.on_subjects([], visitor()).gatherings == ()


def test_a_consultation_knows_its_gatherings_as_ways_and_as_places_where_opinions_are_heard():
    consultation = an_open_consultation()
    gathering = a_gathering(consultation)
    a_prepared_gathering(consultation_id=consultation.id)
    assert [way.public_id for way in ways_into(consultation.id)] == [gathering.public_id]
    assert [each.code for each in list_origins(consultation.id)] == [origin_of(gathering.public_id)]


def test_a_gathering_is_a_subject_and_its_address_leads_to_it():
    gathering = a_gathering()
    subject = db.session.get_one(Subject, gathering.subject_id)
    assert address_of(subject) == f"/gatherings/{gathering.public_id}"


def test_a_draft_is_found_by_staff_only():
    draft = a_prepared_gathering()
    assert queries.get_gathering(draft.public_id).id == draft.id
    with pytest.raises(NotFound):
        queries.get_public(draft.public_id)


def test_a_page_shows_what_is_taken_who_waits_and_ones_own_registration():
    person = a_resident()
    consultation = an_open_consultation()
    gathering = a_gathering(consultation, capacity=2, area_id=a_district()[0].id)
    registered(gathering, "one@example.jp", people=2)
    registered(gathering, "two@example.jp", people=2)
    registered(gathering, "three@example.jp")
    by_letter = queries.show_gathering(gathering.public_id, visitor())
    assert (by_letter.free, by_letter.waiting, by_letter.mine) == (0, 3, None)
    assert by_letter.consultation.id == consultation.id
    assert by_letter.row.part_of_ward == a_district()[0].name
    assert queries.show_gathering(gathering.public_id, actor_of(person)).mine is None
    own = registered(gathering, "own@example.jp", by=actor_of(person))
    assert queries.show_gathering(gathering.public_id, actor_of(person)).mine.id == own.id
    for unknown in ("nowhere", a_prepared_gathering().public_id):
        with pytest.raises(NotFound):
            queries.show_gathering(unknown, visitor())
