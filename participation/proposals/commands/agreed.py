"""What an organisation does with proposals once enough of its delegates agreed (団体の中の承認)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.access.rules import Decision
from participation.agreements.domain import Act, Done, Shown
from participation.agreements.models import Agreement
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.organisations.models import CommunityOrganisation
from participation.proposals import queries
from participation.proposals.commands.amending import (
    NO_ANSWER,
    answer_amendment,
    answer_merge,
    offer_amendment,
    offer_merge,
)
from participation.proposals.commands.endorsing import endorse_proposal
from participation.proposals.commands.holding import _refuse_missing
from participation.proposals.commands.writing import revise_proposal, submit_proposal, withdraw_proposal
from participation.proposals.domain import ProposalText, text_key
from participation.proposals.models import Proposal
from participation.proposals.queries import agreeing

Words = Mapping[str, Any]


def _act(
    verb: str,
    name: str,
    show: Callable[[Agreement, Words], Shown],
    carry_out: Callable[[Agreement, Words, Actor], None],
    *,
    right: Right = Right.SUBMIT,
    may: Callable[[Agreement, Actor], Decision] | None = None,
    **others: Any,
) -> Act:
    code = f"proposals.{verb}"

    def done(agreement: Agreement, words: Words, by: Actor) -> Done:
        carry_out(agreement, words, by)
        return Done(f"/proposals/{agreement.about}", agreement.about)

    def may_do(agreement: Agreement, actor: Actor) -> Decision:
        return access.can(actor, code, _about(agreement))

    return Act(code, name, right, show, may or may_do, done, **others)


def _about(agreement: Agreement) -> Proposal:
    return queries.get_proposal(agreement.about)


def _organisation(agreement: Agreement) -> CommunityOrganisation:
    return db.session.get_one(CommunityOrganisation, agreement.organisation_id)


def _may_as_organisation(agreement: Agreement, actor: Actor) -> Decision:
    return access.can(actor, agreement.act, _about(agreement), _organisation(agreement))


def _check_rewriting(agreement: Agreement, words: Words) -> None:
    _refuse_missing(ProposalText(**words))
    if ProposalText(**words) == queries.text_of(_about(agreement)):
        raise Refused("いまの文章と同じです。直すところがあるときに、承認を頼んでください。")


def _check_answer(_agreement: Agreement, words: Words) -> None:
    if not words["answer"]:
        raise Refused(NO_ANSWER, field="answer")


def _submit(agreement: Agreement, _words: Words, by: Actor) -> None:
    proposal = _about(agreement)
    submit_proposal(proposal, queries.text_of(proposal), proposal.version, by=by)


def _revise(agreement: Agreement, words: Words, by: Actor) -> None:
    revise_proposal(_about(agreement), ProposalText(**words), agreement.row_version, by=by)


def _withdraw(agreement: Agreement, _words: Words, by: Actor) -> None:
    withdraw_proposal(_about(agreement), by=by)


def _answer_amendment(agreement: Agreement, words: Words, by: Actor) -> None:
    proposal = _about(agreement)
    offered = queries.get_amendment(proposal, agreement.target)
    answer_amendment(offered, proposal, words["answer"], accept=words["accept"], by=by)


def _answer_merge(agreement: Agreement, words: Words, by: Actor) -> None:
    offer = queries.get_merge(_about(agreement), agreement.target)
    answer_merge(offer, words["answer"], accept=words["accept"], by=by)


def _offer_merge(agreement: Agreement, words: Words, by: Actor) -> None:
    own, other = _about(agreement), queries.get_proposal(agreement.target)
    ends, into = (own, other) if words["ends"] == own.public_id else (other, own)
    offer_merge(ends, into, words["message"], by=by)


def _amend(agreement: Agreement, words: Words, by: Actor) -> None:
    offer_amendment(
        _about(agreement), words["part"], words["after"], words["reason"], _organisation(agreement), by=by
    )


def _endorse(agreement: Agreement, words: Words, by: Actor) -> None:
    proposal = _about(agreement)
    if proposal.text_version != words["text_version"]:
        raise Conflict("提案の文章が書き直されました。新しい文章を読んで、もう一度承認を頼んでください。")
    endorse_proposal(proposal, _organisation(agreement), by=by)


#: What organisations do with proposals in their own name.
ACTS: tuple[Act, ...] = (
    _act(
        "submit",
        "提案の提出",
        agreeing.show_draft,
        _submit,
        key=lambda words: text_key(ProposalText(**words)),
        page=lambda about: f"/proposals/{about}/approval",
    ),
    _act("revise", "提案の書き直し", agreeing.show_rewriting, _revise, check=_check_rewriting),
    _act("withdraw", "提案の取り下げ", agreeing.show_withdrawal, _withdraw, right=Right.WITHDRAW),
    _act(
        "answer_amendment",
        "修正案への返事",
        agreeing.show_answer_to_amendment,
        _answer_amendment,
        check=_check_answer,
    ),
    _act(
        "answer_merge",
        "まとめる申し出への返事",
        agreeing.show_answer_to_merge,
        _answer_merge,
        check=_check_answer,
    ),
    _act(
        "offer_merge",
        "まとめる申し出",
        agreeing.show_offer_to_merge,
        _offer_merge,
        may=lambda agreement, actor: access.can(
            actor, "proposals.offer_merge", _about(agreement), queries.get_proposal(agreement.target)
        ),
    ),
    _act("amend", "修正案の提出", agreeing.show_amendment, _amend, may=_may_as_organisation),
    _act("endorse", "団体としての賛同", agreeing.show_endorsement, _endorse, may=_may_as_organisation),
)
