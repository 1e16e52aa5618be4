"""Builders of the office: posts and who holds them, who stands in, routes of approval."""

from __future__ import annotations

from datetime import date, timedelta

from participation.access.actors import Actor, Role, system
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.organisations.models import Section
from participation.organisations.queries import list_posts
from participation.people import commands as people
from participation.people.models import Person
from participation.replies import commands
from participation.replies.domain import Approval, RouteDraft, StepDraft, StepKind
from participation.replies.models import ApprovalRoute, Point, ReplyVersion
from participation.replies.queries import routing
from tests.support.people import a_member_of_staff, actor_of

BY = system("tests")


def a_holder(post: str, section: Section, *roles: Role) -> Actor:
    """Somebody of the section in a post since a month ago (係長 chief, 課長 head, 部長 director)."""
    person = a_member_of_staff(*(roles or (Role.OFFICER,)), section=section)
    appointed(person, post, section)
    return actor_of(person)


def appointed(person: Person, post: str, section: Section) -> None:
    """Put somebody into a post, since a month ago."""
    with transaction():
        people.appoint_to_post(
            db.session.get_one(Person, person.id),
            next(each for each in list_posts() if each.code == post),
            db.session.get_one(Section, section.id),
            clock.today() - timedelta(days=30),
            by=BY,
        )


def away(actor: Actor, proxy: Actor, days: int = 3) -> None:
    """Let somebody be away from today on; the other acts for them."""
    with transaction():
        people.note_absence(
            db.session.get_one(Person, actor.person_id),
            db.session.get_one(Person, proxy.person_id),
            clock.today(),
            clock.today() + timedelta(days=days),
            by=BY,
        )


def a_route(*steps: StepDraft, name: str = "課長まで", section: str = "") -> ApprovalRoute:
    """A route; without steps: 係長, then 課長, of the point's own section."""
    chosen = steps or (
        StepDraft(1, StepKind.AGREE, "chief", refuses_own=False),
        StepDraft(2, StepKind.DECIDE, "head"),
    )
    with transaction():
        return commands.make_route(RouteDraft(name, tuple(chosen), section), by=BY)


def handed_on(point: Point, version: ReplyVersion, route: ApprovalRoute, *, by: Actor | None = None) -> None:
    """Hand a version on over a route."""
    with transaction():
        commands.submit_for_approval(point.public_id, version.number, route=route.public_id, by=by or BY)


def passed(point: Point, version: ReplyVersion, by: Actor, comment: str = "") -> None:
    """Pass the step at which somebody has the turn."""
    with transaction():
        step = turn_of(point, by)
        seen = Approval(version.number, version.content_hash, comment, step=step)
        commands.approve_step(point.public_id, step, seen, by=by)


def turn_of(point: Point, actor: Actor) -> str:
    """The public id of the open step at which somebody has the turn."""
    mine = [t for t in routing.list_open_turns(actor) if t.point_public_id == point.public_id and t.is_mine]
    return mine[0].step_public_id


def seats_open(point: Point) -> list[str]:
    """Whose turn it is."""
    db.session.rollback()
    return [t.seat for t in routing.list_open_turns(BY) if t.point_public_id == point.public_id]


def in_days(count: int) -> date:
    """So many days from today."""
    return clock.today() + timedelta(days=count)
