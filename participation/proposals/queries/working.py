"""Reading what a proposal is worked on with: revisions, approvals, attachments, ties, changes offered, reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, case, cast, func, literal, or_, select, union, union_all
from sqlalchemy.orm import aliased

from participation.access.actors import Actor
from participation.contributions.models import Contribution
from participation.contributions.queries import visible_to
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.likeness import likeness, pairs_of_letters
from participation.organisations.domain import Pending
from participation.organisations.models import Section
from participation.people.models import Person
from participation.proposals.domain import (
    AmendmentState,
    Criterion,
    MergeState,
    ProposalText,
    Stage,
    Verdict,
    criteria,
    stages,
)
from participation.proposals.models import (
    CriterionReview,
    EndorsementFlag,
    MergeOffer,
    OrganisationEndorsement,
    PersonEndorsement,
    Proposal,
    ProposalAmendment,
    ProposalAttachment,
    ProposalRevision,
    ProposalTie,
    StageChange,
)
from participation.subjects.models import Subject
from participation.subjects.queries import address_of

_other = aliased(Proposal)
MOST_SIMILAR, LEAST_LIKENESS, COMPARED = 5, 0.34, 300
MOST_PAIRS, CANDIDATES = 16, 40
MOST_PENDING = 300


def is_open(proposal: Proposal) -> bool:
    """Whether a proposal is submitted, neither withdrawn nor joined into another, and not considered yet."""
    return (
        proposal.submitted_at is not None
        and proposal.withdrawn_at is None
        and proposal.merged_into_id is None
        and stages()[proposal.stage].takes_edits
    )


# ── Drafting together ───────────────────────────────────────────────────────────────────────


def list_revisions(proposal: Proposal, *, after: int = 0) -> Sequence[ProposalRevision]:
    """Return the wordings that were saved since a version of the row, oldest first."""
    return db.session.scalars(
        select(ProposalRevision)
        .where(ProposalRevision.proposal_id == proposal.id, ProposalRevision.row_version > after)
        .order_by(ProposalRevision.row_version)
    ).all()


def find_revision(proposal: Proposal, row_version: int) -> ProposalRevision | None:
    """Return the wording as it stood at a version of the row, or None if it was not kept."""
    return db.session.scalars(
        select(ProposalRevision)
        .where(ProposalRevision.proposal_id == proposal.id, ProposalRevision.row_version <= row_version)
        .order_by(ProposalRevision.row_version.desc())
        .limit(1)
    ).one_or_none()


@dataclass(frozen=True)
class RevisionLine:
    """A stretch of writing by one person (下書きの版): saves that follow one another within ten minutes are one."""

    number: int
    row_version: int
    name: str
    at: datetime


STRETCH_SECONDS = 600


def list_revision_lines(proposal: Proposal) -> list[RevisionLine]:
    """Return who wrote when, the latest first; each line is the last wording of a stretch."""
    rows = db.session.execute(
        select(ProposalRevision.row_version, ProposalRevision.saved_at, Person.id, Person.nickname)
        .join(Person, Person.id == ProposalRevision.saved_by_id)
        .where(ProposalRevision.proposal_id == proposal.id)
        .order_by(ProposalRevision.row_version)
    ).all()
    ends = [
        row
        for row, following in zip(rows, [*rows[1:], None], strict=True)
        if following is None
        or following.id != row.id
        or (following.saved_at - row.saved_at).total_seconds() > STRETCH_SECONDS
    ]
    lines = [RevisionLine(n, row.row_version, row.nickname, row.saved_at) for n, row in enumerate(ends, 1)]
    return lines[::-1]


def get_revision_pair(proposal: Proposal, number: int) -> tuple[ProposalText, ProposalText, RevisionLine]:
    """Return a saved wording with the one of the stretch before it; raises NotFound."""
    lines = {line.number: line for line in list_revision_lines(proposal)}
    if number not in lines:
        raise NotFound
    texts = {
        row.row_version: ProposalText(**row.text)
        for row in list_revisions(proposal)
        if row.row_version in {line.row_version for line in lines.values()}
    }
    earlier = lines.get(number - 1)
    before = texts[earlier.row_version] if earlier else ProposalText("")
    return before, texts[lines[number].row_version], lines[number]


def list_attachments(proposal: Proposal) -> Sequence[ProposalAttachment]:
    """Return the documents of a proposal that were not taken away, in their order."""
    return db.session.scalars(
        select(ProposalAttachment)
        .where(ProposalAttachment.proposal_id == proposal.id, ProposalAttachment.removed_at.is_(None))
        .order_by(ProposalAttachment.id)
    ).all()


def get_attachment(proposal: Proposal, public_id: str) -> ProposalAttachment:
    """Return a document of a proposal that was not taken away; raises NotFound."""
    for each in list_attachments(proposal):
        if each.public_id == public_id:
            return each
    raise NotFound


def list_tied_ids(proposal: Proposal) -> list[int]:
    """Return the subjects that a proposal is about besides the first."""
    return list(
        db.session.scalars(
            select(ProposalTie.subject_id)
            .where(ProposalTie.proposal_id == proposal.id)
            .order_by(ProposalTie.id)
        )
    )


def list_ties(proposal: Proposal) -> list[tuple[str, str]]:
    """Return (title, address) of what a proposal is about besides the first."""
    rows = db.session.scalars(
        select(Subject)
        .join(ProposalTie, ProposalTie.subject_id == Subject.id)
        .where(ProposalTie.proposal_id == proposal.id)
        .order_by(ProposalTie.id)
    )
    return [(subject.title, address_of(subject)) for subject in rows]


def list_equipment(
    proposal: Proposal,
) -> tuple[tuple[ProposalAttachment, ...], tuple[tuple[str, str], ...]]:
    """Return the documents of a proposal, and (title, address) of what it is about besides, in one query.

    There are ten of each at most, so that reading each with each is little.
    """
    rows = db.session.execute(
        select(ProposalAttachment, Subject)
        .select_from(Proposal)
        .outerjoin(
            ProposalAttachment,
            (ProposalAttachment.proposal_id == Proposal.id) & ProposalAttachment.removed_at.is_(None),
        )
        .outerjoin(ProposalTie, ProposalTie.proposal_id == Proposal.id)
        .outerjoin(Subject, Subject.id == ProposalTie.subject_id)
        .where(Proposal.id == proposal.id)
        .order_by(ProposalAttachment.id, ProposalTie.id)
    ).all()
    attachments = {each.id: each for each, _ in rows if each}
    ties = {subject.id: (subject.title, address_of(subject)) for _, subject in rows if subject}
    return tuple(attachments.values()), tuple(ties.values())


# ── Changes offered by others ───────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class AmendmentLine:
    """A change that was offered, as its reader may see it."""

    amendment: ProposalAmendment
    name: str
    is_organisation: bool
    is_mine: bool


def list_amendments(proposal: Proposal, actor: Actor) -> list[AmendmentLine]:
    """Return the changes that were offered and that the reader may read, the latest first."""
    rows = db.session.execute(
        select(ProposalAmendment, Contribution)
        .join(Contribution, Contribution.id == ProposalAmendment.contribution_id)
        .where(ProposalAmendment.proposal_id == proposal.id, visible_to(actor))
        .order_by(ProposalAmendment.id.desc())
        .limit(100)
    )
    return [
        AmendmentLine(
            amendment,
            said.shown_name,
            said.organisation_id is not None,
            actor.person_id is not None and said.author_id == actor.person_id,
        )
        for amendment, said in rows
    ]


def get_amendment(proposal: Proposal, public_id: str) -> ProposalAmendment:
    """Return a change that was offered to a proposal; raises NotFound."""
    found = db.session.scalars(
        select(ProposalAmendment).where(
            ProposalAmendment.proposal_id == proposal.id, ProposalAmendment.public_id == public_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def count_open_amendments(proposal: Proposal, person_id: int) -> int:
    """Return how many changes of a person wait for an answer at this proposal."""
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(ProposalAmendment)
            .join(Contribution, Contribution.id == ProposalAmendment.contribution_id)
            .where(
                ProposalAmendment.proposal_id == proposal.id,
                ProposalAmendment.state == AmendmentState.OFFERED,
                Contribution.author_id == person_id,
            )
        )
        or 0
    )


@dataclass(frozen=True)
class MergeLine:
    """An offer to join two proposals, seen from one of them."""

    offer: MergeOffer
    #: The other proposal: title and public id.
    title: str
    public_id: str
    #: Whether this proposal is the one that would end.
    ends_here: bool
    #: Whether this proposal's organisation is the one that is asked.
    is_asked: bool


def list_merges(proposal: Proposal) -> list[MergeLine]:
    """Return the offers to join a proposal with others, the latest first (系譜)."""
    rows = db.session.execute(
        select(MergeOffer, _other)
        .join(
            _other,
            ((MergeOffer.proposal_id == proposal.id) & (_other.id == MergeOffer.into_id))
            | ((MergeOffer.into_id == proposal.id) & (_other.id == MergeOffer.proposal_id)),
        )
        .where(or_(MergeOffer.proposal_id == proposal.id, MergeOffer.into_id == proposal.id))
        .order_by(MergeOffer.id.desc())
    )
    return [
        MergeLine(
            offer,
            other.title,
            other.public_id,
            offer.proposal_id == proposal.id,
            offer.offered_by_id != proposal.organisation_id,
        )
        for offer, other in rows
    ]


def get_asked(offer: MergeOffer) -> Proposal:
    """Return the proposal whose organisation is asked: the side that did not make the offer."""
    proposal = db.session.get_one(Proposal, offer.proposal_id)
    if offer.offered_by_id != proposal.organisation_id:
        return proposal
    return db.session.get_one(Proposal, offer.into_id)


def find_open_merge(proposal: Proposal, into: Proposal) -> MergeOffer | None:
    """Return an offer about these two that waits for its answer, or None."""
    ids = (proposal.id, into.id)
    return db.session.scalars(
        select(MergeOffer)
        .where(
            MergeOffer.proposal_id.in_(ids),
            MergeOffer.into_id.in_(ids),
            MergeOffer.state == MergeState.OFFERED,
        )
        .limit(1)
    ).one_or_none()


def get_merge(proposal: Proposal, public_id: str) -> MergeOffer:
    """Return an offer that touches a proposal; raises NotFound."""
    for line in list_merges(proposal):
        if line.offer.public_id == public_id:
            return line.offer
    raise NotFound


def list_merge_choices(proposal: Proposal) -> list[tuple[str, str]]:
    """Return (public id, title) of the proposals of others that could be joined with this one."""
    rows = db.session.scalars(
        select(Proposal)
        .join(Contribution, Contribution.id == Proposal.contribution_id)
        .where(
            Proposal.organisation_id != proposal.organisation_id,
            Proposal.about_id == proposal.about_id,
            Proposal.submitted_at.is_not(None),
            Proposal.withdrawn_at.is_(None),
            Proposal.merged_into_id.is_(None),
            visible_to(Actor(frozenset())),
        )
        .order_by(Proposal.title)
        .limit(200)
    )
    return [(each.public_id, each.title) for each in rows if is_open(each)]


# ── The ward's review ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ReviewLine:
    """What the ward finds under one criterion; no verdict: not looked at yet."""

    criterion: Criterion
    verdict: Verdict | None = None
    reason: str = ""
    section: str = ""
    at: datetime | None = None


def list_reviews(proposal: Proposal) -> Sequence[CriterionReview]:
    """Return what the ward found so far."""
    return db.session.scalars(select(CriterionReview).where(CriterionReview.proposal_id == proposal.id)).all()


@dataclass(frozen=True)
class StageStep:
    """A step of a proposal as shown."""

    stage: Stage
    reason: str
    section: str | None
    at: datetime


@dataclass(frozen=True)
class Records:
    """What the ward said of a proposal on its way."""

    steps: tuple[StageStep, ...]
    #: Every published criterion, with what was found under it.
    reviews: tuple[ReviewLine, ...]


def list_records(proposal: Proposal) -> Records:
    """Return the steps and the reviews of a proposal, in one query: they are alike."""
    rows = db.session.execute(
        union_all(
            select(
                literal("step").label("kind"),
                StageChange.id.label("id"),
                StageChange.stage.label("code"),
                literal("").label("verdict"),
                StageChange.reason.label("words"),
                Section.name.label("section"),
                StageChange.changed_at.label("at"),
            )
            .outerjoin(Section, Section.id == StageChange.section_id)
            .where(StageChange.proposal_id == proposal.id),
            select(
                literal("review"),
                CriterionReview.id,
                CriterionReview.criterion,
                cast(CriterionReview.verdict, String),
                CriterionReview.reason,
                Section.name,
                CriterionReview.reviewed_at,
            )
            .outerjoin(Section, Section.id == CriterionReview.section_id)
            .where(CriterionReview.proposal_id == proposal.id),
        ).order_by("id")
    ).all()
    found = {row.code: row for row in rows if row.kind == "review"}
    return Records(
        steps=tuple(
            StageStep(stages()[row.code], row.words, row.section, row.at)
            for row in rows
            if row.kind == "step"
        ),
        reviews=tuple(
            ReviewLine(criterion, Verdict(row.verdict), row.words, row.section or "", row.at)
            if (row := found.get(code))
            else ReviewLine(criterion)
            for code, criterion in criteria().items()
        ),
    )


@dataclass(frozen=True)
class FlagLine:
    """Endorsements that staff should look at, with the proposal they are of."""

    flag: EndorsementFlag
    title: str
    public_id: str


def list_flags() -> list[FlagLine]:
    """Return the flagged endorsements: those nobody looked at first, then the latest."""
    rows = db.session.execute(
        select(EndorsementFlag, Proposal.title, Proposal.public_id)
        .join(Proposal, Proposal.id == EndorsementFlag.proposal_id)
        .order_by(EndorsementFlag.looked_at.is_not(None), EndorsementFlag.raised_at.desc())
        .limit(100)
    )
    return [FlagLine(flag, title, public_id) for flag, title, public_id in rows]


def count_open_flags() -> int:
    """Return how many flags nobody looked at."""
    return int(
        db.session.scalar(
            select(func.count()).select_from(EndorsementFlag).where(EndorsementFlag.looked_at.is_(None))
        )
        or 0
    )


def get_flag(flag_id: int) -> EndorsementFlag:
    """Return a flag; raises NotFound."""
    flag = db.session.get(EndorsementFlag, flag_id)
    if flag is None:
        raise NotFound
    return flag


def list_endorser_ids(proposal_id: int) -> list[int]:
    """Return the people who endorse a proposal, as persons or for an organisation, each once."""
    return list(
        db.session.scalars(
            union(
                select(PersonEndorsement.person_id).where(PersonEndorsement.proposal_id == proposal_id),
                select(OrganisationEndorsement.person_id).where(
                    OrganisationEndorsement.proposal_id == proposal_id
                ),
            )
        )
    )


def find_amendment(contribution_id: int) -> tuple[ProposalAmendment, Proposal] | None:
    """Return the offered change that a contribution is, with its proposal; None: it is no such thing."""
    row = db.session.execute(
        select(ProposalAmendment, Proposal)
        .join(Proposal, Proposal.id == ProposalAmendment.proposal_id)
        .where(ProposalAmendment.contribution_id == contribution_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


# ── Similar proposals, and what is pending ──────────────────────────────────────────────────


@dataclass(frozen=True)
class Similar:
    """A proposal that is alike, with how much it shares with what is being written."""

    public_id: str
    title: str
    stage: str
    likeness: float


def list_similar(words: str, actor: Actor, *, besides: int | None = None) -> list[Similar]:
    """Return the submitted proposals that are most like what somebody is about to write, best first."""
    wanted = pairs_of_letters(words[:COMPARED])
    if len(wanted) < 2:
        return []
    # The database counts which share most pairs of letters; only of those the likeness is worked out.
    shared = sum(
        (
            case((Proposal.title.contains(pair, autoescape=True), 1), else_=0)
            for pair in sorted(wanted)[:MOST_PAIRS]
        ),
        literal(0),
    )
    found = db.session.scalars(
        select(Proposal)
        .join(Contribution, Contribution.id == Proposal.contribution_id)
        .where(visible_to(actor), Proposal.withdrawn_at.is_(None), Proposal.id != (besides or 0), shared > 0)
        .order_by(shared.desc(), Proposal.id.desc())
        .limit(CANDIDATES)
    ).all()
    similar = [
        Similar(each.public_id, each.title, stages()[each.stage].name, _likeness(wanted, each))
        for each in found
    ]
    best = sorted(similar, key=lambda each: -each.likeness)[:MOST_SIMILAR]
    return [each for each in best if each.likeness >= LEAST_LIKENESS]


def _likeness(wanted: frozenset[str], proposal: Proposal) -> float:
    return likeness(wanted, pairs_of_letters(f"{proposal.title} {proposal.purpose[:COMPARED]}"))


def list_pending_of(organisation_id: int) -> list[Pending]:
    """Return what of an organisation is pending here (引き継ぐこと): drafts, proposals, answers it owes or waits for."""
    rows = db.session.execute(
        select(Proposal, ProposalAmendment, MergeOffer)
        .outerjoin(
            ProposalAmendment,
            (ProposalAmendment.proposal_id == Proposal.id)
            & (ProposalAmendment.state == AmendmentState.OFFERED),
        )
        .outerjoin(
            MergeOffer,
            or_(MergeOffer.proposal_id == Proposal.id, MergeOffer.into_id == Proposal.id)
            & (MergeOffer.state == MergeState.OFFERED),
        )
        .where(Proposal.organisation_id == organisation_id, Proposal.withdrawn_at.is_(None))
        .order_by(Proposal.id, ProposalAmendment.id, MergeOffer.id)
        .limit(MOST_PENDING)
    ).all()
    # Each with each: what comes more than once is taken once.
    proposals = {proposal.id: proposal for proposal, _, _ in rows}
    amendments = {amendment.id: (amendment, proposal) for proposal, amendment, _ in rows if amendment}
    offers = {(offer.id, proposal.id): (offer, proposal) for proposal, _, offer in rows if offer}
    return [
        *(line for proposal in proposals.values() if (line := _pending_proposal(proposal))),
        *(
            Pending(
                "返事を待つ修正案",
                proposal.title,
                f"/proposals/{proposal.public_id}/amendments/{amendment.public_id}",
                "取り入れるか、理由を示して断ります",
            )
            for amendment, proposal in amendments.values()
        ),
        *(
            Pending(
                "まとめる申し出",
                proposal.title,
                f"/proposals/{proposal.public_id}#lineage",
                "相手の返事を待っています" if offer.offered_by_id == organisation_id else "返事をします",
            )
            for offer, proposal in offers.values()
        ),
    ]


def _pending_proposal(proposal: Proposal) -> Pending | None:
    if proposal.submitted_at is None:
        path = f"/proposals/{proposal.public_id}/edit"
        return Pending("提案の下書き", proposal.title or "（題名なし）", path, "まだ出していません")
    if stages()[proposal.stage].follows and proposal.merged_into_id is None:
        path, stage = f"/proposals/{proposal.public_id}", stages()[proposal.stage].name
        return Pending("動いている提案", proposal.title, path, f"いまの段階：{stage}")
    return None
