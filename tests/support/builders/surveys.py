"""Builders of surveys: made and answered through the commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from participation.access.actors import Actor, Role, visitor
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.ids import new_token
from participation.surveys import commands
from participation.surveys.domain import (
    Audience,
    MultipleSpec,
    Option,
    QuestionDraft,
    ResultsShown,
    ScaleSpec,
    SingleSpec,
    SurveyDraft,
    TextSpec,
)
from participation.surveys.models import Survey
from tests.support.builders.consultations import a_subject

EDITOR = Actor(roles=frozenset({Role.EDITOR}), person_id=None, name="編集")


def options(*labels: str) -> tuple[Option, ...]:
    """Options with the codes a1, a2, …"""
    return tuple(Option(code=f"a{number}", label=label) for number, label in enumerate(labels, 1))


def a_question(spec: Any = None, text: str = "区報を読みますか", *, required: bool = False) -> QuestionDraft:
    """A question; by default one of three."""
    return QuestionDraft(
        text=text,
        help="",
        is_required=required,
        spec=spec or SingleSpec(options=options("よく読む", "ときどき", "読まない")),
    )


def four_questions() -> list[QuestionDraft]:
    """One question of each kind: q1 single (required), q2 multiple (at most 2), q3 scale, q4 text."""
    return [
        a_question(required=True),
        a_question(MultipleSpec(options=options("区報", "掲示板", "SNS"), most=2), "何で知りますか"),
        a_question(ScaleSpec(low_label="足りない", high_label="十分"), "十分だと思いますか"),
        a_question(TextSpec(limit=50), "ご自由にお書きください"),
    ]


def a_survey(
    questions: Sequence[QuestionDraft] | None = None,
    *,
    title: str = "情報発信アンケート",
    subject_id: int | None = None,
    consultation_id: int | None = None,
    audience: Audience = Audience.ANYONE,
    results_shown: ResultsShown = ResultsShown.LIVE,
    one_tap: bool = False,
    published: bool = True,
    days: int = 10,
) -> Survey:
    """A survey that opened yesterday and closes in `days` days."""
    about = subject_id or a_subject().id
    now = clock.now()
    with transaction():
        survey = commands.draft_survey(
            SurveyDraft(
                title=title,
                intro="区の情報の届け方を見直すためにうかがいます。",
                subject_id=about,
                consultation_id=consultation_id,
                opens_at=now - timedelta(days=1),
                closes_at=now + timedelta(days=days),
                audience=audience,
                results_shown=results_shown,
                is_one_tap=one_tap,
            ),
            by=EDITOR,
        )
        for question in four_questions() if questions is None else questions:
            commands.add_question(survey, question, by=EDITOR)
        if published:
            commands.publish_survey(survey, by=EDITOR)
    return survey


def a_one_tap_survey(**settings: Any) -> Survey:
    """A survey of one question that is answered by one tap."""
    return a_survey([a_question(text="お知らせは届いていますか")], one_tap=True, **settings)


def a_visitor() -> Actor:
    """A visitor with a key of their own."""
    return visitor(new_token())


def answer(survey: Survey, by: Actor | None = None, *, shares: bool = False, **given: Any) -> Actor:
    """Answer a survey: answer(survey, q1="a1", q2=["a1", "a2"]); return who answered."""
    who = by or a_visitor()
    lists = {code: value if isinstance(value, list) else [value] for code, value in given.items()}
    with transaction():
        commands.answer_survey(survey, lists, shares_texts=shares, by=who)
    return who
