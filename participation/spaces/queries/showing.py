"""The spaces, one space's page, and what stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor
from participation.consultations.domain import STATUS_NAMES, ConsultationStatus
from participation.consultations.models import Consultation
from participation.consultations.queries import is_announced
from participation.contributions.models import Contribution
from participation.contributions.queries import visible_to
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge
from participation.foundation.remembering import remembered
from participation.gatherings import queries as gatherings
from participation.gatherings.domain.calendar import CalendarEntry
from participation.gatherings.models import Gathering
from participation.gatherings.queries import GatheringRow
from participation.organisations.domain import kind_name
from participation.organisations.models import CommunityOrganisation
from participation.organisations.queries import active_on
from participation.places.models import Area, ResidentialDistrict
from participation.spaces.domain import IssueStage, PassageAnswer, SpaceKind, code_of
from participation.spaces.models import (
    AgendaItem,
    ConsensusCheck,
    IssuePassage,
    IssueStep,
    LocalIssue,
    LocalNews,
    Space,
    SpaceMeeting,
    SpaceTouch,
)
from participation.spaces.queries.news import list_news_drafts

#: How many of each a space's own page shows; the rest stands on pages of their own.
SHOWN = 5
MOST_ISSUES, MOST_MEETINGS, MOST_ORGANISATIONS = 200, 100, 100


@dataclass(frozen=True)
class SpaceRow:
    """A space in the list of all spaces."""

    code: str
    name: str
    kind: SpaceKind
    parent_id: int | None
    id: int
    issue_count: int
    is_confirmed: bool


@dataclass(frozen=True)
class IssueRow:
    """A local issue in a list: where it stands and since when."""

    public_id: str
    title: str
    stage: IssueStage
    space_name: str
    space_code: str
    since: datetime
    #: Whether the list is of a larger space, to which it was passed up, and what that space said.
    passage: PassageAnswer | None


@dataclass(frozen=True)
class AgendaRow:
    """An item of the agenda, with the meeting and the issue it belongs to."""

    item: AgendaItem
    meeting_title: str
    meeting_public_id: str
    meeting_at: datetime | None
    issue_public_id: str
    issue_title: str


@dataclass(frozen=True)
class SpacePage:
    """A space with everything its page shows."""

    space: Space
    parent: Space | None
    children: Sequence[Space]
    secretariat: CommunityOrganisation | None
    #: Whether a published source says that the 住区 belongs to its 地区.
    area_is_confirmed: bool
    coming: Sequence[SpaceMeeting]
    held: Sequence[SpaceMeeting]
    agenda: Sequence[AgendaRow]
    checks: Sequence[ConsensusCheck]
    news: Sequence[LocalNews]
    issues: Sequence[IssueRow] = ()
    organisations: Sequence[tuple[str, str, str]] = ()
    consultations: Sequence[tuple[str, str, str, str]] = ()
    #: 説明会, 懇談会 and so on in this place that are not over.
    gatherings: Sequence[GatheringRow] = ()

    @property
    def place_code(self) -> str:
        """The code under which gatherings know the place; empty: the whole ward."""
        return place_code_of(self.space)

    @property
    def changes_at(self) -> datetime:
        """When the page says something else without anybody having changed anything."""
        moments = [each.starts_at for each in self.coming] + [each.ends_at for each in self.checks]
        moments += [each.ends_at for each in self.gatherings]
        later = [moment for moment in moments if moment > clock.now()]
        return min([*later, clock.start_of(clock.today() + timedelta(days=1))])


@dataclass(frozen=True)
class RunningPage:
    """What the page shows on which a space is run."""

    secretariat: CommunityOrganisation | None
    held: Sequence[SpaceMeeting]
    issues: Sequence[IssueRow]
    checks: Sequence[ConsensusCheck]
    consultations: Sequence[tuple[str, str, str, str]]
    #: Numbers of the news that are being written.
    drafts: Sequence[LocalNews]


def list_spaces() -> Sequence[Space]:
    """Return all spaces: the ward's, those of the 地区, those of the 住区, each in their order."""
    order = {SpaceKind.WARD: 0, SpaceKind.AREA: 1, SpaceKind.DISTRICT: 2}
    found = db.session.scalars(select(Space)).all()
    return sorted(found, key=lambda space: (order[space.kind], space.position))


def list_space_rows(actor: Actor) -> list[SpaceRow]:
    """Return all spaces with how many issues are on the way in each, in one query."""
    count = (
        select(func.count())
        .select_from(LocalIssue)
        .join(Contribution, Contribution.id == LocalIssue.contribution_id)
        .where(
            LocalIssue.space_id == Space.id,
            LocalIssue.stage.in_([IssueStage.REGISTERED, IssueStage.TALK, IssueStage.ACTION]),
            visible_to(actor),
        )
        .correlate(Space)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Space, count, ResidentialDistrict.area_is_confirmed)
        .outerjoin(ResidentialDistrict, ResidentialDistrict.id == Space.district_id)
        .order_by(Space.position, Space.id)
    )
    return [
        SpaceRow(
            space.code, space.name, space.kind, space.parent_id, space.id, number or 0, confirmed is not False
        )
        for space, number, confirmed in rows
    ]


def get_space(code: str) -> Space:
    """Return a space by its code; raises NotFound."""
    space = db.session.scalars(select(Space).where(Space.code == code)).one_or_none()
    if space is None:
        raise NotFound
    return space


def get_space_by_id(space_id: int) -> Space:
    """Return a space by its id."""
    return db.session.get_one(Space, space_id)


def find_space_of_district(district_id: int | None) -> Space | None:
    """Return the space of a 住区."""
    if district_id is None:
        return None
    return db.session.scalars(select(Space).where(Space.district_id == district_id)).one_or_none()


def get_space_page(code: str, actor: Actor) -> SpacePage:
    """Return a space for its page; raises NotFound.

    All but the issues, of which everybody reads their own too, is the same for everybody. It is
    remembered in parts: what changes in one slice does not make a page of twelve queries.
    """
    page = remembered(_read_space, code, until=lambda found: found.changes_at)
    space, today = page.space, clock.today()
    return replace(
        page,
        consultations=remembered(_consultations_of, space.id, space.kind),
        organisations=remembered(_organisations_of, space.kind, space.area_id, space.district_id, today),
        gatherings=remembered(_gatherings_in, page.place_code, until=_first_end),
        issues=list_issues(space, actor, limit=SHOWN),
    )


def _read_space(code: str) -> SpacePage:
    """Return what the space's own slice knows. Five queries."""
    parent = aliased(Space)
    rows = db.session.execute(
        select(Space, parent, CommunityOrganisation, ResidentialDistrict.area_is_confirmed)
        .outerjoin(parent, parent.id == Space.parent_id)
        .outerjoin(CommunityOrganisation, CommunityOrganisation.id == Space.organisation_id)
        .outerjoin(ResidentialDistrict, ResidentialDistrict.id == Space.district_id)
        .where(or_(Space.code == code, parent.code == code))
        .order_by(Space.position, Space.id)
    ).all()
    row = next((row for row in rows if row[0].code == code), None)
    if row is None:
        raise NotFound
    space = row[0]
    coming, held = list_meetings(space, SHOWN)
    return SpacePage(
        space=space,
        parent=row[1],
        children=[child for child, *_ in rows if child is not space],
        secretariat=row[2],
        area_is_confirmed=row[3] is not False,
        coming=coming,
        held=held,
        agenda=list_agenda(space, limit=SHOWN),
        checks=list_checks(space, limit=SHOWN),
        news=list_published_news(space, SHOWN),
    )


def _gatherings_in(place_code: str) -> Sequence[GatheringRow]:
    """Return the gatherings in a place; those that take a meeting's registrations stand with the meetings."""
    found = gatherings.list_gatherings(Edge(), area=place_code).items
    return [each for each in found if not each.home_path][:SHOWN]


def _first_end(rows: Sequence[GatheringRow]) -> datetime | None:
    return min((row.ends_at for row in rows), default=None)


def get_space_to_run(code: str) -> tuple[Space, CommunityOrganisation | None]:
    """Return a space with its secretariat; raises NotFound."""
    row = db.session.execute(
        select(Space, CommunityOrganisation)
        .outerjoin(CommunityOrganisation, CommunityOrganisation.id == Space.organisation_id)
        .where(Space.code == code)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def get_running_page(space: Space, secretariat: CommunityOrganisation | None, actor: Actor) -> RunningPage:
    """Return what waits for who runs a space, in five queries."""
    return RunningPage(
        secretariat=secretariat,
        held=list_meetings(space, SHOWN)[1],
        issues=list_issues(space, actor, limit=SHOWN),
        checks=list_checks(space, limit=SHOWN),
        consultations=list_consultations_of(space),
        drafts=list_news_drafts(space),
    )


def place_code_of(space: Space) -> str:
    """Return the code of a space's 地区 or 住区, as places name it; empty: the whole ward."""
    if space.kind is SpaceKind.WARD:
        return ""
    return (
        space.code.removeprefix(code_of(SpaceKind.AREA, "")) if space.kind is SpaceKind.AREA else space.code
    )


def list_meetings(space: Space, limit: int = MOST_MEETINGS) -> tuple[list[SpaceMeeting], list[SpaceMeeting]]:
    """Return (those to come, the next first; those held, the latest first)."""
    rows = db.session.scalars(
        select(SpaceMeeting)
        .where(SpaceMeeting.space_id == space.id)
        .order_by(SpaceMeeting.starts_at.desc(), SpaceMeeting.id.desc())
        .limit(MOST_MEETINGS)
    ).all()
    now = clock.now()
    coming = [each for each in rows if each.starts_at > now]
    return coming[::-1][:limit], [each for each in rows if each.starts_at <= now][:limit]


def get_meeting(public_id: str) -> tuple[SpaceMeeting, Space]:
    """Return a meeting with its space; raises NotFound."""
    row = db.session.execute(
        select(SpaceMeeting, Space)
        .join(Space, Space.id == SpaceMeeting.space_id)
        .where(SpaceMeeting.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def list_agenda(
    space: Space, *, meeting: SpaceMeeting | None = None, limit: int = MOST_MEETINGS
) -> list[AgendaRow]:
    """Return the agenda of a space or of one of its meetings: what is still open first, then the latest."""
    where: ColumnElement[bool] = AgendaItem.space_id == space.id
    if meeting is not None:
        where = AgendaItem.meeting_id == meeting.id
    rows = db.session.execute(
        select(AgendaItem, SpaceMeeting, LocalIssue.public_id, LocalIssue.title)
        .outerjoin(SpaceMeeting, SpaceMeeting.id == AgendaItem.meeting_id)
        .outerjoin(LocalIssue, LocalIssue.id == AgendaItem.issue_id)
        .where(where)
        .order_by(AgendaItem.settled_at.is_not(None), AgendaItem.id.desc())
        .limit(limit)
    )
    return [
        AgendaRow(
            item,
            meeting.title if meeting else "",
            meeting.public_id if meeting else "",
            meeting.starts_at if meeting else None,
            issue_id or "",
            issue_title or "",
        )
        for item, meeting, issue_id, issue_title in rows
    ]


def get_agenda_item(public_id: str) -> tuple[AgendaItem, Space]:
    """Return an item of an agenda with its space; raises NotFound."""
    row = db.session.execute(
        select(AgendaItem, Space)
        .join(Space, Space.id == AgendaItem.space_id)
        .where(AgendaItem.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def list_issues(space: Space, actor: Actor, *, stage: str = "", limit: int = MOST_ISSUES) -> list[IssueRow]:
    """Return the issues of a space and those passed up to it, the one that moved last first. One query."""
    home = aliased(Space)
    since = (
        select(func.max(IssueStep.at))
        .where(IssueStep.issue_id == LocalIssue.id)
        .correlate(LocalIssue)
        .scalar_subquery()
    )
    statement = (
        select(LocalIssue, home.name, home.code, since.label("since"), IssuePassage.answer)
        .join(Contribution, Contribution.id == LocalIssue.contribution_id)
        .join(home, home.id == LocalIssue.space_id)
        .outerjoin(
            IssuePassage,
            and_(IssuePassage.issue_id == LocalIssue.id, IssuePassage.to_space_id == space.id),
        )
        .where(or_(LocalIssue.space_id == space.id, IssuePassage.id.is_not(None)), visible_to(actor))
        .order_by(since.desc(), LocalIssue.id.desc())
        .limit(limit)
    )
    if stage in set(IssueStage):
        statement = statement.where(LocalIssue.stage == IssueStage(stage))
    return [
        IssueRow(issue.public_id, issue.title, issue.stage, name, code, at, passage)
        for issue, name, code, at, passage in db.session.execute(statement)
    ]


def list_checks(space: Space, limit: int = MOST_MEETINGS) -> Sequence[ConsensusCheck]:
    """Return the consensus checks of a space: the open ones first, then the latest."""
    return db.session.scalars(
        select(ConsensusCheck)
        .where(ConsensusCheck.space_id == space.id)
        .order_by(ConsensusCheck.closed_at.is_not(None), ConsensusCheck.id.desc())
        .limit(limit)
    ).all()


def list_published_news(space: Space, limit: int = MOST_MEETINGS) -> Sequence[LocalNews]:
    """Return the numbers of a space's news that were published, the latest first."""
    return db.session.scalars(
        select(LocalNews)
        .where(LocalNews.space_id == space.id, LocalNews.published_at.is_not(None))
        .order_by(LocalNews.number.desc())
        .limit(limit)
    ).all()


def list_organisation_ids(space: Space) -> frozenset[int]:
    """Return the organisations of the place that may speak today, by id: those registered in it, and its secretariat."""
    lies_here = _lies_in(space.kind, space.area_id, space.district_id)
    where = or_(lies_here, CommunityOrganisation.id == (space.organisation_id or 0))
    return frozenset(
        db.session.scalars(select(CommunityOrganisation.id).where(active_on(clock.today()), where))
    )


def _organisations_of(
    kind: SpaceKind, area_id: int | None, district_id: int | None, today: date
) -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        select(CommunityOrganisation.public_id, CommunityOrganisation.name, CommunityOrganisation.kind)
        .where(active_on(today), _lies_in(kind, area_id, district_id))
        .order_by(CommunityOrganisation.kind, CommunityOrganisation.name)
        .limit(MOST_ORGANISATIONS)
    )
    return [(public_id, name, kind_name(its_kind)) for public_id, name, its_kind in rows]


def _lies_in(kind: SpaceKind, area_id: int | None, district_id: int | None) -> ColumnElement[bool]:
    """Whether an organisation is registered in a place."""
    if kind is SpaceKind.WARD:
        return and_(CommunityOrganisation.area_id.is_(None), CommunityOrganisation.district_id.is_(None))
    if kind is SpaceKind.DISTRICT:
        return CommunityOrganisation.district_id == district_id
    of_area = exists().where(
        ResidentialDistrict.id == CommunityOrganisation.district_id,
        ResidentialDistrict.area_id == area_id,
    )
    return or_(CommunityOrganisation.area_id == area_id, of_area)


def list_consultations_of(space: Space) -> list[tuple[str, str, str, str]]:
    """Return (code, title, state, why it touches the place) of the consultations tied to a space, open ones first.

    The ward's own space shows everything for which opinions are received now.
    """
    return _consultations_of(space.id, space.kind)


def _consultations_of(space_id: int, kind: SpaceKind) -> list[tuple[str, str, str, str]]:
    if kind is SpaceKind.WARD:
        rows = db.session.execute(
            select(Consultation.code, Consultation.title, Consultation.status)
            .where(Consultation.status == ConsultationStatus.OPEN)
            .order_by(Consultation.id.desc())
            .limit(SHOWN)
        ).all()
        return [(code, title, STATUS_NAMES[status], "") for code, title, status in rows]
    tied = db.session.execute(
        select(Consultation.code, Consultation.title, Consultation.status, SpaceTouch.reason)
        .join(SpaceTouch, SpaceTouch.consultation_id == Consultation.id)
        .where(SpaceTouch.space_id == space_id, is_announced())
        .order_by(Consultation.status != ConsultationStatus.OPEN, Consultation.id.desc())
        .limit(MOST_ORGANISATIONS)
    )
    return [(code, title, STATUS_NAMES[status], reason) for code, title, status, reason in tied]


def list_open_consultations_of(space: Space) -> list[tuple[int, str, str]]:
    """Return (id, code, title) of the consultations that touch a space and take opinions now."""
    statement = select(Consultation.id, Consultation.code, Consultation.title).where(
        Consultation.status == ConsultationStatus.OPEN
    )
    if space.kind is not SpaceKind.WARD:
        statement = statement.join(SpaceTouch, SpaceTouch.consultation_id == Consultation.id).where(
            SpaceTouch.space_id == space.id
        )
    rows = db.session.execute(statement.order_by(Consultation.id.desc()).limit(MOST_ORGANISATIONS))
    return [(row.id, row.code, row.title) for row in rows]


def find_registrations(meeting: SpaceMeeting) -> Gathering | None:
    """Return the gathering that takes the registrations of a meeting."""
    return db.session.get(Gathering, meeting.gathering_id) if meeting.gathering_id else None


def calendar_of(space: Space, site: str) -> list[CalendarEntry]:
    """Return the calendar of a space: its meetings, and the gatherings in its place, each once. Two queries.

    `site` is the address of this site, which stands in each entry.
    """
    since = clock.now() - gatherings.CALENDAR_KEEPS
    meetings = db.session.scalars(
        select(SpaceMeeting)
        .where(
            SpaceMeeting.space_id == space.id,
            SpaceMeeting.gathering_id.is_(None),
            SpaceMeeting.starts_at > since,
        )
        .order_by(SpaceMeeting.starts_at, SpaceMeeting.id)
        .limit(MOST_MEETINGS)
    )
    entries = [_entry_of(meeting, space, site) for meeting in meetings]
    entries += gatherings.calendar_entries(site, area=place_code_of(space))
    return sorted(entries, key=lambda entry: (entry.starts_at, entry.uid))


def _entry_of(meeting: SpaceMeeting, space: Space, site: str) -> CalendarEntry:
    address = f"{site}/spaces/meetings/{meeting.public_id}"
    lines = [f"取りやめ：{meeting.cancelled_reason}"] if meeting.cancelled_at else []
    return CalendarEntry(
        uid=f"meeting-{meeting.public_id}@{site.partition('//')[2].partition('/')[0].partition(':')[0]}",
        title=f"{meeting.title}（{space.name}）",
        starts_at=meeting.starts_at,
        ends_at=None,
        place=meeting.place,
        description="\n".join([*lines, "だれでも参加できます。", address]),
        address=address,
        changed_at=None,
        sequence=meeting.version,
        is_cancelled=meeting.cancelled_at is not None,
    )


def list_consultation_choices() -> list[tuple[str, str]]:
    """Return (code, title) of the consultations that may be tied to a space."""
    rows = db.session.execute(
        select(Consultation.code, Consultation.title)
        .where(is_announced())
        .order_by(Consultation.id.desc())
        .limit(200)
    )
    return [(code, title) for code, title in rows]


def area_name_of(space: Space) -> str:
    """Return the name of the 地区 a space belongs to; empty: the whole ward."""
    if space.area_id is None:
        return ""
    return db.session.scalar(select(Area.name).where(Area.id == space.area_id)) or ""
