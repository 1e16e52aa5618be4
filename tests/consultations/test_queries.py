"""What touches a subject, what may be done now, what overlaps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.consultations import queries
from participation.consultations.domain import Act, ConsultationStatus, Period, Tally
from participation.foundation import clock as app_clock
from participation.foundation.errors import NotFound
from tests.support.builders.consultations import (
    a_planned_consultation,
    a_subject,
    an_open_consultation,
    close,
    phases,
)

pytestmark = pytest.mark.usefixtures("app")


def test_a_page_finds_the_calls_that_ask_about_its_subjects_open_ones_first() -> None:
    one, two, other = a_subject("い"), a_subject("ろ"), a_subject("は")
    closed = close(an_open_consultation(about=[one]))
    running = an_open_consultation(about=[one, two])
    an_open_consultation(about=[other])
    a_planned_consultation(about=[one], spans=[])
    found = queries.for_subjects([one.id, two.id])
    assert [each.consultation.id for each in found] == [running.id, closed.id]
    assert found[0].subject_ids == {one.id, two.id}
    assert (found[0].procedure.accepts_opinions, found[1].procedure.accepts_opinions) == (True, False)
    assert queries.for_subjects([]) == []


def test_a_page_changes_at_midnight_while_days_are_counted_and_else_at_the_next_boundary() -> None:
    running = queries.get_procedure(an_open_consultation().code)
    assert running.changes_at == app_clock.end_of(app_clock.today())
    planned = queries.get_procedure(a_planned_consultation(spans=phases(10, 50)).code)
    assert planned.changes_at == app_clock.start_of(app_clock.today() + timedelta(days=3))


def test_what_may_be_done_follows_the_status_and_the_moment() -> None:
    consultation = an_open_consultation()
    assert Act.SUBMIT_OPINION in queries.open_acts(consultation)
    assert Act.SUBMIT_OPINION not in queries.open_acts(consultation, app_clock.now() + timedelta(days=31))
    assert queries.open_acts(a_planned_consultation()) == frozenset()


def test_calls_that_overlap_are_found_and_neighbours_are_not() -> None:
    early, late = an_open_consultation(spans=phases(-20, 10)), a_planned_consultation(spans=phases(10, 50))
    today = app_clock.start_of(app_clock.today())
    period = Period(today, today + timedelta(days=10))
    assert [each.consultation.id for each in queries.list_overlapping(period)] == [early.id]
    assert queries.list_overlapping(period, besides=early.id) == []
    wider = Period(today, today + timedelta(days=11))
    assert [each.consultation.id for each in queries.list_overlapping(wider)] == [early.id, late.id]


def test_the_steps_say_what_is_done_where_it_is_and_what_comes() -> None:
    page = queries.get_page(an_open_consultation().code)
    assert [(step.title, step.state) for step in page.steps] == [
        ("予告", "done"),
        ("募集", "current"),
        ("検討", "next"),
        ("結果を公表", "next"),
    ]
    assert page.steps[-1].when == "令和9年2月10日（水）ごろ"


def test_a_page_that_shows_parts_stands_once_for_all_of_them() -> None:
    subjects = [a_subject("い"), a_subject("ろ")]
    page = queries.get_page(an_open_consultation(about=subjects).code)
    (shown,) = page.subject_pages
    assert (shown.path, shown.part_count) == ("/consultations", 2)


def test_staff_see_drafts_and_residents_do_not() -> None:
    draft = a_planned_consultation(spans=[])
    assert queries.list_consultations() == {}
    assert list(queries.list_consultations(drafts=True)) == [ConsultationStatus.PLANNED]
    assert queries.get_page(draft.code, drafts=True).consultation.id == draft.id
    with pytest.raises(NotFound):
        queries.get_page(draft.code)


def test_the_pages_asked_about_stand_as_a_tree_by_their_addresses() -> None:
    page = queries.ConsultationPage(
        procedure=None,  # type: ignore[arg-type]
        section_name="",
        subjects=[
            queries.AskedSubject(1, "a", "方針1", "/plans/p/M-1", True),
            queries.AskedSubject(2, "b", "視点1", "/plans/p/M-1-1", True),
            queries.AskedSubject(3, "c", "区民に届ける。", "/plans/p/M-1-1#M-1-1-1", True),
            queries.AskedSubject(4, "d", "方針10", "/plans/p/M-10", True),
        ],
        materials=[],
        tally=Tally(),
        steps=[],
    )
    first, second = page.subject_tree
    assert (first["title"], [child["title"] for child in first["children"]]) == ("方針1", ["視点1"])
    assert first["children"][0]["note"] == "○項目 1"
    assert (second["title"], second["children"]) == ("方針10", [])


def test_staff_choose_among_all_consultations_the_newest_first() -> None:
    first, second = an_open_consultation(), a_planned_consultation(spans=[])
    assert [number for number, _ in queries.list_choices()][:2] == [second.id, first.id]
