"""Builders of surveys with many answers: of every kind of question, and of three that are broken down."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import delete

from participation.access.actors import Actor, Role
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.surveys import commands, queries
from participation.surveys.domain import (
    DateSpec,
    MatrixMultipleSpec,
    MatrixSpec,
    MultipleSpec,
    NumberSpec,
    Option,
    PointsSpec,
    QuestionDraft,
    RankingSpec,
    ScaleSpec,
    SingleSpec,
    TextSpec,
    YesNoSpec,
    counts_of,
    read_answers,
)
from participation.surveys.domain.margins import read_margins
from participation.surveys.domain.matching import match_margins
from participation.surveys.models import Answer, AnswerCount, Response, Survey
from tests.support.builders.surveys import a_question, a_survey, options

ANALYST = Actor(roles=frozenset({Role.ANALYST}), person_id=None, name="分析")
MARGINS = (
    "variable,category,population,source,as_of\n"
    "年代,若い,300,架空の統計,2026-01-01\n年代,中ほど,500,架空の統計,2026-01-01\n年代,高い,200,架空の統計,2026-01-01\n"
)


def every_kind() -> list[QuestionDraft]:
    """One question of each kind that is counted: q1 single … q11 text."""
    other = Option(code="a4", label="その他", takes_text=True)
    return [
        a_question(SingleSpec(options=(*options("若い", "中ほど", "高い"), other)), "年代"),
        a_question(MultipleSpec(options=options("区報", "掲示板", "SNS")), "何で知りますか"),
        a_question(ScaleSpec(low_label="足りない", high_label="十分", has_unsure=True), "十分ですか"),
        a_question(MatrixSpec(rows=options("公園", "道路"), columns=options("満足", "不満")), "満足ですか"),
        a_question(
            MatrixMultipleSpec(rows=options("昼", "夜"), columns=options("本", "運動")), "いつ使いますか"
        ),
        a_question(RankingSpec(options=options("防災", "子育て", "みどり"), most=2), "順に選んでください"),
        a_question(PointsSpec(options=options("公園", "道路"), total=10), "10点を配ってください"),
        a_question(NumberSpec(least=Decimal(0), most=Decimal(120), unit="歳"), "何歳ですか"),
        a_question(DateSpec(), "いつ来ましたか"),
        a_question(YesNoSpec(), "住んでいますか"),
        a_question(TextSpec(limit=200), "ご自由に"),
    ]


def three_questions() -> list[QuestionDraft]:
    """q1 年代 and q2 地区 (attributes, one of three), q3 one of three, q4 several of three."""
    return [
        replace(a_question(SingleSpec(options=options("若い", "中ほど", "高い")), "年代"), is_attribute=True),
        replace(a_question(SingleSpec(options=options("北", "中央", "南")), "地区"), is_attribute=True),
        a_question(SingleSpec(options=options("よく読む", "ときどき", "読まない")), "区報を読みますか"),
        a_question(MultipleSpec(options=options("区報", "掲示板", "SNS")), "何で知りますか"),
    ]


def fill(survey: Survey, given: list[dict[str, list[str]]], **facts: Any) -> None:
    """Put answers into the database as the command would, many at once."""
    questionnaire = queries.get_questionnaire(survey)
    ids = {each.code: each.id for each in queries.list_questions(survey)}
    counted = queries.count_answers(survey)
    with transaction():
        for number, form in enumerate(given):
            reading = read_answers(questionnaire, form)
            assert not reading.faults, reading.faults
            response = Response(
                survey_id=survey.id,
                respondent_key=f"made:{random.random()}:{number}",
                answered_at=clock.now(),
                **facts,
            )
            db.session.add(response)
            db.session.flush()
            for code, value in reading.answers.items():
                db.session.add(Answer(response_id=response.id, question_id=ids[code], value=value))
            for key in counts_of(questionnaire, reading.answers):
                counted[key] = counted.get(key, 0) + 1
        db.session.execute(delete(AnswerCount).where(AnswerCount.survey_id == survey.id))
        for (code, choice), count in counted.items():
            db.session.add(AnswerCount(survey_id=survey.id, question_code=code, choice=choice, count=count))


def a_surveyed_ward(people: int = 240, seed: int = 5) -> Survey:
    """A survey of three questions that so many people answered; the middle-aged most of all."""
    survey = a_survey(three_questions(), title="区報のアンケート")
    chance = random.Random(seed)
    given = []
    for _ in range(people):
        age = chance.choices((1, 2, 3), (1, 4, 3))[0]
        form = {
            "q1": [f"a{age}"],
            "q2": [f"a{chance.choices((1, 2, 3), (3, 4, 1))[0]}"],
            "q3": [f"a{chance.choices((1, 2, 3), (age, 2, 4 - age))[0]}"],
            "q4": sorted({f"a{chance.randint(1, 3)}" for _ in range(2)}),
        }
        given.append(form if chance.random() < 0.95 else {code: form[code] for code in ("q1", "q4")})
    fill(survey, given)
    return survey


def weighted(survey: Survey, text: str = MARGINS) -> Any:
    """Weight a survey to a file of margins, each variable to the question that names its categories."""
    page = queries.show_survey(survey)
    variables = queries.list_variables(page)
    margins = read_margins(text).margins
    matches = match_margins(margins, queries.guess_questions(margins, variables))
    assert len(matches) == len(margins)
    with transaction():
        return commands.weight_survey(survey, matches, by=ANALYST)
