"""Builders of points and replies: gathered, drafted, decided on, published, through the commands."""

from __future__ import annotations

from collections.abc import Sequence

from participation.access.actors import Actor, Role, system
from participation.consultations.models import Consultation
from participation.foundation.db import _writing, db, transaction
from participation.opinions.models import Opinion
from participation.organisations.models import Section
from participation.people.models import StaffRole
from participation.replies import commands
from participation.replies.domain import Approval, PointDraft, ReplyDraftText
from participation.replies.models import Point, ReplyVersion
from participation.replies.queries import rows
from tests.support import people
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion

SUMMARY = "区報の文字を大きくし、駅など多くの人が通る場所にも置いてほしい。"
BODY = "ご意見の趣旨を踏まえ、文字の大きい版を作り、駅にも置けるよう関係機関と調整します。"


def the_schemes() -> None:
    """Load the sets of 対応区分."""
    with transaction():
        commands.load_schemes(by=system("tests"))


def _actor(role: Role, section: Section | None = None) -> Actor:
    """Somebody of the staff, made inside the running transaction if there is one."""
    if _writing.get():
        person = people._person("", is_staff=True, section_id=section.id if section else None)
        db.session.add(StaffRole(person_id=person.id, role=role))
        db.session.flush()
        return people.actor_of(person)
    return people.actor_of(people.a_member_of_staff(role, section=section))


def an_editor() -> Actor:
    """An editor, who may draft everything."""
    return _actor(Role.EDITOR)


def an_officer(section: Section) -> Actor:
    """An officer of a section."""
    return _actor(Role.OFFICER, section)


def an_approver() -> Actor:
    """An approver, who decides and publishes."""
    return _actor(Role.APPROVER)


def a_point(
    opinions: Sequence[Opinion] = (),
    *,
    to: Consultation | None = None,
    title: str = "区報の文字と置き場所",
    summary: str = SUMMARY,
    section: Section | None = None,
    by: Actor | None = None,
) -> Point:
    """A point with its opinions; without any: with one of its own."""
    if opinions:
        consultation = to or db.session.get_one(Consultation, opinions[0].consultation_id)
        members = list(opinions)
    else:
        consultation = to or an_open_consultation()
        members = [an_opinion(to=consultation)]
    with transaction():
        return commands.gather_point(
            PointDraft(
                consultation_code=consultation.code,
                title=title,
                summary=summary,
                opinions=tuple(opinion.public_id for opinion in members),
                section_code=section.code if section else None,
            ),
            by=by or system("tests"),
        )


def a_draft(
    point: Point,
    body: str = BODY,
    *,
    disposition: str | None = "A",
    same_as: int | None = None,
    supplement: str = "",
    based_on: int | None = None,
    by: Actor | None = None,
) -> ReplyVersion:
    """A version of the reply, written on the basis of the newest one."""
    reply = rows.find_reply(point)
    latest = reply.latest_number if reply else 0
    with transaction():
        return commands.draft_reply(
            point.public_id,
            ReplyDraftText(
                body=body,
                disposition=disposition,
                based_on=latest if based_on is None else based_on,
                same_as=same_as,
                supplement=supplement,
            ),
            by=by or an_editor(),
        )


def submitted(point: Point, version: ReplyVersion | None = None, *, by: Actor | None = None) -> ReplyVersion:
    """The point's reply, handed on to the approvers."""
    version = version or a_draft(point, by=by)
    with transaction():
        return commands.submit_for_approval(point.public_id, version.number, by=by or an_editor())


def approved(point: Point, *, by: Actor | None = None) -> ReplyVersion:
    """The point's reply, drafted, handed on and decided on."""
    version = submitted(point)
    with transaction():
        commands.approve_reply(
            point.public_id,
            Approval(version.number, version.content_hash, decision_number="8目企広第12号"),
            by=by or an_approver(),
        )
    return version


def published(point: Point, *, correction_note: str = "") -> ReplyVersion:
    """The point's reply, published."""
    version = approved(point)
    with transaction():
        commands.publish_reply(point.public_id, correction_note=correction_note, by=an_approver())
    return version
