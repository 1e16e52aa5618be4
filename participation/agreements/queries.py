"""Reading what waits for an organisation's delegates to agree, who agreed, and what everybody may read of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard

from sqlalchemy import ColumnElement, Select, func, or_, select

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.agreements.domain import Stance, get_act
from participation.agreements.models import Agreement, AgreementVoice
from participation.foundation import clock, sealing
from participation.foundation.db import db
from participation.foundation.errors import Denied, NotFound, Refused
from participation.organisations.domain import Pending
from participation.organisations.models import CommunityOrganisation
from participation.people import queries as people
from participation.people.models import Membership, Person

#: The purpose under which words are sealed that only the addressee may read.
SEALED_FOR = "agreements.private"
MOST_PENDING = 100
NO_LONGER = "この団体の担当者としての任期や権限は、もう終わっています。"


def needed(organisation_id: int) -> int:
    """Return how many delegates agree before something goes out in an organisation's name; 0: nobody is asked."""
    return int(
        db.session.scalar(
            select(CommunityOrganisation.approvals_needed).where(CommunityOrganisation.id == organisation_id)
        )
        or 0
    )


def asks_first(organisation_id: int | None) -> TypeGuard[int]:
    """Whether an organisation wants its delegates to agree first; who speaks for themselves asks nobody."""
    return organisation_id is not None and needed(organisation_id) > 0


def hold_right(organisation_id: int, right: Right, by: Actor) -> None:
    """Whoever acts for an organisation still may when it counts: inside the transaction. Raises Denied."""
    if not people.hold_right(by.person_id or 0, organisation_id, right):
        raise Denied(NO_LONGER)


def require_agreed(
    organisation_id: int, code: str, words: Mapping[str, Any], about: str = "", target: str = ""
) -> Agreement | None:
    """Where the organisation wants it so, nothing goes out in its name before enough delegates agreed to these words.

    Returns what they agreed to; None where nobody is asked.
    """
    wanted = needed(organisation_id)
    if not wanted:
        return None
    found = find_agreement(organisation_id, code, words, about, target)
    agreed = count_agreeing(found)
    if agreed < wanted:
        raise Refused(
            f"団体の中の承認が、あと{wanted - agreed}人要ります。いまの内容のままで、ほかの担当者が承認してから行えます。"
        )
    return found


def find_agreement(
    organisation_id: int, code: str, words: Mapping[str, Any], about: str = "", target: str = ""
) -> Agreement | None:
    """Return what waits with exactly these words, or None."""
    return db.session.scalars(
        select(Agreement)
        .where(*_waits(organisation_id, code, about, target), Agreement.words_key == get_act(code).key(words))
        .order_by(Agreement.id.desc())
        .limit(1)
    ).one_or_none()


def list_waiting(organisation_id: int, code: str, about: str, target: str = "") -> Sequence[Agreement]:
    """Return what waits for the same, in whatever words."""
    return db.session.scalars(
        select(Agreement).where(*_waits(organisation_id, code, about, target)).order_by(Agreement.id)
    ).all()


def list_words_waiting(code: str) -> Sequence[dict[str, Any]]:
    """Return the words of an act that wait in any organisation, private ones left out."""
    return db.session.scalars(
        select(Agreement.words).where(Agreement.act == code, Agreement.settled_at.is_(None))
    ).all()


def _waits(organisation_id: int, code: str, about: str, target: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Agreement.organisation_id == organisation_id,
        Agreement.act == code,
        Agreement.about == about,
        Agreement.target == target,
        Agreement.settled_at.is_(None),
    )


def get_agreement(public_id: str, actor: Actor) -> Agreement:
    """Return something that waits or waited, for a delegate of its organisation; raises NotFound for others."""
    found = db.session.scalars(select(Agreement).where(Agreement.public_id == public_id)).one_or_none()
    if found is None or not access.can(actor, "agreements.read", found):
        raise NotFound
    return found


def get_by_id(agreement_id: int) -> Agreement:
    """Return an agreement by its id: for those who tell of it."""
    return db.session.get_one(Agreement, agreement_id)


def words_of(agreement: Agreement) -> dict[str, Any]:
    """Return all the words that are agreed to, private ones too: for the organisation's own delegates."""
    private = json.loads(sealing.unseal(SEALED_FOR, agreement.sealed)) if agreement.sealed else {}
    return {**agreement.words, **private}


def count_agreeing(agreement: Agreement | None) -> int:
    """Return how many agree who still are delegates with the right to approve."""
    if agreement is None:
        return 0
    return int(
        db.session.scalar(
            _agreeing(agreement.organisation_id).where(AgreementVoice.agreement_id == agreement.id)
        )
        or 0
    )


def _agreeing(organisation_id: int) -> Select[int]:
    return (
        select(func.count())
        .select_from(AgreementVoice)
        .join(
            Membership,
            (Membership.person_id == AgreementVoice.person_id)
            & (Membership.organisation_id == organisation_id),
        )
        .where(
            AgreementVoice.stance == Stance.AGREES,
            Membership.may_approve,
            Membership.begins_on <= clock.today(),
            Membership.ends_on > clock.today(),
            or_(Membership.begins_at.is_(None), Membership.begins_at <= clock.now()),
            or_(Membership.ended_at.is_(None), Membership.ended_at > clock.now()),
        )
    )


@dataclass(frozen=True)
class VoiceLine:
    """What one delegate said, and whether it is of the present words."""

    person_id: int
    name: str
    stance: Stance
    note: str
    is_note_public: bool
    is_present: bool
    at: datetime


def list_voices(agreement: Agreement) -> list[VoiceLine]:
    """Return what delegates said of something that waits or waited."""
    return _lines(_voices().where(AgreementVoice.agreement_id == agreement.id), agreement.words_key)


def list_voices_about(organisation_id: int, code: str, about: str, key: str) -> list[VoiceLine]:
    """Return the last word of each delegate on the same in whatever words; `key` marks the present ones."""
    lines = _lines(
        _voices().where(
            Agreement.organisation_id == organisation_id, Agreement.act == code, Agreement.about == about
        ),
        key,
    )
    return list({line.person_id: line for line in sorted(lines, key=lambda line: line.at)}.values())


def _voices() -> Select[AgreementVoice, str, str]:
    return (
        select(AgreementVoice, Person.nickname, Agreement.words_key)
        .join(Person, Person.id == AgreementVoice.person_id)
        .join(Agreement, Agreement.id == AgreementVoice.agreement_id)
        .order_by(AgreementVoice.id)
    )


def _lines(wanted: Select[AgreementVoice, str, str], key: str) -> list[VoiceLine]:
    return [
        VoiceLine(
            voice.person_id, name, voice.stance, voice.note, voice.is_note_public, words == key, voice.at
        )
        for voice, name, words in db.session.execute(wanted)
    ]


@dataclass(frozen=True)
class Published:
    """What everybody may read of how an organisation agreed: numbers and 少数意見, never a name."""

    #: How many agreed to what went out first.
    agreed: int = 0
    minority: tuple[str, ...] = ()
    #: For how many the organisation said it spoke then.
    represented: str = ""

    def __bool__(self) -> bool:
        return bool(self.agreed or self.minority)


def published_about(about: str, organisation_id: int | None) -> Published:
    """Return what everybody may read of the agreements behind something, in one query."""
    if organisation_id is None:
        return Published()
    rows = db.session.execute(
        select(AgreementVoice, Agreement)
        .join(Agreement, Agreement.id == AgreementVoice.agreement_id)
        .where(
            Agreement.about == about,
            Agreement.organisation_id == organisation_id,
            Agreement.is_carried_out,
        )
        .order_by(Agreement.settled_at, Agreement.id, AgreementVoice.id)
    ).all()
    rows = [row for row in rows if get_act(row[1].act).is_public]
    if not rows:
        return Published()
    first = rows[0][1]
    return Published(
        agreed=sum(each.id == first.id and voice.stance is Stance.AGREES for voice, each in rows),
        minority=tuple(voice.note for voice, _ in rows if voice.is_note_public and voice.note),
        represented=first.represented,
    )


def list_pending_of(organisation_id: int) -> list[Pending]:
    """Return what of an organisation waits for its delegates to agree (引き継ぐこと)."""
    found = db.session.scalars(
        select(Agreement)
        .where(Agreement.organisation_id == organisation_id, Agreement.settled_at.is_(None))
        .order_by(Agreement.id)
        .limit(MOST_PENDING)
    ).all()
    return [
        Pending("承認を待つ手続き", get_act(each.act).name, path_of(each), "担当者の承認を待っています")
        for each in found
        if get_act(each.act).page is None
    ]


def path_of(agreement: Agreement) -> str:
    """Return where a delegate reads and agrees."""
    own_page = get_act(agreement.act).page
    return own_page(agreement.about) if own_page else f"/agreements/{agreement.public_id}"
