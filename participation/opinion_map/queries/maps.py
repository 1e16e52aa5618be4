"""Reading opinion maps and their statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor
from participation.consultations.domain import STATE_NAMES, State, Way, state_at
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.opinion_map.domain.maps import Audience, MapStatus, StatementStatus, shows_picture
from participation.opinion_map.models import (
    MapCount,
    MapPublication,
    MapStatement,
    OpinionMap,
    StatementCount,
)
from participation.subjects import queries as subjects
from participation.subjects.models import Subject

MOST_LISTED = 200

#: A statement whose rows are taken apart right below it.
Rows = Select[OpinionMap, Subject, int | None, int | None, int | None, int | None]


@dataclass(frozen=True)
class MapShown:
    """An opinion map as a page or a list shows it."""

    map: OpinionMap
    state: State
    statements: int
    voters: int
    votes: int
    subject_title: str
    subject_address: str
    may_vote: bool
    #: The number of the latest published version, None: nothing is published.
    published: int | None

    @property
    def state_name(self) -> str:
        """The state in words."""
        return STATE_NAMES[self.state]

    @property
    def shows_picture(self) -> bool:
        """Whether the present picture may be seen."""
        return shows_picture(self.map.results_shown, self.state)

    @property
    def ends_at(self) -> datetime:
        """When it ends, or ended: at its deadline, or before it by the hand of staff."""
        closed_at = self.map.closed_at
        return self.map.closes_at if closed_at is None else min(closed_at, self.map.closes_at)

    @property
    def changes_at(self) -> datetime | None:
        """The next moment at which it opens or closes by itself."""
        return {State.COMING: self.map.opens_at, State.OPEN: self.map.closes_at}.get(self.state)


@dataclass(frozen=True)
class MapsOnPage:
    """The maps about the subjects of a page."""

    maps: tuple[MapShown, ...] = ()
    changes_at: datetime | None = None


@dataclass(frozen=True)
class StatementRow:
    """A statement with its counts, as staff read it."""

    statement: MapStatement
    agree: int
    disagree: int
    passed: int
    #: The number of the statement into which it was merged.
    merged_into: int | None

    @property
    def seen(self) -> int:
        """How many answered it."""
        return self.agree + self.disagree + self.passed


def get_map(public_id: str) -> OpinionMap:
    """Return a map by its public id; raises NotFound."""
    found = db.session.scalars(select(OpinionMap).where(OpinionMap.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_public_map(public_id: str) -> OpinionMap:
    """Return a map that is no draft; raises NotFound."""
    found = get_map(public_id)
    if found.status is MapStatus.DRAFT:
        raise NotFound
    return found


def get_statement(opinion_map: OpinionMap, public_id: str) -> MapStatement:
    """Return a statement of a map; raises NotFound."""
    found = db.session.scalars(
        select(MapStatement).where(MapStatement.map_id == opinion_map.id, MapStatement.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_offered(contribution_id: int) -> MapStatement | None:
    """Return the statement that somebody offered with this contribution, or None."""
    return db.session.scalars(
        select(MapStatement).where(MapStatement.contribution_id == contribution_id)
    ).one_or_none()


def list_statements(opinion_map: OpinionMap, *states: StatementStatus) -> Sequence[MapStatement]:
    """Return the statements of a map in one of these states (all without any), by number."""
    wanted = select(MapStatement).where(MapStatement.map_id == opinion_map.id).order_by(MapStatement.number)
    if states:
        wanted = wanted.where(MapStatement.status.in_(states))
    return db.session.scalars(wanted).all()


def list_statement_rows(opinion_map: OpinionMap, state: StatementStatus | None = None) -> list[StatementRow]:
    """Return statements with their counts, newest first."""
    target = aliased(MapStatement)
    wanted = (
        select(
            MapStatement, StatementCount.agree, StatementCount.disagree, StatementCount.passed, target.number
        )
        .outerjoin(StatementCount, StatementCount.statement_id == MapStatement.id)
        .outerjoin(target, target.id == MapStatement.merged_into_id)
        .where(MapStatement.map_id == opinion_map.id)
        .order_by(MapStatement.number.desc())
    )
    if state is not None:
        wanted = wanted.where(MapStatement.status == state)
    return [
        StatementRow(statement, agree or 0, disagree or 0, passed or 0, merged)
        for statement, agree, disagree, passed, merged in db.session.execute(wanted)
    ]


def count_statements(opinion_map: OpinionMap) -> dict[StatementStatus, int]:
    """Return how many statements are in each state."""
    rows = db.session.execute(
        select(MapStatement.status, func.count())
        .where(MapStatement.map_id == opinion_map.id)
        .group_by(MapStatement.status)
    )
    return dict(rows.all())


def show_map(opinion_map: OpinionMap, actor: Actor) -> MapShown:
    """Return one map with its counts."""
    (shown,) = _shown(_maps().where(OpinionMap.id == opinion_map.id), actor)
    return shown


def list_maps(actor: Actor, *, with_drafts: bool = False) -> list[MapShown]:
    """Return maps, those that close last first; drafts for staff only."""
    wanted = _maps()
    if not with_drafts:
        wanted = wanted.where(OpinionMap.status != MapStatus.DRAFT)
    return _shown(wanted, actor)


def on_subjects(subject_ids: Sequence[int], actor: Actor) -> MapsOnPage:
    """Return the maps about these subjects in one query, whatever their number."""
    wanted = _maps(counts=False).where(
        OpinionMap.subject_id.in_(subject_ids), OpinionMap.status != MapStatus.DRAFT
    )
    shown = tuple(_shown(wanted, actor))
    return MapsOnPage(shown, min((each.changes_at for each in shown if each.changes_at), default=None))


def ways_into(consultation_id: int) -> list[Way]:
    """Return the maps of a consultation as ways to take part in it, those that close first first."""
    now = clock.now()
    found = db.session.scalars(
        select(OpinionMap)
        .where(OpinionMap.consultation_id == consultation_id, OpinionMap.status != MapStatus.DRAFT)
        .order_by(OpinionMap.closes_at, OpinionMap.id)
        .limit(MOST_LISTED)
    )
    ways = []
    for each in found:
        state = state_at(each.status, each.opens_at, each.closes_at, now)
        changes_at = {State.COMING: each.opens_at, State.OPEN: each.closes_at}.get(state)
        ways.append(
            Way(
                "意見の地図に答える",
                each.question,
                "opinion_map.show",
                each.public_id,
                state is State.OPEN,
                changes_at,
            )
        )
    return ways


def _maps(*, counts: bool = True) -> Rows:
    """Return the statement that reads maps with everything that a list says of them.

    Without counts nothing of it changes with every vote: what is read so can be remembered.
    """
    statements = (
        select(func.count())
        .where(MapStatement.map_id == OpinionMap.id, MapStatement.status == StatementStatus.SHOWN)
        .scalar_subquery()
    )
    published = (
        select(func.max(MapPublication.number))
        .where(MapPublication.map_id == OpinionMap.id)
        .scalar_subquery()
    )
    voters, votes = (MapCount.voters, MapCount.votes) if counts else (literal(0), literal(0))
    wanted = select(OpinionMap, Subject, voters, votes, statements, published).join(
        Subject, Subject.id == OpinionMap.subject_id
    )
    if counts:
        wanted = wanted.outerjoin(MapCount, MapCount.map_id == OpinionMap.id)
    return wanted.order_by(OpinionMap.closes_at.desc(), OpinionMap.id.desc()).limit(MOST_LISTED)


def _shown(wanted: Rows, actor: Actor) -> list[MapShown]:
    now = clock.now()
    return [
        MapShown(
            map=each,
            state=state_at(each.status, each.opens_at, each.closes_at, now),
            statements=statements or 0,
            voters=voters or 0,
            votes=votes or 0,
            subject_title=subject.title,
            subject_address=subjects.address_of(subject),
            may_vote=each.audience is Audience.ANYONE or actor.is_member,
            published=published,
        )
        for each, subject, voters, votes, statements, published in db.session.execute(wanted)
    ]
