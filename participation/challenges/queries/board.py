"""Reading the board of who needs what and who offers what (協力ボード), and applications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor, Right
from participation.agreements.queries import Published, published_about
from participation.challenges.domain import (
    SIDE_NAMES,
    ApplicationState,
    CallDraft,
    CallSide,
    CallState,
    resource_names,
    resources,
    title_of,
)
from participation.challenges.models import CallApplication, CallChange, CooperationCall
from participation.challenges.queries.showing import contact_of
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.contributions.queries import TOMBSTONES, list_versions, may_read, visible_to
from participation.foundation import clock
from participation.foundation.daily_order import place_of_today
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import NumberedPage
from participation.organisations.domain import Pending
from participation.organisations.models import CommunityOrganisation
from participation.places.models import Area
from participation.subjects import queries as subjects
from participation.subjects.models import Subject

PAGE_SIZE, MOST_PAGES = 20, 500
_about = aliased(Subject)


@dataclass(frozen=True)
class CallRow:
    """A call in the list."""

    public_id: str
    title: str
    organisation: str
    side: CallSide
    resources: str
    area: str
    state: CallState
    begins_on: date | None
    ends_on: date | None
    apply_until: date | None
    application_count: int
    accepted_count: int


@dataclass(frozen=True)
class ApplicationLine:
    """An application as the two organisations read it."""

    application: CallApplication
    organisation: str
    #: How to reach the applicant: for the other side, once it accepted.
    contact: str


@dataclass(frozen=True)
class CallPage:
    """A call with everything that its reader may see."""

    call: CooperationCall
    said: Contribution
    title: str
    text: str
    is_readable: bool
    organisation: CommunityOrganisation
    area: str
    resources: str
    state: CallState
    subject_public_id: str
    about: str
    about_address: str
    application_count: int
    #: Names of the organisations that join in.
    partners: tuple[str, ...]
    #: Whether the reader acts for the organisation that calls.
    is_mine: bool
    #: For those who act for the calling organisation: all applications; for others: those of their own.
    applications: tuple[ApplicationLine, ...]
    #: How to reach the calling organisation: for itself and for those it accepted.
    contact: str
    #: How the organisation agreed before it went out (団体の中の承認).
    agreed: Published
    #: How it was rewritten, the latest first (募集の書き直し).
    changes: tuple[CallChange, ...]

    @property
    def draft(self) -> CallDraft:
        """The call as it stands, with the contact where its reader may see it."""
        return self.call.draft(self.said.body, self.contact)

    def get_application(self, public_id: str) -> ApplicationLine:
        """Return an application that the reader may see; raises NotFound."""
        for line in self.applications:
            if line.application.public_id == public_id:
                return line
        raise NotFound


def get_call(public_id: str) -> CooperationCall:
    """Return a call by its public id; raises NotFound."""
    found = db.session.scalars(
        select(CooperationCall).where(CooperationCall.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_calls(
    actor: Actor,
    *,
    side: str = "",
    resource: str = "",
    area: str = "",
    is_running: bool = True,
    page: int = 1,
) -> NumberedPage[CallRow]:
    """Return a page of the board in the order of the day, in one query; never by the number of applications."""
    wanted = (
        select(
            CooperationCall,
            Contribution.body,
            CommunityOrganisation.name,
            Area.name,
            _count(*ApplicationState),
            _count(ApplicationState.ACCEPTED),
            func.count().over(),
        )
        .join(Contribution, Contribution.id == CooperationCall.contribution_id)
        .join(CommunityOrganisation, CommunityOrganisation.id == CooperationCall.organisation_id)
        .outerjoin(Area, Area.id == CooperationCall.area_id)
        .where(visible_to(actor), Contribution.visibility.not_in(TOMBSTONES))
    )
    if side in set(CallSide):
        wanted = wanted.where(CooperationCall.side == CallSide(side))
    if resource in resources():
        # A list of codes, none of which holds another: looked for as it is written in JSON.
        wanted = wanted.where(cast(CooperationCall.resources, Text).contains(f'"{resource}"'))
    if area:
        wanted = wanted.where(Area.code == area)
    if is_running:
        wanted = wanted.where(
            CooperationCall.closed_at.is_(None),
            or_(CooperationCall.apply_until.is_(None), CooperationCall.apply_until >= clock.today()),
        )
    page = max(1, min(MOST_PAGES, page))
    rows = db.session.execute(
        wanted.order_by(place_of_today(CooperationCall.shuffle), CooperationCall.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    found = tuple(_row(*row[:-1]) for row in rows)
    return NumberedPage(found, int(rows[0][-1]) if rows else 0, page, PAGE_SIZE)


def _row(
    call: CooperationCall, body: str, organisation: str, area: str | None, applied: int, accepted: int
) -> CallRow:
    return CallRow(
        public_id=call.public_id,
        title=title_of(body),
        organisation=organisation,
        side=call.side,
        resources=resource_names(call.resources),
        area=area or "",
        state=call.state_on(clock.today()),
        begins_on=call.begins_on,
        ends_on=call.ends_on,
        apply_until=call.apply_until,
        application_count=applied,
        accepted_count=accepted,
    )


def _count(*states: ApplicationState) -> Any:
    """How many applications to the call of a row are in one of these states; taken back ones never count."""
    counted = [state for state in states if state is not ApplicationState.TAKEN_BACK]
    return (
        select(func.count())
        .select_from(CallApplication)
        .where(CallApplication.call_id == CooperationCall.id, CallApplication.state.in_(counted))
        .correlate(CooperationCall)
        .scalar_subquery()
    )


def show_call(public_id: str, actor: Actor) -> CallPage:
    """Return a call for its page; raises NotFound where the reader may not know of it."""
    row = db.session.execute(
        select(CooperationCall, Contribution, CommunityOrganisation, Area.name, Subject.public_id, _about)
        .join(Contribution, Contribution.id == CooperationCall.contribution_id)
        .join(CommunityOrganisation, CommunityOrganisation.id == CooperationCall.organisation_id)
        .join(Subject, Subject.id == CooperationCall.subject_id)
        .outerjoin(Area, Area.id == CooperationCall.area_id)
        .outerjoin(_about, _about.id == CooperationCall.about_id)
        .where(CooperationCall.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    call, said, organisation, area, subject_public_id, about = row
    is_mine = actor.may_for(call.organisation_id, Right.SUBMIT)
    is_readable = is_mine or may_read(actor, said)
    if not is_readable and said.visibility not in TOMBSTONES:
        raise NotFound
    applications = db.session.execute(
        select(CallApplication, CommunityOrganisation.name)
        .join(CommunityOrganisation, CommunityOrganisation.id == CallApplication.organisation_id)
        .where(CallApplication.call_id == call.id)
        .order_by(CallApplication.id)
    ).all()
    standing = [each for each in applications if each[0].state is not ApplicationState.TAKEN_BACK]
    accepted = [each for each in standing if each[0].state is ApplicationState.ACCEPTED]
    joins_in = any(actor.may_for(each.organisation_id, Right.SUBMIT) for each, _ in accepted)
    return CallPage(
        call=call,
        said=said,
        title=title_of(said.body),
        text=said.body.partition("\n\n")[2],
        is_readable=is_readable and said.visibility is not Visibility.ERASED,
        organisation=organisation,
        area=area or "",
        resources=resource_names(call.resources),
        state=call.state_on(clock.today()),
        subject_public_id=subject_public_id,
        about=about.title if about else "",
        about_address=subjects.address_of(about) if about else "",
        application_count=len(standing),
        partners=tuple(name for _, name in accepted),
        is_mine=is_mine,
        applications=tuple(
            _line(each, name, is_mine=is_mine)
            for each, name in applications
            if is_mine or actor.may_for(each.organisation_id, Right.SUBMIT)
        ),
        contact=contact_of(call.sealed_contact)[1] if is_mine or joins_in else "",
        agreed=published_about(call.public_id, call.organisation_id),
        changes=tuple(list_changes(call)) if is_readable else (),
    )


def _line(application: CallApplication, name: str, *, is_mine: bool) -> ApplicationLine:
    shows = not is_mine or application.state is ApplicationState.ACCEPTED
    return ApplicationLine(application, name, contact_of(application.sealed_contact)[1] if shows else "")


def list_changes(call: CooperationCall) -> Sequence[CallChange]:
    """Return how a call was rewritten, the latest first."""
    return db.session.scalars(
        select(CallChange).where(CallChange.call_id == call.id).order_by(CallChange.number.desc())
    ).all()


def count_changes(call: CooperationCall) -> int:
    """Return how often a call was rewritten."""
    return int(
        db.session.scalar(select(func.count()).select_from(CallChange).where(CallChange.call_id == call.id))
        or 0
    )


def count_standing(call: CooperationCall) -> int:
    """Return how many organisations applied and did not take it back."""
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(CallApplication)
            .where(CallApplication.call_id == call.id, CallApplication.state != ApplicationState.TAKEN_BACK)
        )
        or 0
    )


def get_drafts_around(page: CallPage, number: int) -> tuple[CallDraft, CallDraft, CallChange]:
    """Return what a call was before a rewriting and after it; raises NotFound."""
    changes = {each.number: each for each in page.changes}
    if number not in changes:
        raise NotFound
    words = {each.revision: each.body for each in list_versions(page.said)}
    drafts = [page.call.draft(page.said.body)]
    for each in page.changes:  # From the present back to the one that is asked for.
        body = drafts[-1].body() if each.revision is None else words[each.revision]
        title, _, text = body.partition("\n\n")
        drafts.append(CallDraft.read({**each.facts, "title": title, "text": text}))
        if each.number == number:
            break
    return drafts[-1], drafts[-2], changes[number]


def names_of_facts(draft: CallDraft) -> dict[str, str]:
    """Return what is not words as somebody reads it."""
    area = db.session.get(Area, draft.area_id) if draft.area_id else None
    about = db.session.get(Subject, draft.about_id) if draft.about_id else None
    return {
        "募集の向き": SIDE_NAMES[draft.side],
        "もの": resource_names(draft.resources),
        "場所": area.name if area else "区の全体",
        "関わる項目": about.title if about else "",
        "期間の始まり": _day(draft.begins_on),
        "期間の終わり": _day(draft.ends_on),
        "応募の期限": _day(draft.apply_until) or "決まっていません",
    }


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def list_applied(actor: Actor) -> list[tuple[CallApplication, str, str]]:
    """Return (application, title, public id of the call) of what the reader's organisations applied to."""
    ids = [each for each in actor.delegated_ids if actor.may_for(each, Right.SUBMIT)]
    rows = db.session.execute(
        select(CallApplication, Contribution.body, CooperationCall.public_id)
        .join(CooperationCall, CooperationCall.id == CallApplication.call_id)
        .join(Contribution, Contribution.id == CooperationCall.contribution_id)
        .where(CallApplication.organisation_id.in_(ids))
        .order_by(CallApplication.applied_at.desc(), CallApplication.id.desc())
        .limit(50)
    )
    return [(application, title_of(body), public_id) for application, body, public_id in rows]


def get_application(application_id: int) -> tuple[CallApplication, CooperationCall, str]:
    """Return an application by its id with its call and the call's title: for those who are told of it."""
    row = db.session.execute(
        select(CallApplication, CooperationCall, Contribution.body)
        .join(CooperationCall, CooperationCall.id == CallApplication.call_id)
        .join(Contribution, Contribution.id == CooperationCall.contribution_id)
        .where(CallApplication.id == application_id)
    ).one()
    return row[0], row[1], title_of(row[2])


def get_call_told(call_id: int) -> tuple[CooperationCall, str, list[int]]:
    """Return a call by its id with its title and the organisations that applied: for those who are told of it.

    Whoever was declined when the call was called off, at this very moment, is told too.
    """
    call = db.session.get_one(CooperationCall, call_id)
    body = db.session.scalar(select(Contribution.body).where(Contribution.id == call.contribution_id)) or ""
    concerned: ColumnElement[bool] = CallApplication.state.in_(
        [ApplicationState.SENT, ApplicationState.ACCEPTED]
    )
    if call.closed_at is not None:
        concerned = or_(concerned, CallApplication.answered_at == call.closed_at)
    organisation_ids = db.session.scalars(
        select(CallApplication.organisation_id).where(CallApplication.call_id == call_id, concerned)
    )
    return call, title_of(body), list(organisation_ids)


def list_pending_of(organisation_id: int) -> list[Pending]:
    """Return what of an organisation is pending here (引き継ぐこと): calls that run, applications to answer or awaited."""
    runs_own = (
        (CooperationCall.organisation_id == organisation_id)
        & CooperationCall.closed_at.is_(None)
        & Contribution.visibility.not_in(TOMBSTONES)
    )
    rows = db.session.execute(
        select(CooperationCall, Contribution.body, _count(ApplicationState.SENT), CallApplication.id)
        .join(Contribution, Contribution.id == CooperationCall.contribution_id)
        .outerjoin(
            CallApplication,
            (CallApplication.call_id == CooperationCall.id)
            & (CallApplication.organisation_id == organisation_id)
            & (CallApplication.state == ApplicationState.SENT),
        )
        .where(or_(runs_own, CallApplication.id.is_not(None)))
        .order_by(CallApplication.id, CooperationCall.id)
        .limit(100)
    ).all()
    return [
        _pending(call, body, waiting, application is not None) for call, body, waiting, application in rows
    ]


def _pending(call: CooperationCall, body: str, waiting: int, has_applied: bool) -> Pending:
    path = f"/cooperation/{call.public_id}"
    if has_applied:
        return Pending("応募", title_of(body), path, "相手の返事を待っています")
    state = f"返事を待つ応募が{waiting}件あります" if waiting else "募集しています"
    return Pending("協力の募集", title_of(body), path, state)
