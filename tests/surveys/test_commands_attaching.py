"""Files as answers, without the web: whose they are, and when they go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.access.actors import system
from participation.foundation import files
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Refused
from participation.foundation.file_kinds import check_file
from participation.surveys import commands, queries
from participation.surveys.domain import FILE_ROOM, Respondent, Section
from participation.surveys.models import AnswerFile
from tests.foundation.test_file_kinds import PNG
from tests.support.builders.surveys import a_survey_of, a_visitor, answer, one_of_each_kind


@pytest.fixture
def survey(app):
    return a_survey_of([Section("s1", questions=tuple(one_of_each_kind()[13:]))], days=2)


def attach(survey, who, content=PNG):
    files.keep(content, FILE_ROOM)
    me = Respondent(queries.respondent_key(survey, who))
    with transaction():
        checked = check_file("道.png", content)
        return commands.attach_file(survey, "q15", checked, respondent=me, by=who).public_id


def count():
    return db.session.scalar(select(func.count()).select_from(AnswerFile))


def is_there(content=PNG):
    try:
        return files.read(files.hash_of(content), FILE_ROOM) == content
    except files.Lost:
        return False


def test_a_file_goes_with_the_answer_and_its_content_when_nobody_else_sent_the_same(survey):
    one, other = a_visitor(), a_visitor()
    first, second = attach(survey, one), attach(survey, other)
    answer(survey, by=one, q15=first)
    answer(survey, by=other, q15=second)
    answer(survey, by=one, q14="2026-11-22")
    assert (count(), is_there()) == (1, True)
    answer(survey, by=other, q14="2026-11-22")
    assert (count(), is_there()) == (0, False)


def test_another_choice_lets_the_one_before_go(survey):
    who = a_visitor()
    attach(survey, who, PNG + b"1")
    second = attach(survey, who, PNG + b"2")
    answer(survey, by=who, q15=second)
    assert count() == 1
    assert (is_there(PNG + b"1"), is_there(PNG + b"2")) == (False, True)


def test_only_ones_own_file_of_this_survey_is_an_answer(survey):
    theirs = attach(survey, a_visitor())
    for public_id in (theirs, "zzzzzzzzzz"):
        with pytest.raises(Refused) as refused:
            answer(survey, q15=public_id)
        assert refused.value.field == "q15"


def test_files_without_end_and_after_the_end_are_refused(survey, clock):
    who = a_visitor()
    for number in range(20):
        attach(survey, who, PNG + bytes([number]))
    with pytest.raises(Refused, match="多すぎます"):
        attach(survey, who)
    clock.advance(timedelta(days=2))
    with pytest.raises(Conflict, match="締め切り"):
        attach(survey, a_visitor())


def test_what_was_chosen_and_never_sent_is_let_go_unless_a_draft_still_needs_it(survey, clock):
    gone, waiting = a_visitor(), a_visitor()
    attach(survey, gone, PNG + b"1")
    kept = attach(survey, waiting, PNG + b"2")
    with transaction():
        commands.save_draft(survey, {"q15": [kept]}, by=waiting)
    clock.advance(timedelta(days=1, minutes=1))
    with transaction():
        assert commands.forget_files(clock.moment - timedelta(days=1), by=system("tests")) == 1
    assert (is_there(PNG + b"1"), is_there(PNG + b"2")) == (False, True)
