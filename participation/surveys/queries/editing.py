"""What the editor's pages show: stamps of what was seen, templates, pictures, corrections, the bank (作成の画面)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.foundation.text import fold
from participation.places import queries as places
from participation.subjects import queries as subjects
from participation.surveys.domain import (
    EVERYBODY,
    KIND_NAMES,
    Asked,
    Spot,
    SurveyStatus,
    read_condition,
)
from participation.surveys.domain.conditions import leaves
from participation.surveys.domain.packing import pack_question, stamp, words_in
from participation.surveys.models import (
    AnswerCount,
    Question,
    SheetUpload,
    Survey,
    SurveySection,
    SurveyTemplate,
)
from participation.surveys.queries.finding import asked

MOST_FOUND = 30
_MOST_LOOKED_AT = 3000


@dataclass(frozen=True)
class Use:
    """Where a wording was used (使ったところ)."""

    survey_id: str
    survey_title: str
    code: str
    opened_at: datetime
    wave: int | None
    is_draft: bool
    answered: int


@dataclass(frozen=True)
class BankEntry:
    """One question of the bank (設問集): a wording, and where it was used, the newest first."""

    question_id: int
    text: str
    kind: str
    bank_key: str
    labels: tuple[str, ...]
    uses: tuple[Use, ...]
    #: Other wordings under the same number.
    variants: tuple[str, ...] = ()


@dataclass(frozen=True)
class TemplateRow:
    """A template in a list."""

    public_id: str
    title: str
    note: str
    question_count: int
    made_at: datetime


def stamp_of_question(question: Question) -> str:
    """Return the sign of a question as it is now; its condition has a page and a sign of its own."""
    seen = asked(question)
    packed = pack_question(seen)
    del packed["condition"]
    return stamp(packed)


def stamp_of_section(section: SurveySection) -> str:
    """Return the sign of a section as it is now."""
    return stamp(
        {
            "title": section.title,
            "intro": section.intro,
            "starts_page": section.starts_page,
            "shuffles": section.shuffles,
            "easy": section.easy,
        }
    )


def stamp_of_wording(what: Survey | SurveySection) -> str:
    """Return the sign of the title and introduction of a survey or a section as they are now."""
    return stamp({"title": what.title, "intro": what.intro, "easy": what.easy})


def get_section(survey: Survey, code: str) -> SurveySection:
    """Return a section of this survey; raises NotFound."""
    section = db.session.scalars(
        select(SurveySection).where(SurveySection.survey_id == survey.id, SurveySection.code == code)
    ).one_or_none()
    if section is None:
        raise NotFound
    return section


def list_templates() -> list[TemplateRow]:
    """Return the templates, the newest first."""
    rows = db.session.scalars(select(SurveyTemplate).order_by(SurveyTemplate.id.desc()).limit(200))
    return [
        TemplateRow(
            public_id=row.public_id,
            title=row.title,
            note=row.note,
            question_count=sum(len(section["questions"]) for section in row.content),
            made_at=row.made_at,
        )
        for row in rows
    ]


def get_template(public_id: str) -> SurveyTemplate:
    """Return a template by its public id; raises NotFound."""
    template = db.session.scalars(
        select(SurveyTemplate).where(SurveyTemplate.public_id == public_id)
    ).one_or_none()
    if template is None:
        raise NotFound
    return template


def get_upload(public_id: str) -> SheetUpload:
    """Return a form that was handed in by its public id; raises NotFound."""
    upload = db.session.scalars(select(SheetUpload).where(SheetUpload.public_id == public_id)).one_or_none()
    if upload is None:
        raise NotFound
    return upload


def search_bank(words: str = "", *, kind: str = "", series: str = "") -> list[BankEntry]:
    """Return questions that were asked before, by their words and those of their options, the newest first.

    Questions under one number of the bank are one entry; without a number, those of the same words are.
    """
    answered = and_(
        AnswerCount.survey_id == Question.survey_id,
        AnswerCount.question_code == Question.code,
        AnswerCount.choice == EVERYBODY,
    )
    wanted = (
        select(Question, Survey, AnswerCount.count)
        .join(Survey, Survey.id == Question.survey_id)
        .outerjoin(AnswerCount, answered)
        .order_by(Survey.opens_at.desc(), Question.id.desc())
        .limit(_MOST_LOOKED_AT)
    )
    if series:
        wanted = wanted.where(Survey.series == series)
    entries: dict[str, list[tuple[Question, Asked, Use]]] = {}
    for question, survey, count in db.session.execute(wanted):
        if question.spec["kind"] == "info" or (kind and question.spec["kind"] != kind):
            continue
        use = Use(
            survey_id=survey.public_id,
            survey_title=survey.title,
            code=question.code,
            opened_at=survey.opens_at,
            wave=survey.wave,
            is_draft=survey.status is SurveyStatus.DRAFT,
            answered=count or 0,
        )
        key = question.bank_key or f"{question.spec['kind']} {fold(question.text)}"
        entries.setdefault(key, []).append((question, asked(question), use))
    terms = fold(words).split()
    found = [_entry(uses) for uses in entries.values() if _speaks_of(uses, terms)]
    return found[:MOST_FOUND]


def _speaks_of(uses: Sequence[tuple[Question, Asked, Use]], terms: Sequence[str]) -> bool:
    text = fold(
        "\n".join(
            f"{question.text}\n{question.bank_key or ''}\n"
            + "\n".join(words for _, _, words in words_in(seen.spec))
            for question, seen, _ in uses
        )
    )
    return all(term in text for term in terms)


def _entry(uses: Sequence[tuple[Question, Asked, Use]]) -> BankEntry:
    question, seen, _ = uses[0]
    others = dict.fromkeys(each.text for each, _, _ in uses if each.text != question.text)
    return BankEntry(
        question_id=question.id,
        text=question.text,
        kind=KIND_NAMES[seen.spec.kind],
        bank_key=question.bank_key or "",
        labels=tuple(words for _, _, words in words_in(seen.spec)),
        uses=tuple(use for _, _, use in uses),
        variants=tuple(others),
    )


def get_bank_question(question_id: int) -> Question:
    """Return a question of any survey; raises NotFound."""
    question = db.session.get(Question, question_id)
    if question is None:
        raise NotFound
    return question


def codes_used_before(survey: Survey, question: Question | None) -> frozenset[str]:
    """Return the codes that options of this question have, had in other waves, or are asked for in conditions.

    None of them may come to mean something else.
    """
    if question is None:
        return frozenset()
    rows = [question]
    if question.bank_key:
        rows += db.session.scalars(select(Question).where(Question.bank_key == question.bank_key)).all()
    codes = {code.partition(":")[2] for row in rows for code, _, _ in words_in(asked(row).spec)}
    codes |= set((question.easy or {}).get("options", {}))
    conditions = [
        *db.session.scalars(select(Question.condition).where(Question.survey_id == survey.id)),
        *(
            condition
            for section in db.session.scalars(
                select(SurveySection).where(SurveySection.survey_id == survey.id)
            )
            for condition in (section.condition, *(jump.get("condition") for jump in section.jumps))
        ),
    ]
    for stored in conditions:
        codes |= _values_about(stored, question.code)
    return frozenset(codes)


def _values_about(stored: dict[str, object] | None, code: str) -> set[str]:
    condition = read_condition(stored)
    return {
        value
        for leaf in leaves(condition)
        if leaf.question == code
        for value in (*getattr(leaf, "values", ()), leaf.part)
        if value
    }


def list_survey_choices(*, but: Survey | None = None) -> list[tuple[int, str]]:
    """Return (id, title) of the surveys to which a one-tap question may lead, the newest first."""
    rows = db.session.execute(
        select(Survey.id, Survey.title)
        .where(Survey.is_one_tap.is_(False), Survey.id != (but.id if but is not None else 0))
        .order_by(Survey.id.desc())
        .limit(200)
    )
    return [(survey_id, title) for survey_id, title in rows]


def registered_places() -> dict[str, tuple[Spot, ...]]:
    """Return the 住区 and the 地区 of the ward as places that can be chosen."""
    areas = {area.id: area for area in places.list_areas()}
    return {
        "districts": tuple(
            Spot(code=f"p{number}", label=district.name, group=areas[district.area_id].name)
            for number, district in enumerate(places.list_districts(), start=1)
        ),
        "areas": tuple(
            Spot(code=f"p{number}", label=area.name) for number, area in enumerate(areas.values(), start=1)
        ),
    }


def subject_for_import(subject_id: int | None) -> int:
    """Return what a survey from a file asks about: the one named, else the first that may be spoken about."""
    open_now = [each for each, _ in subjects.list_open_choices()]
    if subject_id is None and open_now:
        return open_now[0]
    if subject_id not in open_now:
        raise Refused("たずねる対象がありません。計画を取り込んであるか、番号が正しいかを確かめてください。")
    return subject_id


def free_code(code: str) -> str:
    """Return a code if no survey has it yet, else "": a survey taken in twice does not stop the import."""
    return "" if code and is_code_taken(code) else code


def is_code_taken(code: str, *, but: Survey | None = None) -> bool:
    """Return whether another survey is called by this code."""
    wanted = select(Survey.id).where(Survey.code == code).limit(1)
    if but is not None:
        wanted = wanted.where(Survey.id != but.id)
    return db.session.scalar(wanted) is not None
