"""One's own opinions: a receipt, what was submitted, the steps of each opinion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from participation.access.actors import Actor
from participation.consultations.domain import PhaseKind
from participation.consultations.models import Consultation
from participation.consultations.queries import Procedure, phases_of
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, sealing
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.i18n.dates import date_ja, deadline_ja
from participation.opinions.domain import (
    SECRET_LENGTH,
    STAGE_MEANINGS,
    STAGE_MEANINGS_PAST,
    STAGE_NAMES,
    STAGE_PROMISES,
    STAGES,
    OpinionStage,
)
from participation.opinions.models import (
    Opinion,
    Submission,
)
from participation.opinions.policies import owns
from participation.opinions.queries.dividing import DividedLetter, letters_of
from participation.subjects.domain import path_of
from participation.subjects.models import Subject

OWN_PER_PAGE = 20


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
    #: Letters that the ward handles as several opinions.
    letters: list[DividedLetter]

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


def list_receipts(submissions: Sequence[Submission]) -> list[OwnSubmission]:
    """Return several submissions as their receipts show them. Three queries."""
    return _own(submissions)


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
    """Three queries, however many submissions there are; two more if letters were divided."""
    rows = db.session.execute(
        select(Opinion, Contribution, Subject)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(Opinion.submission_id.in_([each.id for each in submissions]), Opinion.merged_into_id.is_(None))
        .order_by(Opinion.submission_id, Opinion.position)
    ).all()
    procedures = procedures_by_id({each.consultation_id for each in submissions})
    by_submission: dict[int, list[OwnOpinion]] = {}
    for opinion, said, subject in rows:
        steps = steps_of(opinion, procedures[opinion.consultation_id])
        by_submission.setdefault(opinion.submission_id, []).append(
            OwnOpinion(opinion, said, subject.title, path_of(subject.kind, subject.reference), steps)
        )
    divided = any(opinion.divided_at for opinion, _, _ in rows)
    letters = letters_of([each.id for each in submissions]) if divided else {}
    return [
        OwnSubmission(
            each, procedures[each.consultation_id], by_submission.get(each.id, []), letters.get(each.id, [])
        )
        for each in submissions
    ]


def procedures_by_id(consultation_ids: set[int]) -> dict[int, Procedure]:
    """Return consultation → its procedure with its phases, in two queries."""
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
