"""The index follows what is said, changed and taken back; answers are kept while they stand."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from participation.access.actors import Actor, Role, system, visitor
from participation.contributions.events import ContributionAnswered, ContributionFollowedUp
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied
from participation.jobs import long_runs, worker
from participation.jobs.models import LongRun
from participation.opinions import commands as opinions
from participation.reading import commands
from participation.reading.domain.finding import numbers_of
from participation.reading.models import IndexedOpinion, OpinionPair, PublishedAnswer
from participation.reading.queries import finding
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import WORDS, a_submission, an_opinion, opinions_of

SYSTEM = system("tests")


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def test_what_arrives_is_in_the_index_after_one_job_however_many_arrive(app):
    consultation = an_open_consultation()
    a_submission([WORDS, "公園の照明を増やしてください。"], to=consultation)
    a_submission(to=consultation)
    worker.drain()
    assert count(IndexedOpinion) == 3
    assert count(OpinionPair) == 2 * len(numbers_of(WORDS)) + len(
        numbers_of("公園の照明を増やしてください。")
    )
    with transaction():
        assert commands.index_some(by=SYSTEM) == 0


def test_what_is_taken_back_leaves_no_letters_behind(app):
    sender = visitor("somebody")
    sent = a_submission(by=sender)
    worker.drain()
    (opinion,) = opinions_of(sent)
    with transaction():
        opinions.withdraw_opinion(opinion, holds=True, by=sender)
    assert count(OpinionPair) == count(IndexedOpinion) == 0
    worker.drain()
    assert count(IndexedOpinion) == 0


def test_an_answer_is_kept_once_corrected_and_ends_when_it_is_taken_back(app):
    opinion = an_opinion()
    said = ContributionAnswered(opinion.contribution_id, "/points/abc", "区の考え方：駅にも置きます。")
    with transaction():
        events.publish(said)
        events.publish(said)
        events.publish(
            ContributionAnswered(opinion.contribution_id, "/consultations/x/results", "読みました。")
        )
    kept = db.session.scalars(select(PublishedAnswer)).one()
    assert (kept.path, kept.text, kept.ended_at) == ("/points/abc", "区の考え方：駅にも置きます。", None)
    with transaction():
        events.publish(ContributionFollowedUp(opinion.contribution_id, "計画に入りました", "", "/points/abc"))
    assert db.session.scalars(select(PublishedAnswer)).one().ended_at is None
    with transaction():
        events.publish(
            ContributionFollowedUp(
                opinion.contribution_id, "取り下げました", "", "/points/abc", ends_answer=True
            )
        )
    assert db.session.scalars(select(PublishedAnswer)).one().ended_at is not None
    with transaction():
        events.publish(ContributionAnswered(opinion.contribution_id, "/points/abc", "直した考え方"))
    kept = db.session.scalars(select(PublishedAnswer)).one()
    assert (kept.text, kept.ended_at) == ("直した考え方", None)


def test_a_comparison_runs_once_at_a_time_and_takes_the_place_of_the_one_before(app):
    consultation = an_open_consultation()
    an_opinion(to=consultation)
    with transaction():
        first = commands.ask_to_compare(consultation, by=SYSTEM)
        assert commands.ask_to_compare(consultation, by=SYSTEM) is first
    for _ in range(2):
        long_runs.work_off()
        with transaction():
            commands.ask_to_compare(consultation, by=SYSTEM)
    long_runs.work_off()
    assert count(LongRun) == 3
    runs = long_runs.list_about(f"consultation:{consultation.id}")
    assert [run.result for run in runs] == [{"opinions": 1, "new_topics": 0}] * 3
    assert [
        each.opinion.number for each in finding.list_uncovered(consultation, finding.Edge()).rows.items
    ] == [1]


def test_only_those_who_may_index_and_compare_do(app):
    consultation = an_open_consultation()
    with pytest.raises(Denied), transaction():
        commands.index_some(by=Actor(roles=frozenset({Role.EDITOR})))
    with pytest.raises(Denied), transaction():
        commands.ask_to_compare(consultation, by=Actor(roles=frozenset({Role.AUDITOR})))
