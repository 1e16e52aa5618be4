"""One way of agreeing for everything that goes out in an organisation's name: on the board, with ideas, with proposals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.access.actors import Right, system
from participation.agreements import commands, queries
from participation.agreements.domain import Stance
from participation.agreements.models import Agreement
from participation.challenges import commands as challenges
from participation.challenges import queries as board
from participation.challenges.commands import IdeaDraft
from participation.challenges.domain import ApplicationState, CallDraft, CallEnd, CallSide
from participation.challenges.models import CallApplication, CooperationCall, Idea
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.organisations.models import CommunityOrganisation
from participation.people import queries as people
from participation.proposals import commands as proposals
from participation.proposals.models import MergeOffer, OrganisationEndorsement, ProposalAmendment
from tests.support.builders.challenges import IDEA, a_call, a_challenge, an_application
from tests.support.builders.consultations import a_subject
from tests.support.builders.proposals import a_proposal, a_team
from tests.support.people import a_delegate, actor_of

DRAFT = CallDraft(CallSide.NEEDS, "人手を探す", "週に一度です。", ("people",), contact="03-0000-1111")


class Team:
    """An organisation that wants one other to agree."""

    def __init__(self, name: str = "ふたりの会") -> None:
        self.organisation, self.person = a_team(name)
        with transaction():
            found = db.session.get_one(CommunityOrganisation, self.organisation.id)
            found.approvals_needed, found.represented_count, found.represented_unit = 1, 280, "世帯"
        self.id, self.actor = self.organisation.id, actor_of(self.person)
        self.other_person = a_delegate(self.organisation, rights=[Right.APPROVE])
        self.other = actor_of(self.other_person)

    def ask(self, code, words, about="", target="", row_version=0):
        """Ask the other."""
        with transaction():
            return commands.ask(self.id, code, words, about, target, row_version=row_version, by=self.actor)

    def agree(self, agreement, note=""):
        """The other agrees."""
        with transaction():
            commands.say(agreement, Stance.AGREES, note, is_note_public=bool(note), by=self.other)

    def carry_out(self, agreement):
        """Do it."""
        with transaction():
            return commands.carry_out(agreement, by=self.actor)

    def do(self, code, words, about="", target="", row_version=0, note=""):
        """Ask, be refused, agree, carry out."""
        agreement = self.ask(code, words, about, target, row_version)
        with pytest.raises(Refused, match="あと1人"):
            self.carry_out(agreement)
        self.agree(agreement, note)
        path = self.carry_out(agreement)
        assert (agreement.words, agreement.sealed, agreement.is_carried_out) == ({}, None, True)
        return path


def test_a_call_goes_out_once_another_agreed_and_its_page_says_so_without_a_name(app, clock):
    team = Team()
    with pytest.raises(Refused, match="あと1人"), transaction():
        challenges.open_call(team.organisation, DRAFT, by=team.actor)
    waiting = team.ask("challenges.call", DRAFT.as_words())
    assert "03-0000-1111" not in str(waiting.words), "how to reach them is sealed while it waits"
    assert queries.words_of(waiting)["contact"] == "03-0000-1111"
    assert [each.what for each in queries.list_pending_of(team.id)] == ["承認を待つ手続き"]
    team.agree(waiting, "人数が心配です。")
    path = team.carry_out(waiting)
    call = db.session.scalars(select(CooperationCall)).one()
    assert path == f"/cooperation/{call.public_id}"
    page = board.show_call(call.public_id, team.actor)
    assert (page.agreed.agreed, page.agreed.minority) == (1, ("人数が心配です。",))
    assert page.agreed.represented.startswith("280世帯")
    assert page.contact == "03-0000-1111"
    assert queries.list_pending_of(team.id) == []


def test_every_act_of_the_board_waits_for_the_same_agreement(app, clock):
    mine, theirs = Team(), Team("よその会")
    mine.do("challenges.call", DRAFT.as_words())
    call = db.session.scalars(select(CooperationCall)).one()
    applied = {"message": "3人出せます。", "contact": "03-0000-2222"}
    with pytest.raises(Refused, match="あと1人"), transaction():
        challenges.apply_to_call(call, theirs.organisation, *applied.values(), by=theirs.actor)
    theirs.do("challenges.apply", applied, call.public_id)
    application = db.session.scalars(select(CallApplication)).one()
    theirs.do("challenges.take_back_application", {}, call.public_id, application.public_id)
    assert application.state is ApplicationState.TAKEN_BACK
    theirs.do("challenges.apply", applied, call.public_id)
    changed = {**DRAFT.as_words(), "text": "月に一度です。", "reason": "多すぎたので"}
    mine.do("challenges.change_call", changed, call.public_id, row_version=call.version)
    assert board.show_call(call.public_id, mine.actor).text == "月に一度です。"
    answer = {"answer": "お願いします。", "accept": True}
    mine.do("challenges.answer_application", answer, call.public_id, application.public_id, note="内緒の話")
    assert application.state is ApplicationState.ACCEPTED
    mine.do("challenges.close_call", {"reason": "そろいました。", "how": "done"}, call.public_id)
    page = board.show_call(call.public_id, mine.actor)
    assert (page.call.ended_as, page.agreed.minority) == (CallEnd.DONE, ()), (
        "what two say to each other stays"
    )


def test_an_idea_of_an_organisation_waits_and_that_of_a_person_does_not(app, clock):
    team, challenge = Team(), a_challenge()
    draft = IdeaDraft(IDEA, contact_name="係", contact="03-0000-3333")
    with transaction():
        challenges.offer_idea(IdeaDraft(IDEA), challenge, by=team.actor)
    team.do("challenges.offer_idea", draft.as_words(challenge))
    idea = db.session.scalars(select(Idea).order_by(Idea.id.desc())).first()
    page = board.show_idea(idea.public_id, team.actor)
    assert (page.agreed.agreed, page.links[0].title) == (1, challenge.title)
    team.do("challenges.change_idea", draft.as_words() | {"idea": "別の工夫です。"}, idea.public_id)
    assert board.show_idea(idea.public_id, team.actor).text.idea == "別の工夫です。"
    team.do("challenges.withdraw_idea", {}, idea.public_id)
    free = IdeaDraft(IDEA, about_id=a_subject().id)
    team.do("challenges.offer_idea", free.as_words())


def test_merges_changes_to_others_and_endorsements_wait_too(app, clock):
    team, about = Team(), a_subject().id
    with transaction():
        db.session.get_one(CommunityOrganisation, team.id).approvals_needed = 0
    own = a_proposal(team.organisation, team.person, about=about)
    with transaction():
        db.session.get_one(CommunityOrganisation, team.id).approvals_needed = 1
    other = a_proposal(*a_team("となりの会"), about=about, title="となりの提案")
    with pytest.raises(Refused, match="あと1人"), transaction():
        proposals.endorse_proposal(other, team.organisation, by=team.actor)
    team.do("proposals.endorse", {"text_version": 1}, other.public_id)
    assert db.session.scalars(select(OrganisationEndorsement)).one().organisation_id == team.id
    words = {"part": "request", "after": "毎月1回", "reason": "足りるので"}
    team.do("proposals.amend", words, other.public_id)
    assert db.session.scalars(select(ProposalAmendment)).one().after == "毎月1回"
    with pytest.raises(Refused, match="あと1人"), transaction():
        proposals.offer_merge(own, other, "同じ目的です。", by=team.actor)
    words = {"ends": own.public_id, "message": "同じ目的です。"}
    team.do("proposals.offer_merge", words, own.public_id, other.public_id)
    assert db.session.scalars(select(MergeOffer)).one().into_id == other.id


def test_nobody_without_the_right_asks_agrees_or_carries_out_and_who_left_counts_no_more(app, clock):
    team = Team()
    waiting = team.ask("challenges.call", DRAFT.as_words())
    stranger = actor_of(a_team("よその会")[1])
    drafter = actor_of(a_delegate(team.organisation, rights=[Right.DRAFT]))
    for actor in (stranger, drafter, team.other):
        with pytest.raises(Denied), transaction():
            commands.carry_out(waiting, by=actor)
        with pytest.raises(Denied), transaction():
            commands.ask(team.id, "challenges.call", DRAFT.as_words(), by=actor)
    for actor in (stranger, drafter):
        with pytest.raises(Denied), transaction():
            commands.say(waiting, Stance.AGREES, "", is_note_public=False, by=actor)
    team.agree(waiting)
    assert queries.count_agreeing(waiting) == 1
    with transaction():
        people.get_membership(team.organisation, team.other_person.public_id).ended_at = clock.moment
    assert queries.count_agreeing(waiting) == 0
    with pytest.raises(Denied, match="もう終わって"):
        team.agree(waiting)  # The page was open a second longer than the term.


def test_what_is_called_off_or_never_agreed_to_keeps_no_words(app, clock):
    team = Team()
    first = team.ask("challenges.call", DRAFT.as_words())
    with transaction():
        commands.call_off(first, by=team.actor)
    with pytest.raises(Conflict):
        team.agree(first)
    second = team.ask("challenges.call", DRAFT.as_words())
    clock.advance(timedelta(days=200))
    with transaction():
        assert commands.forget_waiting(clock.moment - timedelta(days=180), by=system("test")) == 1
    db.session.refresh(second)
    assert [(each.words, each.sealed) for each in db.session.scalars(select(Agreement))] == [({}, None)] * 2


def test_a_call_is_rewritten_with_its_history_and_a_stale_form_is_a_conflict(app, clock):
    mine, theirs = a_team(), a_team("よその会")
    call = a_call(*mine)
    an_application(call, *theirs)
    seen, body = call.version, board.show_call(call.public_id, actor_of(mine[1])).draft
    later = CallDraft(CallSide.NEEDS, body.title, "月に一度です。", ("people",), contact=body.contact)
    with transaction():
        challenges.revise_call(call, later, "多すぎたので", seen, by=actor_of(mine[1]))
    with pytest.raises(Conflict), transaction():
        challenges.revise_call(call, body, "戻す", seen, by=actor_of(mine[1]))
    with pytest.raises(Refused, match="同じ"), transaction():
        challenges.revise_call(call, later, "理由", call.version, by=actor_of(mine[1]))
    page = board.show_call(call.public_id, actor_of(theirs[1]))
    before, after, change = board.get_drafts_around(page, 1)
    assert (before.text, before.resources) == (body.text, ("people", "place"))
    assert (after.text, after.resources) == ("月に一度です。", ("people",))
    assert (change.reason, change.application_count) == ("多すぎたので", 1)


def test_a_call_that_is_called_off_ends_what_waits_and_forgets_how_to_reach_anybody(app, clock):
    mine, theirs = a_team(), a_team("よその会")
    call = a_call(*mine)
    application = an_application(call, *theirs)
    with transaction():
        challenges.close_call(call, "会場が借りられません。", CallEnd.CALLED_OFF, by=actor_of(mine[1]))
    assert (call.sealed_contact, application.sealed_contact) == (None, None)
    assert application.state is ApplicationState.DECLINED
    assert "会場が借りられません。" in application.answer
    assert board.get_call_told(call.id)[2] == [theirs[0].id], "they are told"
