"""Who somebody is to a vote, and their own ballot."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from participation.access.actors import Actor
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, sealing
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.foundation.text import fold
from participation.organisations.models import CommunityOrganisation
from participation.people import queries as people
from participation.people.domain import AgeBand, Standing
from participation.people.models import Person, PersonStanding
from participation.places.models import ResidentialDistrict
from participation.votes.domain import BY_IDENTIFIER, Audience, Keeping
from participation.votes.domain.electorate import GUESSES_WITHIN, MOST_GUESSES
from participation.votes.domain.terms import Terms
from participation.votes.models import Ballot, Elector, ElectorGuess, Participation, Vote

TOO_MANY_GUESSES = "名簿にない番号の入力が続いたため、10分ほど待ってからお試しください。"
NOT_ON_THE_LIST = (
    "名簿に見つかりませんでした。お知らせに書かれているとおりに入力しているか、確かめてください。"
)


NO_STANDING = "この参考投票に投票できるのは、対象の区分を届けた人です。「登録の内容」で届けられます。"
NOT_CONFIRMED = "この参考投票に投票できるのは、対象の区分を区が確認した人です。「登録の内容」から、窓口で確認を受けられます。"
NOT_CONFIRMED_TO_LIVE = (
    "この参考投票に投票できるのは、区内に住んでいることを区が確認した人です。"
    "「登録の内容」から、窓口で確認を受けられます。"
)
#: What the key of a confirmed resident begins with: the same person in another account has the same key.
RESIDENT_KEY = "resident:"


@dataclass(frozen=True)
class Ticket:
    """What somebody brings besides their account: an invitation, an organisation, the receipt's code."""

    identifier: str = ""
    organisation_id: int | None = None
    receipt: str = ""


NOBODY = Ticket()


@dataclass(frozen=True)
class Voter:
    """A voter as a vote knows them: the key under which they vote once, and where they count."""

    key: str
    area_id: int | None = None
    age_band: AgeBand | None = None


@dataclass(frozen=True)
class OwnBallot:
    """The reader's own ballot, of a signal vote."""

    content: str
    reason: str
    at: datetime | None


def voter_key(vote: Vote | Terms, actor: Actor) -> str | None:
    """Return under which key the actor votes with their account or device; None where neither tells."""
    if vote.audience in BY_IDENTIFIER:
        return None
    if vote.audience is Audience.ORGANISATION:
        return f"organisation:{min(actor.organisation_ids)}" if len(actor.organisation_ids) == 1 else None
    if vote.audience is Audience.RESIDENT:
        confirmed = people.confirmed_marks(actor.person_id) if actor.person_id is not None else {}
        return f"{RESIDENT_KEY}{confirmed[Standing.LIVES]}" if Standing.LIVES in confirmed else None
    if actor.person_id is not None:
        return f"person:{actor.person_id}"
    if actor.guest_key is None:
        return None
    return "guest:" + hashlib.sha256(f"vote:{vote.public_id}:{actor.guest_key}".encode()).hexdigest()


def identifier_hash(vote: Vote | Terms, identifier: str) -> str:
    """Return the hash of what stands on the list, however it is typed; its key is kept outside the database."""
    plain = "".join(character for character in fold(identifier) if character.isalnum())
    return sealing.keyed_hash("votes.elector", f"{vote.public_id}:{plain}")


def network_hash(network: str) -> str:
    """Return the hash under which wrong numbers from a network are counted."""
    return sealing.keyed_hash("votes.network", network)


def refuse_guessing(vote: Vote, network: str) -> None:
    """Raise Refused where too many numbers that stand on no list came from a network lately."""
    tried = db.session.scalar(
        select(func.count())
        .select_from(ElectorGuess)
        .where(
            ElectorGuess.vote_id == vote.id,
            ElectorGuess.network_hash == network_hash(network),
            ElectorGuess.at > clock.now() - GUESSES_WITHIN,
        )
    )
    if (tried or 0) >= MOST_GUESSES:
        raise Refused(TOO_MANY_GUESSES, field="identifier")


def find_voter(vote: Vote | Terms, actor: Actor, ticket: Ticket = NOBODY) -> Voter | None:
    """Return who votes here; None for a device not yet recognised. Raises Refused for somebody who may not."""
    if vote.audience in BY_IDENTIFIER:
        return _on_the_list(vote, ticket.identifier)
    if vote.audience is Audience.ORGANISATION:
        return _for_organisation(actor, ticket.organisation_id)
    missing = missing_for(vote, actor)
    if missing:
        raise Refused(missing)
    key = voter_key(vote, actor)
    if key is None:
        return None
    if actor.person_id is None:
        return Voter(key)
    age_band, area_id = db.session.execute(
        select(Person.age_band, ResidentialDistrict.area_id)
        .outerjoin(ResidentialDistrict, ResidentialDistrict.id == Person.district_id)
        .where(Person.id == actor.person_id)
    ).one()
    return Voter(key, area_id, age_band)


def missing_for(vote: Vote | Terms, actor: Actor) -> str:
    """Return what a person who is logged in lacks to vote here, in words; nothing where nothing is missing."""
    if actor.person_id is None:
        return ""
    if vote.audience is Audience.STANDING:
        return "" if _has_standing(vote, actor.person_id) else NO_STANDING
    if vote.audience is Audience.RESIDENT:
        return "" if Standing.LIVES in people.confirmed_marks(actor.person_id) else NOT_CONFIRMED_TO_LIVE
    if vote.audience is Audience.CONFIRMED:
        confirmed = people.confirmed_marks(actor.person_id).keys()
        return "" if confirmed & set(vote.standings) else NOT_CONFIRMED
    return ""


def has_taken_part(vote: Vote, actor: Actor) -> bool:
    """Return whether the reader has voted here, as far as their account or device tells."""
    key = voter_key(vote, actor)
    if key is None:
        return False
    found = select(Participation.id).where(Participation.vote_id == vote.id, Participation.voter_key == key)
    return db.session.scalar(found) is not None


def find_own_ballot(vote: Vote, actor: Actor) -> OwnBallot | None:
    """Return the reader's own ballot of a signal vote, or None. Secret ballots are nobody's."""
    if vote.keeping is Keeping.SECRET or (key := voter_key(vote, actor)) is None:
        return None
    row = db.session.execute(
        select(Ballot.content, Ballot.cast_at, Contribution.body)
        .outerjoin(
            Contribution,
            and_(
                Contribution.id == Ballot.contribution_id,
                Contribution.visibility.not_in((Visibility.WITHDRAWN, Visibility.ERASED)),
            ),
        )
        .where(Ballot.vote_id == vote.id, Ballot.voter_key == key)
    ).one_or_none()
    if row is None:
        return None
    content, at, reason = row
    return OwnBallot(content, reason or "", at)


def list_own_organisations(actor: Actor) -> list[tuple[int, str]]:
    """Return (id, name) of the confirmed organisations that the actor may vote for."""
    rows = db.session.execute(
        select(CommunityOrganisation.id, CommunityOrganisation.name)
        .where(
            CommunityOrganisation.id.in_(actor.organisation_ids),
            CommunityOrganisation.confirmed_at.is_not(None),
        )
        .order_by(CommunityOrganisation.name)
    )
    return [(each, name) for each, name in rows]


def _on_the_list(vote: Vote | Terms, identifier: str) -> Voter:
    row = db.session.execute(
        select(Elector.id, Elector.area_id).where(
            Elector.vote_id == vote.id, Elector.identifier_hash == identifier_hash(vote, identifier)
        )
    ).one_or_none()
    if row is None:
        raise Refused(NOT_ON_THE_LIST, field="identifier")
    return Voter(f"elector:{row.id}", row.area_id)


def _for_organisation(actor: Actor, organisation_id: int | None) -> Voter:
    own = dict(list_own_organisations(actor))
    if organisation_id is None and len(own) == 1:
        organisation_id = next(iter(own))
    if organisation_id not in own:
        raise Refused("どの団体として投票するかを選んでください。", field="organisation_id")
    area_id = db.session.scalar(
        select(ResidentialDistrict.area_id)
        .join(CommunityOrganisation, CommunityOrganisation.district_id == ResidentialDistrict.id)
        .where(CommunityOrganisation.id == organisation_id)
    )
    return Voter(f"organisation:{organisation_id}", area_id)


def _has_standing(vote: Vote | Terms, person_id: int) -> bool:
    found = select(PersonStanding.id).where(
        PersonStanding.person_id == person_id, PersonStanding.standing.in_(vote.standings)
    )
    return db.session.scalar(found.limit(1)) is not None
