"""The four steps say what really happened, and the composed pages know when they change by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from participation.access.actors import visitor
from participation.consultations.domain import Tally
from participation.foundation import clock as app_clock
from participation.foundation.db import db
from participation.front import queries
from participation.front.queries import loop_of
from participation.opinions.queries import OpinionsOnPage
from participation.plans.models import PlanNode
from participation.replies.queries.published import RepliesOnPage
from participation.subjects.models import Subject
from tests.support.builders.consultations import an_open_consultation

NOTHING_SAID = OpinionsOnPage(Tally(), {}, [])
NOTHING_ANSWERED = RepliesOnPage(0, 0, 0, 0, ())
SAID = replace(NOTHING_SAID, tally=Tally(people=72, organisations=14, submissions=86, opinions=168))
SLUG, CODE = "meguro-basic-plan", "MP-2-2-2"


@pytest.mark.parametrize(
    ("said", "answered", "current"),
    [
        (NOTHING_SAID, NOTHING_ANSWERED, None),
        (SAID, NOTHING_ANSWERED, "heard"),
        (SAID, replace(NOTHING_ANSWERED, considered_count=41), "considered"),
        (SAID, replace(NOTHING_ANSWERED, considered_count=41, decided_count=33), "decided"),
        (SAID, replace(NOTHING_ANSWERED, considered_count=41, decided_count=33, changed_count=5), "changed"),
    ],
)
def test_the_present_step_is_the_furthest_that_was_reached(said, answered, current):
    assert loop_of(said, answered, in_page=True).current == current


def test_people_and_organisations_are_counted_apart():
    heard = loop_of(SAID, NOTHING_ANSWERED, in_page=True).heard
    assert (heard.count, heard.unit, heard.note) == (168, "件", "72人・14団体から")


def test_steps_not_reached_have_no_number():
    loop = loop_of(SAID, NOTHING_ANSWERED, in_page=True)
    assert (loop.considered.count, loop.decided.count, loop.changed.count) == (None, None, None)


def test_a_page_changes_by_itself_at_the_end_of_the_day_while_days_are_counted(app):
    subject = db.session.scalars(
        select(Subject).join(PlanNode, PlanNode.subject_id == Subject.id).where(PlanNode.code == CODE)
    ).one()
    assert queries.get_topic_page(SLUG, CODE, visitor()).changes_at is None
    an_open_consultation(about=[subject])
    topic = queries.get_topic_page(SLUG, CODE, visitor())
    assert topic.changes_at == app_clock.end_of(app_clock.today())
    assert topic.open_consultation is not None


def test_every_passage_knows_the_public_id_of_its_subject(app):
    topic = queries.get_topic_page(SLUG, CODE, visitor())
    assert {passage.node.subject_id for passage in topic.page.passages} <= set(topic.subject_ids)


def test_home_lists_the_13_viewpoints_under_the_3_guidelines(app):
    home = queries.get_home(visitor())
    assert [len(group.topics) for group in home.groups] == [3, 3, 7]
