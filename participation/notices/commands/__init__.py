"""Telling people, on the site, by mail and on paper; following; what became of each message."""

from participation.notices.commands.letters import (
    cancel_batch,
    hand_over,
    mail_again,
    note_posted,
    note_printed,
    open_letters,
    prepare_letters,
)
from participation.notices.commands.telling import (
    follow_consultation,
    follow_subject,
    mark_all_read,
    tell_answered,
    tell_author,
    tell_endorsers,
    tell_of_answered_amendment,
    tell_of_result,
    tell_of_thread,
    unfollow_consultation,
    unfollow_subject,
    write_letters,
)

__all__ = [
    "cancel_batch",
    "follow_consultation",
    "follow_subject",
    "hand_over",
    "mail_again",
    "mark_all_read",
    "note_posted",
    "note_printed",
    "open_letters",
    "prepare_letters",
    "tell_answered",
    "tell_author",
    "tell_endorsers",
    "tell_of_answered_amendment",
    "tell_of_result",
    "tell_of_thread",
    "unfollow_consultation",
    "unfollow_subject",
    "write_letters",
]
