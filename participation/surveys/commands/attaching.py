"""Files sent as answers (添付): kept apart and sealed, looked at on record, let go with the answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.domain import State
from participation.foundation import clock, files
from participation.foundation.db import after_commit, db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.file_kinds import CheckedFile
from participation.surveys import queries
from participation.surveys.domain import FILE_ROOM, Questionnaire, Respondent
from participation.surveys.models import AnswerFile, Response, ResponseDraft, Survey
from participation.surveys.policies import OVER, state_of

NOT_YOURS = "このファイルは見つかりませんでした。もう一度選んでください。"
#: Files of one respondent that wait to be sent: more are a mistake, or mischief.
MOST_WAITING = 20


def attach_file(
    survey: Survey, code: str, checked: CheckedFile, *, respondent: Respondent, by: Actor
) -> AnswerFile:
    """Note a file that somebody chose as an answer; its content was put down before."""
    access.require(by, "surveys.answer", survey, respondent)
    if state_of(survey) is not State.OPEN:
        raise Conflict(OVER)
    waiting = db.session.scalars(
        select(AnswerFile.id).where(
            AnswerFile.survey_id == survey.id,
            AnswerFile.respondent_key == respondent.key,
            AnswerFile.response_id.is_(None),
        )
    ).all()
    if len(waiting) >= MOST_WAITING:
        raise Refused(
            "選び直したファイルが多すぎます。いったん回答を送ってから、直してください。", field=code
        )
    file = AnswerFile(
        survey_id=survey.id,
        question_id=queries.get_question(survey, code).id,
        respondent_key=respondent.key,
        response_id=None,
        name=checked.name,
        kind=checked.kind,
        size=checked.size,
        sha256=checked.sha256,
        added_at=clock.now(),
    )
    db.session.add(file)
    db.session.flush()
    audit.record(by, "surveys.answer", survey, changes={"file": file.public_id})
    return file


def look_at_file(file: AnswerFile, survey: Survey, *, by: Actor) -> AnswerFile:
    """Record that somebody looks at a file; only then it is shown."""
    access.require(by, "surveys.look_at_file", survey)
    audit.record(by, "surveys.look_at_file", survey, changes={"file": file.public_id})
    return file


def forget_files(before: datetime, *, by: Actor) -> int:
    """Let go of files that were chosen but never sent with an answer; return how many."""
    access.require(by, "surveys.forget_drafts")
    drafted = (
        select(ResponseDraft.id)
        .where(
            ResponseDraft.survey_id == AnswerFile.survey_id,
            ResponseDraft.respondent_key == AnswerFile.respondent_key,
        )
        .exists()
    )
    gone = db.session.execute(
        delete(AnswerFile)
        .where(AnswerFile.response_id.is_(None), AnswerFile.added_at < before, ~drafted)
        .returning(AnswerFile.sha256)
        .execution_options(synchronize_session=False)
    )
    hashes = list(gone.scalars())
    _let_go(hashes)
    audit.record(by, "surveys.forget_drafts", "survey_files", {"rows": len(hashes)})
    return len(hashes)


def _keep_with(response: Response, questionnaire: Questionnaire, answers: Mapping[str, Any]) -> None:
    """Tie the files of an answer to it, and let go of those that are no longer part of it."""
    asked = [question.code for question in questionnaire.questions if question.spec.kind == "file"]
    if not asked:
        return
    wanted = {answers[code]: code for code in asked if code in answers}
    mine = {
        file.public_id: file
        for file in db.session.scalars(
            select(AnswerFile).where(
                AnswerFile.survey_id == response.survey_id,
                AnswerFile.respondent_key == response.respondent_key,
            )
        )
    }
    for public_id, code in wanted.items():
        if public_id not in mine:
            raise Refused(NOT_YOURS, field=code)
    db.session.execute(
        update(AnswerFile)
        .where(AnswerFile.id.in_([mine[public_id].id for public_id in wanted]))
        .values(response_id=response.id)
    )
    _remove([file for public_id, file in mine.items() if public_id not in wanted])


def _remove(gone: Collection[AnswerFile]) -> None:
    if not gone:
        return
    hashes = [file.sha256 for file in gone]
    db.session.execute(delete(AnswerFile).where(AnswerFile.id.in_([file.id for file in gone])))
    _let_go(hashes)


def _let_go(hashes: Collection[str]) -> None:
    """Take the files off the disk after the commit, except where somebody else sent the same one."""
    db.session.flush()
    kept = set(db.session.scalars(select(AnswerFile.sha256).where(AnswerFile.sha256.in_(hashes))))
    for name in set(hashes) - kept:
        after_commit(lambda name=name: files.remove(name, FILE_ROOM))  # type: ignore[misc]
