"""Changing surveys and answering them."""

from participation.surveys.commands.answering import answer_survey, cover_words, erase_words
from participation.surveys.commands.attaching import attach_file, forget_files, look_at_file
from participation.surveys.commands.counting import (
    record_export,
    recount_surveys,
)
from participation.surveys.commands.drafting import (
    TOO_MANY_CODES,
    adopt_draft,
    drop_trial,
    forget_code_attempts,
    forget_drafts,
    give_link,
    note_wrong_code,
    refuse_guessing,
    save_draft,
    save_trial,
)
from participation.surveys.commands.editing import (
    CHANGED_MEANWHILE,
    add_question,
    change_question,
    change_survey,
    close_survey,
    draft_survey,
    move_question,
    publish_survey,
    remove_question,
)

__all__ = [
    "CHANGED_MEANWHILE",
    "TOO_MANY_CODES",
    "add_question",
    "adopt_draft",
    "answer_survey",
    "attach_file",
    "change_question",
    "change_survey",
    "close_survey",
    "cover_words",
    "draft_survey",
    "drop_trial",
    "erase_words",
    "forget_code_attempts",
    "forget_drafts",
    "forget_files",
    "give_link",
    "look_at_file",
    "move_question",
    "note_wrong_code",
    "publish_survey",
    "record_export",
    "recount_surveys",
    "refuse_guessing",
    "remove_question",
    "save_draft",
    "save_trial",
]
