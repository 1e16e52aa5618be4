"""Changing points and replies: gathering opinions, writing and deciding on replies, publishing them."""

from participation.replies.commands.amending import make_version, note_version
from participation.replies.commands.assigning import (
    assign_person,
    assign_section,
    hand_back,
    remind_of_deadlines,
)
from participation.replies.commands.boilerplates import (
    add_boilerplate,
    edit_boilerplate,
    restore_boilerplate,
    retire_boilerplate,
)
from participation.replies.commands.bundling import (
    ask_for_bundles,
    confirm_bundle,
    join_bundles,
    note_search,
    propose_bundles,
    refuse_bundle,
    split_bundle,
    take_from_bundle,
)
from participation.replies.commands.bundling_new import (
    bundle_new_texts,
    forget_text,
    remember_texts,
)
from participation.replies.commands.deciding import (
    approve_reply,
    approve_step,
    note_package,
    recall,
    record_decision_number,
    record_decision_numbers,
    return_step,
    send_back,
    submit_for_approval,
)
from participation.replies.commands.dispositions import (
    add_disposition,
    edit_disposition,
    move_disposition,
    restore_disposition,
    retire_disposition,
)
from participation.replies.commands.gathering import (
    add_to_point,
    follow_division,
    gather_point,
    mark_without_point,
    merge_points,
    remove_from_point,
    retitle_point,
    split_point,
    unmark_without_point,
)
from participation.replies.commands.inquiring import (
    answer_inquiry,
    ask_for_more,
    close_inquiry,
    send_inquiry,
)
from participation.replies.commands.loading import load_schemes
from participation.replies.commands.publishing import publish_reply, publish_results, withdraw_reply
from participation.replies.commands.routing import change_route, load_routes, make_route, retire_route
from participation.replies.commands.scheduling import (
    cancel_plan,
    carry_out_plan,
    confirm_plan,
    note_failed_plan,
    note_preview,
    plan_results,
)
from participation.replies.commands.undoing import undo_gathering
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
    "answer_inquiry",
    "approve_reply",
    "approve_step",
    "ask_for_bundles",
    "ask_for_more",
    "assign_person",
    "assign_section",
    "bundle_new_texts",
    "cancel_plan",
    "carry_out_plan",
    "change_route",
    "close_inquiry",
    "confirm_bundle",
    "confirm_plan",
    "draft_reply",
    "edit_boilerplate",
    "edit_disposition",
    "follow_division",
    "forget_text",
    "gather_point",
    "hand_back",
    "join_bundles",
    "keep_draft",
    "load_routes",
    "load_schemes",
    "make_route",
    "make_version",
    "mark_without_point",
    "merge_points",
    "move_disposition",
    "note_failed_plan",
    "note_package",
    "note_preview",
    "note_search",
    "note_version",
    "plan_results",
    "propose_bundles",
    "publish_reply",
    "publish_results",
    "recall",
    "record_amendment",
    "record_decision_number",
    "record_decision_numbers",
    "refuse_bundle",
    "remember_texts",
    "remind_of_deadlines",
    "remove_amendment",
    "remove_from_point",
    "restore_boilerplate",
    "restore_disposition",
    "retire_boilerplate",
    "retire_disposition",
    "retire_route",
    "retitle_point",
    "return_step",
    "send_back",
    "send_inquiry",
    "split_bundle",
    "split_point",
    "submit_for_approval",
    "take_from_bundle",
    "undo_gathering",
    "unmark_without_point",
    "withdraw_reply",
]
