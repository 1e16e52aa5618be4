"""Taking answers in from a file (回答の取り込み): in portions that a stop cannot halve; what is there stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import insert, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, files
from participation.foundation.db import after_commit, db
from participation.foundation.errors import Conflict
from participation.foundation.ids import new_public_id
from participation.jobs import queue
from participation.surveys import queries
from participation.surveys.commands.counting import _add_to_counts
from participation.surveys.commands.reaching import Reached, _move_reached, _pages_sent
from participation.surveys.domain import counts_of
from participation.surveys.domain.answer_files import AnswerImportStatus, FileAnswer, FileProblem
from participation.surveys.models import Answer, AnswerCount, AnswerImport, Response, Survey

#: The work of taking a confirmed file in.
TAKE_IN = "surveys.import"
#: The folder in which files wait.
ROOM = "survey-imports"
DONE_BEFORE = "このファイルは、もう片づいています。画面を開き直してください。"


@dataclass(frozen=True)
class Taken:
    """What became of a portion: answers added, those already there."""

    added: int
    skipped: int


def import_answers(survey: Survey, answers: Sequence[FileAnswer], *, by: Actor) -> Taken:
    """Add the answers of a portion that are not there yet, and count them."""
    access.require(by, "surveys.import_answers", survey)
    total = (AnswerCount.survey_id == survey.id, AnswerCount.question_code == "")
    db.session.execute(select(AnswerCount.id).where(*total).with_for_update())
    known = queries.known_keys(survey, answers)
    fresh = [each for each in answers if each.key not in known]
    if fresh:
        _store(survey, fresh, by)
        _count(survey, fresh)
        audit.record(by, "surveys.import_answers", survey, changes={"added": len(fresh)})
    return Taken(len(fresh), len(answers) - len(fresh))


def _store(survey: Survey, fresh: Sequence[FileAnswer], by: Actor) -> None:
    now = clock.now()
    rows = [
        {
            "survey_id": survey.id,
            "respondent_key": each.key,
            "answered_at": datetime.combine(each.day, time(12), clock.JST) if each.day else now,
            "form_version": each.form_version,
            "origin": each.origin,
            "attributes": dict(each.attributes),
            "paper_number": each.paper_number,
            "entered_by_id": by.person_id,
        }
        for each in fresh
    ]
    ids = {
        key: row_id
        for row_id, key in db.session.execute(
            insert(Response).returning(Response.id, Response.respondent_key), rows
        )
    }
    questions = {
        question.code: question.id
        for version in {each.form_version for each in fresh}
        for question in queries.list_questions(survey, version=version)
    }
    db.session.execute(
        insert(Answer),
        [
            {
                "response_id": ids[each.key],
                "question_id": questions[code],
                "value": value,
                "contribution_id": None,
            }
            for each in fresh
            for code, value in each.answers.items()
        ],
    )


def _count(survey: Survey, fresh: Sequence[FileAnswer]) -> None:
    asked = {
        version: queries.get_questionnaire(survey, version=version)
        for version in {each.form_version for each in fresh}
    }
    steps = Counter(key for each in fresh for key in counts_of(asked[each.form_version], each.answers))
    _add_to_counts(survey, steps)
    reached: Reached = Counter()
    for each in fresh:
        reached += _pages_sent(each, survey, asked)
    _move_reached(survey.id, Counter(), reached)
    db.session.expire_all()


def keep_import(
    survey: Survey, filename: str, sha256: str, preview: queries.AnswersPreview, *, by: Actor
) -> AnswerImport:
    """Keep an uploaded file until somebody confirms it; nothing of it counts yet."""
    access.require(by, "surveys.import_answers", survey)
    kept = AnswerImport(
        public_id=new_public_id(),
        survey_id=survey.id,
        filename=filename,
        sha256=sha256,
        status=AnswerImportStatus.WAITING,
        preview={
            "form": preview.form,
            "columns": [[each.title, each.name] for each in preview.columns],
            "added": preview.added,
            "skipped": preview.skipped,
        },
        problem_count=preview.problem_count,
        problems=[[each.line, each.message] for each in preview.problems],
        uploaded_at=clock.now(),
        uploaded_by_id=by.person_id,
    )
    db.session.add(kept)
    db.session.flush()
    audit.record(by, "surveys.import_answers", survey, changes={"kept": kept.public_id})
    return kept


def start_import(survey: Survey, kept: AnswerImport, *, by: Actor) -> None:
    """Confirm a file: from now on it is taken in."""
    access.require(by, "surveys.import_answers", survey)
    _refuse_unless(kept, AnswerImportStatus.WAITING)
    kept.status, kept.problems, kept.problem_count = AnswerImportStatus.RUNNING, [], 0
    queue.enqueue(TAKE_IN, {"import": kept.id})
    audit.record(by, "surveys.import_answers", survey, changes={"started": kept.public_id})


def discard_import(survey: Survey, kept: AnswerImport, *, by: Actor) -> None:
    """Throw a file away without taking it in."""
    access.require(by, "surveys.import_answers", survey)
    _refuse_unless(kept, AnswerImportStatus.WAITING)
    _let_go(kept, AnswerImportStatus.DISCARDED)
    audit.record(by, "surveys.import_answers", survey, changes={"discarded": kept.public_id})


def note_import(survey: Survey, kept: AnswerImport, taken: Taken, *, by: Actor) -> None:
    """Note how far a file is, in the transaction of the portion."""
    access.require(by, "surveys.import_answers", survey)
    kept.added, kept.skipped = kept.added + taken.added, kept.skipped + taken.skipped
    audit.record(by, "surveys.import_answers", survey, changes={"portion": kept.public_id})


def finish_import(
    survey: Survey, kept: AnswerImport, problems: Sequence[FileProblem], count: int, *, by: Actor
) -> None:
    """Note that a file is done; its content is let go."""
    access.require(by, "surveys.import_answers", survey)
    kept.problems, kept.problem_count = [[each.line, each.message] for each in problems], count
    _let_go(kept, AnswerImportStatus.DONE)
    audit.record(by, "surveys.import_answers", survey, changes={"done": kept.public_id, "added": kept.added})


def _let_go(kept: AnswerImport, status: AnswerImportStatus) -> None:
    name = kept.sha256
    kept.status, kept.sha256, kept.finished_at = status, None, clock.now()
    db.session.flush()
    still = db.session.scalar(select(AnswerImport.id).where(AnswerImport.sha256 == name).limit(1))
    if name is not None and still is None:
        after_commit(lambda: files.remove(name, ROOM))


def _refuse_unless(kept: AnswerImport, status: AnswerImportStatus) -> None:
    db.session.refresh(kept, with_for_update=True)
    if kept.status is not status:
        raise Conflict(DONE_BEFORE)
