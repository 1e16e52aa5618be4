"""Telling people, on the site and by letter; following; marking as read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.agreements import queries as agreements
from participation.agreements.domain import get_act
from participation.audit import trail as audit
from participation.challenges import queries as challenges
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
from participation.jobs.models import OutboxRow
from participation.mail import outbox as mail
from participation.notices import queries
from participation.notices.domain import (
    AGREEMENT_ASKED_TITLE,
    AMENDMENT_TITLES,
    FOR_EVERYBODY,
    PROPOSAL_ADVANCED_TITLE,
    RESULT_TITLE,
    SIMPLE,
    WHY,
    NotificationKind,
    Worded,
    wordings,
)
from participation.notices.models import Follow, MailStop, Notification, SentMail
from participation.people import queries as people
from participation.people.models import Person
from participation.proposals import queries as proposals
from participation.proposals.domain import stages
from participation.proposals.models import Proposal
from participation.subjects.models import Subject

PEOPLE_AT_ONCE = 50
#: So much of somebody's own words stands in the letter about them.
QUOTED = 300

#: A notice with the words that it is about.
Told = tuple[Notification, Contribution | None]

#: With every reply: made once.
_SAID = select(
    Contribution.id, Contribution.public_id, Contribution.author_id, Contribution.visibility
).where(Contribution.id.in_(bindparam("ids", expanding=True)))
_NOTIFY = insert(cast(Table, Notification.__table__))


def tell_author(
    contribution_id: int,
    kind: NotificationKind,
    title: str,
    text: str,
    path: str,
    *,
    easy: str = "",
    child: str = "",
    by: Actor,
) -> None:
    """Tell the author of a contribution what the ward has to say about it.

    Who has no account is told, of answers and of what they bring about, on the receipt's page and on paper.
    """
    access.require(by, "notices.tell")
    said = db.session.execute(_SAID, {"ids": [contribution_id]}).one()
    if said.visibility in (Visibility.WITHDRAWN, Visibility.ERASED):
        return  # Who took their words back is left in peace.
    if said.author_id is None and kind not in FOR_EVERYBODY:
        return
    _notify(
        [said.author_id],
        kind,
        title=title,
        text=text,
        path=path,
        contribution_id=contribution_id,
        easy=easy,
        child=child,
    )
    audit.record(by, "notices.tell", "notifications", {"kind": kind.value, "about": contribution_id})


def tell_answered(contribution_id: int, answered_id: int, *, by: Actor) -> None:
    """Tell somebody that their post was answered by another person."""
    access.require(by, "notices.tell")
    found = {row.id: row for row in db.session.execute(_SAID, {"ids": [contribution_id, answered_id]})}
    reply, answered = found[contribution_id], found[answered_id]
    reader = answered.author_id
    if reader is None or reader == reply.author_id or answered.visibility is not Visibility.PUBLISHED:
        return
    kind = NotificationKind.REPLIED
    _notify([reader], kind, path=permalink(reply.public_id), contribution_id=reply.id)
    audit.record(by, "notices.tell", "notifications", {"kind": kind.value, "about": reply.id})


def tell_of_thread(contribution_id: int, *, by: Actor) -> None:
    """Tell who follows a subject that a discussion about it began; on the site only, not by letter."""
    access.require(by, "notices.tell")
    thread = db.session.scalars(select(Thread).where(Thread.opening_id == contribution_id)).one()
    author_id, kind = _author_of(contribution_id), NotificationKind.THREAD
    followers = [p for p in queries.list_followers_of_subject(thread.subject_id) if p != author_id]
    path = f"/talk/{thread.public_id}"
    _notify(followers, kind, path=path, contribution_id=contribution_id, by_letter=False)
    audit.record(by, "notices.tell", thread, {"kind": kind.value, "people": len(followers)})


def tell_of_result(consultation_id: int, *, by: Actor) -> None:
    """Tell who follows a consultation, or a subject of it, that the result is out."""
    access.require(by, "notices.tell")
    consultation = db.session.get_one(Consultation, consultation_id)
    followers, kind = queries.list_followers_of_consultation(consultation_id), NotificationKind.RESULT
    path = f"/consultations/{consultation.code}/results"
    _notify(followers, kind, title=RESULT_TITLE, text=consultation.title, path=path)
    audit.record(by, "notices.tell", consultation, {"kind": kind.value, "people": len(followers)})


def tell_endorsers(proposal_id: int, title: str, *, by: Actor) -> None:
    """Tell the people who endorse a proposal, and those who did so for an organisation, that it is another now."""
    access.require(by, "notices.tell")
    proposal = db.session.get_one(Proposal, proposal_id)
    readers = proposals.list_endorser_ids(proposal_id)
    path = f"/proposals/{proposal.public_id}"
    _notify(readers, NotificationKind.PROPOSAL, title=title, text=proposal.title, path=path)
    audit.record(by, "notices.tell", proposal, {"kind": "proposal", "people": len(readers)})


def tell_of_stage(proposal_id: int, stage: str, *, by: Actor) -> None:
    """Tell who endorses a proposal, and the delegates of who proposes it, to which stage the ward moved it."""
    access.require(by, "notices.tell")
    proposal = db.session.get_one(Proposal, proposal_id)
    delegates = people.list_delegate_ids(proposal.organisation_id, Right.SUBMIT)
    readers = sorted({*proposals.list_endorser_ids(proposal_id), *delegates})
    text = f"{proposal.title}\nいまの段階：{stages()[stage].name}"
    path = f"/proposals/{proposal.public_id}#stages"
    _notify(readers, NotificationKind.PROPOSAL, title=PROPOSAL_ADVANCED_TITLE, text=text, path=path)
    audit.record(by, "notices.tell", proposal, {"kind": "stage", "people": len(readers)})


def tell_proposers(proposal_id: int, title: str, anchor: str, *, by: Actor) -> None:
    """Tell the delegates who may answer for a proposal that somebody waits for an answer."""
    access.require(by, "notices.tell")
    proposal = db.session.get_one(Proposal, proposal_id)
    readers = people.list_delegate_ids(proposal.organisation_id, Right.SUBMIT)
    path = f"/proposals/{proposal.public_id}#{anchor}"
    _notify(readers, NotificationKind.PROPOSAL, title=title, text=proposal.title, path=path)
    audit.record(by, "notices.tell", proposal, {"kind": anchor, "people": len(readers)})


def tell_of_application(application_id: int, title: str, *, to_applicant: bool, by: Actor) -> None:
    """Tell the delegates of one side of a call about an application: who calls, or who applied."""
    access.require(by, "notices.tell")
    application, call, name = challenges.get_application(application_id)
    organisation_id = application.organisation_id if to_applicant else call.organisation_id
    readers = people.list_delegate_ids(organisation_id, Right.SUBMIT)
    path = f"/cooperation/{call.public_id}/applications/{application.public_id}"
    _notify(readers, NotificationKind.COOPERATION, title=title, text=name, path=path)
    audit.record(by, "notices.tell", application, {"people": len(readers)})


def tell_applicants(call_id: int, title: str, *, by: Actor) -> None:
    """Tell the delegates of every organisation that applied to a call that it is other now, or over."""
    access.require(by, "notices.tell")
    call, name, organisation_ids = challenges.get_call_told(call_id)
    readers = sorted(
        {
            person_id
            for organisation_id in organisation_ids
            for person_id in people.list_delegate_ids(organisation_id, Right.SUBMIT)
        }
    )
    path = f"/cooperation/{call.public_id}"
    _notify(readers, NotificationKind.COOPERATION, title=title, text=name, path=path)
    audit.record(by, "notices.tell", call, {"people": len(readers)})


def tell_approvers(agreement_id: int, *, by: Actor) -> None:
    """Tell the delegates who may agree that something waits for them; who asked knows."""
    access.require(by, "notices.tell")
    agreement = agreements.get_by_id(agreement_id)
    readers = [
        person_id
        for person_id in people.list_delegate_ids(agreement.organisation_id, Right.APPROVE)
        if person_id != agreement.asked_by_id
    ]
    _notify(
        readers,
        NotificationKind.AGREEMENT,
        title=AGREEMENT_ASKED_TITLE,
        text=get_act(agreement.act).name,
        path=agreements.path_of(agreement),
    )
    audit.record(by, "notices.tell", agreement, {"people": len(readers)})


def tell_of_answered_amendment(contribution_id: int, *, is_accepted: bool, by: Actor) -> None:
    """Tell who offered a change to a proposal that its organisation answered."""
    access.require(by, "notices.tell")
    author_id = _author_of(contribution_id)
    found = proposals.find_amendment(contribution_id)
    if author_id is None or found is None:
        return
    amendment, proposal = found
    _notify(
        [author_id],
        NotificationKind.PROPOSAL,
        title=AMENDMENT_TITLES[is_accepted],
        text=proposal.title,
        path=f"/proposals/{proposal.public_id}/amendments/{amendment.public_id}",
    )
    audit.record(by, "notices.tell", proposal, {"kind": "amendment"})


def write_letters(*, by: Actor) -> int:
    """Write letters to some of the people about whose notices none was written; return how many were dealt with.

    They are written after the notice is stored, not with it: words hidden in between do not go out.
    All answers that wait for one person come in one letter, as when a result is published.
    """
    access.require(by, "notices.tell")
    # The person's row is the lock: two workers never write two letters where one was meant.
    readers = db.session.scalars(
        select(Person)
        .where(Person.id.in_(select(Notification.person_id).where(Notification.mailed_at.is_(None))))
        .order_by(Person.id)
        .limit(PEOPLE_AT_ONCE)
        .with_for_update(key_share=True)
    ).all()
    waiting: dict[int, list[Told]] = {person.id: [] for person in readers}
    for notification, said in db.session.execute(
        select(Notification, Contribution)
        .join(Contribution, Contribution.id == Notification.contribution_id, isouter=True)
        .where(Notification.mailed_at.is_(None), Notification.person_id.in_(waiting))
        .order_by(Notification.id)
    ):
        notification.mailed_at = clock.now()
        waiting[notification.person_id or 0].append((notification, said))
    letters = sum(_write_letters_to(person, waiting[person.id]) for person in readers)
    if readers:
        audit.record(by, "notices.tell", "notifications", {"people": len(readers), "letters": letters})
    return len(readers)


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


def _author_of(contribution_id: int) -> int | None:
    return db.session.scalar(select(Contribution.author_id).where(Contribution.id == contribution_id))


def _notify(
    people: Sequence[int | None], kind: NotificationKind, *, by_letter: bool = True, **columns: Any
) -> None:
    if not people:
        return
    now = clock.now()
    common = {"kind": kind, "created_at": now, "title": "", "text": "", "easy": "", "child": "", **columns}
    rows = [{"person_id": p, "mailed_at": None if by_letter and p else now, **common} for p in people]
    db.session.execute(_NOTIFY, rows)
    if by_letter and any(people):
        queue.enqueue("notices.write_letters", {})


def _write_letters_to(person: Person, told: Sequence[Told]) -> int:
    """Write to one person; what the ward has to say about several of their opinions comes in one letter."""
    if not (person.email and person.email_confirmed_at and person.wants_mail and not person.suspended_at):
        return 0
    answers = _latest_only([each for each in told if each[0].kind in FOR_EVERYBODY])
    rest = [each for each in told if each[0].kind not in FOR_EVERYBODY]
    if len(answers) > 1:
        mailed = _write_letter_of_answers(person, answers)
        _note_mail(person, mailed, [each for each in told if each[0].kind in FOR_EVERYBODY])
    else:
        rest = [*answers, *rest]
    return sum(_write_letter(notification, person, said) for notification, said in rest) + (len(answers) > 1)


def _latest_only(told: Sequence[Told]) -> list[Told]:
    """Leave out an answer that was corrected before anybody wrote of it."""
    latest = {
        (notification.contribution_id, notification.path): notification.id
        for notification, _ in told
        if notification.kind is NotificationKind.ANSWERED
    }
    return [
        (notification, said)
        for notification, said in told
        if notification.kind is not NotificationKind.ANSWERED
        or latest[notification.contribution_id, notification.path] == notification.id
    ]


def _write_letter_of_answers(person: Person, answers: Sequence[Told]) -> OutboxRow:
    """One letter for several answers; opinions that one answer meets stand above its words together."""
    quoted: dict[tuple[str, str, tuple[Worded, ...]], list[str]] = {}
    for notification, said in answers:
        words = quoted.setdefault(
            (notification.title, notification.path, _wordings(notification, person, said)), []
        )
        if said is not None:
            words.append(excerpt(said.body, QUOTED))
    return mail.send(
        to=str(person.email),
        template="notices/answers",
        context={
            "name": person.nickname,
            "count": len({notification.contribution_id for notification, _ in answers}),
            "is_answer": all(each[0].kind is NotificationKind.ANSWERED for each in answers),
            "answers": [(title, path, said, words) for (title, path, said), words in quoted.items()],
            "why": WHY[NotificationKind.ANSWERED],
            "stop_token": _stop_token(person.id),
        },
    )


def _write_letter(notification: Notification, person: Person, said: Contribution | None) -> bool:
    line = queries.notice_line(notification, said)
    if not line.is_readable:
        return False
    is_own = notification.kind in (*FOR_EVERYBODY, NotificationKind.TOLD)
    mailed = mail.send(
        to=str(person.email),
        template="notices/notice",
        context={
            "name": person.nickname,
            "title": line.title,
            "wordings": _wordings(notification, person, said) if is_own else wordings(line.text, "", ""),
            "path": line.path,
            "quoted": excerpt(said.body, QUOTED) if is_own and said is not None else "",
            "why": line.why,
            "stop_token": _stop_token(person.id),
        },
    )
    _note_mail(person, mailed, [(notification, said)])
    return True


def _wordings(notification: Notification, person: Person, said: Contribution | None) -> tuple[Worded, ...]:
    """In which words it is told: who prefers やさしい日本語, or wrote in it, reads it first."""
    simple = SIMPLE if SIMPLE in (person.language, said.language if said else "") else ""
    return wordings(notification.text, notification.easy, notification.child, simple)


def _note_mail(person: Person, mailed: OutboxRow, told: Sequence[Told]) -> None:
    """Keep which mail told what: the report of deliveries asks how it went."""
    db.session.flush()  # The row of the outbox gets its number.
    sent = SentMail(person_id=person.id, outbox_id=mailed.id, written_at=clock.now())
    db.session.add(sent)
    db.session.flush()  # The notices name it.
    for notification, _ in told:
        notification.mail_id = sent.id


def _stop_token(person_id: int) -> str:
    statement = select(MailStop.token).where(MailStop.person_id == person_id)
    token = db.session.scalar(statement)
    if token is None:
        insert_once(MailStop, {"person_id": person_id, "token": new_token()}, unique=["person_id"])
        token = db.session.scalars(statement).one()
    return token
