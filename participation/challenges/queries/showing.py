"""Reading challenges and ideas: lists and pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from participation.access.actors import Actor, Right
from participation.agreements.queries import Published, published_about
from participation.challenges.domain import (
    LINK_ORIGIN_NAMES,
    LINKED_BY_NAMES,
    ChallengeStage,
    IdeaText,
    LinkState,
    stages,
)
from participation.challenges.models import (
    Challenge,
    ChallengeMaterial,
    ChallengeStep,
    ChallengeTie,
    Idea,
    IdeaLink,
)
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.contributions.queries import TOMBSTONES, may_read, visible_to
from participation.foundation import clock, sealing
from participation.foundation.daily_order import place_of_today
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import NumberedPage
from participation.organisations.domain import kind_name
from participation.organisations.models import CommunityOrganisation, Section
from participation.people.domain import STANDING_NAMES, Standing
from participation.proposals.models import Proposal
from participation.subjects import queries as subjects
from participation.subjects.models import Subject

#: What contacts are sealed for (foundation.sealing).
SEALED_FOR = "challenges contact"
PAGE_SIZE, MOST_PAGES, ON_CHALLENGE = 20, 500, 100
#: Subjects that something is said about in the plan's sense; ideas, calls and proposals are what is said.
NOT_OF_THE_PLAN = ("idea", "call", "proposal", "challenge", "gathering", "local_issue")


@dataclass(frozen=True)
class ChallengeRow:
    """A challenge in a list."""

    public_id: str
    title: str
    wanted: str
    section: str
    stage: ChallengeStage
    takes_ideas: bool
    closes_at: datetime | None
    posted_at: datetime | None
    idea_count: int


@dataclass(frozen=True)
class IdeaRow:
    """An idea in a list."""

    public_id: str
    text: IdeaText
    name: str
    is_organisation: bool
    offered_at: datetime
    about: str
    #: Titles of the challenges to which it belongs.
    challenge_count: int
    visibility: Visibility
    covered_note: str


@dataclass(frozen=True)
class Step:
    """A step of a challenge as shown."""

    stage: ChallengeStage
    reason: str
    section: str
    at: datetime


@dataclass(frozen=True)
class ChallengePage:
    """A challenge with everything its page shows."""

    challenge: Challenge
    stage: ChallengeStage
    section: str
    subject_public_id: str
    takes_ideas: bool
    materials: tuple[ChallengeMaterial, ...]
    #: (title, address) of what in the plan it is about.
    ties: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    ideas: tuple[IdeaRow, ...]


@dataclass(frozen=True)
class LinkLine:
    """A link of an idea, seen from the idea."""

    public_id: str
    title: str
    origin: str
    said_by: str
    said_at: datetime


@dataclass(frozen=True)
class Grown:
    """A proposal that grew from an idea."""

    public_id: str
    title: str
    organisation: str


@dataclass(frozen=True)
class IdeaPage:
    """An idea with everything its page shows."""

    idea: Idea
    said: Contribution
    text: IdeaText
    is_readable: bool
    is_mine: bool
    about: str
    about_address: str
    #: In words: how the person is connected with the ward, or which kind of organisation speaks.
    standing: str
    organisation_public_id: str
    #: Name and contact, where the writer wants everybody to read them.
    contact: tuple[str, str]
    links: tuple[LinkLine, ...]
    grown: tuple[Grown, ...]
    #: How the organisation agreed before it went out (団体の中の承認).
    agreed: Published


def get_challenge(public_id: str) -> Challenge:
    """Return a challenge by its public id, also a draft; raises NotFound."""
    found = db.session.scalars(select(Challenge).where(Challenge.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_posted(public_id: str) -> Challenge:
    """Return a posted challenge; a draft is found by nobody here."""
    challenge = get_challenge(public_id)
    if challenge.posted_at is None:
        raise NotFound
    return challenge


def get_idea(public_id: str) -> Idea:
    """Return an idea by its public id; raises NotFound."""
    found = db.session.scalars(select(Idea).where(Idea.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_challenges(
    *, stage: str = "", is_desk: bool = False, newest_first: bool = False, page: int = 1
) -> NumberedPage[ChallengeRow]:
    """Return a page of challenges in one query: in the order of the day or the newest first, never by popularity."""
    wanted: Select[Any] = select(Challenge, Section.name, _idea_count(), func.count().over()).join(
        Section, Section.id == Challenge.section_id
    )
    if not is_desk:
        wanted = wanted.where(Challenge.posted_at.is_not(None))
    if stage in stages():
        wanted = wanted.where(Challenge.stage == stage)
    newest = (Challenge.created_at.desc() if is_desk else Challenge.posted_at.desc(), Challenge.id.desc())
    order = newest if newest_first else (place_of_today(Challenge.shuffle), Challenge.id)
    page = max(1, min(MOST_PAGES, page))
    rows = db.session.execute(wanted.order_by(*order).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    now = clock.now()
    found = tuple(
        ChallengeRow(
            public_id=challenge.public_id,
            title=challenge.title,
            wanted=challenge.wanted,
            section=section,
            stage=stages()[challenge.stage],
            takes_ideas=challenge.takes_ideas_at(now),
            closes_at=challenge.closes_at,
            posted_at=challenge.posted_at,
            idea_count=count,
        )
        for challenge, section, count, _ in rows
    )
    return NumberedPage(found, int(rows[0][-1]) if rows else 0, page, PAGE_SIZE)


def _idea_count() -> Any:
    """How many readable ideas belong to the challenge of a row."""
    return (
        select(func.count())
        .select_from(IdeaLink)
        .join(Idea, Idea.id == IdeaLink.idea_id)
        .join(Contribution, Contribution.id == Idea.contribution_id)
        .where(
            IdeaLink.challenge_id == Challenge.id,
            IdeaLink.state == LinkState.CONFIRMED,
            Contribution.visibility == Visibility.PUBLISHED,
        )
        .correlate(Challenge)
        .scalar_subquery()
    )


def show_challenge(challenge: Challenge, actor: Actor) -> ChallengePage:
    """Return a challenge for its page, in a constant number of queries."""
    section, subject_public_id = db.session.execute(
        select(Section.name, Subject.public_id)
        .select_from(Challenge)
        .join(Section, Section.id == Challenge.section_id)
        .join(Subject, Subject.id == Challenge.subject_id)
        .where(Challenge.id == challenge.id)
    ).one()
    steps = db.session.execute(
        select(ChallengeStep, Section.name)
        .outerjoin(Section, Section.id == ChallengeStep.section_id)
        .where(ChallengeStep.challenge_id == challenge.id)
        .order_by(ChallengeStep.id)
    )
    return ChallengePage(
        challenge=challenge,
        stage=stages()[challenge.stage],
        section=section,
        subject_public_id=subject_public_id,
        takes_ideas=challenge.takes_ideas_at(clock.now()),
        materials=tuple(list_materials(challenge)),
        ties=tuple(list_ties(challenge)),
        steps=tuple(
            Step(stages()[step.stage], step.reason, name or "", step.changed_at) for step, name in steps
        ),
        ideas=list_ideas_of(challenge, actor),
    )


def list_ideas_of(challenge: Challenge, actor: Actor) -> tuple[IdeaRow, ...]:
    """Return the ideas that belong to a challenge and that the reader may read, in the order of the day."""
    rows = db.session.execute(
        _ideas(actor)
        .join(IdeaLink, IdeaLink.idea_id == Idea.id)
        .where(IdeaLink.challenge_id == challenge.id, IdeaLink.state == LinkState.CONFIRMED)
        .order_by(place_of_today(Idea.shuffle), Idea.id)
        .limit(ON_CHALLENGE)
    )
    return tuple(_idea_row(*row) for row in rows)


def list_materials(challenge: Challenge) -> Sequence[ChallengeMaterial]:
    """Return what is known about a challenge, in the order of adding."""
    return db.session.scalars(
        select(ChallengeMaterial)
        .where(ChallengeMaterial.challenge_id == challenge.id, ChallengeMaterial.removed_at.is_(None))
        .order_by(ChallengeMaterial.id)
    ).all()


def get_material(challenge: Challenge, public_id: str) -> ChallengeMaterial:
    """Return something known about a challenge; raises NotFound."""
    for material in list_materials(challenge):
        if material.public_id == public_id:
            return material
    raise NotFound


def list_ties(challenge: Challenge) -> list[tuple[str, str]]:
    """Return (title, address) of what in the plan a challenge is about."""
    rows = db.session.scalars(
        select(Subject)
        .join(ChallengeTie, ChallengeTie.subject_id == Subject.id)
        .where(ChallengeTie.challenge_id == challenge.id)
        .order_by(ChallengeTie.id)
    )
    return [(subject.title, subjects.address_of(subject)) for subject in rows]


def list_tied_ids(challenge: Challenge) -> list[int]:
    """Return the subjects a challenge is tied to."""
    return list(
        db.session.scalars(select(ChallengeTie.subject_id).where(ChallengeTie.challenge_id == challenge.id))
    )


def on_subjects(subject_ids: Sequence[int]) -> tuple[tuple[str, str, str], ...]:
    """Return (title, address, stage) of the posted challenges about these subjects, in one query."""
    rows = db.session.execute(
        select(Challenge.title, Challenge.public_id, Challenge.stage)
        .where(
            Challenge.posted_at.is_not(None),
            Challenge.id.in_(
                select(ChallengeTie.challenge_id).where(ChallengeTie.subject_id.in_(subject_ids))
            ),
        )
        .order_by(Challenge.posted_at.desc(), Challenge.id.desc())
        .limit(5)
    )
    return tuple(
        (title, f"/challenges/{public_id}", stages()[stage].name) for title, public_id, stage in rows
    )


def list_plan_subjects(*, with_challenges: bool = False) -> list[tuple[int, str]]:
    """Return (id, title) of what in the plan can be spoken about now, and of open challenges if wanted."""
    besides = [kind for kind in NOT_OF_THE_PLAN if not (with_challenges and kind == "challenge")]
    rows = db.session.execute(
        select(Subject.id, Subject.title)
        .where(Subject.opened_at.is_not(None), Subject.closed_at.is_(None), Subject.kind.not_in(besides))
        .order_by(Subject.id)
        .limit(1000)
    )
    return [(subject_id, title) for subject_id, title in rows]


def list_ideas(
    actor: Actor, *, is_free: bool = False, newest_first: bool = False, page: int = 1
) -> NumberedPage[IdeaRow]:
    """Return a page of ideas; `is_free`: those that look for a challenge. Never by popularity."""
    wanted = _ideas(actor).add_columns(func.count().over())
    if is_free:
        linked = select(IdeaLink.idea_id).where(IdeaLink.state == LinkState.CONFIRMED)
        wanted = wanted.where(Idea.id.not_in(linked))
    order = (
        (Idea.offered_at.desc(), Idea.id.desc()) if newest_first else (place_of_today(Idea.shuffle), Idea.id)
    )
    page = max(1, min(MOST_PAGES, page))
    rows = db.session.execute(wanted.order_by(*order).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return NumberedPage(
        tuple(_idea_row(*row[:4]) for row in rows), int(rows[0][-1]) if rows else 0, page, PAGE_SIZE
    )


def _ideas(actor: Actor) -> Select[Any]:
    """The ideas that a reader may read, without those that are gone."""
    links = (
        select(func.count())
        .select_from(IdeaLink)
        .where(IdeaLink.idea_id == Idea.id, IdeaLink.state == LinkState.CONFIRMED)
        .correlate(Idea)
        .scalar_subquery()
    )
    return (
        select(Idea, Contribution, Subject.title, links)
        .join(Contribution, Contribution.id == Idea.contribution_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(visible_to(actor), Contribution.visibility.not_in(TOMBSTONES))
    )


def _idea_row(idea: Idea, said: Contribution, about: str, challenge_count: int) -> IdeaRow:
    return IdeaRow(
        public_id=idea.public_id,
        text=IdeaText.read(said.body),
        name=said.shown_name,
        is_organisation=said.organisation_id is not None,
        offered_at=idea.offered_at,
        about=about,
        challenge_count=challenge_count,
        visibility=said.visibility,
        covered_note=said.covered_note,
    )


def show_idea(public_id: str, actor: Actor) -> IdeaPage:
    """Return an idea for its page; raises NotFound where the reader may not know of it."""
    row = db.session.execute(
        select(Idea, Contribution, Subject, CommunityOrganisation)
        .join(Contribution, Contribution.id == Idea.contribution_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .outerjoin(CommunityOrganisation, CommunityOrganisation.id == Contribution.organisation_id)
        .where(Idea.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    idea, said, about, organisation = row
    own = actor.person_id is not None and said.author_id == actor.person_id
    is_mine = own or (said.organisation_id is not None and said.organisation_id in actor.delegated_ids)
    is_readable = is_mine or may_read(actor, said)
    if not is_readable and said.visibility not in TOMBSTONES:
        raise NotFound
    shows = is_readable and idea.shows_contact and said.visibility not in TOMBSTONES
    return IdeaPage(
        idea=idea,
        said=said,
        text=IdeaText.read(said.body),
        is_readable=is_readable and said.visibility is not Visibility.ERASED,
        is_mine=is_mine,
        about=about.title,
        about_address=subjects.address_of(about),
        standing=_standing(idea, organisation),
        organisation_public_id=organisation.public_id if organisation else "",
        contact=contact_of(idea.sealed_contact) if shows else ("", ""),
        links=tuple(list_links(idea)),
        grown=tuple(_list_grown(idea)),
        agreed=published_about(idea.public_id, said.organisation_id),
    )


def _standing(idea: Idea, organisation: CommunityOrganisation | None) -> str:
    if organisation is not None:
        return kind_name(organisation.kind)
    return "、".join(STANDING_NAMES[Standing(each)] for each in idea.standings)


def contact_of(sealed: bytes | None) -> tuple[str, str]:
    """Return the name and the contact that were sealed; whoever shows them has asked whether they may."""
    if sealed is None:
        return "", ""
    name, contact = json.loads(sealing.unseal(SEALED_FOR, sealed))
    return name, contact


def seal_contact(name: str, contact: str) -> bytes | None:
    """Return a name and a contact as they are kept; nothing: neither was given."""
    if not (name.strip() or contact.strip()):
        return None
    return sealing.seal(SEALED_FOR, json.dumps([name.strip(), contact.strip()]))


def list_links(idea: Idea) -> list[LinkLine]:
    """Return the challenges to which an idea belongs, with who said so and when."""
    rows = db.session.execute(
        select(Challenge, IdeaLink)
        .join(IdeaLink, IdeaLink.challenge_id == Challenge.id)
        .where(IdeaLink.idea_id == idea.id, IdeaLink.state == LinkState.CONFIRMED)
        .order_by(IdeaLink.id)
    )
    return [
        LinkLine(
            challenge.public_id,
            challenge.title,
            LINK_ORIGIN_NAMES[link.origin],
            LINKED_BY_NAMES[link.said_by],
            link.said_at,
        )
        for challenge, link in rows
    ]


def _list_grown(idea: Idea) -> list[Grown]:
    rows = db.session.execute(
        select(Proposal.public_id, Proposal.title, CommunityOrganisation.name)
        .join(CommunityOrganisation, CommunityOrganisation.id == Proposal.organisation_id)
        .join(Contribution, Contribution.id == Proposal.contribution_id)
        .where(Proposal.origin_id == idea.subject_id, Contribution.visibility == Visibility.PUBLISHED)
        .order_by(Proposal.id)
    )
    return [Grown(*row) for row in rows]


def list_own_organisations(actor: Actor, right: Right) -> Sequence[CommunityOrganisation]:
    """Return the confirmed organisations for which the actor holds a right."""
    ids = [each for each in actor.delegated_ids if actor.may_for(each, right)]
    today = clock.today()
    found = db.session.scalars(
        select(CommunityOrganisation)
        .where(CommunityOrganisation.id.in_(ids))
        .order_by(CommunityOrganisation.name)
    ).all()
    return [each for each in found if each.speaks_on(today)]


def count_ideas_since(person_id: int, since: datetime) -> int:
    """Return how many ideas a person offered since a moment."""
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(Contribution)
            .where(
                Contribution.author_id == person_id,
                Contribution.kind == ContributionKind.IDEA,
                Contribution.said_at >= since,
            )
        )
        or 0
    )


def has_published(person_id: int, besides: int) -> bool:
    """Return whether something that a person said stands published, besides one contribution."""
    return (
        db.session.scalar(
            select(Contribution.id)
            .where(
                Contribution.author_id == person_id,
                Contribution.visibility == Visibility.PUBLISHED,
                Contribution.id != besides,
            )
            .limit(1)
        )
        is not None
    )


def list_linked_contributions(challenge: Challenge) -> list[int]:
    """Return the contributions of the ideas that belong to a challenge: whose authors are told what becomes of it."""
    return list(
        db.session.scalars(
            select(Idea.contribution_id)
            .join(IdeaLink, IdeaLink.idea_id == Idea.id)
            .where(IdeaLink.challenge_id == challenge.id, IdeaLink.state == LinkState.CONFIRMED)
            .order_by(Idea.id)
        )
    )
