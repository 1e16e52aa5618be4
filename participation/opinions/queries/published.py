"""Opinions that everybody reads: on the page of a subject, in the list of a consultation, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select, union_all

from participation.access.actors import Actor
from participation.consultations.domain import Tally
from participation.consultations.queries import Procedure
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, how_many_fit, keyset, page
from participation.opinions.domain import (
    OpinionStage,
)
from participation.opinions.models import (
    Opinion,
    Submission,
)
from participation.opinions.queries.attachments import file_count
from participation.opinions.queries.counting import as_tally, stands, tallied
from participation.opinions.queries.own import procedures_by_id
from participation.subjects.domain import path_of
from participation.subjects.models import Subject

LATEST = 3
PUBLISHED_PER_PAGE = 25
#: A page of long opinions is shorter.
MOST_BYTES = 25_000


@dataclass(frozen=True)
class ShownOpinion:
    """A public opinion as a page shows it."""

    id: int
    public_id: str
    number: int
    subject_id: int
    subject_title: str
    subject_path: str
    shown_name: str
    is_organisation: bool
    body: str
    #: Why words in it are covered (■); empty: nothing is.
    note: str
    said_at: datetime
    stage: OpinionStage
    answer_path: str
    #: The words themselves, in the register of everything that was said.
    contribution_id: int
    voice_id: str
    #: Whether it is a part of a longer text, divided by staff.
    is_part: bool = False
    #: How many files that came with it everybody may read (添付).
    file_count: int = 0


@dataclass(frozen=True)
class OpinionsOnPage:
    """What a page shows of the opinions about its subjects: counts (人・団体・件) and the latest public ones."""

    tally: Tally
    count_by_subject: dict[int, int]
    latest: list[ShownOpinion]


def on_subjects(subject_ids: Sequence[int], actor: Actor) -> OpinionsOnPage:
    """Return counts and the latest public opinions about the subjects of one page. Two queries.

    The same for every reader (`actor` is asked by the contract of all ways of speaking): what somebody
    sent and nobody else may read yet stands on their own page.
    """
    if not subject_ids:
        return OpinionsOnPage(Tally(), {}, [])
    whole = tallied(literal(0), Contribution.subject_id.in_(subject_ids))
    per_subject = (
        select(
            Contribution.subject_id.label("group_id"),
            literal(0).label("people"),
            literal(0).label("organisations"),
            literal(0).label("submissions"),
            func.count().label("opinions"),
            literal(0).label("distinct_texts"),
        )
        .select_from(Opinion)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Contribution.subject_id.in_(subject_ids), stands())
        .group_by(Contribution.subject_id)
    )
    tally = Tally()
    by_subject: dict[int, int] = {}
    row: Any
    for row in db.session.execute(union_all(whole, per_subject)):
        if row.group_id == 0:
            tally = as_tally(row)
        else:
            by_subject[row.group_id] = row.opinions
    return OpinionsOnPage(tally, by_subject, _list_latest(subject_ids))


def _list_latest(subject_ids: Sequence[int]) -> list[ShownOpinion]:
    rows = db.session.execute(
        _published()
        .where(Contribution.subject_id.in_(subject_ids))
        .order_by(Contribution.said_at.desc(), Opinion.id.desc())
        .limit(LATEST)
    )
    return [_shown(*row) for row in rows]


def list_published(consultation_id: int, edge: Edge, *, subject_id: int | None = None) -> Page[ShownOpinion]:
    """Return the public opinions of a consultation, about one subject or all, in the order of their numbers."""
    statement = _published().where(Opinion.consultation_id == consultation_id)
    if subject_id is not None:
        statement = statement.where(Contribution.subject_id == subject_id)
    statement, backwards = keyset(statement, [Opinion.number], edge, limit=PUBLISHED_PER_PAGE)
    rows = [_shown(*row) for row in db.session.execute(statement)]
    sizes = [len(row.body.encode("utf-8", "replace")) for row in rows]
    fit = how_many_fit(sizes, most_bytes=MOST_BYTES, fewest=1, limit=PUBLISHED_PER_PAGE)
    rows = rows[: fit + 1]
    return page(rows, [(row.number,) for row in rows], edge, limit=fit, backwards=backwards)


def get_published(public_id: str) -> tuple[ShownOpinion, Procedure]:
    """Return a public opinion and its consultation; raises NotFound for one that is not public."""
    row = db.session.execute(_published().where(Opinion.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    consultation_id = row[0].consultation_id
    return _shown(*row), procedures_by_id({consultation_id})[consultation_id]


def _published() -> Any:
    return (
        select(Opinion, Contribution, Submission.organisation_name, Subject, file_count(public=True))
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(Contribution.visibility == Visibility.PUBLISHED)
    )


def _shown(
    opinion: Opinion, said: Contribution, organisation_name: str, subject: Subject, files: int
) -> ShownOpinion:
    return ShownOpinion(
        id=opinion.id,
        public_id=opinion.public_id,
        number=opinion.number,
        subject_id=subject.id,
        subject_title=subject.title,
        subject_path=path_of(subject.kind, subject.reference),
        shown_name=said.shown_name,
        is_organisation=bool(organisation_name),
        body=said.body,
        note=said.covered_note,
        said_at=said.said_at,
        stage=opinion.stage,
        answer_path=opinion.answer_path,
        contribution_id=said.id,
        voice_id=said.public_id,
        is_part=opinion.divided_at is not None,
        file_count=files,
    )
