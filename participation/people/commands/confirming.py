"""Confirming what a person is to the ward (区民などの確認): at a counter, by a number that only the person has.

Staff see papers, not accounts: the number leads to the account without its name or address being shown, and of
the papers nothing is kept but which standings they confirmed, until when, and a hash of the ward's own number
of that person, so that one person is confirmed in one account.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from sqlalchemy import delete, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, sealing
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.foundation.ids import code as new_code
from participation.foundation.text import fold
from participation.people.domain import (
    CONFIRMABLE,
    CONFIRMATION_CODE_LENGTH,
    CONFIRMED_FOR,
    TOKEN_LIFE,
    Standing,
    TokenPurpose,
    hash_of_text,
)
from participation.people.models import CredentialToken, Person, PersonStanding

UNKNOWN_CODE = "この番号は使えません。読みまちがいがないか、2週間の期限が過ぎていないかを確かめてください。"
ELSEWHERE = "この人は、別のアカウントで確認が済んでいます。1人の確認は、1つのアカウントにだけ付きます。"


def ask_for_confirmation(person: Person, *, by: Actor) -> str:
    """Make the number that a person shows at the counter, once; the one before works no longer."""
    access.require(by, "people.ask_for_confirmation", person)
    db.session.execute(
        delete(CredentialToken).where(
            CredentialToken.person_id == person.id, CredentialToken.purpose == TokenPurpose.CONFIRM_STANDING
        )
    )
    number = new_code(CONFIRMATION_CODE_LENGTH)
    db.session.add(
        CredentialToken(
            token_hash=hash_of_text(_plain(number)),
            person_id=person.id,
            purpose=TokenPurpose.CONFIRM_STANDING,
            expires_at=clock.now() + TOKEN_LIFE[TokenPurpose.CONFIRM_STANDING],
        )
    )
    audit.record(by, "people.ask_for_confirmation", person)
    return number


def confirm_standings(number: str, standings: Collection[Standing], ledger: str, *, by: Actor) -> None:
    """Confirm what the papers show (区の確認). `ledger`: the ward's own number of that person, as it is written.

    Standings that were not ticked stay as they are; a confirmation lasts two years from today.
    """
    access.require(by, "people.confirm_standing")
    person = _person_with(number)
    if not standings or not set(standings) <= CONFIRMABLE:
        raise Refused("確かめた区分を選んでください。", field="standings")
    if not _plain(ledger):
        raise Refused("台帳の番号を入力してください。", field="ledger")
    hashes = sealing.keyed_hashes("people.confirmed", _plain(ledger))
    elsewhere = select(PersonStanding.id).where(
        PersonStanding.proof_hash.in_(hashes), PersonStanding.person_id != person.id
    )
    if db.session.scalar(elsewhere.limit(1)) is not None:
        raise Refused(ELSEWHERE, field="ledger")
    rows = {
        row.standing: row
        for row in db.session.scalars(select(PersonStanding).where(PersonStanding.person_id == person.id))
    }
    for standing in sorted(standings):
        row = rows.get(standing) or PersonStanding(person_id=person.id, standing=standing)
        db.session.add(row)
        row.proof_hash = row.proof_hash if row.proof_hash in hashes else hashes[0]
        row.confirmed_at, row.confirmed_by_id = clock.now(), by.person_id
        row.confirmed_until = clock.today() + CONFIRMED_FOR
    audit.record(by, "people.confirm_standing", person, {"standings": sorted(standings)})


def take_back_confirmation(number: str, *, by: Actor) -> None:
    """Take back what was confirmed of a person (確認の取り消し): by mistake, or because it is so no more."""
    access.require(by, "people.confirm_standing")
    person = _person_with(number)
    for row in db.session.scalars(select(PersonStanding).where(PersonStanding.person_id == person.id)):
        row.proof_hash = row.confirmed_at = row.confirmed_by_id = row.confirmed_until = None
    audit.record(by, "people.confirm_standing", person, {"standings": []})


def _person_with(number: str) -> Person:
    row = db.session.scalars(
        select(CredentialToken)
        .where(
            CredentialToken.token_hash == hash_of_text(_plain(number)),
            CredentialToken.purpose == TokenPurpose.CONFIRM_STANDING,
            CredentialToken.used_at.is_(None),
            CredentialToken.expires_at > clock.now(),
        )
        .with_for_update()
    ).one_or_none()
    person = db.session.get_one(Person, row.person_id) if row is not None else None
    if person is None or person.suspended_at is not None or person.erased_at is not None:
        raise Refused(UNKNOWN_CODE, field="number")
    cast(CredentialToken, row).used_at = clock.now()
    return person


def _plain(text: str) -> str:
    return "".join(character for character in fold(text) if character.isalnum())
