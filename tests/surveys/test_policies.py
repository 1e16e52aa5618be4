"""Who may do what with surveys: one row for each action and role."""

from __future__ import annotations

import pytest

from participation.access import rules
from participation.access.actors import Actor, Role, visitor
from participation.surveys.domain import Audience, Respondent, SurveyStatus
from tests.support.builders.surveys import a_survey

RESIDENT = Actor(roles=frozenset({Role.RESIDENT}), person_id=1)
EVERY_STAFF = "officer screener editor approver analyst administrator auditor"
EDITORS = "officer editor administrator"


def actor_as(role: str) -> Actor:
    if role == "visitor":
        return visitor("k" * 20)
    return RESIDENT if role == "resident" else Actor(roles=frozenset({Role(role)}), person_id=2)


@pytest.mark.parametrize(
    ("action", "state", "may"),
    [
        ("surveys.draft", None, EDITORS),
        ("surveys.read_desk", None, EVERY_STAFF),
        ("surveys.change", SurveyStatus.DRAFT, EDITORS),
        ("surveys.change", SurveyStatus.OPEN, ""),
        ("surveys.change", SurveyStatus.CLOSED, ""),
        ("surveys.publish", SurveyStatus.DRAFT, EDITORS),
        ("surveys.publish", SurveyStatus.OPEN, ""),
        ("surveys.close", SurveyStatus.OPEN, EDITORS),
        ("surveys.close", SurveyStatus.DRAFT, ""),
        ("surveys.close", SurveyStatus.CLOSED, ""),
        ("surveys.answer", SurveyStatus.OPEN, "visitor resident"),
        ("surveys.answer", SurveyStatus.DRAFT, ""),
        ("surveys.save_draft", SurveyStatus.OPEN, "visitor resident"),
        ("surveys.save_draft", SurveyStatus.CLOSED, ""),
        ("surveys.export", SurveyStatus.OPEN, "officer editor approver analyst administrator"),
        ("surveys.export", SurveyStatus.DRAFT, ""),
        ("surveys.recount", None, "administrator"),
        ("surveys.try_out", SurveyStatus.DRAFT, "officer screener editor approver analyst administrator"),
        ("surveys.look_at_file", SurveyStatus.OPEN, "officer screener editor approver analyst administrator"),
        ("surveys.forget_drafts", None, ""),
        ("surveys.erase_words", None, ""),
    ],
)
def test_only_these_may(app, action, state, may):
    survey = a_survey(published=False)
    things = () if state is None else (survey,)
    survey.status = state or survey.status
    allowed = {
        role
        for role in f"visitor resident {EVERY_STAFF}".split()
        if rules.can(actor_as(role), action, *things)
    }
    assert allowed == set(may.split())


def test_a_survey_for_members_asks_a_visitor_to_log_in(app):
    survey = a_survey(audience=Audience.ACCOUNT)
    decision = rules.can(visitor("k" * 20), "surveys.answer", survey)
    assert not decision
    assert "ログイン" in decision.reason
    assert rules.can(RESIDENT, "surveys.answer", survey)


def test_a_survey_for_invited_people_asks_for_the_code_whoever_one_is(app):
    survey = a_survey(audience=Audience.INVITED)
    invited = Respondent("invitation:0123")
    for actor in (visitor("k" * 20), RESIDENT):
        assert "招待の番号" in rules.can(actor, "surveys.answer", survey).reason
        assert not rules.can(actor, "surveys.answer", survey, Respondent("person:1"))
        assert rules.can(actor, "surveys.answer", survey, invited)
        assert rules.can(actor, "surveys.save_draft", survey, invited)
    assert not rules.can(actor_as("editor"), "surveys.answer", survey, invited)
    assert rules.can(visitor("k" * 20), "surveys.enter_code", survey)
    assert not rules.can(visitor("k" * 20), "surveys.enter_code", a_survey())
