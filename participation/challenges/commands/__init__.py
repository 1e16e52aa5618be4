"""Changing challenges, ideas, the links between them, and calls for cooperation."""

from participation.challenges.commands.cooperating import (
    CHANGED_MEANWHILE,
    answer_application,
    apply_to_call,
    close_call,
    open_call,
    revise_call,
    take_back_application,
)
from participation.challenges.commands.linking import grow_idea, link_idea, refuse_link
from participation.challenges.commands.offering import (
    IdeaDraft,
    follow_visibility,
    follow_words,
    offer_idea,
    read_contact,
    revise_idea,
    withdraw_idea,
)
from participation.challenges.commands.posting import (
    ChallengeDraft,
    add_file,
    add_material,
    advance_challenge,
    draft_challenge,
    post_challenge,
    remove_material,
    revise_challenge,
)

__all__ = [
    "CHANGED_MEANWHILE",
    "ChallengeDraft",
    "IdeaDraft",
    "add_file",
    "add_material",
    "advance_challenge",
    "answer_application",
    "apply_to_call",
    "close_call",
    "draft_challenge",
    "follow_visibility",
    "follow_words",
    "grow_idea",
    "link_idea",
    "offer_idea",
    "open_call",
    "post_challenge",
    "read_contact",
    "refuse_link",
    "remove_material",
    "revise_call",
    "revise_challenge",
    "revise_idea",
    "take_back_application",
    "withdraw_idea",
]
