"""Words that are used again and again (定型文): the list, one with its versions and where it was used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.i18n.dates import date_ja
from participation.organisations.models import Section
from participation.people.models import Person
from participation.plans.models import PlanLevel, PlanNode
from participation.replies.domain import fill, variables_in
from participation.replies.models import (
    Boilerplate,
    BoilerplateVersion,
    Point,
    ReplySource,
    ReplyVersion,
    WardReply,
)
from participation.replies.queries.counting import count_of_points
from participation.subjects.models import Subject

SHOWN = 200
USES_SHOWN = 100


@dataclass(frozen=True)
class BoilerplateFilter:
    """Which 定型文 somebody wants to see; kept in the address."""

    text: str = ""
    category: str = ""
    section: str = ""
    retired: bool = False


@dataclass(frozen=True)
class BoilerplateLine:
    """A 定型文 in the list."""

    public_id: str
    title: str
    category: str
    section_name: str
    body: str
    number: int
    made_at: datetime
    is_retired: bool
    #: How many replies have it in their newest version.
    used: int


@dataclass(frozen=True)
class Use:
    """A reply that took a 定型文: which of its versions, and whether it stands in public with it."""

    point_number: int
    point_public_id: str
    point_title: str
    consultation_title: str
    #: Versions of the reply, lowest first.
    versions: tuple[int, ...]
    boilerplate_number: int
    is_newest: bool
    is_public: bool


@dataclass(frozen=True)
class BoilerplateVersionLine:
    """One version of a 定型文."""

    number: int
    title: str
    category: str
    body: str
    author: str
    made_at: datetime


@dataclass(frozen=True)
class BoilerplatePage:
    """A 定型文 with its versions, newest first, and where it was used."""

    boilerplate: Boilerplate
    section_name: str
    section_code: str
    versions: tuple[BoilerplateVersionLine, ...]
    uses: tuple[Use, ...]
    reply_count: int

    @property
    def latest(self) -> BoilerplateVersionLine:
        """The newest version."""
        return self.versions[0]

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables in it."""
        return variables_in(self.latest.body)


def list_boilerplates(chosen: BoilerplateFilter) -> list[BoilerplateLine]:
    """Return 定型文, the ward's own first, then by section, category and title. One query."""
    used = (
        select(func.count(func.distinct(ReplyVersion.reply_id)))
        .select_from(ReplySource)
        .join(BoilerplateVersion, BoilerplateVersion.id == ReplySource.boilerplate_version_id)
        .join(ReplyVersion, ReplyVersion.id == ReplySource.version_id)
        .join(
            WardReply,
            (WardReply.id == ReplyVersion.reply_id) & (WardReply.latest_number == ReplyVersion.number),
        )
        .where(BoilerplateVersion.boilerplate_id == Boilerplate.id)
        .correlate(Boilerplate)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(Boilerplate, BoilerplateVersion, Section.name, used)
        .join(
            BoilerplateVersion,
            (BoilerplateVersion.boilerplate_id == Boilerplate.id)
            & (BoilerplateVersion.number == Boilerplate.latest_number),
        )
        .outerjoin(Section, Section.id == Boilerplate.section_id)
        .where(*_conditions(chosen))
        .order_by(
            Boilerplate.section_id.is_not(None),
            Section.position,
            BoilerplateVersion.category,
            BoilerplateVersion.title,
        )
        .limit(SHOWN)
    )
    return [
        BoilerplateLine(
            public_id=boilerplate.public_id,
            title=version.title,
            category=version.category,
            section_name=section or "",
            body=version.body,
            number=version.number,
            made_at=version.made_at,
            is_retired=boilerplate.retired_at is not None,
            used=count,
        )
        for boilerplate, version, section, count in found
    ]


def _conditions(chosen: BoilerplateFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if not chosen.retired:
        conditions.append(Boilerplate.retired_at.is_(None))
    if chosen.section == "-":
        conditions.append(Boilerplate.section_id.is_(None))
    elif chosen.section:
        conditions.append(Section.code == chosen.section)
    if chosen.category:
        conditions.append(BoilerplateVersion.category == chosen.category)
    if chosen.text:
        conditions.append(
            or_(
                BoilerplateVersion.title.contains(chosen.text, autoescape=True),
                BoilerplateVersion.body.contains(chosen.text, autoescape=True),
            )
        )
    return conditions


def list_categories() -> Sequence[str]:
    """Return the categories in use, by name. One query."""
    return db.session.scalars(
        select(BoilerplateVersion.category)
        .join(
            Boilerplate,
            (Boilerplate.id == BoilerplateVersion.boilerplate_id)
            & (Boilerplate.latest_number == BoilerplateVersion.number),
        )
        .where(BoilerplateVersion.category != "")
        .distinct()
        .order_by(BoilerplateVersion.category)
    ).all()


def get_page(public_id: str) -> BoilerplatePage:
    """Return a 定型文 with everything about it; raises NotFound. Three queries."""
    row = db.session.execute(
        select(Boilerplate, Section.name, Section.code)
        .outerjoin(Section, Section.id == Boilerplate.section_id)
        .where(Boilerplate.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    boilerplate, section_name, section_code = row
    versions = db.session.execute(
        select(BoilerplateVersion, Person.nickname)
        .outerjoin(Person, Person.id == BoilerplateVersion.author_id)
        .where(BoilerplateVersion.boilerplate_id == boilerplate.id)
        .order_by(BoilerplateVersion.number.desc())
    )
    uses = _uses(boilerplate)
    return BoilerplatePage(
        boilerplate=boilerplate,
        section_name=section_name or "",
        section_code=section_code or "",
        versions=tuple(
            BoilerplateVersionLine(
                version.number,
                version.title,
                version.category,
                version.body,
                author or "システム",
                version.made_at,
            )
            for version, author in versions
        ),
        uses=tuple(uses[:USES_SHOWN]),
        reply_count=len({use.point_public_id for use in uses}),
    )


def _uses(boilerplate: Boilerplate) -> list[Use]:
    found = db.session.execute(
        select(
            Point,
            Consultation.title,
            ReplyVersion.number,
            BoilerplateVersion.number,
            WardReply.latest_number,
            WardReply.published_number,
        )
        .select_from(ReplySource)
        .join(BoilerplateVersion, BoilerplateVersion.id == ReplySource.boilerplate_version_id)
        .join(ReplyVersion, ReplyVersion.id == ReplySource.version_id)
        .join(WardReply, WardReply.id == ReplyVersion.reply_id)
        .join(Point, Point.id == WardReply.point_id)
        .join(Consultation, Consultation.id == Point.consultation_id)
        .where(BoilerplateVersion.boilerplate_id == boilerplate.id)
        .order_by(Point.id.desc(), ReplyVersion.number)
    )
    uses: dict[tuple[int, int], Use] = {}
    for point, consultation, number, taken, latest, published in found:
        before = uses.get((point.id, taken))
        uses[point.id, taken] = Use(
            point_number=point.number,
            point_public_id=point.public_id,
            point_title=point.title,
            consultation_title=consultation,
            versions=(*(before.versions if before else ()), number),
            boilerplate_number=taken,
            is_newest=number == latest,
            is_public=number == published or bool(before and before.is_public),
        )
    return list(uses.values())


def get_filled(public_id: str, point: Point) -> tuple[str, int]:
    """Return a 定型文 with its variables filled in from a point, and its version; raises NotFound."""
    row = db.session.execute(
        select(BoilerplateVersion.body, BoilerplateVersion.number)
        .join(Boilerplate, Boilerplate.id == BoilerplateVersion.boilerplate_id)
        .where(
            Boilerplate.public_id == public_id,
            BoilerplateVersion.number == Boilerplate.latest_number,
            Boilerplate.retired_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return fill(row.body, values_of(point)), row.number


def values_of(point: Point) -> dict[str, str]:
    """Return what the variables stand for at a point; what is not known yet has no value."""
    title, section = db.session.execute(
        select(Consultation.title, Section.name)
        .select_from(Point)
        .join(Consultation, Consultation.id == Point.consultation_id)
        .outerjoin(Section, Section.id == Point.section_id)
        .where(Point.id == point.id)
    ).one()
    count = count_of_points([point.id]).get(point.id)
    return {
        "課名": section or "",
        "論点": point.title,
        "番号": str(point.number),
        "視点": _viewpoint_of(point.subject_id),
        "案件": title,
        "件数": f"{count.opinions:,}" if count else "",
        "日付": date_ja(clock.today()),
    }


def _viewpoint_of(subject_id: int) -> str:
    """The title of the place in the plan; of an item (○) that of what holds it."""
    parent = aliased(PlanNode)
    title, within, above = db.session.execute(
        select(Subject.title, PlanLevel.within, parent.title)
        .outerjoin(PlanNode, PlanNode.subject_id == Subject.id)
        .outerjoin(PlanLevel, PlanLevel.id == PlanNode.level_id)
        .outerjoin(parent, parent.id == PlanNode.parent_id)
        .where(Subject.id == subject_id)
    ).one()
    return (above if within and above else title) or ""


def get_to_change(public_id: str) -> Boilerplate:
    """Return a 定型文 and keep it from being changed by others until the commit; raises NotFound."""
    found = db.session.scalars(
        select(Boilerplate)
        .where(Boilerplate.public_id == public_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_version(boilerplate: Boilerplate, number: int) -> BoilerplateVersion:
    """Return a version of a 定型文; raises NotFound."""
    found = db.session.scalars(
        select(BoilerplateVersion).where(
            BoilerplateVersion.boilerplate_id == boilerplate.id, BoilerplateVersion.number == number
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_section_id(code: str | None) -> int | None:
    """Return the id of a section by its code, or None."""
    return db.session.scalar(select(Section.id).where(Section.code == code)) if code else None
