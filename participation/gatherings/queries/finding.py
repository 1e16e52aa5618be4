"""Finding one gathering, one registration, one invitation; the secrets that lead to them."""

from __future__ import annotations

import hmac
import json

from sqlalchemy import select

from participation.access.actors import Actor
from participation.foundation import sealing
from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.gatherings.domain import (
    DOOR_LENGTH,
    SECRET_LENGTH,
    Attendee,
    GatheringState,
    RegistrationState,
)
from participation.gatherings.models import (
    Gathering,
    GatheringInvitation,
    GatheringSeats,
    Registration,
    RegistrationSecret,
)
from participation.organisations.models import Section
from participation.surveys.domain.inviting import FAULT_WORDS, CodeFault, fold_code, is_code

_LINK, _DOOR, _CODE = "gatherings.link", "gatherings.door", "gatherings.code"
_ATTENDEE = "gatherings.attendee"


def get_gathering(public_id: str) -> Gathering:
    """Return a gathering, drafts too: for staff. Raises NotFound."""
    found = db.session.scalars(select(Gathering).where(Gathering.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_public(public_id: str) -> Gathering:
    """Return a gathering that was announced; raises NotFound."""
    found = get_gathering(public_id)
    if found.announced_at is None or found.state is GatheringState.DRAFT:
        raise NotFound
    return found


def seats_of(gathering: Gathering) -> GatheringSeats:
    """Return how many seats are taken."""
    return db.session.get_one(GatheringSeats, gathering.id)


def section_name_of(gathering: Gathering) -> str:
    """Return the name of the section that holds it, or nothing."""
    section = db.session.get(Section, gathering.section_id) if gathering.section_id else None
    return section.name if section else ""


def get_registration(public_id: str) -> tuple[Registration, Gathering]:
    """Return a registration with its gathering; raises NotFound. Who may see it is asked by its caller."""
    row = db.session.execute(
        select(Registration, Gathering)
        .join(Gathering, Gathering.id == Registration.gathering_id)
        .where(Registration.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def registration_secrets(registration: Registration) -> tuple[str, str]:
    """Return the secret in the link of who registered, and the code in their QR code; derived, never stored."""
    return (
        sealing.derived_codes(_LINK, registration.public_id, SECRET_LENGTH)[0],
        sealing.derived_codes(_DOOR, registration.public_id, DOOR_LENGTH)[0],
    )


def holds(
    registration: Registration, secret: str = "", actor: Actor | None = None, *, door: str = ""
) -> bool:
    """Return whether somebody may have this registration: by their link, their account, or (at the door) its code."""
    if actor is not None and actor.person_id is not None and registration.author_id == actor.person_id:
        return True
    if door:
        return _is_one_of(door, sealing.derived_codes(_DOOR, registration.public_id, DOOR_LENGTH))
    return _is_one_of(secret, sealing.derived_codes(_LINK, registration.public_id, SECRET_LENGTH))


def _is_one_of(given: str, codes: tuple[str, ...]) -> bool:
    plain = given.encode("utf-8", "replace")
    return any(hmac.compare_digest(plain, code.encode()) for code in codes)


def attendee_of(registration: Registration) -> Attendee:
    """Return who registered, unsealed: for themselves, for a letter to them, or for a look that is recorded."""
    row = db.session.scalars(
        select(RegistrationSecret).where(RegistrationSecret.registration_id == registration.id)
    ).one_or_none()
    return Attendee() if row is None else unsealed(row)


def unsealed(row: RegistrationSecret) -> Attendee:
    """Return what is sealed in a row; raises sealing.Unreadable where the key is gone."""
    return Attendee.read(json.loads(sealing.unseal(_ATTENDEE, row.sealed)))


def seal_attendee(attendee: Attendee) -> bytes:
    """Return who registered, sealed."""
    return sealing.seal(_ATTENDEE, json.dumps(attendee.as_dict(), ensure_ascii=False))


def own_registration(gathering: Gathering, actor: Actor) -> Registration | None:
    """Return the registration of the actor's account, if it stands."""
    if actor.person_id is None:
        return None
    return db.session.scalars(
        select(Registration).where(
            Registration.gathering_id == gathering.id,
            Registration.author_id == actor.person_id,
            Registration.state != RegistrationState.CANCELLED,
        )
    ).one_or_none()


def invitation_hash(gathering: Gathering, code: str) -> str:
    """Return the hash under which the code of an invitation is stored."""
    return sealing.keyed_hash(_CODE, f"{gathering.public_id}:{code}")


def find_invitation_id(gathering: Gathering, typed: str) -> int:
    """Return the invitation that a typed code opens; raises Refused in words: a slip of the hand, or unknown."""
    folded = fold_code(typed)
    if not is_code(folded):
        raise Refused(FAULT_WORDS[CodeFault.MISTYPED], field="code")
    hashes = sealing.keyed_hashes(_CODE, f"{gathering.public_id}:{folded}")
    found = db.session.scalars(
        select(GatheringInvitation.id).where(
            GatheringInvitation.gathering_id == gathering.id, GatheringInvitation.code_hash.in_(hashes)
        )
    ).one_or_none()
    if found is None:
        raise Refused("この番号の招待はありません。招待状の集まりと番号を確かめてください。", field="code")
    return found
