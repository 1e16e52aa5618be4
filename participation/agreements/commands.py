"""Asking an organisation's delegates, saying what one thinks, carrying out what was agreed to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.agreements import queries
from participation.agreements.domain import Stance, get_act
from participation.agreements.events import AgreementAsked
from participation.agreements.models import Agreement, AgreementVoice
from participation.audit import trail as audit
from participation.foundation import clock, events, sealing
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Denied, Refused
from participation.organisations import queries as organisations
from participation.organisations.models import CommunityOrganisation

SETTLED = "この手続きは、もう済んだか、新しい内容に替わっています。"
#: The purpose under which notes are sealed while words in them are covered.
COVERED_FOR = "proposals.covered"
UNREADABLE = (
    "暗号の鍵が替わったため読めません。管理者に、前の鍵（IDENTITY_KEY_FALLBACKS）の設定を頼んでください。"
)


def ask(
    organisation_id: int,
    code: str,
    words: Mapping[str, Any],
    about: str = "",
    target: str = "",
    *,
    row_version: int = 0,
    by: Actor,
) -> Agreement:
    """Ask the other delegates to agree to these words; what waited before about the same is over."""
    access.require(by, "agreements.ask", organisation_id, code)
    act = get_act(code)
    queries.hold_right(organisation_id, act.right, by)
    if about:
        for before in queries.list_waiting(organisation_id, code, about, target):
            _settle(before)
    agreement = _add(organisation_id, code, words, about, target, row_version, by)
    decision = act.may(agreement, by)
    if not decision:  # What could never be done is not put before the others.
        raise Denied(decision.reason)
    if act.check is not None:
        act.check(agreement, words)
    audit.record(by, "agreements.ask", agreement, {"act": code})
    events.publish(AgreementAsked(agreement.id))
    return agreement


def say(agreement: Agreement, stance: Stance, note: str, *, is_note_public: bool, by: Actor) -> None:
    """Say, as a delegate, whether this may go out in the organisation's name; a later word replaces it."""
    access.require(by, "agreements.say", agreement.organisation_id)
    _say(agreement, stance, note, is_note_public, by)
    audit.record(by, "agreements.say", agreement, {"stance": stance.value})


def say_of(
    organisation_id: int,
    code: str,
    words: Mapping[str, Any],
    about: str,
    stance: Stance,
    note: str,
    *,
    is_note_public: bool,
    by: Actor,
) -> None:
    """Say the same of words that everybody in the organisation sees without being asked: those of a draft."""
    access.require(by, "agreements.say", organisation_id)
    found = queries.find_agreement(organisation_id, code, words, about)
    agreement = found or _add(organisation_id, code, words, about, "", 0, by)
    _say(agreement, stance, note, is_note_public, by)
    audit.record(by, "agreements.say", agreement, {"stance": stance.value})


def _say(agreement: Agreement, stance: Stance, note: str, is_note_public: bool, by: Actor) -> None:
    queries.hold_right(agreement.organisation_id, Right.APPROVE, by)
    _lock(agreement)
    if agreement.settled_at is not None:
        raise Conflict(SETTLED)
    if stance is Stance.DISAGREES and not note.strip():
        raise Refused("どこが違うと考えるかを書いてください。", field="note")
    values = {
        "stance": stance,
        "note": note.strip(),
        "is_note_public": is_note_public and bool(note.strip()),
        "sealed": None,
        "at": clock.now(),
    }
    key = {"agreement_id": agreement.id, "person_id": by.person_id}
    if insert_once(AgreementVoice, key | values, unique=list(key)) is None:
        db.session.execute(
            update(AgreementVoice)
            .where(AgreementVoice.agreement_id == agreement.id, AgreementVoice.person_id == by.person_id)
            .values(**values)
        )


def carry_out(agreement: Agreement, *, by: Actor) -> str:
    """Do what was agreed to, in the very words, and return where it stands; the act refuses where too few agreed."""
    access.require(by, "agreements.carry_out", agreement)
    _lock(agreement)
    if agreement.settled_at is not None:
        raise Conflict(SETTLED)
    words = queries.words_of(agreement)
    queries.require_agreed(agreement.organisation_id, agreement.act, words, agreement.about, agreement.target)
    done = get_act(agreement.act).carry_out(agreement, words, by)
    agreement.about, agreement.path = done.about, done.path
    _mark_carried_out(agreement)
    audit.record(by, "agreements.carry_out", agreement, {"act": agreement.act})
    return done.path


def note_done(organisation_id: int, code: str, words: Mapping[str, Any], about: str, *, by: Actor) -> None:
    """Note that what was agreed to was done from the page of its own: a draft is submitted where it is written."""
    access.require(by, "agreements.ask", organisation_id, code)
    found = queries.find_agreement(organisation_id, code, words, about)
    if found is not None:
        _mark_carried_out(found)
        audit.record(by, "agreements.ask", found, {"act": code, "done": True})


def call_off(agreement: Agreement, *, by: Actor) -> None:
    """Take back what one asked the others: nothing goes out, the words are let go of."""
    access.require(by, "agreements.call_off", agreement)
    _lock(agreement)
    if agreement.settled_at is not None:
        raise Conflict(SETTLED)
    _settle(agreement)
    audit.record(by, "agreements.call_off", agreement, {"act": agreement.act})


def follow_words(
    about: str, cover: Callable[[str], str] | None, organisation_ids: Sequence[int] = (), *, by: Actor
) -> None:
    """Cover (None: erase) words in what delegates said about something, and let go of what waits about it.

    What waits holds the same words: it may be asked for anew, with the words as they stand.
    """
    access.require(by, "agreements.follow_words")
    wanted = select(Agreement).where(Agreement.about == about)
    if organisation_ids:
        wanted = wanted.where(Agreement.organisation_id.in_(organisation_ids))
    found = db.session.scalars(wanted).all()
    for voice in db.session.scalars(
        select(AgreementVoice).where(AgreementVoice.agreement_id.in_([each.id for each in found]))
    ):
        original = _opened(voice.sealed) if voice.sealed else voice.note
        voice.note = cover(original) if cover else ""
        is_covered = cover is not None and voice.note != original
        voice.sealed = sealing.seal(COVERED_FOR, original) if is_covered else None
    for each in found:
        if each.settled_at is None:
            _settle(each)
    audit.record(by, "agreements.follow_words", "agreements", {"rows": len(found)})


def forget_waiting(before: datetime, *, by: Actor) -> int:
    """Let go of what was never agreed to; return how much."""
    access.require(by, "agreements.forget")
    found = db.session.scalars(
        select(Agreement).where(Agreement.settled_at.is_(None), Agreement.asked_at < before)
    ).all()
    for each in found:
        _settle(each)
    audit.record(by, "agreements.forget", "agreements", {"rows": len(found)})
    return len(found)


def _add(
    organisation_id: int,
    code: str,
    words: Mapping[str, Any],
    about: str,
    target: str,
    row_version: int,
    by: Actor,
) -> Agreement:
    act = get_act(code)
    private = {name: words[name] for name in act.private if words.get(name)}
    agreement = Agreement(
        organisation_id=organisation_id,
        act=code,
        about=about,
        target=target,
        # A draft has a page of its own: its words stand there.
        words={} if act.page else {name: each for name, each in words.items() if name not in private},
        sealed=sealing.seal(queries.SEALED_FOR, json.dumps(private, ensure_ascii=False)) if private else None,
        words_key=act.key(words),
        row_version=row_version,
        asked_by_id=by.person_id,
        asked_at=clock.now(),
    )
    db.session.add(agreement)
    db.session.flush()
    return agreement


def _mark_carried_out(agreement: Agreement) -> None:
    """What was agreed to is done; for how many the organisation spoke is noted as it was then."""
    organisation = db.session.get_one(CommunityOrganisation, agreement.organisation_id)
    agreement.is_carried_out = True
    agreement.represented = organisations.represented(organisation)
    _settle(agreement)


def _settle(agreement: Agreement) -> None:
    agreement.settled_at, agreement.words, agreement.sealed = clock.now(), {}, None


def _lock(agreement: Agreement) -> None:
    db.session.scalars(
        select(Agreement)
        .where(Agreement.id == agreement.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _opened(sealed: bytes) -> str:
    try:
        return sealing.unseal(COVERED_FOR, sealed)
    except sealing.Unreadable as error:
        raise Conflict(UNREADABLE) from error
