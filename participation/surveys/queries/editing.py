"""What the editor's pages show: stamps of what was seen, templates, pictures, corrections, the bank (作成の画面)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, and_, cast, exists, select

from participation.foundation import files
from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.foundation.text import fold
from participation.i18n.dates import deadline_ja
from participation.people.models import Person
from participation.places import queries as places
from participation.surveys.domain import (
    EVERYBODY,
    KIND_NAMES,
    Asked,
    CorrectionKind,
    Spot,
    SurveyStatus,
    read_condition,
)
from participation.surveys.domain.conditions import leaves
from participation.surveys.domain.packing import pack_question, stamp, words_in
from participation.surveys.domain.pictures import PICTURE_ROOM
from participation.surveys.models import (
    AnswerCount,
    PeriodChange,
    Question,
    QuestionCorrection,
    SheetUpload,
    Survey,
    SurveyImage,
    SurveySection,
    SurveyTemplate,
)
from participation.surveys.queries.finding import asked, list_subject_choices

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
class CorrectionRow:
    """A correction as pages show it."""

    kind: CorrectionKind
    code: str
    form_version: int
    reason: str
    at: datetime
    who: str
    #: (what, before, after)
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class PeriodChangeRow:
    """A change of the closing as pages show it (締切の変更)."""

    before: datetime
    after: datetime
    reason: str
    at: datetime
    who: str

    @property
    def was_closed(self) -> bool:
        """Whether it was closed at that moment, not put to another day."""
        return self.after == self.at

    @property
    def is_later(self) -> bool:
        """Whether answers are taken longer than was said."""
        return self.after > self.before

    @property
    def words(self) -> str:
        """The new closing."""
        return "この日に締め切り" if self.was_closed else deadline_ja(self.after)


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


def get_section(survey: Survey, code: str) -> SurveySection:
    """Return a section of this survey; raises NotFound."""
    section = db.session.scalars(
        select(SurveySection).where(SurveySection.survey_id == survey.id, SurveySection.code == code)
    ).one_or_none()
    if section is None:
        raise NotFound
    return section


def list_images(survey: Survey) -> Sequence[SurveyImage]:
    """Return the pictures of a survey, the newest first."""
    return db.session.scalars(
        select(SurveyImage).where(SurveyImage.survey_id == survey.id).order_by(SurveyImage.id.desc())
    ).all()


def get_image(public_id: str) -> SurveyImage:
    """Return a picture by its public id; raises NotFound."""
    image = db.session.scalars(select(SurveyImage).where(SurveyImage.public_id == public_id)).one_or_none()
    if image is None:
        raise NotFound
    return image


def get_image_of(survey: Survey, public_id: str) -> SurveyImage:
    """Return a picture of this survey; raises NotFound."""
    image = get_image(public_id)
    if image.survey_id != survey.id:
        raise NotFound
    return image


def uses_elsewhere(survey: Survey, image: SurveyImage) -> list[str]:
    """Return where else a picture is used: other surveys made from this one, and templates, by their titles."""
    others = db.session.scalars(
        select(Survey.title)
        .where(
            Survey.id != survey.id,
            exists().where(
                Question.survey_id == Survey.id,
                (Question.image == image.public_id)
                | cast(Question.spec, String).contains(f'"{image.public_id}"'),
            ),
        )
        .order_by(Survey.id)
    ).all()
    templates = db.session.scalars(
        select(SurveyTemplate.title)
        .where(cast(SurveyTemplate.content, String).contains(f'"{image.public_id}"'))
        .order_by(SurveyTemplate.id)
    ).all()
    return [f"「{title}」" for title in others] + [f"ひな形「{title}」" for title in templates]


def has_image_content(file_hash: str) -> bool:
    """Return whether a picture has this content."""
    return db.session.scalar(select(exists().where(SurveyImage.file_hash == file_hash))) or False


def list_images_by_id(public_ids: Collection[str]) -> Sequence[SurveyImage]:
    """Return pictures by their public ids, of whatever survey: copies show those of the first."""
    return db.session.scalars(
        select(SurveyImage).where(SurveyImage.public_id.in_(public_ids)).order_by(SurveyImage.id)
    ).all()


def read_image(image: SurveyImage) -> bytes:
    """Return the content of a picture; raises files.Lost. The older ones lie among the files of opinions."""
    try:
        return files.read(image.file_hash, PICTURE_ROOM)
    except files.Lost:
        return files.read(image.file_hash)


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


def list_corrections(survey: Survey) -> list[CorrectionRow]:
    """Return what was changed after the opening, the newest first."""
    rows = db.session.execute(
        select(QuestionCorrection, Question.code, Person.nickname)
        .join(Question, Question.id == QuestionCorrection.question_id)
        .outerjoin(Person, Person.id == QuestionCorrection.corrected_by_id)
        .where(QuestionCorrection.survey_id == survey.id)
        .order_by(QuestionCorrection.id.desc())
        .limit(200)
    )
    return [
        CorrectionRow(
            kind=correction.kind,
            code=code,
            form_version=correction.form_version,
            reason=correction.reason,
            at=correction.corrected_at,
            who=who or "",
            changes=tuple(
                (
                    _WHAT.get(key.partition(":")[0], key),
                    str(before),
                    str(correction.after.get(key, correction.after.get("whole", ""))),
                )
                for key, before in correction.before.items()
            ),
        )
        for correction, code, who in rows
    ]


def list_period_changes(survey: Survey) -> list[PeriodChangeRow]:
    """Return how the closing was changed after the publishing, the latest first."""
    rows = db.session.execute(
        select(PeriodChange, Person.nickname)
        .outerjoin(Person, Person.id == PeriodChange.changed_by_id)
        .where(PeriodChange.survey_id == survey.id)
        .order_by(PeriodChange.id.desc())
        .limit(50)
    )
    return [
        PeriodChangeRow(change.before, change.after, change.reason, change.changed_at, who or "")
        for change, who in rows
    ]


def find_period_change(survey: Survey) -> PeriodChangeRow | None:
    """Return the latest change of the closing, for everybody: it does not say who changed it; None for none."""
    change = db.session.scalars(
        select(PeriodChange)
        .where(PeriodChange.survey_id == survey.id)
        .order_by(PeriodChange.id.desc())
        .limit(1)
    ).one_or_none()
    if change is None:
        return None
    return PeriodChangeRow(change.before, change.after, change.reason, change.changed_at, "")


_WHAT = {
    "text": "設問の文",
    "help": "補足",
    "options": "選択肢",
    "rows": "行",
    "columns": "列",
    "spots": "場所",
    "low_label": "いちばん低い段階",
    "high_label": "いちばん高い段階",
    "between": "途中の段階",
    "unit": "単位",
    "whole": "設問",
}


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
    open_now = [each for each, _ in list_subject_choices()]
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
