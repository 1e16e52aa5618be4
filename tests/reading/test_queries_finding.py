"""What is like an opinion is found by the index, in the same few queries however many there are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.access.actors import system
from participation.consultations.models import Consultation
from participation.contributions.events import ContributionAnswered, ContributionFollowedUp
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.jobs import long_runs, worker
from participation.opinions import commands as opinions
from participation.opinions.models import Opinion
from participation.reading import commands as reading
from participation.reading.queries import finding
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import a_paper_submission, an_opinion

ASKED = "区報の文字が小さいです。駅にも大きな文字の区報を置いてください。"
LIKE = "大きな文字の区報がほしいです。駅に区報を置いてください。"
BUS = "循環バスの停留所を病院前に増設してください。"
ELSE = "公園の照明が暗いので、夜間の見回りを増やしてください。"


@pytest.fixture
def some(app):
    consultation = an_open_consultation()
    said = [an_opinion(said=text, to=consultation) for text in (ASKED, LIKE, LIKE, ELSE)]
    worker.drain()
    db.session.rollback()
    return [db.session.get_one(Opinion, each.id) for each in said]


def test_the_like_is_found_each_text_once_with_how_often_and_why(some):
    asked, like, *_ = some
    found = finding.find_like(asked.public_id)
    (only,) = found.likes
    assert found.is_indexed
    assert (only.opinion.number, only.same_text) == (like.number, 2)
    assert "区報" in only.terms
    assert found.answered == ()


def test_what_was_answered_before_comes_with_the_answer_until_it_is_taken_back(some):
    asked, like, *_ = some
    path = "/points/k7mw3fpxrt"
    with transaction():
        opinions.note_answer(like.contribution_id, path, by=system("tests"))
        events.publish(ContributionAnswered(like.contribution_id, path, "区の考え方：駅にも置きます。"))
    (answered,) = finding.find_like(asked.public_id).answered
    assert (answered.opinion.answer_path, answered.answer) == (path, "区の考え方：駅にも置きます。")
    with transaction():
        events.publish(ContributionFollowedUp(like.contribution_id, "", "", path, ends_answer=True))
    assert finding.find_like(asked.public_id).answered == ()


def test_the_same_few_queries_find_among_many(some, queries_of):
    asked = some[0].public_id
    few = queries_of(lambda: finding.find_like(asked))
    consultation = an_open_consultation(code="another")
    for number in range(5):
        an_opinion(said=LIKE + f"第{number}案", to=consultation)
    worker.drain()
    assert queries_of(lambda: finding.find_like(asked)) == few <= 8


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ([{"people_count": 24}], (1, 24)),
        ([{"people_count": 3}, {"people_count": 2}], (2, 5)),
        ([{"people_count": 4}], None),
        ([{"people_count": 300, "organisation_name": "さくら坂町会"}], None),
        ([{"people_count": 24}, {"organisation_name": "さくら坂町会"}], (2, 25)),
    ],
)
def test_a_new_topic_counts_a_class_as_many_people_as_it_is(some, clock, queries_of, sent, told):
    consultation = db.session.get_one(Consultation, some[0].consultation_id)
    clock.advance(timedelta(days=30))
    opened = an_open_consultation(code="now")
    for words in (ASKED, ELSE):
        an_opinion(said=words, to=opened)
    clock.advance(timedelta(days=15))
    for each in sent:
        a_paper_submission([BUS], to=opened, **each)
    with transaction():
        reading.ask_to_compare(opened, by=system("tests"))
    long_runs.work_off()
    db.session.rollback()
    found = finding.list_new_topics(opened.id)
    assert [(each.opinions, each.people) for each in found] == ([told] if told else [])
    assert queries_of(lambda: finding.list_new_topics(opened.id)) <= 2
    assert finding.list_new_topics(consultation.id) == ()


def test_an_opinion_that_is_not_there_or_may_not_be_seen_is_not_found(some):
    with pytest.raises(NotFound):
        finding.find_like("no-such")
    with transaction():
        opinions.withdraw_opinion(some[0], holds=True, by=system("tests"))
    with pytest.raises(NotFound):
        finding.find_like(some[0].public_id)
    assert all(each.opinion.number != some[0].number for each in finding.find_like(some[1].public_id).likes)
