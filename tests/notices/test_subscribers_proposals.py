"""Who is told of what happens to proposals and calls, and who is not: one row for each event."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import Right
from participation.challenges import commands as challenges
from participation.foundation.db import db, transaction
from participation.notices.models import Notification
from participation.proposals import commands, queries
from participation.proposals.domain import ProposalText
from participation.proposals.models import MergeOffer
from tests.support.builders.challenges import a_call, an_application
from tests.support.builders.proposals import OFFICER, TEXT, a_proposal, a_team, advance, endorse
from tests.support.people import a_delegate, a_resident, actor_of, an_organisation


class Ward:
    """A proposal with two endorsers (one for an organisation), and a neighbour's proposal."""

    def __init__(self) -> None:
        self.organisation, self.writer = a_team("さくら坂町会")
        self.drafter = a_delegate(self.organisation, rights=[Right.DRAFT])
        self.other, self.neighbour = a_team("みどり丘自治会")
        self.proposal = a_proposal(self.organisation, self.writer)
        self.theirs = a_proposal(
            self.other, self.neighbour, title="となりの提案", about=self.proposal.about_id
        )
        self.fan, third = a_resident(), an_organisation("三日月会")
        self.delegate, self.stranger = a_delegate(third), a_resident()
        endorse(self.proposal, self.fan)
        endorse(self.proposal, self.delegate, third)
        self.names = {
            getattr(self, name).id: name
            for name in ("writer", "drafter", "neighbour", "fan", "delegate", "stranger")
        }
        self.seen = set(db.session.scalars(select(Notification.id)))

    def told(self):
        """Who was told, and with which titles, since the beginning."""
        rows = db.session.scalars(select(Notification).where(Notification.id.not_in(self.seen)))
        return {(self.names[row.person_id], row.title) for row in rows}


def submit(ward):
    a_proposal(ward.organisation, ward.writer, title="もう一つ")


def endorsed(ward):
    endorse(ward.proposal, ward.stranger)


def revise(ward):
    with transaction():
        text = ProposalText(**{**TEXT.as_dict(), "request": "毎月5日までに。"})
        commands.revise_proposal(ward.proposal, text, ward.proposal.version, by=actor_of(ward.writer))


def withdraw(ward):
    with transaction():
        commands.withdraw_proposal(ward.proposal, by=actor_of(ward.writer))


def check(ward):
    advance(ward.proposal, "checking")


def amend(ward):
    with transaction():
        commands.offer_amendment(ward.proposal, "request", "毎月", "近いので", by=actor_of(ward.stranger))


def answer(ward):
    amend(ward)
    ward.seen = set(db.session.scalars(select(Notification.id)))
    (line,) = queries.list_amendments(ward.proposal, OFFICER)
    with transaction():
        commands.answer_amendment(
            line.amendment, ward.proposal, "またこんど", accept=False, by=actor_of(ward.writer)
        )


def offer(ward):
    with transaction():
        commands.offer_merge(ward.proposal, ward.theirs, "いっしょに", by=actor_of(ward.writer))


def join(ward):
    offer(ward)
    ward.seen = set(db.session.scalars(select(Notification.id)))
    with transaction():
        found = db.session.scalars(select(MergeOffer)).one()
        commands.answer_merge(found, "ぜひ", accept=True, by=actor_of(ward.neighbour))


@pytest.mark.parametrize(
    ("happens", "told", "title"),
    [
        (submit, "", ""),
        (endorsed, "", ""),
        (revise, "fan delegate", "賛同した提案の文章が書き直されました"),
        (withdraw, "fan delegate", "賛同した提案が取り下げられました"),
        (check, "fan delegate writer", "提案が次の段階へ進みました"),
        (amend, "writer", "団体の提案に、修正案が届きました"),
        (answer, "stranger", "あなたの修正案に、団体が返事をしました"),
        (offer, "neighbour", "団体の提案に、まとめる申し出が届きました"),
        (join, "fan delegate", "賛同した提案が、ほかの提案にまとめられました"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_these_are_told_of_what_happens_to_a_proposal_and_nobody_else(app, clock, happens, told, title):
    ward = Ward()
    happens(ward)
    assert ward.told() == {(name, title) for name in told.split()}


def test_of_an_application_the_calling_side_is_told_and_of_the_answer_the_other(app, clock):
    (calling, caller), (joining, joiner) = a_team("こども広場の会"), a_team("さくら商店会")
    a_delegate(calling, rights=[Right.DRAFT])
    call = a_call(calling, caller)
    application = an_application(call, joining, joiner)
    assert [row.person_id for row in db.session.scalars(select(Notification))] == [caller.id]
    with transaction():
        challenges.answer_application(application, call, "ぜひ。", accept=True, by=actor_of(caller))
    rows = db.session.scalars(select(Notification).order_by(Notification.id)).all()
    assert [(row.person_id, row.title) for row in rows][1:] == [(joiner.id, "応募が受け入れられました")]
