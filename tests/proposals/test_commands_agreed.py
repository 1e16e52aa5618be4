"""Where an organisation wants its delegates to agree, nothing later goes out in its name before they did."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from participation.access.actors import Right
from participation.agreements import commands as agreements
from participation.agreements import queries as agreed
from participation.agreements.domain import Stance
from participation.agreements.models import Agreement
from participation.contributions import commands as contributions
from participation.contributions.domain import Covering, RedactionReason
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.organisations.models import CommunityOrganisation
from participation.proposals import commands, queries
from participation.proposals.models import MergeOffer
from tests.support.builders.proposals import TEXT, a_proposal, a_team
from tests.support.page import PageClient
from tests.support.people import a_delegate, a_resident, actor_of, log_in

OTHER = replace(TEXT, request="毎月5日までにください。")


class Team:
    """An organisation that wants two to agree, and its proposal."""

    def __init__(self) -> None:
        self.organisation, writer = a_team()
        self.proposal = a_proposal(self.organisation, writer)
        with transaction():
            db.session.get_one(CommunityOrganisation, self.organisation.id).approvals_needed = 2
        self.writer = actor_of(writer)
        self.others = [actor_of(a_delegate(self.organisation, rights=[Right.APPROVE])) for _ in range(2)]

    def plan(self, verb, words, target="", by=None):
        """Ask the others."""
        with transaction():
            return agreements.ask(
                self.organisation.id,
                f"proposals.{verb}",
                words,
                self.proposal.public_id,
                target,
                row_version=self.proposal.version,
                by=by or self.writer,
            )

    def agree(self, planned, *actors, stance=Stance.AGREES, note=""):
        """Let delegates say what they think, for everybody to read."""
        for actor in actors or self.others:
            with transaction():
                agreements.say(planned, stance, note, is_note_public=True, by=actor)

    def carry_out(self, planned):
        """Do it."""
        with transaction():
            agreements.carry_out(planned, by=self.writer)


def test_a_rewriting_waits_for_two_who_agree_to_the_very_words(app, clock):
    team = Team()
    with pytest.raises(Refused, match="あと2人"), transaction():
        commands.revise_proposal(team.proposal, OTHER, team.proposal.version, by=team.writer)
    planned = team.plan("revise", OTHER.as_dict())
    team.agree(planned, team.others[0])
    with pytest.raises(Refused, match="あと1人"):
        team.carry_out(planned)
    team.agree(planned, team.others[1])
    with pytest.raises(Refused, match="あと2人"), transaction():
        changed = replace(OTHER, request="毎日ください。")
        commands.revise_proposal(team.proposal, changed, team.proposal.version, by=team.writer)
    team.carry_out(planned)
    assert queries.text_of(team.proposal) == OTHER
    db.session.refresh(planned)
    assert (planned.is_carried_out, planned.words) == (True, {}), "the words stand where they belong"
    with pytest.raises(Conflict):
        team.carry_out(planned)


def told(team: Team) -> agreed.Published:
    """What everybody reads of who agreed."""
    return agreed.published_about(team.proposal.public_id, team.proposal.organisation_id)


def test_who_disagrees_does_not_count_and_a_public_note_stands_on_the_page(app, clock):
    team = Team()
    third = actor_of(a_delegate(team.organisation))
    planned = team.plan("withdraw", {})
    team.agree(planned, third, stance=Stance.DISAGREES, note="続けたい。")
    assert agreed.count_agreeing(planned) == 0
    team.agree(planned)
    assert told(team).minority == ()
    team.carry_out(planned)
    assert (told(team).minority, told(team).agreed) == (("続けたい。",), 2)
    assert team.proposal.withdrawn_at is not None


def test_answers_to_changes_and_joinings_wait_too(app, clock):
    team = Team()
    neighbour, their_delegate = a_team("みどり丘自治会")
    theirs = a_proposal(neighbour, their_delegate, title="となりの提案")
    resident, neighbour_actor = actor_of(a_resident()), actor_of(their_delegate)
    with transaction():
        amendment = commands.offer_amendment(team.proposal, "request", "毎月", "近いので", by=resident)
        commands.offer_merge(theirs, team.proposal, "いっしょに", by=neighbour_actor)
    with pytest.raises(Refused, match="あと2人"), transaction():
        commands.answer_amendment(amendment, team.proposal, "はい", accept=True, by=team.writer)
    words = {"answer": "はい", "accept": True}
    planned = team.plan("answer_amendment", words, amendment.public_id)
    team.agree(planned)
    team.carry_out(planned)
    assert team.proposal.request == "毎月"
    offer = db.session.scalars(select(MergeOffer)).one()
    with pytest.raises(Refused, match="あと2人"), transaction():
        commands.answer_merge(offer, "はい", accept=True, by=team.writer)
    planned = team.plan("answer_merge", words, offer.public_id)
    team.agree(planned)
    team.carry_out(planned)
    db.session.refresh(theirs)
    assert theirs.merged_into_id == team.proposal.id


def test_only_delegates_with_the_right_plan_and_agree_and_a_new_plan_replaces_the_old(app, clock):
    team = Team()
    stranger, drafter = (
        actor_of(a_team("よその会")[1]),
        actor_of(a_delegate(team.organisation, rights=[Right.DRAFT])),
    )
    for actor in (stranger, drafter):
        with pytest.raises(Denied):
            team.plan("revise", OTHER.as_dict(), by=actor)
    first = team.plan("revise", OTHER.as_dict())
    for actor in (stranger, drafter):
        with pytest.raises(Denied):
            team.agree(first, actor)
    second = team.plan("revise", replace(OTHER, cost="なし").as_dict())
    with pytest.raises(Conflict):
        team.agree(first)
    assert [
        each.public_id
        for each in agreed.list_waiting(team.organisation.id, "proposals.revise", team.proposal.public_id)
    ] == [second.public_id]
    with pytest.raises(Refused, match="同じです"):
        team.plan("revise", TEXT.as_dict())


def test_words_covered_in_the_proposal_do_not_wait_uncovered_in_a_plan(app, clock):
    team = Team()
    planned = team.plan("revise", OTHER.as_dict())
    said = db.session.get_one(Contribution, team.proposal.contribution_id)
    with transaction():
        cover = {0: [Covering(0, 3, RedactionReason.NAME)]}
        contributions.propose_redactions(said, cover, proposer_id=None)
        contributions.confirm_redactions(said, decider_id=None)
    db.session.refresh(planned)
    assert planned.words == {}
    assert not db.session.scalars(select(Agreement).where(Agreement.settled_at.is_(None))).all()


def test_a_rewriting_of_words_that_changed_meanwhile_is_not_done_and_both_texts_are_shown(app, client, clock):
    team = Team()
    editor, resident = a_delegate(team.organisation), actor_of(a_resident())
    rewriting = team.plan("revise", OTHER.as_dict(), by=actor_of(editor))
    team.agree(rewriting)
    page = PageClient(app, log_in(client, editor)).get(f"/agreements/{rewriting.public_id}")
    with transaction():
        amendment = commands.offer_amendment(
            team.proposal, "request", "駅前へ箱を出す", "近いので", by=resident
        )
    answer = team.plan("answer_amendment", {"answer": "はい", "accept": True}, amendment.public_id)
    team.agree(answer)
    team.carry_out(answer)
    told = page.submit("提案の書き直しを行う", expect=409)
    for words in (
        "行いませんでした",
        "同じところを先に書き直しました",
        "駅前へ箱を出す",
        "毎月5日までにください。",
    ):
        assert words in told.text.replace(" ", "")
    assert queries.text_of(team.proposal).request == "駅前へ箱を出す"
