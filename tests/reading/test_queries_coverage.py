"""Counting who spoke: each person once, what was taken back not at all, organisations apart."""

from __future__ import annotations

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.opinions import commands as opinions
from participation.opinions.domain import Channel
from participation.opinions.models import Submission
from participation.people.domain import AgeBand, Standing
from participation.reading.domain.coverage import Tie, Way
from participation.reading.queries import coverage as queries
from tests.support.builders.consultations import a_planned_consultation, an_open_consultation
from tests.support.builders.opinions import a_paper_submission, a_submission, opinions_of


def test_a_person_counts_once_an_organisation_apart_and_what_was_taken_back_not(app):
    consultation = an_open_consultation()
    first = a_submission(to=consultation, standings=frozenset({Standing.LIVES}))
    second = a_submission(["別のことも書きます。もう少し駅の近くに置いてください。"], to=consultation)
    a_paper_submission(to=consultation, organisation_name="さくら坂の会")
    gone = a_submission(["これは取り下げる意見です。書きまちがえました。"], to=consultation)
    with transaction():
        key = db.session.get_one(Submission, first.id).submitter_key
        again = db.session.get_one(Submission, second.id)
        again.submitter_key, again.age_band = key, AgeBand.FROM_50
        opinions.withdraw_opinion(opinions_of(gone)[0], holds=True, by=system("tests"))
    found = queries.get_coverage(consultation)
    (heard,) = found.heard
    assert (heard.tie, heard.age, heard.way, heard.people) == (Tie.LIVES, AgeBand.FROM_50, Way.ONLINE, 1)
    assert found.organisations == 1
    assert found.board().people == 1


def test_the_board_opens_with_the_consultation_in_work_to_which_most_was_said(app):
    assert queries.find_consultation("") is None
    one, two = an_open_consultation(), an_open_consultation(code="two")
    a_submission(to=one)
    for channel in (Channel.POST, Channel.FAX):
        a_paper_submission(to=two, channel=channel)
    assert queries.find_consultation("").id == two.id
    assert queries.find_consultation(one.code).id == one.id
    assert [code for code, _ in queries.list_heard_consultations()] == ["two", one.code]
    assert a_planned_consultation(code="three").code not in dict(queries.list_heard_consultations())
