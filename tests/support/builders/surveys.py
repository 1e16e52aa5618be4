"""Builders of surveys: made and answered through the commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from participation.access.actors import Actor, Role, visitor
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.foundation.ids import new_token
from participation.surveys import commands, queries
from participation.surveys.domain import (
    Asked,
    Audience,
    DateSpec,
    DropdownSpec,
    FileSpec,
    InfoSpec,
    Layout,
    LineSpec,
    MatrixMultipleSpec,
    MatrixSpec,
    MultipleSpec,
    NumberSpec,
    Option,
    PlaceSpec,
    PointsSpec,
    QuestionDraft,
    RankingSpec,
    ResultsShown,
    ScaleSpec,
    Section,
    SingleSpec,
    Spot,
    SurveyDraft,
    TextSpec,
    YesNoSpec,
    read_condition,
)
from participation.surveys.models import Question, Survey, SurveySection
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


# ── Surveys of several pages, and one question of each kind ─────────────────────────────────


def a_survey_of(sections: Sequence[Section], **settings: Any) -> Survey:
    """A survey with sections as they are asked: a_survey_of([Section("s1", questions=(…,))])."""
    layout = settings.pop("layout", Layout.PAGES)
    audience = settings.pop("audience", Audience.ANYONE)
    published = settings.pop("published", True)
    survey = a_survey([], published=False, **settings)
    with transaction():
        survey.layout, survey.audience = layout, audience
        rows = {row.code: row for row in queries.list_sections(survey)}
        for position, section in enumerate(sections, start=1):
            row = rows.get(section.code)
            if row is None:
                row = SurveySection(survey_id=survey.id, code=section.code)
                db.session.add(row)
            row.position, row.title, row.intro = position, section.title, section.intro
            row.starts_page, row.shuffles, row.easy = section.starts_page, section.shuffles, section.easy
            row.condition = section.condition.model_dump(mode="json") if section.condition else None
            row.jumps = [
                {
                    "to": jump.to,
                    "condition": jump.condition.model_dump(mode="json") if jump.condition else None,
                }
                for jump in section.jumps
            ]
            db.session.flush()
            for place, question in enumerate(section.questions, start=1):
                db.session.add(question_row(survey, row, place, question))
        db.session.flush()
        if published:
            commands.publish_survey(survey, by=EDITOR)
    return survey


def question_row(survey: Survey, section: SurveySection, place: int, question: Asked) -> Question:
    """The row of a question as it is asked."""
    return Question(
        survey_id=survey.id,
        section_id=section.id,
        code=question.code,
        position=place,
        text=question.text,
        help=question.help,
        is_required=question.is_required,
        spec=question.spec.model_dump(mode="json"),
        condition=question.condition.model_dump(mode="json") if question.condition else None,
        easy=question.easy,
        bank_key=question.bank_key or None,
    )


def asked_as(code: str, spec: Any, text: str = "", **settings: Any) -> Asked:
    """A question as it is asked."""
    return Asked(
        code,
        text or f"{code}の設問",
        settings.pop("help", ""),
        settings.pop("required", False),
        spec,
        **settings,
    )


def when(question: str, *values: str, op: str = "in") -> Any:
    """A condition over an earlier answer."""
    return read_condition({"op": op, "question": question, "values": list(values)})


def branching_sections() -> list[Section]:
    """Three pages: q1 decides whether q2 comes below it, and whether the page of q3 is met at all."""
    return [
        Section(
            "s1",
            "区報について",
            questions=(
                asked_as(
                    "q1", SingleSpec(options=options("読む", "読まない")), "区報を読みますか", required=True
                ),
                asked_as(
                    "q2", LineSpec(limit=50), "よく読むところ", condition=when("q1", "a1"), required=True
                ),
            ),
        ),
        Section(
            "s2",
            "読まないわけ",
            condition=when("q1", "a2"),
            questions=(asked_as("q3", TextSpec(limit=100), "読まないのはなぜですか"),),
        ),
        Section(
            "s3",
            "おわりに",
            questions=(asked_as("q4", NumberSpec(least=0, most=120, unit="歳"), "年齢（{q1}と答えた方）"),),
        ),
    ]


def one_of_each_kind() -> list[Asked]:
    """A question of every kind, q1 to q16."""
    abc = options("図書館", "公園", "集会所")
    with_other = (*options("電話", "窓口"), Option(code="a9", label="その他", takes_text=True))
    alone = (*options("朝", "昼", "夜"), Option(code="a9", label="行かない", is_exclusive=True))
    spots = (
        Spot(code="p1", label="駒場", latitude=35.66, longitude=139.68, group="北部"),
        Spot(code="p2", label="八雲", latitude=35.62, longitude=139.67, group="南部"),
        Spot(code="p3", label="分からない"),
    )
    rows = options("道", "水辺")
    columns = options("よい", "ふつう", "わるい")
    specs = [
        SingleSpec(options=with_other),
        MultipleSpec(options=alone, most=2),
        DropdownSpec(options=abc),
        YesNoSpec(),
        ScaleSpec(low_label="低い", high_label="高い"),
        MatrixSpec(rows=rows, columns=columns),
        MatrixMultipleSpec(rows=rows, columns=columns),
        RankingSpec(options=abc),
        PointsSpec(options=abc, total=10),
        PlaceSpec(spots=spots),
        LineSpec(limit=30),
        TextSpec(limit=100),
        NumberSpec(least=0, most=120, unit="分", decimals=1),
        DateSpec(),
        FileSpec(most_bytes=2048),
        InfoSpec(),
    ]
    return [
        asked_as(f"q{place}", spec, f"{spec.kind}の設問", help="補足の文です。")
        for place, spec in enumerate(specs, 1)
    ]


#: What a form sends to answer :func:`one_of_each_kind` (without the file).
ANSWERS_OF_EACH_KIND = {
    "q1": ["a9"],
    "q1-other": ["手紙"],
    "q2": ["a1", "a3"],
    "q3": ["a2"],
    "q4": ["unsure"],
    "q5": ["4"],
    "q6-a1": ["a1"],
    "q6-a2": ["a3"],
    "q7-a1": ["a1", "a2"],
    "q8-a1": ["2"],
    "q8-a2": ["1"],
    "q9-a1": ["7"],
    "q9-a3": ["3"],
    "q10": ["p2"],
    "q11": ["みじかい文"],
    "q12": ["ながい\n文"],
    "q13": ["１２．５分"],
    "q14": ["2026-11-22"],
}
