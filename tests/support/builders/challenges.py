"""Builders of challenges, ideas and calls for cooperation: through the commands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from participation.access.actors import Actor, Role
from participation.challenges import commands
from participation.challenges.commands import ChallengeDraft, IdeaDraft
from participation.challenges.domain import CallDraft, CallSide, ChallengeText, IdeaText
from participation.challenges.models import CallApplication, Challenge, CooperationCall, Idea
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Person
from tests.support.builders.consultations import a_subject
from tests.support.people import a_resident, a_section, actor_of

OFFICER = Actor(roles=frozenset({Role.OFFICER}), name="所管課")
TEXT = ChallengeText(
    title="夜の通学路が暗い",
    background="部活動の帰りに通る道に、街路灯の少ないところがあります。",
    wanted="夜の通学路を明るくする、お金のかからない工夫を求めています。",
    offer="反射材と、学校との話し合いの場を用意します。",
)
IDEA = IdeaText("通学路に反射材を貼る", "夜の通学路の電柱に、子どもたちと反射材を貼ります。", "人手5人")


def a_challenge(
    *,
    text: ChallengeText = TEXT,
    closes_at: datetime | None = None,
    ties: tuple[int, ...] = (),
    is_posted: bool = True,
) -> Challenge:
    """A challenge, posted unless it is to be a draft."""
    section_id = a_section().id
    with transaction():
        challenge = commands.draft_challenge(ChallengeDraft(text, section_id, closes_at, ties), by=OFFICER)
    if is_posted:
        with transaction():
            commands.post_challenge(challenge, by=OFFICER)
    return challenge


def an_idea(
    challenge: Challenge | None = None,
    author: Person | None = None,
    organisation: CommunityOrganisation | None = None,
    *,
    text: IdeaText = IDEA,
    **says: Any,
) -> Idea:
    """An idea, for a challenge or for none yet."""
    author = author or a_resident()
    about_id = None if challenge else says.pop("about_id", None) or a_subject().id
    with transaction():
        return commands.offer_idea(
            IdeaDraft(text, about_id=about_id, **says), challenge, organisation, by=actor_of(author)
        )


def words_of(idea: Idea | CooperationCall) -> Contribution:
    """What was said, in the register."""
    return db.session.get_one(Contribution, idea.contribution_id)


def a_call(organisation: CommunityOrganisation, delegate: Person, **says: Any) -> CooperationCall:
    """A call that looks for people."""
    draft: dict[str, Any] = {
        "side": CallSide.NEEDS,
        "title": "居場所づくりの人手",
        "text": "週に一度、子どもの居場所をいっしょに開きませんか。",
        "resources": ("people", "place"),
        "contact": "03-0000-1111",
    }
    with transaction():
        return commands.open_call(organisation, CallDraft(**(draft | says)), by=actor_of(delegate))


def an_application(
    call: CooperationCall, organisation: CommunityOrganisation, delegate: Person
) -> CallApplication:
    """An application to a call."""
    with transaction():
        return commands.apply_to_call(
            call, organisation, "第2土曜日に3人出せます。", "03-0000-2222", by=actor_of(delegate)
        )
