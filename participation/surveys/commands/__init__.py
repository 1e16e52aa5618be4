"""Changing surveys and answering them."""

from participation.surveys.commands.answering import answer_survey, cover_words, save_draft
from participation.surveys.commands.counting import record_export, recount_surveys
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
from participation.surveys.commands.inviting import (
    TakenCode,
    issue_invitations,
    mark_returned,
    reissue_invitations,
    take_codes,
    withdraw_invitations,
)
from participation.surveys.commands.weighting import drop_weights, weight_survey

__all__ = [
    "CHANGED_MEANWHILE",
    "TakenCode",
    "add_question",
    "answer_survey",
    "change_question",
    "change_survey",
    "close_survey",
    "cover_words",
    "draft_survey",
    "drop_weights",
    "issue_invitations",
    "mark_returned",
    "move_question",
    "publish_survey",
    "record_export",
    "recount_surveys",
    "reissue_invitations",
    "remove_question",
    "save_draft",
    "take_codes",
    "weight_survey",
    "withdraw_invitations",
]
