"""Counting opinions: 提出者, 提出, 意見 and 文面の種類, by one query for page, table, file and command line alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Subquery, case, func, select

from participation.consultations.domain import Tally
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.opinions.models import Opinion, Submission


def count_for_consultation(consultation_id: int) -> Tally:
    """Return people, organisations, submissions, opinions and distinct texts; withdrawn ones are not counted."""
    return count_for_consultations([consultation_id]).get(consultation_id, Tally())


def count_for_consultations(consultation_ids: Sequence[int]) -> dict[int, Tally]:
    """Return consultation → counts, in one query; consultations to which nothing was said are not in it."""
    statement = tallied(Opinion.consultation_id, Opinion.consultation_id.in_(consultation_ids))
    return {row.group_id: as_tally(row) for row in db.session.execute(statement)}


def count_for_origins(origins: Sequence[str]) -> dict[str, Tally]:
    """Return origin → counts of what was heard there, in one query; origins where nothing was said are not in it."""
    if not origins:
        return {}
    statement = tallied(Submission.origin, Submission.origin.in_(origins))
    return {row.group_id: as_tally(row) for row in db.session.execute(statement)}


def stands() -> ColumnElement[bool]:
    """Return the condition under which an opinion counts: everything but what its author took back.

    What staff put into another opinion of the same letter stands there, and not a second time.
    """
    return Contribution.visibility != Visibility.WITHDRAWN


def tallied(
    group: ColumnElement[int] | Any,
    *conditions: ColumnElement[bool],
    through: tuple[Any, ColumnElement[bool]] | None = None,
) -> Select[Any]:
    """Select group_id, people, organisations, submissions, opinions, distinct_texts: the one way of counting.

    `through` is a table that ties opinions to groups, with how it is tied to Opinion. Somebody who
    submitted twice is one person; a class that handed in together is as many people as it is.
    """
    said = _said(group, conditions, through).cte("said")
    texts = (
        select(said.c.group_id, func.count(said.c.text_key.distinct()).label("distinct_texts"))
        .group_by(said.c.group_id)
        .subquery()
    )
    sent = _sent(said)
    return (
        select(
            sent.c.group_id,
            _persons(sent).label("people"),
            _organisations(sent).label("organisations"),
            func.count().label("submissions"),
            func.sum(sent.c.opinions).label("opinions"),
            texts.c.distinct_texts,
        )
        .join(texts, texts.c.group_id == sent.c.group_id)
        .group_by(sent.c.group_id, texts.c.distinct_texts)
    )


def heard(
    group: ColumnElement[int] | Any,
    *conditions: ColumnElement[bool],
    through: tuple[Any, ColumnElement[bool]] | None = None,
) -> Select[Any]:
    """Select group_id, opinions, people, senders: what stands beside a group of opinions (「12件・35人」).

    `people` are those of `tallied`, people and organisations together. `senders` counts a class that handed
    in together once: small numbers are hidden by it, because whoever knows the class knows them all.
    """
    sent = _sent(_said(group, conditions, through).subquery())
    return select(
        sent.c.group_id,
        func.sum(sent.c.opinions).label("opinions"),
        (_persons(sent) + _organisations(sent)).label("people"),
        func.count(sent.c.submitter_key.distinct()).label("senders"),
    ).group_by(sent.c.group_id)


def people_said() -> ColumnElement[int]:
    """Return how many people speak in a submission: a class is as many as it is, an organisation is one."""
    return case((Submission.organisation_name == "", Submission.people_count), else_=1)


def _said(
    group: ColumnElement[int] | Any,
    conditions: Sequence[ColumnElement[bool]],
    through: tuple[Any, ColumnElement[bool]] | None,
) -> Select[Any]:
    chosen = (
        select(
            group.label("group_id"),
            Submission.id.label("submission_id"),
            Submission.submitter_key.label("submitter_key"),
            Submission.organisation_name.label("organisation_name"),
            people_said().label("people_said"),
            Opinion.text_key.label("text_key"),
        )
        .select_from(Opinion)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(stands(), *conditions)
    )
    return chosen if through is None else chosen.join(*through)


def _sent(said: FromClause) -> Subquery:
    """Return a row for each submission in each group, with how many of its opinions are there."""
    who = (said.c.group_id, said.c.submitter_key, said.c.organisation_name, said.c.people_said)
    return select(*who, func.count().label("opinions")).group_by(said.c.submission_id, *who).subquery()


def _persons(sent: Subquery) -> ColumnElement[int]:
    """Return how many people: each once, and of whoever handed in for several also the others."""
    each = func.count(case((sent.c.organisation_name == "", sent.c.submitter_key)).distinct())
    return each + func.sum(sent.c.people_said - 1)


def _organisations(sent: Subquery) -> ColumnElement[int]:
    return func.count(case((sent.c.organisation_name != "", sent.c.submitter_key)).distinct())


def as_tally(row: Any) -> Tally:
    """Return a row of `tallied` as counts."""
    # PostgreSQL adds whole numbers up to a Decimal.
    return Tally(
        int(row.people),
        int(row.organisations),
        int(row.submissions),
        int(row.opinions),
        int(row.distinct_texts),
    )
