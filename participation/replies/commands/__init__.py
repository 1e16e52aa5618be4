"""Changing points and replies: gathering opinions, writing and deciding on replies, publishing them."""

from participation.replies.commands.amending import make_version, note_version
from participation.replies.commands.boilerplates import (
    add_boilerplate,
    edit_boilerplate,
    restore_boilerplate,
    retire_boilerplate,
)
from participation.replies.commands.bundling import (
    ask_for_bundles,
    confirm_bundle,
    note_search,
    propose_bundles,
    refuse_bundle,
    take_from_bundle,
)
from participation.replies.commands.deciding import approve_reply, send_back, submit_for_approval
from participation.replies.commands.dispositions import (
    add_disposition,
    edit_disposition,
    move_disposition,
    restore_disposition,
    retire_disposition,
)
from participation.replies.commands.gathering import (
    add_to_point,
    assign_section,
    follow_division,
    gather_point,
    mark_without_point,
    merge_points,
    remove_from_point,
    retitle_point,
    split_point,
    unmark_without_point,
)
from participation.replies.commands.loading import load_schemes
from participation.replies.commands.publishing import publish_reply, publish_results, withdraw_reply
from participation.replies.commands.scheduling import (
    cancel_plan,
    carry_out_plan,
    confirm_plan,
    note_failed_plan,
    note_preview,
    plan_results,
)
from participation.replies.commands.writing import (
    draft_reply,
    keep_draft,
    record_amendment,
    remove_amendment,
)

__all__ = [
    "add_boilerplate",
    "add_disposition",
    "add_to_point",
    "approve_reply",
    "ask_for_bundles",
    "assign_section",
    "cancel_plan",
    "carry_out_plan",
    "confirm_bundle",
    "confirm_plan",
    "draft_reply",
    "edit_boilerplate",
    "edit_disposition",
    "follow_division",
    "gather_point",
    "keep_draft",
    "load_schemes",
    "make_version",
    "mark_without_point",
    "merge_points",
    "move_disposition",
    "note_failed_plan",
    "note_preview",
    "note_search",
    "note_version",
    "plan_results",
    "propose_bundles",
    "publish_reply",
    "publish_results",
    "record_amendment",
    "refuse_bundle",
    "remove_amendment",
    "remove_from_point",
    "restore_boilerplate",
    "restore_disposition",
    "retire_boilerplate",
    "retire_disposition",
    "retitle_point",
    "send_back",
    "split_point",
    "submit_for_approval",
    "take_from_bundle",
    "unmark_without_point",
    "withdraw_reply",
]
