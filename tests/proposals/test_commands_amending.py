"""Changes that others offer, and joining two proposals with the consent of both."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import system, visitor
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.notices.models import Notification
from participation.proposals import commands, queries
from participation.proposals.domain import AmendmentState, MergeState
from participation.proposals.models import MergeOffer, ProposalAmendment
from tests.support.builders.consultations import a_subject
from tests.support.builders.proposals import TEXT, a_proposal, a_team, endorse
from tests.support.people import a_resident, actor_of


def offer(
    proposal,
    person,
    after="掲示板と駅に、区のお知らせを届けます。",
    part="purpose",
    reason="駅も読まれます。",
):
    with transaction():
        return commands.offer_amendment(proposal, part, after, reason, by=actor_of(person))


def answer(amendment, proposal, person, *, accept, words="よい案です。"):
    with transaction():
        commands.answer_amendment(amendment, proposal, words, accept=accept, by=actor_of(person))


def told(person):
    return db.session.scalars(
        select(Notification.title).where(Notification.person_id == person.id).order_by(Notification.id)
    ).all()


def test_an_accepted_change_is_a_new_version_and_endorsers_and_its_author_are_told(app):
    organisation, delegate = a_team()
    proposal, author, endorser = a_proposal(organisation, delegate), a_resident(), a_resident()
    endorse(proposal, endorser)
    made = offer(proposal, author)
    answer(made, proposal, delegate, accept=True)
    assert proposal.purpose == "掲示板と駅に、区のお知らせを届けます。"
    assert proposal.text_version == 2
    assert made.state is AmendmentState.ACCEPTED
    assert told(endorser) == ["賛同した提案の文章が書き直されました"]
    assert told(author) == ["あなたの修正案を、団体が取り入れました"]
    with pytest.raises(Conflict):
        answer(made, proposal, delegate, accept=False)


def test_a_declined_change_needs_a_reason_and_leaves_the_words(app):
    organisation, delegate = a_team()
    proposal, author = a_proposal(organisation, delegate), a_resident()
    made = offer(proposal, author)
    with pytest.raises(Refused) as refusal:
        answer(made, proposal, delegate, accept=False, words=" ")
    assert refusal.value.field == "answer"
    answer(made, proposal, delegate, accept=False, words="駅には貼れません。")
    assert (proposal.purpose, proposal.text_version) == (TEXT.purpose, 1)
    assert told(author) == ["あなたの修正案に、団体が返事をしました"]


def test_a_change_to_words_that_were_rewritten_since_is_not_put_over_them(app):
    organisation, delegate = a_team()
    proposal = a_proposal(organisation, delegate)
    first, second = offer(proposal, a_resident()), offer(proposal, a_resident(), after="別の文")
    answer(first, proposal, delegate, accept=True)
    with pytest.raises(Conflict, match="書き直されています"):
        answer(second, proposal, delegate, accept=True)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"part": "stage"}, "part"), ({"after": TEXT.purpose}, "after"), ({"reason": " "}, "reason")],
)
def test_a_change_that_changes_nothing_is_refused_at_its_field(app, fields, field):
    with pytest.raises(Refused) as refusal:
        offer(a_proposal(), a_resident(), **fields)
    assert refusal.value.field == field


def test_nobody_floods_a_proposal_with_changes_and_its_own_delegates_rewrite_instead(app):
    organisation, delegate = a_team()
    proposal, author = a_proposal(organisation, delegate), a_resident()
    for number in range(3):
        offer(proposal, author, after=f"案{number}")
    with pytest.raises(Refused, match="返事を待っている"):
        offer(proposal, author, after="もう一つ")
    with pytest.raises(Denied):
        offer(proposal, delegate)


def test_a_hidden_change_is_gone_for_readers_and_covered_words_are_covered_here(app):
    proposal = a_proposal()
    made = offer(proposal, a_resident(), after="担当の山吹さんに電話", reason="山吹さんが詳しい")
    said = db.session.get_one(Contribution, made.contribution_id)
    body = said.body
    with transaction():
        commands.cover_amendment(said.id, [(body, body.replace("山吹", "■■"))], by=system("tests"))
    assert (made.after, made.reason) == ("担当の■■さんに電話", "■■さんが詳しい")
    with transaction():
        contributions.change_visibility(said, Visibility.HIDDEN)
    assert queries.list_amendments(proposal, visitor("k" * 20)) == []


def two(about=None):
    about = about or a_subject().id
    one, other = a_team(), a_team("みどり丘自治会")
    return a_proposal(*one, about=about), one[1], a_proposal(*other, about=about), other[1]


def test_two_proposals_are_joined_only_when_both_want_it_and_the_lineage_stays(app):
    ends, one, goes_on, other = two()
    endorser = a_resident()
    endorse(ends, endorser)
    with transaction():
        made = commands.offer_merge(ends, goes_on, "同じことをめざしています。", by=actor_of(one))
    assert ends.merged_into_id is None
    with pytest.raises(Denied), transaction():
        commands.answer_merge(made, "はい", accept=True, by=actor_of(one))
    with pytest.raises(Conflict), transaction():
        commands.offer_merge(ends, goes_on, "もう一度", by=actor_of(one))
    with transaction():
        commands.answer_merge(made, "いっしょにしましょう。", accept=True, by=actor_of(other))
    assert ends.merged_into_id == goes_on.id
    for proposal in (ends, goes_on):
        (line,) = queries.list_merges(proposal)
        assert line.offer.state is MergeState.AGREED
    assert told(endorser) == ["賛同した提案が、ほかの提案にまとめられました"]
    assert queries.count_person_endorsements(goes_on) == 0, "endorsements are not carried over"
    with pytest.raises(Denied, match="まとめられました"):
        endorse(ends, a_resident())


def test_an_offer_that_is_declined_changes_nothing(app):
    ends, one, goes_on, other = two()
    with transaction():
        made = commands.offer_merge(ends, goes_on, "一緒に", by=actor_of(other))
        commands.answer_merge(made, "地域が違います。", accept=False, by=actor_of(one))
    assert ends.merged_into_id is None
    assert db.session.scalars(select(MergeOffer.state)).all() == [MergeState.DECLINED]


def test_one_does_not_join_with_oneself_or_for_others(app):
    ends, one, goes_on, _ = two()
    for actor, pair in (
        (actor_of(one), (ends, ends)),
        (actor_of(a_team("よその会")[1]), (ends, goes_on)),
    ):
        with pytest.raises(Denied), transaction():
            commands.offer_merge(*pair, "一緒に", by=actor)
    assert db.session.scalars(select(ProposalAmendment)).all() == []
