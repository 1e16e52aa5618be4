"""What everybody sees of gatherings: lists, one page, calendars, the pages of what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from participation.access.actors import Actor
from participation.consultations.domain import Tally, Way
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.gatherings.domain import (
    KIND_NAMES,
    NEED_NAMES,
    STATE_NAMES,
    GatheringKind,
    GatheringState,
    Need,
    RegistrationState,
    free_seats,
    origin_of,
)
from participation.gatherings.domain.calendar import CalendarEntry
from participation.gatherings.models import (
    Gathering,
    GatheringDraw,
    GatheringSeats,
    GatheringTopic,
    Registration,
)
from participation.gatherings.queries.finding import own_registration
from participation.i18n.dates import date_ja, date_short
from participation.opinions.domain.origins import Origin
from participation.opinions.queries import count_for_origins
from participation.organisations.models import Section
from participation.people.domain import LANGUAGES
from participation.places.models import Area, ResidentialDistrict
from participation.subjects.models import Subject
from participation.subjects.queries import address_of

PER_PAGE = 20
#: So many stand on the page of a subject.
ON_PAGE = 4
#: Gatherings that are over stay in calendars for so long.
CALENDAR_KEEPS = timedelta(days=90)
MOST_IN_CALENDAR = 500


@dataclass(frozen=True)
class GatheringRow:
    """One gathering in a list."""

    public_id: str
    title: str
    kind: GatheringKind
    state: GatheringState
    starts_at: datetime
    ends_at: datetime
    place: str
    is_online: bool
    part_of_ward: str
    needs_offered: tuple[str, ...]
    needs_registration: bool
    by_invitation: bool
    #: The page of the meeting whose registrations it takes; empty: none.
    home_path: str = ""

    @property
    def kind_name(self) -> str:
        """The kind, in words."""
        return KIND_NAMES[self.kind]

    @property
    def status(self) -> tuple[str, str]:
        """Where it stands, as (words, kind of tag)."""
        now = clock.now()
        if self.state is GatheringState.ANNOUNCED and now >= self.ends_at:
            return STATE_NAMES[GatheringState.HELD]
        if self.state is GatheringState.ANNOUNCED and now >= self.starts_at:
            return ("開催中", "work")
        return STATE_NAMES[self.state]

    @property
    def when(self) -> str:
        """Day and hours, in words."""
        return time_in_words(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class GatheringsOnPage:
    """The gatherings about the subjects of a page: those to come first, then the latest."""

    gatherings: tuple[GatheringRow, ...] = ()
    #: The next moment at which one of them begins or ends.
    changes_at: datetime | None = None


@dataclass(frozen=True)
class GatheringPage:
    """Everything that the page of one gathering shows."""

    gathering: Gathering
    row: GatheringRow
    section: str
    languages: tuple[str, ...]
    needs: tuple[str, ...]
    consultation: Consultation | None
    topics: tuple[tuple[str, str], ...]
    #: None: as many as come.
    free: int | None
    waiting: int
    attended: int
    mine: Registration | None
    draws: tuple[GatheringDraw, ...]
    voices: Tally


def time_in_words(starts_at: datetime, ends_at: datetime) -> str:
    """Return 令和8年11月29日（日）14時から16時まで."""
    return "".join(day_and_hours(starts_at, ends_at))


def day_and_hours(starts_at: datetime, ends_at: datetime) -> tuple[str, str]:
    """Return 令和8年11月29日（日） and 14時から16時まで, for lines of their own."""
    first, last = starts_at.astimezone(clock.JST), ends_at.astimezone(clock.JST)
    ending = _hour(last) if first.date() == last.date() else f"{date_ja(last)}{_hour(last)}"
    return date_ja(first), f"{_hour(first)}から{ending}まで"


def _hour(at: datetime) -> str:
    return f"{at.hour}時" + (f"{at.minute:02d}分" if at.minute else "")


def _rows() -> Any:
    return (
        select(Gathering, Area.name, ResidentialDistrict.name)
        .outerjoin(Area, Area.id == Gathering.area_id)
        .outerjoin(ResidentialDistrict, ResidentialDistrict.id == Gathering.district_id)
        .where(Gathering.state != GatheringState.DRAFT, Gathering.announced_at.is_not(None))
    )


def _row(gathering: Gathering, area: str | None, district: str | None) -> GatheringRow:
    return GatheringRow(
        public_id=gathering.public_id,
        title=gathering.title,
        kind=gathering.kind,
        state=gathering.state,
        starts_at=gathering.starts_at,
        ends_at=gathering.ends_at,
        place=gathering.place,
        is_online=bool(gathering.online_url),
        part_of_ward=district or area or "",
        needs_offered=tuple(NEED_NAMES[need] for need in Need if need in gathering.needs_offered),
        needs_registration=gathering.needs_registration,
        by_invitation=gathering.by_invitation,
        home_path=gathering.home_path,
    )


def list_gatherings(
    edge: Edge,
    *,
    past: bool = False,
    kind: GatheringKind | None = None,
    area: str = "",
    consultation: str = "",
) -> Page[GatheringRow]:
    """Return those that are not over, the next first, or those that are, the latest first. One query.

    An area takes in its districts.
    """
    now, statement = clock.now(), _rows()
    statement = statement.where(Gathering.ends_at <= now if past else Gathering.ends_at > now)
    if kind is not None:
        statement = statement.where(Gathering.kind == kind)
    if area:
        statement = statement.where(_in_area(area))
    if consultation:
        statement = statement.join(Consultation, Consultation.id == Gathering.consultation_id).where(
            Consultation.code == consultation
        )
    ordered, backwards = keyset(
        statement, [Gathering.starts_at, Gathering.id], edge, limit=PER_PAGE, descending=past
    )
    rows = db.session.execute(ordered).all()
    shown = page(
        rows, [(row[0].starts_at, row[0].id) for row in rows], edge, limit=PER_PAGE, backwards=backwards
    )
    return Page([_row(*row) for row in shown.items], shown.after, shown.before)


def _in_area(code: str) -> Any:
    """Return the condition under which a gathering belongs to an area, or to a district (by its code)."""
    districts = (
        select(ResidentialDistrict.id)
        .join(Area, Area.id == ResidentialDistrict.area_id)
        .where(or_(Area.code == code, ResidentialDistrict.code == code))
    )
    return or_(Area.code == code, Gathering.district_id.in_(districts))


def place_names() -> list[tuple[str, str]]:
    """Return (code, name) of the parts of the ward to choose from: areas, then districts. Two queries."""
    areas = db.session.execute(select(Area.code, Area.name).order_by(Area.position)).all()
    districts = db.session.execute(
        select(ResidentialDistrict.code, ResidentialDistrict.name).order_by(ResidentialDistrict.position)
    ).all()
    return [(code, name) for code, name in [*areas, *districts]]


def show_gathering(public_id: str, actor: Actor) -> GatheringPage:
    """Return what the page of a gathering shows; raises NotFound for drafts. Five queries at most."""
    waiting = (
        select(func.coalesce(func.sum(Registration.people), 0))
        .where(Registration.gathering_id == Gathering.id, Registration.state == RegistrationState.WAITING)
        .correlate(Gathering)
        .scalar_subquery()
    )
    found = db.session.execute(
        _rows()
        .add_columns(Section.name, Consultation, GatheringSeats, waiting)
        .join(GatheringSeats, GatheringSeats.id == Gathering.id)
        .outerjoin(Section, Section.id == Gathering.section_id)
        .outerjoin(Consultation, Consultation.id == Gathering.consultation_id)
        .where(Gathering.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    gathering, area, district, section, consultation, seats, waiting_people = found
    topics = db.session.scalars(
        select(Subject)
        .join(GatheringTopic, GatheringTopic.subject_id == Subject.id)
        .where(GatheringTopic.gathering_id == gathering.id)
        .order_by(GatheringTopic.id)
    ).all()
    origin = origin_of(gathering.public_id)
    return GatheringPage(
        gathering=gathering,
        row=_row(gathering, area, district),
        section=section or "",
        languages=tuple(LANGUAGES.get(each, each) for each in gathering.languages),
        needs=tuple(NEED_NAMES[need] for need in Need if need in gathering.needs_offered),
        consultation=consultation,
        topics=tuple((topic.title, address_of(topic)) for topic in topics),
        free=free_seats(gathering.capacity, seats.taken),
        waiting=int(waiting_people),
        attended=seats.checked_in + seats.walk_ins,
        mine=own_registration(gathering, actor),
        draws=tuple(
            db.session.scalars(
                select(GatheringDraw)
                .where(GatheringDraw.gathering_id == gathering.id)
                .order_by(GatheringDraw.number)
            )
        )
        if gathering.by_invitation
        else (),
        voices=count_for_origins([origin]).get(origin, Tally()) if gathering.consultation_id else Tally(),
    )


def on_subjects(subject_ids: Sequence[int], _actor: Actor) -> GatheringsOnPage:
    """Return the gatherings about the subjects of one page: those to come, then the latest. One query."""
    if not subject_ids:
        return GatheringsOnPage()
    now = clock.now()
    about = select(GatheringTopic.gathering_id).where(GatheringTopic.subject_id.in_(subject_ids))
    rows = [
        _row(*row)
        for row in db.session.execute(
            _rows()
            .where(Gathering.id.in_(about))
            .order_by(Gathering.starts_at.desc(), Gathering.id.desc())
            .limit(ON_PAGE * 5)
        )
    ]
    coming = [row for row in reversed(rows) if row.ends_at > now]
    over = [row for row in rows if row.ends_at <= now]
    moments = [at for row in coming for at in (row.starts_at, row.ends_at) if at > now]
    return GatheringsOnPage(tuple([*coming, *over][:ON_PAGE]), min(moments, default=None))


def ways_into(consultation_id: int) -> list[Way]:
    """Return the gatherings to come of a consultation, as ways to take part in it. One query."""
    now = clock.now()
    found = db.session.scalars(
        select(Gathering)
        .where(
            Gathering.consultation_id == consultation_id,
            Gathering.state == GatheringState.ANNOUNCED,
            Gathering.ends_at > now,
        )
        .order_by(Gathering.starts_at, Gathering.id)
        .limit(ON_PAGE)
    )
    return [
        Way(
            label=f"{KIND_NAMES[each.kind]}に参加する（{date_short(each.starts_at)}）",
            title=each.title,
            endpoint="gatherings.show",
            public_id=each.public_id,
            is_open=True,
            changes_at=each.ends_at,
        )
        for each in found
    ]


def list_origins_of(consultation_id: int) -> list[Origin]:
    """Return the gatherings of a consultation at which opinions are heard, the newest first. One query."""
    found = db.session.scalars(
        select(Gathering)
        .where(
            Gathering.consultation_id == consultation_id,
            Gathering.announced_at.is_not(None),
            Gathering.state != GatheringState.CANCELLED,
        )
        .order_by(Gathering.starts_at.desc(), Gathering.id.desc())
    )
    return [
        Origin(origin_of(each.public_id), f"{date_short(each.starts_at)} {each.title[:60]}") for each in found
    ]


def calendar_entries(site: str, *, area: str = "", consultation: str = "") -> list[CalendarEntry]:
    """Return the gatherings of a calendar: those of the last months and all to come, cancelled ones too.

    `site` is the address of this site, which stands in each entry.
    """
    statement = _rows().where(Gathering.ends_at > clock.now() - CALENDAR_KEEPS)
    if area:
        statement = statement.where(_in_area(area))
    if consultation:
        statement = statement.join(
            Consultation,
            and_(Consultation.id == Gathering.consultation_id, Consultation.code == consultation),
        )
    rows = db.session.execute(
        statement.order_by(Gathering.starts_at, Gathering.id).limit(MOST_IN_CALENDAR)
    ).all()
    return [entry_of(row[0], site) for row in rows]


def entry_of(gathering: Gathering, site: str) -> CalendarEntry:
    """Return a gathering as a calendar shows it: nothing but what its page says."""
    address = f"{site}/gatherings/{gathering.public_id}"
    lines = [KIND_NAMES[gathering.kind]]
    if gathering.state is GatheringState.CANCELLED:
        lines.append(f"中止：{gathering.cancel_reason}")
    if gathering.online_url and gathering.state is not GatheringState.CANCELLED:
        lines.append("オンラインでも参加できます。")
    if gathering.needs_registration:
        lines.append("申し込みがいります。")
    return CalendarEntry(
        uid=f"{gathering.public_id}@{site.partition('//')[2].partition('/')[0].partition(':')[0]}",
        title=gathering.title,
        starts_at=gathering.starts_at,
        ends_at=gathering.ends_at,
        place=gathering.place or ("オンライン" if gathering.online_url else ""),
        description="\n".join([*lines, address]),
        address=address,
        changed_at=gathering.changed_at,
        sequence=gathering.version,
        is_cancelled=gathering.state is GatheringState.CANCELLED,
    )
