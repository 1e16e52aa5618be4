"""Changing opinions: receiving, correcting and withdrawing them, moving the ward's work on them forward."""

from participation.opinions.commands.importing import (
    ImportCounts,
    discard_import,
    import_submissions,
    keep_import,
    note_export,
    note_import,
    start_import,
)
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
    "ImportCounts",
    "advance_opinions",
    "discard_import",
    "import_submissions",
    "keep_import",
    "look_at_identity",
    "note_answer",
    "note_export",
    "note_import",
    "open_receipt",
    "publish_opinions",
    "record_paper_submission",
    "revise_opinion",
    "screen_opinions",
    "start_import",
    "submit_opinions",
    "withdraw_opinion",
]
