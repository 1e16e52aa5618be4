"""Changing opinions: receiving, correcting and withdrawing them, moving the ward's work on them forward."""

from participation.opinions.commands.receiving import (
    advance_opinions,
    look_at_identity,
    note_answer,
    open_receipt,
    publish_opinions,
    record_paper_submission,
    revise_opinion,
    screen_opinions,
    submit_opinions,
    withdraw_opinion,
)

__all__ = [
    "advance_opinions",
    "look_at_identity",
    "note_answer",
    "open_receipt",
    "publish_opinions",
    "record_paper_submission",
    "revise_opinion",
    "screen_opinions",
    "submit_opinions",
    "withdraw_opinion",
]
