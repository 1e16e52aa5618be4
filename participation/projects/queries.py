"""Reading projects; a page takes as many queries for two hundred entries as for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from participation.access.actors import Actor
from participation.challenges.domain import CALL_STATE_NAMES
from participation.challenges.domain import stages as challenge_stages
from participation.challenges.models import Challenge, CooperationCall, Idea
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.contributions.queries import count_published
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.gatherings.domain import STATE_NAMES as gathering_states
from participation.gatherings.domain import GatheringState
from participation.gatherings.models import Gathering
from participation.organisations.models import Section
from participation.projects.domain import GROUPS, group_of, in_order
from participation.projects.models import Project, ProjectEntry
from participation.proposals.domain import stages as proposal_stages
from participation.proposals.models import Proposal
from participation.replies import queries as replies
from participation.replies.queries import RepliesOnPage
from participation.subjects import queries as subjects
from participation.subjects.models import Subject

MOST_PROJECTS, MOST_FOUND = 200, 30
#: What can be gathered: what people can read a page of.
GATHERED = tuple(kind for kinds, _ in GROUPS for kind in kinds)


@dataclass(frozen=True)
class ProjectRow:
    """A project in a list."""

    code: str
    title: str
    summary: str
    section: str
    is_published: bool
    is_ended: bool
    entry_count: int


@dataclass(frozen=True)
class Entry:
    """Something that a project gathered, as shown."""

    id: int
    title: str
    address: str
    note: str
    #: (name, kind of tag) of how far it is; None: it is no such thing.
    status: tuple[str, str] | None
    #: How many opinions and other voices about it are published.
    voices: int


@dataclass(frozen=True)
class ProjectPage:
    """A project with everything its page shows."""

    project: Project
    section: str
    #: (name of the group, entries) in the order of the page.
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    #: The ward's replies about the items of the plan that were gathered (結果).
    replies: RepliesOnPage
    is_empty: bool


def list_projects(*, is_desk: bool = False) -> list[ProjectRow]:
    """Return the projects, those that run first, by title; the public sees those that were published."""
    count = (
        select(func.count())
        .select_from(ProjectEntry)
        .where(ProjectEntry.project_id == Project.id)
        .correlate(Project)
        .scalar_subquery()
    )
    wanted = select(Project, Section.name, count).join(Section, Section.id == Project.section_id)
    if not is_desk:
        wanted = wanted.where(Project.published_at.is_not(None))
    rows = db.session.execute(
        wanted.order_by(Project.ended_at.is_not(None), Project.title, Project.id).limit(MOST_PROJECTS)
    )
    return [
        ProjectRow(
            project.code,
            project.title,
            project.summary,
            section,
            project.published_at is not None,
            project.ended_at is not None,
            entries,
        )
        for project, section, entries in rows
    ]


def get_project(code: str) -> Project:
    """Return a project by its code, also a draft; raises NotFound."""
    found = db.session.scalars(select(Project).where(Project.code == code)).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_published(code: str) -> Project:
    """Return a published project; a draft is found by nobody here."""
    project = get_project(code)
    if project.published_at is None:
        raise NotFound
    return project


def show_published(code: str, actor: Actor) -> ProjectPage:
    """Return a published project for its page, in a constant number of queries; raises NotFound."""
    return _shown((Project.code == code) & Project.published_at.is_not(None), actor)


def show_project(project: Project, actor: Actor, *, with_replies: bool = True) -> ProjectPage:
    """Return a project for its page, also a draft; `with_replies`: what the ward answered stands on it."""
    return _shown(Project.id == project.id, actor, with_replies=with_replies)


def _shown(wanted: ColumnElement[bool], actor: Actor, *, with_replies: bool = True) -> ProjectPage:
    found = db.session.execute(
        _with_owners(
            select(Project, Section.name, ProjectEntry, Subject, *_OWNERS)
            .join(Section, Section.id == Project.section_id)
            .outerjoin(ProjectEntry, ProjectEntry.project_id == Project.id)
            .outerjoin(Subject, Subject.id == ProjectEntry.subject_id)
        )
        .where(wanted)
        .order_by(ProjectEntry.id)
    ).all()
    if not found:
        raise NotFound
    rows = [row for row in found if row[3] is not None]
    ids = [row[3].id for row in rows]
    counts: dict[int, int] = {}
    for (subject_id, _kind), count in count_published(ids).items():
        counts[subject_id] = counts.get(subject_id, 0) + count
    groups: dict[str, list[Entry]] = {}
    for _, _, entry, subject, *owners in rows:
        is_gone, status = _standing(*owners)
        if is_gone:
            continue
        line = Entry(
            id=entry.id,
            title=subject.title,
            address=subjects.address_of(subject),
            note=entry.note,
            status=status,
            voices=counts.get(subject.id, 0),
        )
        groups.setdefault(group_of(subject.kind), []).append(line)
    of_plan = [row[3].id for row in rows if row[3].kind in GROUPS[0][0]] if with_replies else []
    return ProjectPage(
        project=found[0][0],
        section=found[0][1],
        groups=tuple((name, tuple(groups[name])) for name in in_order(set(groups))),
        replies=replies.on_subjects(of_plan, actor),
        is_empty=not groups,
    )


#: Whoever may own a subject that is gathered, and the words of those that were said.
_OWNERS = (Challenge, Gathering, Proposal, CooperationCall, Contribution.visibility)


def _with_owners(wanted: Any) -> Any:
    """Join each subject with its owner: one query for all kinds."""
    said = func.coalesce(Proposal.contribution_id, Idea.contribution_id, CooperationCall.contribution_id)
    return (
        wanted.outerjoin(Challenge, Challenge.subject_id == Subject.id)
        .outerjoin(Gathering, Gathering.subject_id == Subject.id)
        .outerjoin(Proposal, Proposal.subject_id == Subject.id)
        .outerjoin(Idea, Idea.subject_id == Subject.id)
        .outerjoin(CooperationCall, CooperationCall.subject_id == Subject.id)
        .outerjoin(Contribution, Contribution.id == said)
    )


def _standing(
    challenge: Challenge | None,
    gathering: Gathering | None,
    proposal: Proposal | None,
    call: CooperationCall | None,
    visibility: Visibility | None,
) -> tuple[bool, tuple[str, str] | None]:
    """Return whether nobody may read it now, and how far it is."""
    is_gone = visibility is not None and visibility is not Visibility.PUBLISHED
    if challenge is not None:
        stage = challenge_stages()[challenge.stage]
        return challenge.posted_at is None, (stage.name, stage.kind)
    if gathering is not None:
        return gathering.state is GatheringState.DRAFT, gathering_states[gathering.state]
    if proposal is not None:
        its_stage = proposal_stages()[proposal.stage]
        return is_gone, (its_stage.name, its_stage.kind)
    return is_gone, CALL_STATE_NAMES[call.state_on(clock.today())] if call is not None else None


def find_subjects(project: Project, words: str) -> list[tuple[int, str]]:
    """Return (id, group and title) of what has these words in its title and is not gathered yet."""
    if not words.strip():
        return []
    present = select(ProjectEntry.subject_id).where(ProjectEntry.project_id == project.id)
    rows = db.session.execute(
        _with_owners(select(Subject, *_OWNERS))
        .where(
            Subject.kind.in_(GATHERED),
            Subject.title.contains(words.strip(), autoescape=True),
            Subject.id.not_in(present),
            Subject.opened_at.is_not(None) | (Subject.kind == "idea"),
        )
        .order_by(Subject.kind, Subject.id)
        .limit(MOST_FOUND)
    )
    return [
        (subject.id, f"{group_of(subject.kind)}：{subject.title}")
        for subject, *owners in rows
        if not _standing(*owners)[0]
    ]


def get_entry(project: Project, entry_id: int) -> ProjectEntry:
    """Return something that a project gathered; raises NotFound."""
    entry = db.session.get(ProjectEntry, entry_id)
    if entry is None or entry.project_id != project.id:
        raise NotFound
    return entry


def count_entries(project: Project) -> int:
    """Return how much a project gathered."""
    wanted = select(func.count()).select_from(ProjectEntry).where(ProjectEntry.project_id == project.id)
    return int(db.session.scalar(wanted) or 0)


def on_subjects(subject_ids: Sequence[int]) -> tuple[tuple[str, str], ...]:
    """Return (title, address) of the published projects that gather one of these subjects, in one query."""
    rows = db.session.execute(
        select(Project.title, Project.code)
        .join(ProjectEntry, ProjectEntry.project_id == Project.id)
        .where(ProjectEntry.subject_id.in_(subject_ids), Project.published_at.is_not(None))
        .distinct()
        .order_by(Project.title, Project.code)
        .limit(10)
    )
    return tuple((title, f"/projects/{code}") for title, code in rows)
