"""Changing surveys and answering them."""

from participation.surveys.commands.answering import answer_survey, cover_words, save_draft
from participation.surveys.commands.comparing import forget_figures, import_figures
from participation.surveys.commands.counting import (
    record_export,
    recount_surveys,
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
from participation.surveys.commands.releasing import decide_release, prepare_release, withdraw_release
from participation.surveys.commands.weighting import drop_weights, weight_survey

__all__ = [
    "CHANGED_MEANWHILE",
    "add_question",
    "answer_survey",
    "change_question",
    "change_survey",
    "close_survey",
    "cover_words",
    "decide_release",
    "draft_survey",
    "drop_weights",
    "forget_figures",
    "import_figures",
    "move_question",
    "prepare_release",
    "publish_survey",
    "record_export",
    "recount_surveys",
    "remove_question",
    "save_draft",
    "weight_survey",
    "withdraw_release",
]
