"""Changing opinions: receiving, correcting and withdrawing them, moving the ward's work on them forward."""

from participation.opinions.commands.attachments import (
    drop_file,
    forget_waiting_files,
    keep_file,
    publish_file,
    take_back_file,
    unpublish_file,
)
from participation.opinions.commands.dividing import divide_original
from participation.opinions.commands.importing import (
    ImportCounts,
    discard_import,
    finish_import,
    forget_imports,
    import_submissions,
    keep_import,
    note_export,
    note_import,
    start_import,
)
from participation.opinions.commands.originals import (
    attach_files,
    erase_originals,
    forget_files,
    look_at_file,
    remove_file,
)
from participation.opinions.commands.receipts import note_receipts
from participation.opinions.commands.receiving import (
    advance_opinions,
    forget_guesses,
    forget_identities,
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
from participation.opinions.commands.wordings import refresh_text_keys

__all__ = [
    "ImportCounts",
    "advance_opinions",
    "attach_files",
    "discard_import",
    "divide_original",
    "drop_file",
    "erase_originals",
    "finish_import",
    "forget_files",
    "forget_guesses",
    "forget_identities",
    "forget_imports",
    "forget_waiting_files",
    "import_submissions",
    "keep_file",
    "keep_import",
    "look_at_file",
    "look_at_identity",
    "note_answer",
    "note_export",
    "note_import",
    "note_receipts",
    "open_receipt",
    "publish_file",
    "publish_opinions",
    "record_paper_submission",
    "refresh_text_keys",
    "remove_file",
    "revise_opinion",
    "screen_opinions",
    "start_import",
    "submit_opinions",
    "take_back_file",
    "unpublish_file",
    "withdraw_opinion",
]
