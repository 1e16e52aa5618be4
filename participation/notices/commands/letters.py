"""Letters on paper to who has no mail address (文書での知らせ): prepared, printed once, posted; and mails sent again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.i18n.dates import local_day
from participation.jobs import queue
from participation.notices.domain import MAX_REASON, LetterState
from participation.notices.models import LetterBatch, Notification, PaperLetter
from participation.notices.queries import deliveries
from participation.notices.queries.deliveries import LetterContent
from participation.opinions import commands as opinions
from participation.opinions.domain import Submitter
from participation.opinions.models import Submission

NOTHING_WAITS = "文書で知らせるのを待っている人はいません。"


@dataclass(frozen=True)
class AddressedLetter:
    """A letter with its address: only in memory, only while it is printed."""

    content: LetterContent
    submitter: Submitter


def prepare_letters(consultation: Consultation, *, by: Actor) -> LetterBatch:
    """Put what waits to be told on paper into a batch of letters, one a submission; nobody's address is opened.

    What is in a letter is never put into another: two who prepare at once make one batch.
    """
    access.require(by, "notices.prepare_letters")
    _hold(consultation)
    waiting: dict[int, list[Notification]] = defaultdict(list)
    for notification, submission_id in deliveries.list_to_prepare(consultation.id):
        if submission_id in waiting or len(waiting) < deliveries.LETTERS_AT_ONCE:
            waiting[submission_id].append(notification)
    if not waiting:
        raise Conflict(NOTHING_WAITS)
    batch = LetterBatch(
        consultation_id=consultation.id,
        number=deliveries.last_batch_number(consultation.id) + 1,
        made_at=clock.now(),
        made_by_id=by.person_id,
    )
    db.session.add(batch)
    db.session.flush()  # The letters name it.
    for submission_id, told in waiting.items():
        _write(submission_id, told, LetterState.PREPARED, by, batch_id=batch.id)
    audit.record(by, "notices.prepare_letters", batch, changes={"letters": len(waiting)})
    return batch


def cancel_batch(public_id: str, *, by: Actor) -> LetterBatch:
    """Take a batch back before it was printed: what it was to tell waits anew."""
    batch = deliveries.get_batch(public_id, to_change=True)
    access.require(by, "notices.prepare_letters")
    if batch.printed_at is not None:
        raise Conflict("もう印刷したまとまりは、取りやめられません。")
    if batch.cancelled_at is not None:
        raise Conflict("このまとまりは、もう取りやめられています。")
    ids = [letter.id for letter in deliveries.letters_of_batch(batch)]
    db.session.execute(update(Notification).where(Notification.letter_id.in_(ids)).values(letter_id=None))
    for letter in deliveries.letters_of_batch(batch):
        db.session.delete(letter)
    batch.cancelled_at = clock.now()
    audit.record(by, "notices.prepare_letters", batch, changes={"cancelled": len(ids)})
    return batch


def open_letters(
    public_id: str, reason: str, *, is_reprint: bool = False, by: Actor
) -> list[AddressedLetter]:
    """Open the addresses of a batch for printing: each look is recorded with the reason, as every look is.

    A batch that was printed is opened again only on purpose. Whoever gave no address is left out and
    marked, so that somebody finds another way.
    """
    batch = deliveries.get_batch(public_id, to_change=True)
    access.require(by, "notices.print_letters", batch, is_reprint)
    if not reason.strip():
        raise Refused("宛名を開ける理由を書いてください。監査の記録に残ります。", field="reason")
    letters = {letter.public_id: letter for letter in deliveries.letters_of_batch(batch)}
    opened: list[AddressedLetter] = []
    for content in deliveries.list_contents(batch):
        if content.state is LetterState.NO_ADDRESS or not content.parts:
            continue
        submission = db.session.get_one(Submission, content.submission_id)
        submitter = opinions.look_at_identity(submission, reason, by=by)
        if submitter is None or not submitter.address.strip():
            _move(letters[content.public_id], LetterState.NO_ADDRESS, by)
            continue
        opened.append(AddressedLetter(content, submitter))
    audit.record(
        by,
        "notices.print_letters",
        batch,
        changes={"opened": len(opened), "again": is_reprint, "reason": reason[:MAX_REASON]},
    )
    return opened


def note_printed(public_id: str, *, is_reprint: bool = False, by: Actor) -> LetterBatch:
    """Note that a batch was printed, when the file is made; of two who print at once one is told."""
    batch = deliveries.get_batch(public_id, to_change=True)
    access.require(by, "notices.print_letters", batch, is_reprint)
    if batch.printed_at is None:
        batch.printed_at = clock.now()
        for letter in deliveries.letters_of_batch(batch):
            if letter.state is LetterState.PREPARED:
                _move(letter, LetterState.PRINTED, by)
    else:
        batch.reprints += 1
    audit.record(by, "notices.print_letters", batch, changes={"printed": True, "again": is_reprint})
    return batch


def note_posted(public_id: str, posted_on: date, *, by: Actor) -> LetterBatch:
    """Note on which day a batch was posted (発送)."""
    batch = deliveries.get_batch(public_id, to_change=True)
    access.require(by, "notices.note_posted")
    if batch.printed_at is None:
        raise Refused("まだ印刷していません。先に印刷してください。", field="posted_on")
    if batch.posted_on is not None:
        raise Conflict("この文書は、もう発送したことになっています。")
    if posted_on > clock.today():
        raise Refused("発送した日が、きょうより後になっています。", field="posted_on")
    if posted_on < local_day(batch.printed_at):
        raise Refused("発送した日が、印刷した日より前になっています。", field="posted_on")
    batch.posted_on = posted_on
    for letter in deliveries.letters_of_batch(batch):
        if letter.state is LetterState.PRINTED:
            _move(letter, LetterState.POSTED, by)
    audit.record(by, "notices.note_posted", batch, changes={"on": posted_on.isoformat()})
    return batch


def hand_over(submission: Submission, note: str, *, by: Actor) -> PaperLetter:
    """Note that a submitter was told at the window or by telephone (手渡し・口頭); no letter goes out for it."""
    access.require(by, "notices.hand_over")
    if not note.strip():
        raise Refused("いつ、どのように伝えたかを書いてください。", field="note")
    told = deliveries.list_of_submission(submission.id)
    undelivered = list(
        db.session.scalars(
            select(PaperLetter).where(
                PaperLetter.submission_id == submission.id, PaperLetter.state == LetterState.NO_ADDRESS
            )
        )
    )
    if not told and not undelivered:
        raise Conflict("この提出について、まだ伝えていないことはありません。")
    for letter in undelivered:
        _move(letter, LetterState.HANDED_OVER, by)
        letter.note = note[:MAX_REASON]
    handed = undelivered[0] if undelivered else None
    if told:
        handed = _write(submission.id, told, LetterState.HANDED_OVER, by, note=note[:MAX_REASON])
    assert handed is not None
    audit.record(by, "notices.hand_over", submission, changes={"news": len(told)})
    return handed


def mail_again(consultation: Consultation, *, by: Actor) -> int:
    """Let the mails about a consultation that were given up be tried again; return how many."""
    access.require(by, "notices.mail_again")
    count = queue.try_again(deliveries.list_failed_work(consultation.id))
    audit.record(by, "notices.mail_again", consultation, changes={"mails": count})
    return count


def _hold(consultation: Consultation) -> None:
    """One after the other prepares letters for a consultation."""
    db.session.refresh(consultation, with_for_update={"key_share": True})


def _write(
    submission_id: int,
    told: Sequence[Notification],
    state: LetterState,
    by: Actor,
    *,
    batch_id: int | None = None,
    note: str = "",
) -> PaperLetter:
    letter = PaperLetter(
        submission_id=submission_id,
        batch_id=batch_id,
        state=state,
        changed_at=clock.now(),
        changed_by_id=by.person_id,
        note=note,
    )
    db.session.add(letter)
    db.session.flush()  # The notices name it.
    for notification in told:
        notification.letter_id = letter.id
    return letter


def _move(letter: PaperLetter, state: LetterState, by: Actor) -> None:
    letter.state, letter.changed_at, letter.changed_by_id = state, clock.now(), by.person_id
