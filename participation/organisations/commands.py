"""Registering sections and organisations."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.organisations import queries
from participation.organisations.domain import OrganisationKind, read_posts, read_sections
from participation.organisations.models import CommunityOrganisation, OfficePost, Section


@dataclass(frozen=True)
class OrganisationDraft:
    """What is known of an organisation when it registers."""

    name: str
    kind: OrganisationKind
    district_id: int | None = None
    introduction: str = ""
    represented_count: int | None = None


def load_sections(ward: str, *, by: Actor) -> None:
    """Load the ward's sections, keyed by code: adds and renames, never deletes."""
    access.require(by, "organisations.load_sections")
    present = {section.code: section for section in queries.list_sections()}
    for position, line in enumerate(read_sections(ward)):
        section = present.get(line.code) or Section(code=line.code)
        section.name, section.department, section.position = line.name, line.department, position
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
    taken = db.session.scalar(
        select(CommunityOrganisation.id).where(CommunityOrganisation.name == draft.name)
    )
    if taken is not None:
        raise Refused("同じ名前の団体が、すでに登録されています。", field="name")
    organisation = CommunityOrganisation(
        name=draft.name,
        kind=draft.kind,
        district_id=draft.district_id,
        introduction=draft.introduction,
        represented_count=draft.represented_count,
        registered_at=clock.now(),
    )
    db.session.add(organisation)
    audit.record(by, "organisations.register", organisation)
    return organisation


def confirm_organisation(organisation: CommunityOrganisation, *, by: Actor) -> None:
    """Note that the ward looked at the organisation's rules and representative (確認)."""
    access.require(by, "organisations.confirm")
    organisation.confirmed_at = organisation.confirmed_at or clock.now()
    audit.record(by, "organisations.confirm", organisation)
