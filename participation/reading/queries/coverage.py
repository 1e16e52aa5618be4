"""Who spoke in a consultation and who is missing; where in a plan nobody spoke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from participation.consultations.domain import ConsultationStatus
from participation.consultations.models import Consultation
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.csv_text import as_text
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.gatherings.domain import GatheringState
from participation.gatherings.models import Gathering
from participation.opinions.models import Opinion, Submission
from participation.opinions.queries.counting import stands
from participation.people.models import Person
from participation.places.models import Area, ResidentialDistrict
from participation.plans.models import Plan, PlanLevel, PlanNode
from participation.plans.queries import name_of
from participation.reading.domain.coverage import Board, Heard, Way, draw_board, joined, tie_of, way_of
from participation.reading.domain.population import Population, read_population
from participation.reading.models import PopulationTable
from participation.subjects.domain import path_of
from participation.subjects.models import Subject
from participation.surveys.domain.margins import COLUMNS

#: Somebody may still do something about who is missing.
IN_WORK = (ConsultationStatus.OPEN, ConsultationStatus.CLOSED_PREPARING)


@dataclass(frozen=True)
class PlannedGathering:
    """A gathering that is still to come in a 地区."""

    public_id: str
    title: str


@dataclass(frozen=True)
class CoverageInput:
    """What a board is drawn from: who spoke, the 地区 in order, the population."""

    heard: tuple[Heard, ...]
    #: 地区 in order, with their ids.
    areas: tuple[tuple[int, str], ...]
    population: Population | None
    organisations: int

    def board(self, way: Way | None = None) -> Board:
        """Return the board."""
        return draw_board(self.heard, [name for _, name in self.areas], self.population, way=way)


def find_consultation(code: str) -> Consultation | None:
    """Return a consultation by its code, or of those not answered yet the one with most opinions."""
    if code:
        found = db.session.scalars(select(Consultation).where(Consultation.code == code)).one_or_none()
        if found is None:
            raise NotFound
        return found
    heard = (
        select(Opinion.consultation_id, func.count().label("opinions"))
        .group_by(Opinion.consultation_id)
        .subquery()
    )
    return db.session.scalars(
        select(Consultation)
        .join(heard, heard.c.consultation_id == Consultation.id)
        .order_by(Consultation.status.in_(IN_WORK).desc(), heard.c.opinions.desc(), Consultation.id.desc())
        .limit(1)
    ).one_or_none()


def list_heard_consultations() -> list[tuple[str, str]]:
    """Return (code, title) of the consultations in which somebody spoke, newest first."""
    rows = db.session.execute(
        select(Consultation.code, Consultation.title)
        .where(select(Opinion.id).where(Opinion.consultation_id == Consultation.id).exists())
        .order_by(Consultation.id.desc())
    )
    return [(code, title) for code, title in rows]


def get_coverage(consultation: Consultation) -> CoverageInput:
    """Return what the board of a consultation is drawn from. Three queries, whatever was said."""
    areas = tuple(
        (number, name)
        for number, name in db.session.execute(select(Area.id, Area.name).order_by(Area.position))
    )
    rows = db.session.execute(
        select(
            Submission.submitter_key,
            Submission.organisation_name,
            Submission.people_count,
            Submission.channel,
            Submission.standings,
            Submission.age_band,
            Area.name,
        )
        .outerjoin(ResidentialDistrict, ResidentialDistrict.id == Submission.district_id)
        .outerjoin(Area, Area.id == ResidentialDistrict.area_id)
        .where(
            Submission.consultation_id == consultation.id,
            select(Opinion.id)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(Opinion.submission_id == Submission.id, stands())
            .exists(),
        )
        .order_by(Submission.id)
    )
    people: dict[str, Heard] = {}
    organisations: set[str] = set()
    for key, organisation, count, channel, standings, age, place in rows:
        if organisation:
            organisations.add(key)
            continue
        spoke = Heard(place, age, tie_of(standings, has_district=bool(place)), way_of(channel), count)
        people[key] = joined(people[key], spoke) if key in people else spoke
    population = find_population([name for _, name in areas])
    return CoverageInput(tuple(people.values()), areas, population, len(organisations))


def find_table() -> PopulationTable | None:
    """Return the table of the population that holds now."""
    return db.session.scalars(
        select(PopulationTable).order_by(PopulationTable.id.desc()).limit(1)
    ).one_or_none()


def list_tables() -> list[tuple[PopulationTable, str]]:
    """Return every table that was put in and by whom, latest first."""
    rows = db.session.execute(
        select(PopulationTable, Person.nickname)
        .outerjoin(Person, Person.id == PopulationTable.added_by_id)
        .order_by(PopulationTable.id.desc())
    )
    return [(table, nickname or "") for table, nickname in rows]


def get_table(public_id: str) -> PopulationTable:
    """Return a table; raises NotFound."""
    found = db.session.scalars(
        select(PopulationTable).where(PopulationTable.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def table_as_text(table: PopulationTable) -> str:
    """Return a table as the file it came from."""
    return as_text(COLUMNS, [tuple(line) for line in table.lines])


def find_population(places: Sequence[str]) -> Population | None:
    """Return the population that holds now; None: no table, or one for other 地区 than these."""
    table = find_table()
    return None if table is None else read_population(table_as_text(table), places).population


def list_gatherings_to_come(areas: Sequence[tuple[int, str]]) -> dict[str, list[PlannedGathering]]:
    """Return 地区 → gatherings that are planned there, drafts too, by their day. One query."""
    names = dict(areas)
    rows = db.session.execute(
        select(Area.id, Gathering.public_id, Gathering.title)
        .join(Area, Area.id == Gathering.area_id)
        .where(
            Gathering.state.in_((GatheringState.DRAFT, GatheringState.ANNOUNCED)),
            Gathering.starts_at > clock.now(),
        )
        .order_by(Gathering.starts_at, Gathering.id)
    )
    found: dict[str, list[PlannedGathering]] = {}
    for area_id, public_id, title in rows:
        found.setdefault(names[area_id], []).append(PlannedGathering(public_id, title))
    return found


# ── Where nobody spoke ──────────────────────────────────────────────────────────────────────

#: From so few voices on a place counts as one where little was said.
FEW = 2


@dataclass(frozen=True)
class QuietPlace:
    """A place in a plan, how many voices stand there, and how many below it."""

    subject_id: int
    code: str
    name: str
    level: str
    path: str
    voices: int
    #: With those about what stands below it.
    with_below: int


@dataclass(frozen=True)
class Quiet:
    """Where in a plan nobody spoke, or hardly anybody (声のないところ)."""

    plan: Plan
    levels: tuple[tuple[str, str], ...]
    places: tuple[QuietPlace, ...]
    #: Places about which people may speak, and of them those without any voice, on the level chosen.
    asked: int
    silent: int


def list_plans() -> list[tuple[str, str]]:
    """Return (slug, title) of the plans that people may speak about. One query."""
    rows = db.session.execute(
        select(Plan.slug, Plan.short_title)
        .where(
            select(PlanNode.id)
            .join(Subject, Subject.id == PlanNode.subject_id)
            .where(PlanNode.plan_id == Plan.id, PlanNode.standing, Subject.opened_at.is_not(None))
            .exists()
        )
        .order_by(Plan.position)
    )
    return [(slug, title) for slug, title in rows]


def list_quiet(slug: str, level: str = "", *, few: bool = False) -> Quiet:
    """Return the places of a plan without a voice (or with few), in reading order; raises NotFound. Three queries.

    Every kind of voice counts: opinions, posts, reasons, proposals. Not what its author took back.
    """
    plan = db.session.scalars(select(Plan).where(Plan.slug == slug)).one_or_none()
    if plan is None:
        raise NotFound
    said = (
        select(Contribution.subject_id, func.count().label("voices"))
        .where(Contribution.visibility.not_in((Visibility.WITHDRAWN, Visibility.ERASED)))
        .where(Contribution.kind != ContributionKind.MAP_STATEMENT)
        .group_by(Contribution.subject_id)
        .subquery()
    )
    rows = db.session.execute(
        select(PlanNode, PlanLevel, Subject, func.coalesce(said.c.voices, 0).label("voices"))
        .join(PlanLevel, PlanLevel.id == PlanNode.level_id)
        .join(Subject, Subject.id == PlanNode.subject_id)
        .outerjoin(said, said.c.subject_id == PlanNode.subject_id)
        .where(PlanNode.plan_id == plan.id, PlanNode.standing)
        .order_by(PlanNode.position)
    ).all()
    below: dict[str, int] = {}
    for row in rows:
        for code in row.PlanNode.path.split("/"):
            below[code] = below.get(code, 0) + row.voices
    levels: dict[str, str] = {}
    places = []
    for row in rows:
        if row.Subject.opened_at is None or row.Subject.closed_at is not None:
            continue
        levels.setdefault(row.PlanLevel.code, row.PlanLevel.name)
        if level in ("", row.PlanLevel.code):
            places.append(
                QuietPlace(
                    subject_id=row.Subject.id,
                    code=row.PlanNode.code,
                    name=name_of(row.PlanNode),
                    level=row.PlanLevel.name,
                    path=path_of(row.Subject.kind, row.Subject.reference),
                    voices=row.voices,
                    with_below=below[row.PlanNode.code],
                )
            )
    most = FEW if few else 0
    return Quiet(
        plan=plan,
        levels=tuple(levels.items()),
        places=tuple(each for each in places if each.with_below <= most),
        asked=len(places),
        silent=sum(each.with_below == 0 for each in places),
    )
