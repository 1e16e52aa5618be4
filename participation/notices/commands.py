"""Telling people, on the site and by letter; following; marking as read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.discussion.domain import permalink
from participation.discussion.models import Thread
from participation.foundation import clock
from participation.foundation.db import db, insert_once
from participation.foundation.ids import new_token
from participation.foundation.text import excerpt
from participation.jobs import queue
from participation.mail import outbox as mail
from participation.notices import queries
from participation.notices.domain import RESULT_TITLE, WHY, NotificationKind
from participation.notices.models import Follow, MailStop, Notification
from participation.people.models import Person
from participation.subjects.models import Subject

LETTERS_AT_ONCE = 200


def tell_author(
    contribution_id: int, kind: NotificationKind, title: str, text: str, path: str, *, by: Actor
) -> None:
    """Tell the author of a contribution what the ward has to say about it."""
    access.require(by, "notices.tell")
    said = db.session.get_one(Contribution, contribution_id)
    if said.author_id is None:
        return  # A guest finds the answer on the page of the receipt.
    _notify(said.author_id, kind, title=title, text=text, path=path, contribution_id=said.id)
    quoted = excerpt(said.body, 60) if kind is NotificationKind.ANSWERED and said.body else ""
    _write_letter(said.author_id, kind, title=title, text=text, path=path, quoted=quoted)
    audit.record(by, "notices.tell", said, {"kind": kind.value})


def tell_answered(contribution_id: int, answered_id: int, *, by: Actor) -> None:
    """Tell somebody that their post was answered by another person."""
    access.require(by, "notices.tell")
    reply = db.session.get_one(Contribution, contribution_id)
    answered = db.session.get_one(Contribution, answered_id)
    reader = answered.author_id
    if reader is None or reader == reply.author_id or answered.visibility is not Visibility.PUBLISHED:
        return
    kind, path = NotificationKind.REPLIED, permalink(reply.public_id)
    _notify(reader, kind, path=path, contribution_id=reply.id)
    title = f"{reply.shown_name}さんが返信しました"
    _write_letter(
        reader, kind, title=title, text=excerpt(reply.body, 200), path=path, quoted=excerpt(answered.body, 60)
    )
    audit.record(by, "notices.tell", reply, {"kind": kind.value})


def tell_of_thread(contribution_id: int, *, by: Actor) -> None:
    """Tell who follows a subject that a discussion about it began; on the site only, not by letter."""
    access.require(by, "notices.tell")
    thread = db.session.scalars(select(Thread).where(Thread.opening_id == contribution_id)).one_or_none()
    if thread is None:
        return
    said = db.session.get_one(Contribution, contribution_id)
    followers = [p for p in queries.list_followers_of_subject(thread.subject_id) if p != said.author_id]
    path = f"/talk/{thread.public_id}"
    _notify_many(followers, NotificationKind.THREAD, path=path, contribution_id=said.id, mailed_at=clock.now())
    audit.record(by, "notices.tell", said, {"kind": "thread", "people": len(followers)})


def tell_of_result(consultation_id: int, *, by: Actor) -> None:
    """Tell who follows a consultation, or a subject of it, that the result is out; letters by a job."""
    access.require(by, "notices.tell")
    consultation = db.session.get_one(Consultation, consultation_id)
    followers = queries.list_followers_of_consultation(consultation_id)
    _notify_many(
        followers,
        NotificationKind.RESULT,
        path=f"/consultations/{consultation.code}/results",
        consultation_id=consultation_id,
        title=RESULT_TITLE,
        text=consultation.title,
    )
    if followers:
        queue.enqueue("notices.write_letters", {"consultation_id": consultation_id})
    audit.record(by, "notices.tell", consultation, {"kind": "result", "people": len(followers)})


def write_letters(consultation_id: int, *, by: Actor) -> int:
    """Write the letters about a result that are not written yet, some at a time; return how many are left."""
    access.require(by, "notices.tell")
    waiting = db.session.scalars(
        select(Notification)
        .where(Notification.consultation_id == consultation_id, Notification.mailed_at.is_(None))
        .order_by(Notification.id)
        .limit(LETTERS_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for notification in waiting:
        notification.mailed_at = clock.now()
        _write_letter(
            notification.person_id,
            notification.kind,
            title=notification.title,
            text=notification.text,
            path=notification.path,
        )
    audit.record(by, "notices.tell", "notifications", {"letters": len(waiting)})
    return len(waiting)


def follow_subject(subject: Subject, *, by: Actor) -> None:
    """Be told about a subject from now on."""
    access.require(by, "notices.follow")
    values = {"person_id": by.person_id, "subject_id": subject.id, "created_at": clock.now()}
    if insert_once(Follow, values, unique=["person_id", "subject_id"]) is not None:
        audit.record(by, "notices.follow", subject)


def follow_consultation(consultation: Consultation, *, by: Actor) -> None:
    """Be told about a consultation from now on."""
    access.require(by, "notices.follow")
    values = {"person_id": by.person_id, "consultation_id": consultation.id, "created_at": clock.now()}
    if insert_once(Follow, values, unique=["person_id", "consultation_id"]) is not None:
        audit.record(by, "notices.follow", consultation)


def unfollow_subject(subject: Subject, *, by: Actor) -> None:
    """Be told no more about a subject."""
    access.require(by, "notices.follow")
    db.session.execute(
        delete(Follow).where(Follow.person_id == by.person_id, Follow.subject_id == subject.id)
    )
    audit.record(by, "notices.follow", subject, {"on": False})


def unfollow_consultation(consultation: Consultation, *, by: Actor) -> None:
    """Be told no more about a consultation."""
    access.require(by, "notices.follow")
    db.session.execute(
        delete(Follow).where(Follow.person_id == by.person_id, Follow.consultation_id == consultation.id)
    )
    audit.record(by, "notices.follow", consultation, {"on": False})


def mark_all_read(*, by: Actor) -> None:
    """Say that one has read all notices up to now."""
    access.require(by, "notices.read")
    db.session.execute(
        update(Notification)
        .where(Notification.person_id == by.person_id, Notification.read_at.is_(None))
        .values(read_at=clock.now())
    )
    audit.record(by, "notices.read", "notifications")


def _notify(person_id: int, kind: NotificationKind, **columns: Any) -> None:
    _notify_many([person_id], kind, mailed_at=clock.now(), **columns)


def _notify_many(people: Sequence[int], kind: NotificationKind, **columns: Any) -> None:
    if people:
        rows = [
            {"person_id": person_id, "kind": kind, "created_at": clock.now(), "title": "", "text": "", **columns}
            for person_id in people
        ]
        db.session.execute(insert(Notification), rows)


def _write_letter(
    person_id: int, kind: NotificationKind, *, title: str, text: str, path: str, quoted: str = ""
) -> None:
    person = db.session.get_one(Person, person_id)
    if not (person.email and person.email_confirmed_at and person.wants_mail) or person.suspended_at:
        return
    mail.send(
        to=person.email,
        template="notices/notice",
        context={
            "name": person.nickname,
            "title": title,
            "text": text,
            "path": path,
            "quoted": quoted,
            "why": WHY[kind],
            "stop_token": _stop_token(person_id),
        },
    )


def _stop_token(person_id: int) -> str:
    token = db.session.scalar(select(MailStop.token).where(MailStop.person_id == person_id))
    if token is None:
        insert_once(MailStop, {"person_id": person_id, "token": new_token()}, unique=["person_id"])
        token = db.session.scalars(select(MailStop.token).where(MailStop.person_id == person_id)).one()
    return token
