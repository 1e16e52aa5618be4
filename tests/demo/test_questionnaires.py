"""The larger survey of the demo."""

from __future__ import annotations

from flask import Flask

from participation.demo import reading
from participation.demo.questionnaires import questionnaire_of
from participation.surveys import queries
from participation.surveys.domain import KIND_NAMES, faults_of, read_answers


def test_the_content_has_every_kind_and_branches_without_a_fault() -> None:
    (entry,) = reading.listed("questionnaires")
    questionnaire = questionnaire_of(entry)
    assert {question.spec.kind for question in questionnaire.questions} == set(KIND_NAMES)
    assert faults_of(questionnaire) == []
    stays_home = read_answers(questionnaire, {"q1": ["a1"], "q2": ["0"]}).way
    assert [section.code for section in stays_home.sections] == ["s1", "s4"]
    narrow = read_answers(questionnaire, {"q1": ["a1"], "q2": ["3"], "q3": ["a1"], "q8": ["yes"]}).way
    assert {"q5", "q9"} <= {question.code for question in narrow.questions}


def test_it_is_open_corrected_kept_as_a_template_and_has_a_next_wave(demo_ward: Flask) -> None:
    survey = queries.find_by_code("ido-2026")
    assert survey.form_version == 2
    assert [row.code for row in queries.list_corrections(survey)] == ["q11"]
    assert queries.get_question(survey, "q11").text == "いまの居場所に満足していますか。"
    (template,) = queries.list_templates()
    assert template.question_count == 16
    waves = [row for row in queries.list_surveys(with_drafts=True) if "第2回" in row.title]
    assert len(waves) == 1
