"""Topics are counted in people and opinions, filtered by place, time, way and person, and small numbers are hidden."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event, func, select

from participation.foundation.db import db
from participation.foundation.paging import Edge
from participation.opinions.models import Opinion, Submission
from participation.people.domain import AgeBand, Standing
from participation.reading.domain.runs import Submitter, TopicFilter
from participation.reading.models import TopicMember
from participation.reading.queries import maps, runs
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import a_paper_submission
from tests.support.builders.reading import a_consultation_with, sayings, topics_in, topics_of


@pytest.fixture
def run(app):
    consultation = a_consultation_with(sayings(30), each=3)
    for number, words in enumerate(sayings(12, seed=9)):
        standings = {Standing.WORKS} if number < 9 else {Standing.WORKS, Standing.STUDIES}
        a_paper_submission(
            [words],
            to=consultation,
            age_band=AgeBand.FROM_30 if number < 9 else None,
            standings=frozenset(standings),
        )
    return topics_of(consultation)


def count(run, **chosen):
    return maps.show_topics(run, TopicFilter(**chosen)).total


def matching(**chosen):
    """How many opinions a filter finds, whatever a page may tell of them."""
    found = (
        select(func.count())
        .select_from(Opinion)
        .join(Submission)
        .where(*maps.conditions_of(TopicFilter(**chosen)))
    )
    return db.session.scalar(found)


def test_counts_are_of_opinions_and_of_people_under_each_filter(run):
    shown = maps.show_topics(run, TopicFilter())
    assert shown.total == 42
    assert not shown.is_suppressed
    assert shown.topics[-1].is_other
    assert all(row.people <= row.count for row in shown.shown)
    assert [row.count for row in shown.shown if not row.is_other] == sorted(
        (row.count for row in shown.shown if not row.is_other), reverse=True
    )
    assert count(run, channel="post") == 42
    assert count(run, channel="web") == 0
    assert count(run, from_on=date(2026, 11, 22), to_on=date(2026, 11, 22)) == 42
    assert count(run, to_on=date(2026, 11, 1)) == 0
    assert count(run, place="nowhere/at-all") == 0
    assert count(run, consultation="nothing") == 0
    assert count(run, area="nothing") == 0
    assert count(run, standing="no such standing") == 42
    assert [matching(standing=each) for each in ("works", "studies", "operates")] == [12, 3, 0]


def test_a_class_counts_as_many_people_as_it_is_in_topics_and_their_parts(app):
    consultation = a_consultation_with(sayings(12), each=1)
    a_paper_submission(sayings(6, seed=9), to=consultation, people_count=24)
    a_paper_submission(
        sayings(3, seed=11), to=consultation, organisation_name="さくら坂町会", people_count=300
    )
    run = topics_of(consultation)
    shown = maps.show_topics(run, TopicFilter())
    assert [(row.count, row.people) for row in shown.topics] == [counted(row.id) for row in shown.topics]
    assert max(row.people for row in shown.topics) >= 24
    assert f"{shown.topics[0].people}人" in shown.topics[0].in_words
    for row in shown.topics:
        for child in row.children:
            assert (child.count, child.people) == counted(child.id, TopicMember.subtopic_id)


def counted(topic_id, column=TopicMember.topic_id):
    """Opinions and people of a topic, one after the other: a class once for all it said there, an organisation as one."""
    rows = db.session.execute(
        select(Submission.id, Submission.submitter_key, Submission.organisation_name, Submission.people_count)
        .join(Opinion, Opinion.submission_id == Submission.id)
        .join(TopicMember, TopicMember.opinion_id == Opinion.id)
        .where(column == topic_id)
    ).all()
    others = {row.id: row.people_count - 1 for row in rows if not row.organisation_name}
    return len(rows), len({row.submitter_key for row in rows}) + sum(others.values())


def test_a_class_is_one_where_small_numbers_are_hidden(app):
    consultation = a_consultation_with(sayings(30), each=1)
    for number in range(2):
        a_paper_submission(
            sayings(4, seed=number), to=consultation, people_count=24, age_band=AgeBand.UNDER_18
        )
    run = topics_of(consultation)
    assert any(row.people >= 48 for row in maps.show_topics(run, TopicFilter()).topics)
    few = maps.show_topics(run, TopicFilter(age=AgeBand.UNDER_18))
    assert few.is_suppressed
    assert all(row.count in (None, 0) and row.people == row.senders == 0 for row in few.topics)


def test_small_numbers_are_hidden_where_people_are_asked_for(run):
    shown = maps.show_topics(run, TopicFilter(age="from_30"))
    assert shown.is_suppressed
    assert all(row.count is None or row.people >= 5 or row.count == 0 for row in shown.topics)
    hidden = next(row for row in shown.topics if row.count is None)
    topic = runs.get_topic(hidden.public_id)
    page = maps.show_topic(run, topic, TopicFilter(age="from_30"), Edge())
    assert page.row.count is None
    assert page.members.items == []
    assert page.sentences == []
    drawn = maps.draw_scatter(shown, TopicFilter(age="from_30"))
    assert all(each.dots == "" for each in drawn)
    assert maps.show_topics(run, TopicFilter(submitter=Submitter.ORGANISATION)).total == 0
    few = maps.show_topics(run, TopicFilter(standing="studies"))
    assert few.is_suppressed
    assert not any(row.count for row in few.topics)


def test_drawings_show_every_topic_that_has_a_number(run):
    shown = maps.show_topics(run, TopicFilter())
    for drawn in (maps.draw_tree_map(shown), maps.draw_scatter(shown, TopicFilter())):
        assert [each.row.id for each in drawn] == [row.id for row in shown.shown]
    assert maps.draw_tree_map(shown)[0].tile.lines


def test_a_page_costs_few_questions(run):
    asked = []
    listener = lambda *_: asked.append(1)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        maps.show_topics(run, TopicFilter())
        assert len(asked) <= 6
        asked.clear()
        maps.show_topic(run, topics_in(run)[0], TopicFilter(), Edge())
        assert len(asked) <= 9
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)


def test_what_can_be_read_and_what_the_filter_offers(run):
    an_open_consultation()
    (readable,) = runs.list_readable()
    assert readable.opinions == 42
    (row,) = runs.list_runs()
    assert (row.topics, row.run.id) == (len([each for each in topics_in(run) if not each.is_other]), run.id)
    choices = maps.filter_choices(run)
    assert choices.consultations == []
    assert ("post", "郵送") in choices.channels
    assert runs.state_of(run).signed is None
