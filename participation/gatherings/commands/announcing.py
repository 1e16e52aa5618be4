"""Preparing a gathering, announcing it, changing it, calling it off, noting that it took place."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.ids import code, new_public_id
from participation.gatherings.commands.holding import _hold_seats, _move_up, _write_to_all
from participation.gatherings.domain import (
    MOST_CAPACITY,
    MOST_TOPICS,
    SUBJECT_KIND,
    GatheringDraft,
    GatheringState,
)
from participation.gatherings.events import GatheringAnnounced, GatheringCancelled, GatheringChanged
from participation.gatherings.models import Gathering, GatheringSeats, GatheringTopic
from participation.subjects import commands as subjects
from participation.subjects.models import Subject

CHANGED_MEANWHILE = (
    "ほかの人が先に変えました。書いた内容は残っています。いまの内容とくらべてから、もう一度送ってください。"
)
ROOM_CODE_LENGTH = 12


def draft_gathering(draft: GatheringDraft, *, home_path: str = "", by: Actor) -> Gathering:
    """Prepare a gathering; only staff see it. home_path: the page of the meeting whose registrations it takes."""
    access.require(by, "gatherings.draft")
    _check(draft)
    public_id, now = new_public_id(), clock.now()
    subject = subjects.add_subject(SUBJECT_KIND, public_id, draft.title, section_id=draft.section_id)
    db.session.flush()
    gathering = Gathering(
        public_id=public_id,
        subject_id=subject.id,
        state=GatheringState.DRAFT,
        room_code=code(ROOM_CODE_LENGTH),
        home_path=home_path,
        created_at=now,
        created_by_id=by.person_id,
        changed_at=now,
    )
    _fill_in(gathering, draft)
    db.session.add(gathering)
    db.session.flush()
    db.session.add(GatheringSeats(id=gathering.id, taken=0, checked_in=0, walk_ins=0))
    _tie(gathering, draft.topics)
    audit.record(by, "gatherings.draft", gathering)
    return gathering


def change_gathering(gathering: Gathering, draft: GatheringDraft, seen_version: int, *, by: Actor) -> int:
    """Change a gathering; whoever registered is told of another time or place. Return how many letters went out.

    More seats are given to those who wait at once.
    """
    access.require(by, "gatherings.change", gathering)
    seats = _hold_seats(gathering)
    access.require(by, "gatherings.change", gathering)
    if gathering.version != seen_version:
        raise Conflict(CHANGED_MEANWHILE)
    _check(draft)
    if draft.capacity is not None and draft.capacity < seats.taken:
        raise Refused(
            f"もう{seats.taken}人が申し込んでいます。定員はそれより少なくできません。", field="capacity"
        )
    before = _whereabouts(gathering)
    _fill_in(gathering, draft)
    gathering.changed_at = clock.now()
    subject = db.session.get_one(Subject, gathering.subject_id)
    subjects.retitle_subject(subject, draft.title)
    _tie(gathering, draft.topics)
    letters = 0
    if gathering.state is GatheringState.ANNOUNCED:
        if before != _whereabouts(gathering):
            letters = _write_to_all(gathering, "changed")
        _move_up(gathering, seats)
    audit.record(by, "gatherings.change", gathering, {"letters": letters})
    events.publish(GatheringChanged(gathering.id))
    return letters


def announce_gathering(gathering: Gathering, *, by: Actor) -> None:
    """Make a gathering public; from now on people register."""
    access.require(by, "gatherings.announce", gathering)
    _hold_seats(gathering)
    access.require(by, "gatherings.announce", gathering)
    if gathering.starts_at <= clock.now():
        raise Refused("始まる日時が過ぎています。日時を直してから公開してください。")
    if not gathering.contact:
        raise Refused("問い合わせ先を書いてから公開してください。")
    if gathering.by_invitation and not gathering.seed_source:
        raise Refused("招待制の集まりは、くじの種の決め方を書いてから公開してください。")
    gathering.state, gathering.announced_at = GatheringState.ANNOUNCED, clock.now()
    gathering.changed_at = clock.now()
    audit.record(by, "gatherings.announce", gathering)
    events.publish(GatheringAnnounced(gathering.id))


def cancel_gathering(gathering: Gathering, reason: str, *, by: Actor) -> int:
    """Call a gathering off, with the reason; everybody who registered is told. Return how many letters went out."""
    access.require(by, "gatherings.cancel", gathering)
    _hold_seats(gathering)
    access.require(by, "gatherings.cancel", gathering)
    if not reason.strip():
        raise Refused(
            "中止の理由を書いてください。公開のページと、申し込んだ人へのメールに載ります。", field="reason"
        )
    was_public = gathering.state is GatheringState.ANNOUNCED
    gathering.state, gathering.cancel_reason = GatheringState.CANCELLED, reason.strip()
    gathering.cancelled_at = gathering.changed_at = clock.now()
    letters = _write_to_all(gathering, "cancelled")
    audit.record(by, "gatherings.cancel", gathering, {"reason": reason, "letters": letters})
    if was_public:
        events.publish(GatheringCancelled(gathering.id))
    return letters


def note_held(gathering: Gathering, *, by: Actor) -> None:
    """Note that a gathering took place; now its record may be written."""
    access.require(by, "gatherings.note_held", gathering)
    _hold_seats(gathering)
    access.require(by, "gatherings.note_held", gathering)
    gathering.state, gathering.held_at = GatheringState.HELD, clock.now()
    gathering.changed_at = clock.now()
    audit.record(by, "gatherings.note_held", gathering)


def _check(draft: GatheringDraft) -> None:
    if draft.ends_at <= draft.starts_at:
        raise Refused("終わる時刻は、始まる時刻より後にしてください。", field="ends_at")
    if not draft.place and not draft.online_url:
        raise Refused("会場か、オンラインの入り口を書いてください。", field="place")
    if draft.online_url and not draft.online_url.startswith("https://"):
        raise Refused("「https://」で始まるアドレスを書いてください。", field="online_url")
    if draft.capacity is not None and not 0 < draft.capacity <= MOST_CAPACITY:
        raise Refused(f"定員は1から{MOST_CAPACITY:,}までの数にしてください。", field="capacity")
    if draft.by_invitation and not draft.needs_registration:
        raise Refused("招待制の集まりには、申し込みがいります。", field="by_invitation")
    opens, closes = draft.registration_opens_at, draft.registration_closes_at
    if closes is not None and closes > draft.ends_at:
        raise Refused("申し込みの締切は、集まりが終わる前にしてください。", field="registration_closes_on")
    if opens is not None and opens >= (closes or draft.starts_at):
        raise Refused("申し込みを始める日は、締切より前にしてください。", field="registration_opens_on")
    if len(draft.topics) > MOST_TOPICS:
        raise Refused(f"話題は{MOST_TOPICS}つまでにしてください。", field="topics")


def _fill_in(gathering: Gathering, draft: GatheringDraft) -> None:
    for name in (
        "title", "kind", "starts_at", "ends_at", "description", "place", "access", "online_url", "capacity",
        "has_waiting_list", "needs_registration", "asks_name", "registration_opens_at",
        "registration_closes_at", "needs_note", "contact", "consultation_id", "area_id", "district_id",
        "section_id", "seed_source", "by_invitation",
    ):  # fmt: skip
        setattr(gathering, name, getattr(draft, name))
    gathering.languages = list(draft.languages)
    gathering.needs_offered = sorted(draft.needs_offered)


def _tie(gathering: Gathering, topics: Sequence[int]) -> None:
    present = set(
        db.session.scalars(
            select(GatheringTopic.subject_id).where(GatheringTopic.gathering_id == gathering.id)
        )
    )
    if present == set(topics):
        return
    db.session.execute(delete(GatheringTopic).where(GatheringTopic.gathering_id == gathering.id))
    db.session.add_all(
        GatheringTopic(gathering_id=gathering.id, subject_id=subject_id)
        for subject_id in dict.fromkeys(topics)
    )


def _whereabouts(gathering: Gathering) -> tuple[object, ...]:
    return gathering.starts_at, gathering.ends_at, gathering.place, gathering.online_url
