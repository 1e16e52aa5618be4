"""What changes gatherings: announcing, registering, keeping the door, hearing, recording, inviting."""

from participation.gatherings.commands.announcing import (
    announce_gathering,
    cancel_gathering,
    change_gathering,
    draft_gathering,
    note_held,
)
from participation.gatherings.commands.door import check_in, count_walk_ins
from participation.gatherings.commands.inviting import (
    TakenInvitation,
    draw_invitations,
    open_codes,
    take_codes,
)
from participation.gatherings.commands.looking import (
    AskedNeeds,
    forget_attendees,
    look_at_attendee,
    look_at_needs,
    note_told,
)
from participation.gatherings.commands.recording import (
    add_record_file,
    approve_record,
    remove_record_file,
    return_record,
    submit_record,
    write_record,
)
from participation.gatherings.commands.registering import (
    cancel_registration,
    change_registration,
    enter_registration,
    register_attendance,
)
from participation.gatherings.commands.reminding import send_reminders
from participation.gatherings.commands.voicing import speak_in_room

__all__ = [
    "AskedNeeds",
    "TakenInvitation",
    "add_record_file",
    "announce_gathering",
    "approve_record",
    "cancel_gathering",
    "cancel_registration",
    "change_gathering",
    "change_registration",
    "check_in",
    "count_walk_ins",
    "draft_gathering",
    "draw_invitations",
    "enter_registration",
    "forget_attendees",
    "look_at_attendee",
    "look_at_needs",
    "note_held",
    "note_told",
    "open_codes",
    "register_attendance",
    "remove_record_file",
    "return_record",
    "send_reminders",
    "speak_in_room",
    "submit_record",
    "take_codes",
    "write_record",
]
