"""Open data by two people: what is in the file, who may do what, what stays as it was approved."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.access.actors import Role, system
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.moderation import commands as moderation
from participation.surveys import commands, queries
from participation.surveys.domain.releases import ReleaseStatus
from tests.support.builders.answered import a_surveyed_ward, every_kind, fill
from tests.support.builders.surveys import a_survey, answer
from tests.support.people import a_member_of_staff, actor_of

CODES = ["q1", "q2", "q3"]


@pytest.fixture
def survey(app, clock):
    survey = a_surveyed_ward(80)
    clock.advance(timedelta(days=11))
    return survey


def analyst():
    return actor_of(a_member_of_staff(Role.ANALYST))


def approver():
    return actor_of(a_member_of_staff(Role.APPROVER))


def prepared(survey, codes=CODES, by=None):
    who = by or analyst()
    with transaction():
        return commands.prepare_release(survey, codes, note="読んで確かめた。", by=who)


def lines_of(release):
    text = "".join(queries.list_release_text(release.id))
    assert hashlib.sha256(text.encode()).hexdigest() == release.sha256
    return list(csv.reader(io.StringIO(text)))


def test_the_file_has_the_answers_in_another_order_and_nothing_that_makes_people_out(survey):
    release = prepared(survey)
    header, *lines = lines_of(release)
    assert header == CODES
    assert len(lines) == release.line_count == 80
    in_order = [row.answers.get("q3", "") for row in queries.list_export_rows(survey)]
    assert sorted(line[2] for line in lines) == sorted(in_order)
    assert [line[2] for line in lines] != in_order
    alike = {}
    for line in lines:
        alike[line[0], line[1]] = alike.get((line[0], line[1]), 0) + 1
    assert all(count >= 5 for key, count in alike.items() if key != ("", ""))


def test_somebody_else_publishes_and_the_file_stays_when_answers_change(survey):
    release = prepared(survey)
    assert queries.find_published_release(survey) is None
    who = approver()
    with transaction():
        commands.decide_release(release, publishes=True, by=who)
    before = lines_of(release)
    fill(survey, [{"q1": ["a1"]}] * 5)
    assert lines_of(release) == before
    second = prepared(survey)
    who = approver()
    with transaction():
        commands.decide_release(second, publishes=True, by=who)
    db.session.rollback()
    assert queries.find_published_release(survey).id == second.id
    assert [row.status for row in queries.list_releases(survey)] == [
        ReleaseStatus.PUBLISHED,
        ReleaseStatus.WITHDRAWN,
    ]
    who = approver()
    with transaction():
        commands.withdraw_release(queries.find_published_release(survey), by=who)
    assert queries.find_published_release(survey) is None


def test_nobody_decides_on_their_own_work_nor_twice(survey):
    both = actor_of(a_member_of_staff(Role.ANALYST, Role.APPROVER))
    release = prepared(survey, by=both)
    with pytest.raises(Denied, match="別の人"), transaction():
        commands.decide_release(release, publishes=True, by=both)
    who = approver()
    with transaction():
        commands.decide_release(release, publishes=False, by=who)
    who = approver()
    with pytest.raises(Refused, match="もう決まっています"), transaction():
        commands.decide_release(release, publishes=True, by=who)
    who = analyst()
    with pytest.raises(Denied), transaction():
        commands.decide_release(release, publishes=True, by=who)


def test_few_answers_no_question_and_an_open_survey_are_refused(app, clock):
    few = a_surveyed_ward(49)
    with pytest.raises(Denied, match="締め切ったあと"):
        prepared(few)
    clock.advance(timedelta(days=11))
    with pytest.raises(Refused, match="50人に満たない"):
        prepared(few)
    with pytest.raises(Refused, match="1つ以上"):
        prepared(few, ["q99"])


def test_texts_come_with_the_file_only_after_somebody_read_and_showed_them(app, clock):
    survey = a_survey(every_kind())
    fill(survey, [{"q1": ["a1"], "q8": ["44"], "q11": ["だれも読んでいない文"]}] * 60)
    answer(survey, shares=True, q1="a1", q11="読まれた文です")
    clock.advance(timedelta(days=11))
    release = prepared(survey, ["q8", "q11"])
    header, *lines = lines_of(release)
    assert header == ["q8", "q11"]
    assert {line[1] for line in lines} == {""}
    assert {line[0] for line in lines} == {"", "b0"}, "numbers are classes"
    assert release.columns[0][2]["b0"] == "44歳"
    show_texts(survey)
    _, *shown = lines_of(prepared(survey, ["q11"]))
    assert {line[0] for line in shown} == {"", "読まれた文です"}


def show_texts(survey):
    with transaction():
        for said in db.session.scalars(select(Contribution).where(Contribution.body == "読まれた文です")):
            moderation.restore(said, by=system("test"))
