"""Changing proposals: writing together, approving, endorsing, amending, joining, deciding."""

from participation.proposals.commands.amending import (
    answer_amendment,
    answer_merge,
    offer_amendment,
    offer_merge,
)
from participation.proposals.commands.covering import cover_amendment, cover_words, erase_words
from participation.proposals.commands.deciding import advance_proposal, review_criterion
from participation.proposals.commands.endorsing import (
    endorse_proposal,
    forget_origins,
    look_at_flag,
    take_back_endorsement,
)
from participation.proposals.commands.writing import (
    EditConflict,
    approve_draft,
    attach_file,
    discard_draft,
    draft_proposal,
    remove_attachment,
    revise_proposal,
    submit_proposal,
    tie_proposal,
    withdraw_proposal,
    write_draft,
)

__all__ = [
    "EditConflict",
    "advance_proposal",
    "answer_amendment",
    "answer_merge",
    "approve_draft",
    "attach_file",
    "cover_amendment",
    "cover_words",
    "discard_draft",
    "draft_proposal",
    "endorse_proposal",
    "erase_words",
    "forget_origins",
    "look_at_flag",
    "offer_amendment",
    "offer_merge",
    "remove_attachment",
    "review_criterion",
    "revise_proposal",
    "submit_proposal",
    "take_back_endorsement",
    "tie_proposal",
    "withdraw_proposal",
    "write_draft",
]
