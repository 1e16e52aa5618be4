"""Keeping the counts in step with the answers, and counting anew (集計)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation.db import add_counts, db
from participation.surveys import queries
from participation.surveys.commands.reaching import Reached, _pages_sent, _recount_reached
from participation.surveys.domain import (
    ASKED,
    EVERYBODY,
    Asked,
    counts_of,
)
from participation.surveys.models import AnswerCount, Survey


def record_export(survey: Survey, *, what: str = "answers", by: Actor) -> None:
    """Note that somebody takes all answers out (or a table, a report): free texts may name people."""
    access.require(by, "surveys.export", survey)
    audit.record(by, "surveys.export", survey, changes={"what": what})


def recount_surveys(*, check_only: bool = False, by: Actor) -> dict[str, int]:
    """Count all answers anew; return how many kept counts were wrong, by survey, and mend them."""
    access.require(by, "surveys.recount")
    wrong: dict[str, int] = {}
    for survey in db.session.scalars(select(Survey).order_by(Survey.id)).all():
        asked = {
            version: queries.get_questionnaire(survey, version=version)
            for version in range(1, survey.form_version + 1)
        }
        true: dict[tuple[str, str], int] = {}
        reached: Reached = Counter()
        for row in queries.list_export_rows(survey):
            reached.update(_pages_sent(row, survey, asked))
            for key in counts_of(asked[row.form_version], row.answers):
                true[key] = true.get(key, 0) + 1
        kept = {key: count for key, count in queries.count_answers(survey).items() if count}
        differing = {key for key in true.keys() | kept.keys() if true.get(key, 0) != kept.get(key, 0)}
        if differing and not check_only:
            _replace_counts(
                survey, {**dict.fromkeys(_keys_of(asked[survey.form_version].questions), 0), **true}
            )
        differences = len(differing) + _recount_reached(survey, asked, reached, check_only=check_only)
        if differences:
            wrong[survey.public_id] = differences
    audit.record(by, "surveys.recount", "survey_counts", changes={"wrong": wrong, "check_only": check_only})
    return wrong


def _move_counts(survey: Survey, before: set[tuple[str, str]], after: set[tuple[str, str]]) -> None:
    """Take one from each count of the answer as it was, and add one to each as it is."""
    _add_to_counts(survey, {**dict.fromkeys(before - after, -1), **dict.fromkeys(after - before, 1)})


def _add_to_counts(survey: Survey, steps: Mapping[tuple[str, str], int]) -> None:
    """Move the counts, in one statement. Whoever counts first locks the survey's total, so that two answers
    never wait for each other's rows in turn (reliability: locks in one order). The counts of numbers, days
    and points that nobody gave before begin here: no list of them exists."""
    total = (AnswerCount.survey_id == survey.id, AnswerCount.question_code == "")
    db.session.execute(select(AnswerCount.id).where(*total).with_for_update())
    add_counts(
        AnswerCount,
        [
            {"survey_id": survey.id, "question_code": code, "choice": choice, "count": step}
            for (code, choice), step in sorted(steps.items())
        ],
        unique=["survey_id", "question_code", "choice"],
        counter="count",
    )


def _keys_of(questions: Sequence[Asked]) -> list[tuple[str, str]]:
    keys = [("", EVERYBODY)]
    for question in questions:
        if question.spec.kind == "info":
            continue
        keys += [(question.code, ASKED), (question.code, EVERYBODY)]
        keys += [(question.code, choice) for choice, _ in question.spec.choices()]
    return keys


def _replace_counts(survey: Survey, counts: Mapping[tuple[str, str], int]) -> None:
    db.session.execute(delete(AnswerCount).where(AnswerCount.survey_id == survey.id))
    for (code, choice), count in sorted(counts.items()):
        db.session.add(AnswerCount(survey_id=survey.id, question_code=code, choice=choice, count=count))
