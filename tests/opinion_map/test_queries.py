"""Reading maps: a constant number of queries, drafts to nobody, ways into a consultation."""

from __future__ import annotations

from datetime import timedelta

from participation.access.actors import visitor
from participation.consultations.domain import State
from participation.foundation.clock import now
from participation.foundation.db import transaction
from participation.opinion_map import commands, queries
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.opinion_map import EDITOR, a_map, a_run, answer, two_camps


def test_maps_of_a_page_take_the_same_few_queries_however_many_they_are(app, queries_of):
    subject = a_subject()
    a_map(subject_id=subject.id, opened=False, question="下書き")
    counted = []
    for number in range(3):
        opinion_map = a_map(subject_id=subject.id, question=f"問い{number}")
        answer(opinion_map, 1, "agree", visitor("v"))
        counted.append(queries_of(lambda: queries.on_subjects([subject.id], visitor())))
    assert len(set(counted)) == 1
    assert counted[0] <= 2
    found = queries.on_subjects([subject.id], visitor())
    assert [each.map.question for each in found.maps] == ["問い2", "問い1", "問い0"]
    assert found.changes_at == found.maps[0].map.closes_at


def test_a_map_is_a_way_into_its_consultation_that_changes_when_it_opens_and_closes(app, clock):
    consultation = an_open_consultation()
    opinion_map = a_map(consultation_id=consultation.id, opens_at=now() + timedelta(days=1))
    (way,) = queries.ways_into(consultation.id)
    assert (way.is_open, way.changes_at) == (False, opinion_map.opens_at)
    clock.set(opinion_map.opens_at)
    (way,) = queries.ways_into(consultation.id)
    assert (way.is_open, way.changes_at, way.public_id) == (
        True,
        opinion_map.closes_at,
        opinion_map.public_id,
    )
    assert queries.show_map(opinion_map, visitor()).state is State.OPEN


def test_what_was_removed_since_a_run_is_left_out_of_its_picture(app):
    opinion_map = a_map()
    two_camps(opinion_map)
    run = a_run(opinion_map)
    with transaction():
        commands.remove_statement(queries.list_statements(opinion_map)[0], "問いと違うため", by=EDITOR)
    picture = queries.picture_of(opinion_map, run)
    assert [each["number"] for each in picture["statements"]] == list(range(2, 13))
    told = [said["number"] for group in picture["groups"] for said in group["says"]]
    assert 1 not in told


def test_where_the_reader_stands_is_never_surer_than_the_run_that_knew_them(app):
    opinion_map = a_map()
    voters = two_camps(opinion_map)
    run = a_run(opinion_map)
    picture = queries.picture_of(opinion_map, run)
    people = queries.result_of(run)["participants"]
    for voter in voters[:6]:
        values, key = queries.own_values(opinion_map, voter), queries.voter_key(opinion_map, voter)
        own = queries.own_place(run, picture, values, key)
        assert own.spot is not None
        assert own.confidence <= max(people["confidence"])
    nobody = queries.own_place(run, picture, {}, None)
    assert (nobody.spot, nobody.group) == (None, None)
