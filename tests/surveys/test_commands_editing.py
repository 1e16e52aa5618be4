"""Editing surveys without the web: codes that never come back, what may not be changed, what others saved first."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.audit.models import AuditEntry
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.surveys import commands, queries
from participation.surveys.domain import SectionDraft, read_condition
from tests.support.builders.surveys import EDITOR, a_question, a_survey

READS = read_condition({"op": "in", "question": "q1", "values": ["a1"]})


def test_the_code_of_a_removed_question_is_not_given_again_while_a_condition_looks_at_it(app):
    survey = a_survey([a_question(), a_question(text="二")], published=False)
    with transaction():
        commands.set_question_condition(
            survey, "q2", read_condition({"op": "answered", "question": "q9"}), by=EDITOR
        )
        assert commands.add_question(survey, a_question(), by=EDITOR).code == "q10"


def test_a_question_that_others_look_at_cannot_be_retired_and_nothing_is_left_behind(app):
    survey = a_survey(published=False)
    with transaction():
        commands.set_question_condition(survey, "q4", READS, by=EDITOR)
        commands.publish_survey(survey, by=EDITOR)
    with pytest.raises(Refused, match="ほかの設問の条件か文に使われている"), transaction():
        commands.retire_question(survey, "q1", reason="不要", by=EDITOR)
    assert queries.get_question(survey, "q1").last_version is None
    assert queries.list_corrections(survey) == []
    with transaction():
        commands.retire_question(survey, "q4", reason="不要", by=EDITOR)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "surveys.correct")).one()
    assert entry.changes == {"retired": "q4"}
    draft = a_survey(published=False)
    with pytest.raises(Denied), transaction():
        commands.correct_question(draft, "q1", text="x", help_text="", words={}, reason="r", by=EDITOR)


def test_what_somebody_else_saved_first_is_not_overwritten_unseen(app):
    survey = a_survey(published=False)
    with transaction():
        commands.add_section(survey, SectionDraft("二章"), by=EDITOR)
        commands.add_jump(survey, "s1", "s2", by=EDITOR)
    for change in (
        lambda: commands.change_section(survey, "s1", SectionDraft("x"), seen="old", by=EDITOR),
        lambda: commands.set_section_condition(survey, "s2", READS, seen="old", by=EDITOR),
        lambda: commands.set_jump_condition(survey, "s1", 0, READS, seen="old", by=EDITOR),
        lambda: commands.set_jump_condition(survey, "s1", 7, READS, by=EDITOR),
        lambda: commands.move_jump(survey, "s1", 0, None, seen="old", by=EDITOR),
    ):
        with pytest.raises(Conflict), transaction():
            change()
    (first, _) = queries.get_questionnaire(survey).sections
    assert (first.title, [jump.condition for jump in first.jumps]) == ("", [None])


def test_the_last_section_and_the_last_question_stay(app):
    survey = a_survey([a_question()])
    with pytest.raises(Refused, match="最後の1問"), transaction():
        commands.retire_question(survey, "q1", reason="x", by=EDITOR)
    draft = a_survey(published=False)
    with pytest.raises(Refused, match="最後の章"), transaction():
        commands.remove_section(draft, "s1", by=EDITOR)
