"""Changing spaces: arranging them, agenda and meetings, issues, consensus checks, local news."""

from participation.spaces.commands.agreeing import (
    CheckDraft,
    answer_concern,
    close_check,
    draft_from_check,
    open_check,
    say_consent,
)
from participation.spaces.commands.arranging import (
    appoint_secretariat,
    introduce_space,
    load_spaces,
    touch_consultation,
    untouch_consultation,
)
from participation.spaces.commands.holding import Overtaken
from participation.spaces.commands.issues import (
    advance_issue,
    answer_link,
    answer_passage,
    cover_title,
    erase_title,
    offer_link,
    pass_up,
    register_issue,
)
from participation.spaces.commands.meeting import (
    MeetingDraft,
    add_agenda_item,
    cancel_meeting,
    change_meeting,
    plan_meeting,
    publish_minutes,
    settle_agenda_item,
)
from participation.spaces.commands.news import (
    NewsDraft,
    add_piece,
    begin_news,
    change_news,
    publish_news,
    raise_piece,
    remove_piece,
)
from participation.spaces.commands.registering import SeatsDraft, follow_gathering, take_registrations

__all__ = [
    "CheckDraft",
    "MeetingDraft",
    "NewsDraft",
    "Overtaken",
    "SeatsDraft",
    "add_agenda_item",
    "add_piece",
    "advance_issue",
    "answer_concern",
    "answer_link",
    "answer_passage",
    "appoint_secretariat",
    "begin_news",
    "cancel_meeting",
    "change_meeting",
    "change_news",
    "close_check",
    "cover_title",
    "draft_from_check",
    "erase_title",
    "follow_gathering",
    "introduce_space",
    "load_spaces",
    "offer_link",
    "open_check",
    "pass_up",
    "plan_meeting",
    "publish_minutes",
    "publish_news",
    "raise_piece",
    "register_issue",
    "remove_piece",
    "say_consent",
    "settle_agenda_item",
    "take_registrations",
    "touch_consultation",
    "untouch_consultation",
]
