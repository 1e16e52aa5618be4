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
from participation.surveys.commands.paper import (
    Entry,
    PaperSettingsDraft,
    attach_scans,
    change_paper_settings,
    correct_paper,
    enter_again,
    enter_paper,
    look_at_scan,
    remove_scan,
    settle_entries,
    withdraw_paper,
)
from participation.surveys.commands.weighting import drop_weights, weight_survey

__all__ = [
    "CHANGED_MEANWHILE",
    "Entry",
    "PaperSettingsDraft",
    "TakenCode",
    "add_question",
    "answer_survey",
    "attach_scans",
    "change_paper_settings",
    "change_question",
    "change_survey",
    "close_survey",
    "correct_paper",
    "cover_words",
    "draft_survey",
    "drop_weights",
    "enter_again",
    "enter_paper",
    "issue_invitations",
    "look_at_scan",
    "mark_returned",
    "move_question",
    "publish_survey",
    "record_export",
    "recount_surveys",
    "reissue_invitations",
    "remove_question",
    "remove_scan",
    "save_draft",
    "settle_entries",
    "take_codes",
    "weight_survey",
    "withdraw_invitations",
    "withdraw_paper",
]
