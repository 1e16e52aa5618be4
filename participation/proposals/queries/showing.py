"""Reading proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor, Right
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.contributions.queries import TOMBSTONES, may_read, visible_to
from participation.foundation import clock
from participation.foundation.daily_order import place_of_today
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import NumberedPage
from participation.organisations.models import CommunityOrganisation
from participation.organisations.queries import active_on
from participation.proposals.domain import PART_NAMES, ProposalText, Stage, stages
from participation.proposals.models import (
    OrganisationEndorsement,
    PersonEndorsement,
    Proposal,
    ProposalAttachment,
    ProposalTie,
    ProposalVersion,
)
from participation.proposals.queries.working import (
    AmendmentLine,
    MergeLine,
    ReviewLine,
    StageStep,
    list_amendments,
    list_equipment,
    list_merges,
    list_records,
)
from participation.subjects import queries as subjects
from participation.subjects.models import Subject

#: The proposal itself as a subject, beside the subject it is about.
_own_subject = aliased(Subject)
_origin = aliased(Subject)
_NEWEST = (Proposal.submitted_at.desc(), Proposal.id.desc())
#: Kinds of subjects that are offered by somebody: they are not what a proposal is about.
OFFERED = ("proposal", "idea", "call", "gathering")
PAGE_SIZE = 20
ON_PAGE = 5
ON_ORGANISATION = 50
MOST_PAGES = 500


@dataclass(frozen=True)
class ProposalRow:
    """A proposal in a list. People and organisations are counted apart, never added up."""

    public_id: str
    title: str
    organisation: str
    stage: Stage
    is_withdrawn: bool
    is_joined: bool
    submitted_at: datetime | None
    about: str
    person_count: int
    organisation_count: int


@dataclass(frozen=True)
class ProposalsOnPage:
    """The proposals about the subjects of a page: a few, in the order of the day, and how many in all."""

    proposals: tuple[ProposalRow, ...] = ()
    total: int = 0


@dataclass(frozen=True)
class ProposalPage:
    """A proposal with everything its page shows."""

    proposal: Proposal
    text: ProposalText
    organisation: CommunityOrganisation
    stage: Stage
    visibility: Visibility
    visibility_reason: str
    #: Why words in it are covered (■); empty: nothing is.
    covered_note: str
    is_readable: bool
    about: Subject
    about_address: str
    subject_public_id: str
    #: (title, address) of what it grew from; None: nothing that was said here before.
    origin: tuple[str, str] | None
    steps: tuple[StageStep, ...]
    person_count: int
    #: (name, endorsed an earlier text) of each organisation, in the order of endorsing.
    organisations: tuple[tuple[str, bool], ...]
    versions: tuple[ProposalVersion, ...]
    endorsed_as_person: bool
    attachments: tuple[ProposalAttachment, ...]
    ties: tuple[tuple[str, str], ...]
    reviews: tuple[ReviewLine, ...]
    amendments: tuple[AmendmentLine, ...]
    merges: tuple[MergeLine, ...]
    #: Organisations for which the reader may endorse: (public id, name, has endorsed).
    own_organisations: tuple[tuple[str, str, bool], ...] = field(default=())

    def get_amendment(self, public_id: str) -> AmendmentLine:
        """Return a change that was offered; raises NotFound where the reader may not know of it."""
        for line in self.amendments:
            if line.amendment.public_id == public_id:
                return line
        raise NotFound


def text_of(proposal: Proposal) -> ProposalText:
    """Return the words of a proposal."""
    return ProposalText(**{part: getattr(proposal, part) for part in PART_NAMES})


def get_proposal(public_id: str) -> Proposal:
    """Return a proposal by its public id; raises NotFound."""
    proposal = db.session.scalars(select(Proposal).where(Proposal.public_id == public_id)).one_or_none()
    if proposal is None:
        raise NotFound
    return proposal


def get_submitted(public_id: str) -> Proposal:
    """Return a submitted proposal; a draft is found by nobody here."""
    proposal = get_proposal(public_id)
    if proposal.submitted_at is None:
        raise NotFound
    return proposal


def get_draft(public_id: str, actor: Actor) -> Proposal:
    """Return a draft or proposal of one of the actor's organisations; raises NotFound for all others."""
    proposal = get_proposal(public_id)
    if proposal.organisation_id not in actor.delegated_ids:
        raise NotFound
    return proposal


def show_proposal(proposal: Proposal, actor: Actor) -> ProposalPage:
    """Return a proposal for its page; raises NotFound where the reader may not know of it."""
    return _shown(Proposal.id == proposal.id, actor)


def show_submitted(public_id: str, actor: Actor) -> ProposalPage:
    """Return a submitted proposal by its public id for its page; raises NotFound."""
    return _shown(Proposal.public_id == public_id, actor)


def _shown(wanted: ColumnElement[bool], actor: Actor) -> ProposalPage:
    row = db.session.execute(
        select(
            Proposal,
            CommunityOrganisation,
            Subject,
            _own_subject.public_id,
            _origin,
            Contribution,
            _count_of(PersonEndorsement),
            exists()
            .where(
                PersonEndorsement.proposal_id == Proposal.id,
                PersonEndorsement.person_id == (actor.person_id or 0),
            )
            .correlate(Proposal),
        )
        .select_from(Proposal)
        .join(CommunityOrganisation, CommunityOrganisation.id == Proposal.organisation_id)
        .join(Subject, Subject.id == Proposal.about_id)
        .join(_own_subject, _own_subject.id == Proposal.subject_id)
        .outerjoin(_origin, _origin.id == Proposal.origin_id)
        .join(Contribution, Contribution.id == Proposal.contribution_id)
        .where(wanted, Proposal.submitted_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise NotFound
    proposal, organisation, about, own_subject, origin, said, person_count, endorsed_as_person = row
    is_readable = may_read(actor, said) or proposal.organisation_id in actor.delegated_ids
    if not is_readable and said.visibility not in TOMBSTONES:
        raise NotFound
    records = list_records(proposal)
    attachments, ties = list_equipment(proposal)
    organisations, own_organisations = _endorsing_organisations(proposal, actor)
    return ProposalPage(
        proposal=proposal,
        text=text_of(proposal),
        organisation=organisation,
        stage=stages()[proposal.stage],
        visibility=said.visibility,
        visibility_reason=said.visibility_reason,
        covered_note=said.covered_note,
        is_readable=is_readable,
        about=about,
        about_address=subjects.address_of(about),
        subject_public_id=own_subject,
        origin=(origin.title, subjects.address_of(origin)) if origin else None,
        steps=records.steps,
        person_count=person_count,
        organisations=organisations,
        versions=tuple(list_versions(proposal)) if proposal.text_version > 1 else (),
        endorsed_as_person=endorsed_as_person,
        attachments=attachments,
        ties=ties,
        reviews=records.reviews,
        amendments=tuple(list_amendments(proposal, actor)),
        merges=tuple(list_merges(proposal)),
        own_organisations=own_organisations,
    )


def count_person_endorsements(proposal: Proposal) -> int:
    """Return how many people endorse."""
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(PersonEndorsement)
            .where(PersonEndorsement.proposal_id == proposal.id)
        )
        or 0
    )


def count_organisation_endorsements(proposal: Proposal) -> int:
    """Return how many organisations endorse."""
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(OrganisationEndorsement)
            .where(OrganisationEndorsement.proposal_id == proposal.id)
        )
        or 0
    )


def list_versions(proposal: Proposal) -> Sequence[ProposalVersion]:
    """Return the words a proposal had before, oldest first."""
    return db.session.scalars(
        select(ProposalVersion)
        .where(ProposalVersion.proposal_id == proposal.id)
        .order_by(ProposalVersion.number)
    ).all()


def get_texts_around(
    proposal: Proposal, versions: Sequence[ProposalVersion], number: int
) -> tuple[ProposalText, ProposalText]:
    """Return an earlier text and the one that followed it; raises NotFound."""
    texts = [ProposalText(**version.text) for version in versions] + [text_of(proposal)]
    if not 1 <= number < len(texts):
        raise NotFound
    return texts[number - 1], texts[number]


def list_proposals(
    actor: Actor, *, stage: str = "", about: str = "", newest_first: bool = False, page: int = 1
) -> NumberedPage[ProposalRow]:
    """Return a page of submitted proposals: in the order of the day, or the newest first.

    Never by popularity: what stands first is endorsed more, and would stay first.
    """
    wanted = _chosen(actor)
    if stage in stages():
        wanted = wanted.where(Proposal.stage == stage)
    if about:
        subject = select(Subject.id).where(Subject.public_id == about).scalar_subquery()
        tied = select(ProposalTie.proposal_id).where(ProposalTie.subject_id == subject)
        wanted = wanted.where(or_(Proposal.about_id == subject, Proposal.id.in_(tied)))
    order = _NEWEST if newest_first else _order_of_the_day()
    page = max(1, min(MOST_PAGES, page))
    rows = _rows(wanted.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE), order)
    total = int(rows[0][-1]) if rows else 0
    return NumberedPage(tuple(_row(*row[:-1]) for row in rows), total, page, PAGE_SIZE)


def on_subjects(subject_ids: Sequence[int], actor: Actor) -> ProposalsOnPage:
    """Return a few of the proposals about these subjects, in the order of the day, in one query."""
    rows = _rows(
        _chosen(actor)
        .where(
            or_(
                Proposal.about_id.in_(subject_ids),
                Proposal.id.in_(
                    select(ProposalTie.proposal_id).where(ProposalTie.subject_id.in_(subject_ids))
                ),
            )
        )
        .limit(ON_PAGE),
        _order_of_the_day(),
    )
    return ProposalsOnPage(tuple(_row(*row[:-1]) for row in rows), int(rows[0][-1]) if rows else 0)


def list_proposed_by(organisation_id: int, actor: Actor) -> tuple[ProposalRow, ...]:
    """Return what an organisation proposed, the newest first."""
    chosen = _chosen(actor).where(Proposal.organisation_id == organisation_id).limit(ON_ORGANISATION)
    rows = _rows(chosen, _NEWEST)
    return tuple(_row(*row[:-1]) for row in rows)


def list_endorsed_by(organisation_id: int, actor: Actor) -> tuple[ProposalRow, ...]:
    """Return what an organisation endorses (never what its delegates endorse as persons), the newest first."""
    given = select(OrganisationEndorsement.proposal_id).where(
        OrganisationEndorsement.organisation_id == organisation_id
    )
    rows = _rows(_chosen(actor).where(Proposal.id.in_(given)).limit(ON_ORGANISATION), _NEWEST)
    return tuple(_row(*row[:-1]) for row in rows)


def list_of_organisations(actor: Actor) -> Sequence[tuple[Proposal, str]]:
    """Return all proposals and drafts of the actor's organisations, the last edited first."""
    rows = db.session.execute(
        select(Proposal, CommunityOrganisation.name)
        .join(CommunityOrganisation, CommunityOrganisation.id == Proposal.organisation_id)
        .where(Proposal.organisation_id.in_(actor.delegated_ids))
        .order_by(Proposal.edited_at.desc(), Proposal.id.desc())
        .limit(100)
    )
    return rows.all()


def list_own_organisations(actor: Actor) -> Sequence[CommunityOrganisation]:
    """Return the confirmed organisations for which the actor may write."""
    writes_for = [id_ for id_ in actor.delegated_ids if actor.may_for(id_, Right.DRAFT)]
    return db.session.scalars(
        select(CommunityOrganisation)
        .where(CommunityOrganisation.id.in_(writes_for), active_on(clock.today()))
        .order_by(CommunityOrganisation.name)
    ).all()


def list_subject_choices() -> list[tuple[int, str]]:
    """Return (id, title) of what a proposal may be about: what is open, except what others offer themselves."""
    return subjects.list_open_choices(besides=OFFERED)


def find_subject_id(public_id: str) -> int | None:
    """Return the id of a subject by its public id, or None."""
    return db.session.scalar(select(Subject.id).where(Subject.public_id == public_id))


def _order_of_the_day() -> tuple[Any, ...]:
    return place_of_today(Proposal.shuffle), Proposal.id


def _chosen(actor: Actor) -> Select[int, int]:
    """The ids of the submitted proposals that a reader may see, with how many there are in all.

    Narrow on purpose: it sorts thousands, of which a page then looks at twenty.
    """
    return (
        select(Proposal.id, func.count().over().label("total"))
        .join(Contribution, Contribution.id == Proposal.contribution_id)
        .where(visible_to(actor), Proposal.submitted_at.is_not(None))
    )


def _count_of(model: type[PersonEndorsement] | type[OrganisationEndorsement]) -> ScalarSelect[int]:
    """How many endorsements of a kind the proposal of a row has."""
    return (
        select(func.count())
        .select_from(model)
        .where(model.proposal_id == Proposal.id)
        .correlate(Proposal)
        .scalar_subquery()
    )


def _rows(chosen: Select[int, int], order: Sequence[Any]) -> Sequence[Any]:
    """Return the chosen proposals with all that a list shows of them, in one query."""
    page = chosen.order_by(*order).subquery()
    people, organisations = _count_of(PersonEndorsement), _count_of(OrganisationEndorsement)
    return db.session.execute(
        select(Proposal, CommunityOrganisation.name, Subject.title, people, organisations, page.c.total)
        .join(page, page.c.id == Proposal.id)
        .join(CommunityOrganisation, CommunityOrganisation.id == Proposal.organisation_id)
        .join(Subject, Subject.id == Proposal.about_id)
        .order_by(*order)
    ).all()


def _row(proposal: Proposal, organisation: str, about: str, people: int, organisations: int) -> ProposalRow:
    return ProposalRow(
        public_id=proposal.public_id,
        title=proposal.title,
        organisation=organisation,
        stage=stages()[proposal.stage],
        is_withdrawn=proposal.withdrawn_at is not None,
        is_joined=proposal.merged_into_id is not None,
        submitted_at=proposal.submitted_at,
        about=about,
        person_count=people,
        organisation_count=organisations,
    )


def _endorsing_organisations(
    proposal: Proposal, actor: Actor
) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, str, bool], ...]]:
    """Return the organisations that endorse, in the order of endorsing, and those for which the reader may."""
    may_speak = and_(
        CommunityOrganisation.id.in_(actor.organisation_ids),
        CommunityOrganisation.id != proposal.organisation_id,
        active_on(clock.today()),
    )
    rows = db.session.execute(
        select(
            CommunityOrganisation.public_id,
            CommunityOrganisation.name,
            OrganisationEndorsement.id,
            OrganisationEndorsement.text_version,
            may_speak,
            CommunityOrganisation.withdrawn_at,
        )
        .outerjoin(
            OrganisationEndorsement,
            (OrganisationEndorsement.organisation_id == CommunityOrganisation.id)
            & (OrganisationEndorsement.proposal_id == proposal.id),
        )
        .where(or_(OrganisationEndorsement.id.is_not(None), may_speak))
        .order_by(OrganisationEndorsement.id, CommunityOrganisation.name)
    ).all()
    endorsing = tuple(
        (f"{name}（登録を終えた団体）" if ended_at else name, version < proposal.text_version)
        for _, name, given, version, _, ended_at in rows
        if given
    )
    own = sorted(
        (name, public_id, given is not None) for public_id, name, given, _, is_own, _ in rows if is_own
    )
    return endorsing, tuple((public_id, name, has_endorsed) for name, public_id, has_endorsed in own)
