"""Changing surveys and answering them."""

from participation.surveys.commands.answering import answer_survey, cover_words, save_draft
from participation.surveys.commands.counting import (
    record_export,
    recount_surveys,
)
from participation.surveys.commands.editing import (
    CHANGED_MEANWHILE,
    change_survey,
    close_survey,
    draft_survey,
    publish_survey,
)
from participation.surveys.commands.editing_copies import (
    copy_survey,
    draft_from_form,
    draft_from_template,
    draft_from_upload,
    keep_template,
    remove_template,
    take_question,
    upload_sheet,
)
from participation.surveys.commands.editing_corrections import (
    correct_question,
    replace_question,
    retire_question,
)
from participation.surveys.commands.editing_images import add_image
from participation.surveys.commands.editing_logic import (
    add_jump,
    move_jump,
    set_jump_condition,
    set_question_condition,
    set_section_condition,
)
from participation.surveys.commands.editing_questions import (
    add_question,
    change_question,
    copy_question,
    move_question,
    put_question,
    remove_question,
)
from participation.surveys.commands.editing_sections import (
    add_section,
    change_section,
    move_section,
    remove_section,
)

__all__ = [
    "CHANGED_MEANWHILE",
    "add_image",
    "add_jump",
    "add_question",
    "add_section",
    "answer_survey",
    "change_question",
    "change_section",
    "change_survey",
    "close_survey",
    "copy_question",
    "copy_survey",
    "correct_question",
    "cover_words",
    "draft_from_form",
    "draft_from_template",
    "draft_from_upload",
    "draft_survey",
    "keep_template",
    "move_jump",
    "move_question",
    "move_section",
    "publish_survey",
    "put_question",
    "record_export",
    "recount_surveys",
    "remove_question",
    "remove_section",
    "remove_template",
    "replace_question",
    "retire_question",
    "save_draft",
    "set_jump_condition",
    "set_question_condition",
    "set_section_condition",
    "take_question",
    "upload_sheet",
]
