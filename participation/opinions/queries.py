"""Reading opinions: counts, what a page shows of a subject, one's own, a receipt, a submission at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased

from participation.access.actors import Actor
from participation.consultations.domain import PhaseKind, Tally
from participation.consultations.models import Consultation
from participation.consultations.queries import Procedure, phases_of
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, sealing
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, how_many_fit, keyset, page
from participation.i18n.dates import date_ja, deadline_ja
from participation.opinions.domain import (
    SECRET_LENGTH,
    STAGE_MEANINGS,
    STAGE_MEANINGS_PAST,
    STAGE_NAMES,
    STAGE_PROMISES,
    STAGES,
    Channel,
    OpinionStage,
)
from participation.opinions.models import Opinion, Submission, SubmitterIdentity
from participation.opinions.policies import owns
from participation.people.models import Person
from participation.subjects.domain import path_of
from participation.subjects.models import Subject

LATEST = 3
OWN_PER_PAGE = 20
ENTERED_PER_PAGE = 50
PUBLISHED_PER_PAGE = 25
#: A page of long opinions is shorter.
MOST_BYTES = 25_000


# ── Counts ──────────────────────────────────────────────────────────────────────────────────


def count_for_consultation(consultation_id: int) -> Tally:
    """Return people, organisations, submissions, opinions and distinct texts; withdrawn ones are not counted."""
    return count_for_consultations([consultation_id]).get(consultation_id, Tally())


def count_for_consultations(consultation_ids: Sequence[int]) -> dict[int, Tally]:
    """Return consultation → counts, in two queries."""
    per_submission = (
        _counted()
        .add_columns(Opinion.consultation_id.label("group_id"))
        .where(Opinion.consultation_id.in_(consultation_ids))
        .group_by(Opinion.consultation_id, *_submission_columns())
        .subquery()
    )
    distinct = dict(
        db.session.execute(
            select(Opinion.consultation_id, func.count(Opinion.text_key.distinct()))
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(
                Opinion.consultation_id.in_(consultation_ids),
                Contribution.visibility != Visibility.WITHDRAWN,
            )
            .group_by(Opinion.consultation_id)
        ).all()
    )
    return {
        row.group_id: replace(_as_tally(row), distinct_texts=distinct[row.group_id])
        for row in db.session.execute(_tally_of(per_submission))
    }


def _as_tally(row: Any) -> Tally:
    # PostgreSQL adds whole numbers up to a Decimal.
    return Tally(int(row.people), int(row.organisations), int(row.submissions), int(row.opinions))


def _submission_columns() -> tuple[InstrumentedAttribute[Any], ...]:
    return (
        Submission.id,
        Submission.submitter_key,
        Submission.organisation_name,
        Submission.people_count,
    )


def _counted() -> Any:
    """One row a submission: whose it is and how many of its opinions count."""
    return (
        select(
            Submission.submitter_key.label("submitter_key"),
            Submission.organisation_name.label("organisation_name"),
            Submission.people_count.label("people_count"),
            func.count().label("opinions"),
        )
        .select_from(Opinion)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Contribution.visibility != Visibility.WITHDRAWN)
    )


def _tally_of(rows: Subquery) -> Select[Any]:
    """Group id → people (a class that hands in together counts each child), organisations, submissions, opinions."""
    is_person = rows.c.organisation_name == ""
    key = rows.c.submitter_key
    return select(
        rows.c.group_id,
        (
            func.count(case((is_person, key)).distinct())
            + func.coalesce(func.sum(case((is_person, rows.c.people_count - 1))), 0)
        ).label("people"),
        func.count(case((~is_person, key)).distinct()).label("organisations"),
        func.count().label("submissions"),
        func.sum(rows.c.opinions).label("opinions"),
    ).group_by(rows.c.group_id)


# ── On the page of a subject ────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ShownOpinion:
    """A public opinion as a page shows it."""

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
    per_submission = (
        _counted()
        .add_columns(literal(0).label("group_id"))
        .where(Contribution.subject_id.in_(subject_ids))
        .group_by(*_submission_columns())
        .subquery()
    )
    whole = _tally_of(per_submission)
    per_subject = (
        select(
            Contribution.subject_id.label("group_id"),
            literal(0).label("people"),
            literal(0).label("organisations"),
            literal(0).label("submissions"),
            func.count().label("opinions"),
        )
        .select_from(Opinion)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Contribution.subject_id.in_(subject_ids), Contribution.visibility != Visibility.WITHDRAWN)
        .group_by(Contribution.subject_id)
    )
    tally = Tally()
    by_subject: dict[int, int] = {}
    row: Any
    for row in db.session.execute(union_all(whole, per_subject)):
        if row.group_id == 0:
            tally = _as_tally(row)
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
    return _shown(*row), _procedures({consultation_id})[consultation_id]


def _published() -> Any:
    return (
        select(Opinion, Contribution, Submission.organisation_name, Subject)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Submission, Submission.id == Opinion.submission_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(Contribution.visibility == Visibility.PUBLISHED)
    )


def _shown(opinion: Opinion, said: Contribution, organisation_name: str, subject: Subject) -> ShownOpinion:
    return ShownOpinion(
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
    )


# ── One's own ───────────────────────────────────────────────────────────────────────────────


def guest_hash_of(actor: Actor) -> str | None:
    """Return the hash under which a visitor's submissions are found again during the visit."""
    if actor.person_id is not None or not actor.guest_key:
        return None
    return sealing.keyed_hash("opinions.guest", actor.guest_key)


def holds(actor: Actor, submission: Submission) -> bool:
    """Return whether the actor handed the submission in, as far as account or visit can tell."""
    return owns(actor, submission, guest_hash_of(actor))


def secret_of(receipt_number: str, stored_hash: str | None = None) -> str:
    """Return the 合言葉 of a receipt number, as k7mw3fpx: derived from the key, never stored.

    With the stored hash, the one made under the key of that time is found again.
    """
    made = sealing.derived_codes("receipts.code", receipt_number, SECRET_LENGTH)
    if stored_hash is None:
        return made[0]
    right = [
        each
        for each in made
        if sealing.is_hash_of("receipts.secret", f"{receipt_number}:{each}", stored_hash)
    ]
    return right[0] if right else ""


@dataclass(frozen=True)
class OpinionStep:
    """One step on the way of an opinion: state is done, current or next (as the component `steps` names them)."""

    title: str
    state: str
    text: str
    when: str


@dataclass(frozen=True)
class OwnOpinion:
    """An opinion as its author sees it: words, state, what comes next, where the answer stands."""

    opinion: Opinion
    said: Contribution
    subject_title: str
    subject_path: str
    steps: list[OpinionStep]

    @property
    def is_withdrawn(self) -> bool:
        """Whether its author took it back."""
        return self.said.visibility is Visibility.WITHDRAWN

    @property
    def is_public(self) -> bool:
        """Whether everybody can read it."""
        return self.said.visibility is Visibility.PUBLISHED

    @property
    def stage_name(self) -> str:
        """How far it is, in a word."""
        return STAGE_NAMES[self.opinion.stage]


@dataclass(frozen=True)
class OwnSubmission:
    """A submission as its author sees it."""

    submission: Submission
    procedure: Procedure
    opinions: list[OwnOpinion]

    @property
    def secret(self) -> str:
        """The 合言葉, in two groups: k7mw-3fpx."""
        plain = secret_of(self.submission.receipt_number, self.submission.secret_hash)
        return f"{plain[:4]}-{plain[4:]}" if plain else ""


def get_receipt(number: str) -> OwnSubmission:
    """Return a submission by its receipt number; raises NotFound. The caller checks who asks."""
    submission = db.session.scalars(
        select(Submission).where(Submission.receipt_number == number)
    ).one_or_none()
    if submission is None:
        raise NotFound
    return _own([submission])[0]


def list_own(actor: Actor, edge: Edge) -> Page[OwnSubmission]:
    """Return what somebody handed in (and those of the organisations they act for), latest first."""
    mine = Submission.author_id == actor.person_id
    if actor.organisation_ids:
        mine = or_(mine, Submission.organisation_id.in_(actor.organisation_ids))
    statement, backwards = keyset(
        select(Submission).where(mine), [Submission.id], edge, limit=OWN_PER_PAGE, descending=True
    )
    rows = db.session.scalars(statement).all()
    found = page(rows, [(row.id,) for row in rows], edge, limit=OWN_PER_PAGE, backwards=backwards)
    return Page(_own(found.items), found.after, found.before)


def _own(submissions: Sequence[Submission]) -> list[OwnSubmission]:
    """Three queries, however many submissions there are."""
    rows = db.session.execute(
        select(Opinion, Contribution, Subject)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(Opinion.submission_id.in_([each.id for each in submissions]))
        .order_by(Opinion.submission_id, Opinion.position)
    ).all()
    procedures = _procedures({each.consultation_id for each in submissions})
    by_submission: dict[int, list[OwnOpinion]] = {}
    for opinion, said, subject in rows:
        steps = steps_of(opinion, procedures[opinion.consultation_id])
        by_submission.setdefault(opinion.submission_id, []).append(
            OwnOpinion(opinion, said, subject.title, path_of(subject.kind, subject.reference), steps)
        )
    return [
        OwnSubmission(each, procedures[each.consultation_id], by_submission.get(each.id, []))
        for each in submissions
    ]


def _procedures(consultation_ids: set[int]) -> dict[int, Procedure]:
    consultations = db.session.scalars(select(Consultation).where(Consultation.id.in_(consultation_ids)))
    phases = phases_of(list(consultation_ids))
    return {each.id: Procedure(each, tuple(phases.get(each.id, []))) for each in consultations}


def steps_of(opinion: Opinion, procedure: Procedure) -> list[OpinionStep]:
    """Return the way of an opinion as steps: what each means, when it came there, when the next is expected."""
    reached = STAGES.index(opinion.stage)
    steps = []
    for place, stage in enumerate(STAGES):
        text = STAGE_MEANINGS[stage] if place <= reached else STAGE_PROMISES[stage]
        if place < reached:
            text = STAGE_MEANINGS_PAST.get(stage, text)
        state = "done" if place < reached else "current" if place == reached else "next"
        when = date_ja(opinion.stage_changed_at) if place == reached else ""
        steps.append(
            OpinionStep(STAGE_NAMES[stage], state, text, when or _expected(stage, place > reached, procedure))
        )
    return steps


def _expected(stage: OpinionStage, is_to_come: bool, procedure: Procedure) -> str:
    if not is_to_come:
        return ""
    period = procedure.open_period
    published = next((p.period for p in procedure.phases if p.kind is PhaseKind.PUBLISHED), None)
    if stage is OpinionStage.ANSWERED and published is not None:
        return f"{date_ja(published.opens_at)}ごろの予定"
    if stage is OpinionStage.GROUPED and period is not None and clock.now() < period.closes_at:
        return "" if period.is_endless else f"{deadline_ja(period.closes_at)}に募集が終わったあと"
    return ""


# ── At the desk ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class EnteredSubmission:
    """One row of the list of submissions (受付簿)."""

    submission: Submission
    opinion_count: int
    first_words: str


@dataclass(frozen=True)
class DeskOpinion:
    """An opinion as staff see it."""

    opinion: Opinion
    said: Contribution
    subject_title: str
    subject_path: str


@dataclass(frozen=True)
class DeskSubmission:
    """A submission as staff see it: everything but name and address."""

    submission: Submission
    consultation: Consultation
    opinions: list[DeskOpinion]
    author_nickname: str
    entered_by: str
    has_identity: bool
    same_text_count: int


def list_submissions(
    consultation_id: int, edge: Edge, *, channel: Channel | None = None
) -> Page[EnteredSubmission]:
    """Return the submissions of a consultation (受付簿), latest first."""
    statement = select(Submission).where(Submission.consultation_id == consultation_id)
    if channel is not None:
        statement = statement.where(Submission.channel == channel)
    statement, backwards = keyset(statement, [Submission.id], edge, limit=ENTERED_PER_PAGE, descending=True)
    rows = db.session.scalars(statement).all()
    found = page(rows, [(row.id,) for row in rows], edge, limit=ENTERED_PER_PAGE, backwards=backwards)
    words: dict[int, list[str]] = {}
    for submission_id, body in db.session.execute(
        select(Opinion.submission_id, func.substr(Contribution.body, 1, 120))
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.submission_id.in_([each.id for each in found.items]))
        .order_by(Opinion.submission_id, Opinion.position)
    ):
        words.setdefault(submission_id, []).append(body)
    entered = [
        EnteredSubmission(each, len(words.get(each.id, [])), (words.get(each.id) or [""])[0])
        for each in found.items
    ]
    return Page(entered, found.after, found.before)


def get_submission(public_id: str) -> DeskSubmission:
    """Return a submission for staff; raises NotFound."""
    author, enterer = aliased(Person), aliased(Person)
    row = db.session.execute(
        select(Submission, Consultation, author.nickname, enterer.nickname, SubmitterIdentity.id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .outerjoin(author, author.id == Submission.author_id)
        .outerjoin(enterer, enterer.id == Submission.entered_by_id)
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submission_id == Submission.id)
        .where(Submission.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    submission, consultation, nickname, entered_by, identity_id = row
    rows = db.session.execute(
        select(Opinion, Contribution, Subject)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(Opinion.submission_id == submission.id)
        .order_by(Opinion.position)
    ).all()
    keys = [opinion.text_key for opinion, _, _ in rows]
    same = db.session.scalar(
        select(func.count()).where(
            and_(
                Opinion.consultation_id == consultation.id,
                Opinion.text_key.in_(keys),
                Opinion.submission_id != submission.id,
            )
        )
    )
    return DeskSubmission(
        submission=submission,
        consultation=consultation,
        opinions=[
            DeskOpinion(opinion, said, subject.title, path_of(subject.kind, subject.reference))
            for opinion, said, subject in rows
        ],
        author_nickname=nickname or "",
        entered_by=entered_by or "",
        has_identity=identity_id is not None,
        same_text_count=same or 0,
    )


def get_opinion(public_id: str) -> Opinion:
    """Return an opinion by its public id; raises NotFound."""
    found = db.session.scalars(select(Opinion).where(Opinion.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def submission_of(opinion: Opinion) -> Submission:
    """Return the submission of an opinion."""
    return db.session.get_one(Submission, opinion.submission_id)


def opinions_of_consultation(consultation_id: int, stages: Sequence[OpinionStage] = STAGES) -> list[Opinion]:
    """Return the opinions of a consultation at these stages, in the order of their numbers."""
    return list(
        db.session.scalars(
            select(Opinion)
            .where(Opinion.consultation_id == consultation_id, Opinion.stage.in_(stages))
            .order_by(Opinion.number)
        )
    )
