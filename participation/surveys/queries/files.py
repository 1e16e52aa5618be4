"""Files that respondents sent: their own, and all of a survey for staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.file_kinds import ScanKind
from participation.surveys.models import AnswerFile, Question, Survey

#: Files that a page of the desk lists.
MOST_FILES_LISTED = 200


@dataclass(frozen=True)
class Kept:
    """A file that was sent before (送ってあるファイル)."""

    public_id: str
    name: str
    size: int


def list_kept_files(survey: Survey, key: str) -> dict[str, Kept]:
    """Return the files that a respondent sent, by public id."""
    rows = db.session.execute(
        select(AnswerFile.public_id, AnswerFile.name, AnswerFile.size).where(
            AnswerFile.survey_id == survey.id, AnswerFile.respondent_key == key
        )
    )
    return {row.public_id: Kept(*row) for row in rows}


@dataclass(frozen=True)
class SentFile:
    """A file that came with an answer (回答の添付), as staff see it in a list."""

    public_id: str
    question: str
    name: str
    kind: ScanKind
    size: int
    added_at: datetime


def list_sent_files(survey: Survey) -> list[SentFile]:
    """Return the files that came with answers, the latest first."""
    rows = db.session.execute(
        select(
            AnswerFile.public_id,
            Question.text,
            AnswerFile.name,
            AnswerFile.kind,
            AnswerFile.size,
            AnswerFile.added_at,
        )
        .join(Question, Question.id == AnswerFile.question_id)
        .where(AnswerFile.survey_id == survey.id, AnswerFile.response_id.is_not(None))
        .order_by(AnswerFile.id.desc())
        .limit(MOST_FILES_LISTED)
    )
    return [SentFile(*row) for row in rows]


def get_sent_file(survey: Survey, public_id: str) -> AnswerFile:
    """Return a file that came with an answer to this survey; raises NotFound."""
    file = db.session.scalars(
        select(AnswerFile).where(
            AnswerFile.survey_id == survey.id,
            AnswerFile.public_id == public_id,
            AnswerFile.response_id.is_not(None),
        )
    ).one_or_none()
    if file is None:
        raise NotFound
    return file
