"""One local issue with its way, its talk, its checks, and what it is linked to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor
from participation.contributions.models import Contribution
from participation.contributions.queries import may_read, visible_to
from participation.discussion import queries as discussion
from participation.discussion.queries import DiscussionOnPage
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.likeness import likeness, pairs_of_letters
from participation.proposals import queries as proposals
from participation.proposals.queries import ProposalsOnPage
from participation.spaces.domain import IssueStage, LinkState, text_of_issue
from participation.spaces.models import (
    ConsensusCheck,
    IssueLink,
    IssuePassage,
    IssueStep,
    LocalIssue,
    Space,
)

MOST_COMPARED, MOST_CANDIDATES = 500, 10


@dataclass(frozen=True)
class PassageLine:
    """An issue passed up to a larger space, with that space."""

    passage: IssuePassage
    to_space: Space


@dataclass(frozen=True)
class LinkLine:
    """Another space's issue that is, or may be, linked to this one."""

    link: IssueLink
    other: LocalIssue
    other_space: Space
    #: Whether the space of the issue in hand is the one that is asked.
    is_asked: bool


@dataclass(frozen=True)
class IssuePage:
    """A local issue with everything its page shows."""

    issue: LocalIssue
    space: Space
    said: Contribution
    is_readable: bool
    text: str
    steps: Sequence[IssueStep]
    passages: Sequence[PassageLine]
    links: Sequence[LinkLine]
    checks: Sequence[ConsensusCheck]
    discussion: DiscussionOnPage
    proposals: ProposalsOnPage


def get_issue(public_id: str) -> tuple[LocalIssue, Space]:
    """Return an issue with its space; raises NotFound."""
    row = db.session.execute(
        select(LocalIssue, Space)
        .join(Space, Space.id == LocalIssue.space_id)
        .where(LocalIssue.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def get_issue_page(public_id: str, actor: Actor) -> IssuePage:
    """Return an issue for its page, in ten queries at most; raises NotFound."""
    row = db.session.execute(
        select(LocalIssue, Space, Contribution)
        .join(Space, Space.id == LocalIssue.space_id)
        .join(Contribution, Contribution.id == LocalIssue.contribution_id)
        .where(LocalIssue.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    issue, space, said = row
    is_readable = may_read(actor, said)
    return IssuePage(
        issue=issue,
        space=space,
        said=said,
        is_readable=is_readable,
        text=text_of_issue(said.body, issue.title) if is_readable else "",
        steps=db.session.scalars(
            select(IssueStep).where(IssueStep.issue_id == issue.id).order_by(IssueStep.id)
        ).all(),
        passages=list_passages(issue),
        links=_links_of(issue, actor),
        checks=db.session.scalars(
            select(ConsensusCheck)
            .where(ConsensusCheck.issue_id == issue.id)
            .order_by(ConsensusCheck.id.desc())
        ).all(),
        discussion=discussion.on_subjects([issue.subject_id], actor),
        proposals=proposals.on_subjects([issue.subject_id], actor),
    )


def get_passage(public_id: str) -> tuple[IssuePassage, Space, LocalIssue]:
    """Return an issue passed up, with the space it was passed to; raises NotFound."""
    row = db.session.execute(
        select(IssuePassage, Space, LocalIssue)
        .join(Space, Space.id == IssuePassage.to_space_id)
        .join(LocalIssue, LocalIssue.id == IssuePassage.issue_id)
        .where(IssuePassage.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


def get_link(public_id: str) -> tuple[IssueLink, LocalIssue, LocalIssue, Space]:
    """Return an offered link: from which issue, to which issue, and the space that is asked; raises NotFound."""
    other = aliased(LocalIssue)
    row = db.session.execute(
        select(IssueLink, LocalIssue, other, Space)
        .join(LocalIssue, LocalIssue.id == IssueLink.issue_id)
        .join(other, other.id == IssueLink.other_id)
        .join(Space, Space.id == other.space_id)
        .where(IssueLink.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2], row[3]


def list_alike(issue: LocalIssue, actor: Actor) -> list[tuple[str, str]]:
    """Return (public id, 「title（space）」) of other spaces' issues, those whose words are most alike first.

    A help for who chooses, not a judgement: nothing is linked by it.
    """
    rows = db.session.execute(
        select(LocalIssue.public_id, LocalIssue.title, Space.name, Contribution.body, LocalIssue.id)
        .join(Space, Space.id == LocalIssue.space_id)
        .join(Contribution, Contribution.id == LocalIssue.contribution_id)
        .where(
            LocalIssue.space_id != issue.space_id,
            LocalIssue.stage != IssueStage.SET_ASIDE,
            visible_to(actor),
        )
        .order_by(LocalIssue.id.desc())
        .limit(MOST_COMPARED)
    ).all()
    own = pairs_of_letters(db.session.get_one(Contribution, issue.contribution_id).body)
    ranked = sorted(rows, key=lambda row: (-likeness(own, pairs_of_letters(row.body)), -row.id))
    return [(row.public_id, f"{row.title}（{row.name}）") for row in ranked[:MOST_CANDIDATES]]


def list_issue_choices(space: Space, actor: Actor) -> list[tuple[str, str]]:
    """Return (public id, title) of the space's own issues that are on the way."""
    rows = db.session.execute(
        select(LocalIssue.public_id, LocalIssue.title)
        .join(Contribution, Contribution.id == LocalIssue.contribution_id)
        .where(
            LocalIssue.space_id == space.id,
            LocalIssue.stage.not_in([IssueStage.SET_ASIDE, IssueStage.RESULT]),
            visible_to(actor),
        )
        .order_by(LocalIssue.id.desc())
        .limit(100)
    )
    return [(public_id, title) for public_id, title in rows]


def list_passages(issue: LocalIssue) -> list[PassageLine]:
    """Return the larger spaces to which an issue was passed up, in that order. One query."""
    rows = db.session.execute(
        select(IssuePassage, Space)
        .join(Space, Space.id == IssuePassage.to_space_id)
        .where(IssuePassage.issue_id == issue.id)
        .order_by(IssuePassage.id)
    )
    return [PassageLine(passage, space) for passage, space in rows]


def _links_of(issue: LocalIssue, actor: Actor) -> list[LinkLine]:
    """Agreed links for everybody; offered and declined ones are the business of those who may run the spaces."""
    other = aliased(LocalIssue)
    rows = db.session.execute(
        select(IssueLink, other, Space)
        .join(
            other,
            or_(
                (IssueLink.issue_id == issue.id) & (other.id == IssueLink.other_id),
                (IssueLink.other_id == issue.id) & (other.id == IssueLink.issue_id),
            ),
        )
        .join(Space, Space.id == other.space_id)
        .join(Contribution, Contribution.id == other.contribution_id)
        .where(visible_to(actor))
        .order_by(IssueLink.id)
    )
    lines = [LinkLine(link, found, space, link.other_id == issue.id) for link, found, space in rows]
    if actor.is_staff or actor.delegations:
        return lines
    return [line for line in lines if line.link.state is LinkState.AGREED]
