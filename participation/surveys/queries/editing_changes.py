"""What was changed in a survey after its opening (公開したあとの変更): words, questions, the closing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from participation.foundation.db import db
from participation.i18n.dates import deadline_ja
from participation.people.models import Person
from participation.surveys.domain import CorrectionKind
from participation.surveys.models import (
    PeriodChange,
    Question,
    QuestionCorrection,
    Survey,
    SurveySection,
    WordingCorrection,
)


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
    found = [
        CorrectionRow(
            kind=correction.kind,
            code=code,
            form_version=correction.form_version,
            reason=correction.reason,
            at=correction.corrected_at,
            who=who or "",
            changes=_changes(correction.before, correction.after),
        )
        for correction, code, who in rows
    ]
    return sorted(found + _list_wording_corrections(survey), key=lambda row: -row.form_version)


def _list_wording_corrections(survey: Survey) -> list[CorrectionRow]:
    rows = db.session.execute(
        select(WordingCorrection, SurveySection.code, Person.nickname)
        .outerjoin(SurveySection, SurveySection.id == WordingCorrection.section_id)
        .outerjoin(Person, Person.id == WordingCorrection.corrected_by_id)
        .where(WordingCorrection.survey_id == survey.id)
        .order_by(WordingCorrection.id.desc())
        .limit(200)
    )
    return [
        CorrectionRow(
            kind=CorrectionKind.WORDS,
            code=code or "表紙",
            form_version=correction.form_version,
            reason=correction.reason,
            at=correction.corrected_at,
            who=who or "",
            changes=_changes(correction.before, correction.after),
        )
        for correction, code, who in rows
    ]


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (_WHAT.get(key.partition(":")[0], key), str(words), str(after.get(key, after.get("whole", ""))))
        for key, words in before.items()
    )


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
    "title": "題名",
    "intro": "説明",
    "easy": "やさしい日本語",
    "whole": "設問",
}
