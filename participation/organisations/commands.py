"""Sections; organisations from their registration to their end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor, Role
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.file_kinds import CheckedFile
from participation.organisations import queries
from participation.organisations.domain import StepKind, kinds, read_posts, read_sections
from participation.organisations.models import CommunityOrganisation, OfficePost, OrganisationStep, Section
from participation.organisations.queries import Contact, seal_contact
from participation.places import queries as places

CHANGED_MEANWHILE = "ほかの人が先に変えました。画面を開き直し、書いた内容を写してから続けてください。"


@dataclass(frozen=True)
class OrganisationDraft:
    """What is known of an organisation when it registers, or changes what is registered."""

    name: str
    kind: str
    district_id: int | None = None
    introduction: str = ""
    represented_count: int | None = None
    area_id: int | None = None
    website: str = ""
    represented_unit: str = ""
    represented_on: date | None = None
    approvals_needed: int = 0
    #: For staff only; empty in a change: as it was.
    representative: str = ""
    contact: str = ""
    #: The rules (規約) as a kept file; None in a change: as they were.
    rules: CheckedFile | None = None


def load_sections(ward: str, *, by: Actor) -> None:
    """Load the ward's sections, keyed by code: adds and renames, never deletes."""
    access.require(by, "organisations.load_sections")
    present = {section.code: section for section in queries.list_sections()}
    areas = {area.code: area.id for area in places.list_areas()}
    for position, line in enumerate(read_sections(ward)):
        section = present.get(line.code) or Section(code=line.code)
        section.name, section.department, section.position = line.name, line.department, position
        section.area_id = areas[line.area_code] if line.area_code else None
        db.session.add(section)
    audit.record(by, "organisations.load_sections", "sections", {"ward": ward})


def load_posts(*, by: Actor) -> None:
    """Load the posts of a ward's office (役職), keyed by code: adds and renames, never deletes."""
    access.require(by, "organisations.load_posts")
    present = {post.code: post for post in queries.list_posts()}
    for position, line in enumerate(read_posts()):
        post = present.get(line.code) or OfficePost(code=line.code)
        post.name, post.scope, post.position = line.name, line.scope, position
        db.session.add(post)
    audit.record(by, "organisations.load_posts", "office_posts")


def register_organisation(draft: OrganisationDraft, *, by: Actor) -> CommunityOrganisation:
    """Register an organisation of the community (団体); it may speak once it is confirmed."""
    access.require(by, "organisations.register")
    organisation = _add(draft, by)
    audit.record(by, "organisations.register", organisation)
    return organisation


def ask_for_registration(draft: OrganisationDraft, *, by: Actor) -> CommunityOrganisation:
    """Ask for one's own organisation to be registered (登録の申し出); people's command makes a delegate of who asks."""
    access.require(by, "organisations.ask_for_registration")
    organisation = _add(draft, by)
    audit.record(by, "organisations.ask_for_registration", organisation)
    return organisation


def change_organisation(
    organisation: CommunityOrganisation, draft: OrganisationDraft, seen_version: int, *, by: Actor
) -> None:
    """Change what is registered; what staff confirmed (name, kind, rules) is theirs to change."""
    access.require(by, "organisations.change", organisation)
    _lock(organisation)
    if organisation.version != seen_version:
        raise Conflict(CHANGED_MEANWHILE)
    access.require(by, "organisations.change", organisation)
    settled = organisation.confirmed_at is not None and not by.is_staff and not by.has(Role.SYSTEM)
    if settled and (draft.name, draft.kind) != (organisation.name, organisation.kind):
        raise Refused("名前と種類は、区の窓口で変えます。担当者のページからは変えられません。", field="name")
    _refuse_unfit(draft, besides=organisation)
    _fill_in(organisation, draft)
    organisation.returned_at = None
    _note(organisation, StepKind.CHANGED, by)
    audit.record(by, "organisations.change", organisation)


def confirm_organisation(
    organisation: CommunityOrganisation, until: date | None = None, note: str = "", *, by: Actor
) -> None:
    """Note that the ward looked at the organisation's rules and representative (確認), or looked again (更新)."""
    access.require(by, "organisations.confirm")
    _lock(organisation)
    if organisation.withdrawn_at is not None:
        raise Conflict("登録を終えた団体は確認できません。もう一度、登録からお願いします。")
    until = until or queries.usual_end(organisation.kind)
    if until <= clock.today():
        raise Refused("有効期限は、あすより後の日にしてください。", field="until")
    kind = StepKind.CONFIRMED if organisation.confirmed_at is None else StepKind.RENEWED
    organisation.confirmed_at = organisation.confirmed_at or clock.now()
    organisation.confirmed_until, organisation.returned_at, organisation.reason = until, None, ""
    _note(organisation, kind, by, note=note, until=until)
    audit.record(by, "organisations.confirm", organisation, {"until": until.isoformat()})


def return_organisation(organisation: CommunityOrganisation, reason: str, *, by: Actor) -> None:
    """Ask for corrections before an organisation can be confirmed (直しのお願い)."""
    access.require(by, "organisations.confirm")
    _lock(organisation)
    if organisation.confirmed_at is not None or organisation.withdrawn_at is not None:
        raise Conflict("確認を待っている団体だけに、直しをお願いできます。画面を開き直してください。")
    if not reason.strip():
        raise Refused("どこを直してほしいかを書いてください。", field="reason")
    organisation.returned_at, organisation.reason = clock.now(), reason.strip()
    _note(organisation, StepKind.RETURNED, by, note=organisation.reason)
    audit.record(by, "organisations.confirm", organisation, {"returned": True})


def look_at_contact(organisation: CommunityOrganisation, reason: str, *, by: Actor) -> Contact:
    """Return who represents an organisation and how it is reached; the look and its reason are recorded."""
    access.require(by, "organisations.look_at_contact", organisation)
    if not reason.strip():
        raise Refused("見る理由を書いてください。監査の記録に残ります。", field="reason")
    audit.record(by, "organisations.look_at_contact", organisation, {"reason": reason.strip()})
    return queries.contact_of(organisation)


def withdraw_organisation(organisation: CommunityOrganisation, reason: str, *, by: Actor) -> None:
    """End a registration (登録の終了): from now on nothing is said in its name; what was said stays."""
    access.require(by, "organisations.withdraw", organisation)
    _lock(organisation)
    if organisation.withdrawn_at is not None:
        raise Conflict("この団体の登録は、すでに終わっています。")
    if not reason.strip():
        raise Refused("理由を書いてください。公開のページに載ります。", field="reason")
    organisation.withdrawn_at, organisation.reason = clock.now(), reason.strip()
    _note(organisation, StepKind.WITHDRAWN, by, note=organisation.reason)
    audit.record(by, "organisations.withdraw", organisation)


def _add(draft: OrganisationDraft, by: Actor) -> CommunityOrganisation:
    _refuse_unfit(draft, besides=None)
    organisation = CommunityOrganisation(registered_at=clock.now())
    _fill_in(organisation, draft)
    db.session.add(organisation)
    db.session.flush()
    _note(organisation, StepKind.REGISTERED, by)
    return organisation


def _lock(organisation: CommunityOrganisation) -> None:
    db.session.scalars(
        select(CommunityOrganisation)
        .where(CommunityOrganisation.id == organisation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _refuse_unfit(draft: OrganisationDraft, *, besides: CommunityOrganisation | None) -> None:
    if draft.kind not in kinds():
        raise Refused("種類を一覧から選んでください。", field="kind")
    taken = db.session.scalar(
        select(CommunityOrganisation.id).where(CommunityOrganisation.name == draft.name)
    )
    if taken is not None and (besides is None or taken != besides.id):
        raise Refused("同じ名前の団体が、すでに登録されています。", field="name")
    if draft.website and not draft.website.startswith(("https://", "http://")):
        raise Refused("ホームページは「https://」からの住所を入れてください。", field="website")


def _fill_in(organisation: CommunityOrganisation, draft: OrganisationDraft) -> None:
    said_anew = (draft.represented_count, draft.represented_on) != (
        organisation.represented_count,
        organisation.represented_on,
    )
    organisation.name, organisation.kind = draft.name, draft.kind
    organisation.area_id, organisation.district_id = draft.area_id, draft.district_id
    organisation.introduction, organisation.website = draft.introduction, draft.website
    organisation.represented_count = draft.represented_count
    organisation.represented_unit = draft.represented_unit or kinds()[draft.kind].unit
    if said_anew:
        counted = draft.represented_count is not None
        organisation.represented_on = (draft.represented_on or clock.today()) if counted else None
    organisation.approvals_needed = draft.approvals_needed
    if draft.representative or draft.contact:
        organisation.sealed_contact = seal_contact(Contact(draft.representative, draft.contact))
    if draft.rules is not None:
        organisation.rules_sha256, organisation.rules_name = draft.rules.sha256, draft.rules.name


def _note(
    organisation: CommunityOrganisation,
    kind: StepKind,
    by: Actor,
    *,
    note: str = "",
    until: date | None = None,
) -> None:
    db.session.add(
        OrganisationStep(
            organisation_id=organisation.id,
            kind=kind,
            at=clock.now(),
            by_id=by.person_id,
            note=note,
            until=until,
        )
    )
