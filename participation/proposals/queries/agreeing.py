"""What delegates read before their organisation does something with a proposal (団体の中の承認)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from participation.agreements.domain import Shown
from participation.agreements.models import Agreement
from participation.plans.domain.text_diff import difference
from participation.proposals.domain import ALL_PARTS, PART_NAMES, ProposalText, changes_between
from participation.proposals.models import Proposal
from participation.proposals.queries.showing import get_proposal, text_of
from participation.proposals.queries.working import get_amendment, get_merge

Words = Mapping[str, Any]
ACCEPT_NAMES = {True: "受け入れる", False: "断る"}


def show_draft(agreement: Agreement, _words: Words) -> Shown:
    """The draft as it stands."""
    proposal = get_proposal(agreement.about)
    text = text_of(proposal).as_dict()
    parts = tuple((name, text[code]) for code, name, _ in ALL_PARTS if text[code])
    return Shown(proposal.title or "（題名なし）", f"/proposals/{proposal.public_id}/edit", parts)


def show_rewriting(agreement: Agreement, words: Words) -> Shown:
    """The differences from the words that are public."""
    proposal = get_proposal(agreement.about)
    changes = changes_between(text_of(proposal), ProposalText(**words))
    return Shown(proposal.title, path_of(proposal), changes=changes)


def show_withdrawal(agreement: Agreement, _words: Words) -> Shown:
    """That it cannot be undone."""
    proposal = get_proposal(agreement.about)
    note = "提案を取り下げます。取り下げたことと、これまでの段階は残ります。元には戻せません。"
    return Shown(proposal.title, path_of(proposal), note=note)


def show_answer_to_amendment(agreement: Agreement, words: Words) -> Shown:
    """The change that was offered, and the answer."""
    proposal = get_proposal(agreement.about)
    offered = get_amendment(proposal, agreement.target)
    changes = ((PART_NAMES[offered.part], difference(offered.before, offered.after)),)
    answer = (f"返事：{ACCEPT_NAMES[words['accept']]}", words["answer"])
    return Shown(proposal.title, f"{path_of(proposal)}/amendments/{agreement.target}", (answer,), changes)


def show_answer_to_merge(agreement: Agreement, words: Words) -> Shown:
    """Why the other organisation asks, and the answer."""
    proposal = get_proposal(agreement.about)
    offer = get_merge(proposal, agreement.target)
    answer = (f"返事：{ACCEPT_NAMES[words['accept']]}", words["answer"])
    parts = (("相手の団体の説明", offer.message), answer)
    ends = offer.proposal_id == proposal.id
    note = "同意すると、こちらの提案は終わり、相手の提案にまとまります。" if words["accept"] and ends else ""
    return Shown(proposal.title, f"{path_of(proposal)}#lineage", parts, note=note)


def show_offer_to_merge(agreement: Agreement, words: Words) -> Shown:
    """With which proposal, in which direction, and why."""
    proposal, other = get_proposal(agreement.about), get_proposal(agreement.target)
    ends = words["ends"] == proposal.public_id
    into, gone = (other, proposal) if ends else (proposal, other)
    how = f"「{gone.title}」を終えて、「{into.title}」にまとめます。相手の団体が同意すると、まとまります。"
    return Shown(proposal.title, path_of(proposal), (("相手の団体への説明", words["message"]),), note=how)


def show_amendment(agreement: Agreement, words: Words) -> Shown:
    """What the organisation would change in another's proposal, and why."""
    proposal = get_proposal(agreement.about)
    before = text_of(proposal).as_dict()[words["part"]]
    changes = ((PART_NAMES[words["part"]], difference(before, words["after"])),)
    return Shown(proposal.title, path_of(proposal), (("理由", words["reason"]),), changes)


def show_endorsement(agreement: Agreement, words: Words) -> Shown:
    """Which of the texts would be endorsed."""
    proposal = get_proposal(agreement.about)
    parts = (("目的", proposal.purpose), ("区に求めること", proposal.request))
    note = f"この提案の第{words['text_version']}版の文章に、団体として賛同します。"
    return Shown(proposal.title, path_of(proposal), parts, note=note)


def path_of(proposal: Proposal) -> str:
    """Return where a proposal stands."""
    return f"/proposals/{proposal.public_id}"
