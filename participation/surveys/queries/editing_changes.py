"""What was changed in a survey after its opening (公開したあとの変更): words, questions, the closing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, SQLColumnExpression, func, literal, select, union_all

from participation.foundation.db import db
from participation.i18n.dates import deadline_ja
from participation.people.models import Person
from participation.surveys.domain import CorrectionKind
from participation.surveys.models import (
    PaperSettings,
    PeriodChange,
    Question,
    QuestionCorrection,
    Survey,
    SurveySection,
    WordingCorrection,
)
from participation.surveys.queries.paper import PaperSays, paper_says


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
    of_questions = _corrections(QuestionCorrection, QuestionCorrection.kind, Question.code, survey).join(
        Question, Question.id == QuestionCorrection.question_id
    )
    of_words = _corrections(
        WordingCorrection,
        literal(CorrectionKind.WORDS, QuestionCorrection.kind.type),
        func.coalesce(SurveySection.code, "表紙"),
        survey,
    ).outerjoin(SurveySection, SurveySection.id == WordingCorrection.section_id)
    both = union_all(of_questions, of_words).subquery()
    rows = db.session.execute(select(both).order_by(both.c.form_version.desc(), both.c.id.desc()).limit(200))
    return [
        CorrectionRow(kind, code, version, reason, at, who or "", _changes(before, after))
        for _, kind, code, version, reason, at, who, before, after in rows
    ]


def _corrections(
    model: type[QuestionCorrection | WordingCorrection],
    kind: SQLColumnExpression[CorrectionKind],
    code: SQLColumnExpression[str],
    survey: Survey,
) -> Select[Any]:
    return (
        select(
            model.id,
            kind.label("kind"),
            code.label("code"),
            model.form_version,
            model.reason,
            model.corrected_at,
            Person.nickname,
            model.before,
            model.after,
        )
        .outerjoin(Person, Person.id == model.corrected_by_id)
        .where(model.survey_id == survey.id)
    )


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


def show_first_page(survey: Survey) -> tuple[PeriodChangeRow | None, PaperSays]:
    """Return what the first page says besides: the latest change of the closing (not by whom), and of the paper."""
    latest = select(func.max(PeriodChange.id)).where(PeriodChange.survey_id == survey.id).scalar_subquery()
    row = db.session.execute(
        select(PeriodChange, PaperSettings)
        .select_from(Survey)
        .outerjoin(PeriodChange, PeriodChange.id == latest)
        .outerjoin(PaperSettings, PaperSettings.survey_id == Survey.id)
        .where(Survey.id == survey.id)
    ).one()
    change, says = cast("PeriodChange | None", row[0]), paper_says(cast("PaperSettings | None", row[1]))
    if change is None:
        return None, says
    return PeriodChangeRow(change.before, change.after, change.reason, change.changed_at, ""), says


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
