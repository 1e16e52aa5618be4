"""Offering an idea, rewriting and withdrawing it; keeping to what is covered or erased in the register."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.agreements import commands as agreements
from participation.agreements import queries as agreed
from participation.audit import trail as audit
from participation.challenges import queries
from participation.challenges.commands.linking import _say_link
from participation.challenges.domain import IDEAS_A_DAY, IdeaText, LinkedBy, LinkOrigin, title_of
from participation.challenges.events import IdeaOffered
from participation.challenges.models import CallApplication, Challenge, CooperationCall, Idea
from participation.consultations.domain import ModerationMode
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.domain import cover_words as covered_in
from participation.contributions.models import Contribution
from participation.contributions.queries import covered_words
from participation.discussion.domain import AuthorState, has_link, reason_to_hold
from participation.foundation import clock, events
from participation.foundation.daily_order import shuffle_key
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.foundation.ids import new_public_id
from participation.organisations.models import CommunityOrganisation
from participation.people.domain import Standing
from participation.people.models import Person
from participation.subjects import commands as subjects
from participation.subjects.models import Subject

ERASED_TITLE = "（消去されました）"


@dataclass(frozen=True)
class IdeaDraft:
    """An idea as it is written (アイデアの下書き)."""

    text: IdeaText
    #: What in the plan it is about, where it is for no challenge.
    about_id: int | None = None
    standings: Collection[Standing] = ()
    #: 担当者の名前と連絡先; shown to all only if the writer wants it.
    contact_name: str = ""
    contact: str = ""
    shows_contact: bool = False
    may_be_taken_up: bool = False

    def as_words(self, challenge: Challenge | None = None) -> dict[str, Any]:
        """Return everything as it is kept while it waits for agreement."""
        return {
            "title": self.text.title,
            "idea": self.text.idea,
            "brings": self.text.brings,
            "about_id": None if challenge else self.about_id,
            "challenge": challenge.public_id if challenge else "",
            "contact_name": self.contact_name,
            "contact": self.contact,
            "shows_contact": self.shows_contact,
            "may_be_taken_up": self.may_be_taken_up,
        }

    @classmethod
    def read(cls, words: Mapping[str, Any]) -> IdeaDraft:
        """Return the draft again; an organisation is of no standing."""
        return cls(
            IdeaText(words["title"], words["idea"], words["brings"]),
            about_id=words["about_id"],
            contact_name=words.get("contact_name", ""),
            contact=words.get("contact", ""),
            shows_contact=words["shows_contact"],
            may_be_taken_up=words["may_be_taken_up"],
        )


def offer_idea(
    draft: IdeaDraft,
    challenge: Challenge | None = None,
    organisation: CommunityOrganisation | None = None,
    *,
    by: Actor,
) -> Idea:
    """Offer an idea as a person or for an organisation; for a challenge, or before there is one."""
    access.require(by, "challenges.offer_idea", challenge, organisation)
    if organisation is not None:
        agreed.hold_right(organisation.id, Right.SUBMIT, by)
    author = _lock_author(by)
    if challenge is not None:
        db.session.refresh(challenge, with_for_update={"read": True})
        access.require(by, "challenges.offer_idea", challenge, organisation)  # Its time may be over by now.
    _refuse_unfit(draft, about_challenge=challenge is not None)
    if queries.count_ideas_since(author.id, clock.now() - timedelta(days=1)) >= IDEAS_A_DAY:
        raise Refused(f"1日に出せるアイデアは{IDEAS_A_DAY}件までです。続きは明日お願いします。")
    if organisation is not None:
        agreed.require_agreed(organisation.id, "challenges.offer_idea", draft.as_words(challenge))
    public_id = new_public_id()
    subject = subjects.add_subject("idea", public_id, draft.text.title)
    reason = _reason_to_hold(author, draft.text.body(), organisation)
    said = contributions.say(
        ContributionKind.IDEA,
        draft.text.body(),
        subject_id=challenge.subject_id if challenge else draft.about_id or 0,
        author_id=author.id,
        organisation_id=organisation.id if organisation else None,
        shown_name=organisation.name if organisation else by.name,
        visibility=Visibility.HELD if reason else Visibility.PUBLISHED,
        visibility_reason=reason,
    )
    idea = Idea(
        public_id=public_id,
        contribution_id=said.id,
        subject_id=subject.id,
        shuffle=shuffle_key(public_id),
        offered_at=clock.now(),
    )
    _fill_in(idea, draft, is_person=organisation is None)
    db.session.add(idea)
    db.session.flush()
    if challenge is not None:
        _say_link(idea, challenge, LinkOrigin.OFFERED, LinkedBy.AUTHOR, "", by)
    audit.record(by, "challenges.offer_idea", idea)
    events.publish(IdeaOffered(idea.id))
    return idea


def revise_idea(idea: Idea, draft: IdeaDraft, *, by: Actor) -> None:
    """Change the words of an idea; the ones before are kept, and what staff should see first waits for them."""
    said = db.session.get_one(Contribution, idea.contribution_id)
    access.require(by, "challenges.change_idea", said)
    db.session.refresh(said, with_for_update=True)
    access.require(by, "challenges.change_idea", said)
    _refuse_unfit(draft, about_challenge=True)
    if said.organisation_id is not None:
        agreed.hold_right(said.organisation_id, Right.SUBMIT, by)
        agreed.require_agreed(
            said.organisation_id, "challenges.change_idea", draft.as_words(), idea.public_id
        )
    contributions.revise(said, draft.text.body())
    _fill_in(idea, draft, is_person=said.organisation_id is None)
    subjects.retitle_subject(db.session.get_one(Subject, idea.subject_id), draft.text.title)
    if said.organisation_id is None and said.visibility is Visibility.PUBLISHED:
        reason = _reason_to_hold(_lock_author(by), draft.text.body(), None, besides=said.id)
        if reason:  # Otherwise a link could be slipped in after the first look.
            contributions.change_visibility(said, Visibility.HELD, reason=reason)
    audit.record(by, "challenges.change_idea", idea, {"revision": said.revision})


def withdraw_idea(idea: Idea, *, by: Actor) -> None:
    """Take an idea back: a mark stays in its place; the contact is forgotten."""
    said = db.session.get_one(Contribution, idea.contribution_id)
    access.require(by, "challenges.withdraw_idea", said)
    db.session.refresh(said, with_for_update=True)
    access.require(by, "challenges.withdraw_idea", said)
    if said.organisation_id is not None:
        agreed.hold_right(said.organisation_id, Right.WITHDRAW, by)
        agreed.require_agreed(said.organisation_id, "challenges.withdraw_idea", {}, idea.public_id)
    contributions.change_visibility(said, Visibility.WITHDRAWN)
    audit.record(by, "challenges.withdraw_idea", idea)


def read_contact(idea: Idea, *, by: Actor) -> tuple[str, str]:
    """Return whom to ask about an idea, name and contact; that it was read stays on record."""
    access.require(by, "challenges.read_contact")
    audit.record(by, "challenges.read_contact", idea)
    return queries.contact_of(idea.sealed_contact)


def follow_words(contribution_id: int, *, by: Actor) -> None:
    """Give the subject of an idea or a call the title that its words have now (黒塗り, 書き直し)."""
    access.require(by, "challenges.follow_words")
    owner = _owner_of(contribution_id)
    if owner is None:
        return  # It was said in another way.
    said = db.session.get_one(Contribution, contribution_id)
    title = title_of(said.body) or ERASED_TITLE
    subjects.retitle_subject(db.session.get_one(Subject, owner.subject_id), title)
    covered = covered_words([contribution_id]).get(contribution_id, [])
    _follow_notes(owner, said, lambda words: covered_in(words, covered), by)
    audit.record(by, "challenges.follow_words", owner)


def follow_visibility(contribution_id: int, after: Visibility, *, by: Actor) -> None:
    """Forget the contact of what was withdrawn or erased, and the title of what was erased."""
    access.require(by, "challenges.follow_words")
    owner = _owner_of(contribution_id)
    if owner is None or after not in (Visibility.WITHDRAWN, Visibility.ERASED):
        return
    owner.sealed_contact = None
    if isinstance(owner, Idea):
        owner.shows_contact = False
    if after is Visibility.ERASED:
        _follow_notes(owner, db.session.get_one(Contribution, contribution_id), None, by)
        subjects.retitle_subject(db.session.get_one(Subject, owner.subject_id), ERASED_TITLE)
        if isinstance(owner, CooperationCall):
            for application in db.session.scalars(
                select(CallApplication).where(CallApplication.call_id == owner.id)
            ):
                application.sealed_contact = None
    audit.record(by, "challenges.follow_words", owner, {"visibility": after.value})


def _follow_notes(
    owner: Idea | CooperationCall, said: Contribution, cover: Callable[[str], str] | None, by: Actor
) -> None:
    """What the organisation's delegates said of it (少数意見), and what waits about it, keeps to it too."""
    if said.organisation_id is not None:
        agreements.follow_words(owner.public_id, cover, [said.organisation_id], by=by)


def _owner_of(contribution_id: int) -> Idea | CooperationCall | None:
    idea = db.session.scalars(select(Idea).where(Idea.contribution_id == contribution_id)).one_or_none()
    return (
        idea
        or db.session.scalars(
            select(CooperationCall).where(CooperationCall.contribution_id == contribution_id)
        ).one_or_none()
    )


def _fill_in(idea: Idea, draft: IdeaDraft, *, is_person: bool) -> None:
    idea.standings = sorted(draft.standings) if is_person else []
    idea.sealed_contact = queries.seal_contact(draft.contact_name, draft.contact)
    idea.shows_contact = draft.shows_contact and idea.sealed_contact is not None
    idea.may_be_taken_up = draft.may_be_taken_up


def _refuse_unfit(draft: IdeaDraft, *, about_challenge: bool) -> None:
    if not draft.text.title.strip():
        raise Refused("題名を書いてください。", field="title")
    if not draft.text.idea.strip():
        raise Refused("アイデアを書いてください。", field="idea")
    if not about_challenge:
        known = {subject_id for subject_id, _ in queries.list_plan_subjects()}
        if draft.about_id not in known:
            raise Refused("計画のどこについてのアイデアかを選んでください。", field="about")


def _lock_author(by: Actor) -> Person:
    """Two tabs at once count one after the other."""
    return db.session.scalars(
        select(Person).where(Person.id == by.person_id).with_for_update(key_share=True)
    ).one()


def _reason_to_hold(
    author: Person, text: str, organisation: CommunityOrganisation | None, *, besides: int = 0
) -> str:
    """Return why staff look first; what a confirmed organisation says is shown at once, as its proposals are."""
    if organisation is not None:
        return ""
    state = AuthorState(author.id, author.created_at, author.email_confirmed_at is not None)
    is_first_link = has_link(text) and not queries.has_published(author.id, besides)
    return reason_to_hold(ModerationMode.HOLD_NEW, state, clock.now(), is_first_link=is_first_link)
