"""Builders of spaces: a 住区 with its secretariat, issues, meetings and consensus checks, through the commands."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from participation.access.actors import EVERY_RIGHT, Actor, Right, Role, system
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Person
from participation.places.models import Area
from participation.spaces import commands, queries
from participation.spaces.domain import Audience, Consent, IssueStage
from participation.spaces.models import ConsensusAnswer, ConsensusCheck, LocalIssue, Space
from tests.support.people import a_delegate, actor_of, an_organisation

OFFICER = Actor(roles=frozenset({Role.OFFICER}), name="所管課")
TESTS = system("tests")
CODE = "aburamen"


def the_space(code: str = CODE) -> Space:
    """One of the ward's spaces."""
    return queries.get_space(code)


def a_secretariat(
    code: str = CODE, name: str = "油面住区住民会議", rights: Collection[Right] = EVERY_RIGHT
) -> tuple[Space, CommunityOrganisation, Person]:
    """A space with the organisation that runs it and one of its delegates."""
    organisation = an_organisation(name, "district_council")
    delegate = a_delegate(organisation, rights=rights)
    space = the_space(code)
    with transaction():
        organisation = db.session.get_one(CommunityOrganisation, organisation.id)
        organisation.district_id = space.district_id
        commands.appoint_secretariat(the_space(code), organisation, by=OFFICER)
    return the_space(code), organisation, delegate


def an_office_actor(area: str) -> Actor:
    """Who works at the 地区サービス事務所 of an area."""
    area_id = db.session.query(Area.id).filter_by(code=area).scalar()
    return Actor(roles=frozenset({Role.DISTRICT_OFFICE}), name="事務所", area_id=area_id)


def an_issue(
    by: Actor = OFFICER,
    *,
    code: str = CODE,
    stage: IssueStage = IssueStage.TALK,
    title: str = "通学路の夜道が暗い",
    text: str = "冬の夕方、学校からの帰り道が暗くて、前が見えません。",
) -> LocalIssue:
    """An issue, led to a stage."""
    with transaction():
        issue = commands.register_issue(the_space(code), title, text, by=by)
    way = {
        IssueStage.REGISTERED: [],
        IssueStage.TALK: [IssueStage.TALK],
        IssueStage.ACTION: [IssueStage.TALK, IssueStage.ACTION],
        IssueStage.RESULT: [IssueStage.TALK, IssueStage.ACTION, IssueStage.RESULT],
        IssueStage.SET_ASIDE: [IssueStage.SET_ASIDE],
    }[stage]
    for step in way:
        advance(issue, step)
    return issue


def advance(issue: LocalIssue, stage: IssueStage, by: Actor = OFFICER) -> None:
    """Lead an issue to another stage."""
    with transaction():
        space = db.session.get_one(Space, issue.space_id)
        commands.advance_issue(space, issue, stage, "話し合いで決めました。", issue.version, by=by)


def a_check(
    issue: LocalIssue | None = None, audience: Audience = Audience.ANYONE, by: Actor = OFFICER, days: int = 14
) -> ConsensusCheck:
    """A consensus check that takes answers for two weeks."""
    issue = issue or an_issue()
    draft = commands.CheckDraft(
        "夜道に明かりを増やす",
        "通学路の3か所に明かりを増やすよう、区に求めます。",
        audience,
        clock.now() + timedelta(days=days),
    )
    with transaction():
        return commands.open_check(db.session.get_one(Space, issue.space_id), issue, draft, by=by)


def say(
    check: ConsensusCheck,
    person: Person,
    consent: Consent = Consent.AGREE,
    reason: str = "子どもの安全のためです。",
    *,
    is_strong: bool = False,
) -> ConsensusAnswer:
    """Answer a check as a person."""
    with transaction():
        space = db.session.get_one(Space, check.space_id)
        return commands.say_consent(check, space, consent, reason, is_strong=is_strong, by=actor_of(person))
