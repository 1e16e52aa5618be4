"""What readers think of voices: counts for many voices at once, and the reader's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select

from participation.access.actors import Actor
from participation.contributions.models import Contribution
from participation.contributions.queries import get_contribution, may_read
from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.votes.domain.stances import NO_STANCES, ON_KINDS, STANCE_NAMES, Stance, StanceCounts
from participation.votes.models import VoiceStance
from participation.votes.queries.own import list_own_organisations


@dataclass(frozen=True)
class StancesShown:
    """What a list says of several voices: the counts that may be told, and what the reader thinks."""

    counts: Mapping[int, StanceCounts]
    own: Mapping[int, Stance]

    def words(self, contribution_id: int) -> str:
        """Return what the link at a voice says: how many gave which answer, or what it leads to."""
        shown = self.counts.get(contribution_id, NO_STANCES).shown
        words = "・".join(f"{name}{count:,}" for name, count in shown) or "賛成・反対を伝える"
        own = self.own.get(contribution_id)
        return f"{words}（あなたは{STANCE_NAMES[own]}）" if own else words


def get_voice(public_id: str, actor: Actor) -> Contribution:
    """Return a voice to which one may say what one thinks, if the actor may read it; raises NotFound."""
    said = get_contribution(public_id)
    if said.kind not in ON_KINDS or not may_read(actor, said):
        raise NotFound
    return said


def stances_on(contribution_ids: Iterable[int], actor: Actor | None = None) -> StancesShown:
    """Return what readers think of the voices of a list, in one query.

    With an `actor`, for a page that is theirs alone, also what they think themselves.
    """
    ids = sorted(set(contribution_ids))
    if not ids:
        return StancesShown({}, {})
    key = "" if actor is None or actor.person_id is None else stance_key(actor, None)
    found: dict[int, tuple[dict[Stance, int], dict[Stance, int]]] = {}
    own: dict[int, Stance] = {}
    for contribution_id, is_organisation, stance, count, is_own in db.session.execute(
        select(
            VoiceStance.contribution_id,
            VoiceStance.is_organisation,
            VoiceStance.stance,
            func.count(),
            func.max(case((VoiceStance.voter_key == key, 1), else_=0)),
        )
        .where(VoiceStance.contribution_id.in_(ids))
        .group_by(VoiceStance.contribution_id, VoiceStance.is_organisation, VoiceStance.stance)
    ):
        found.setdefault(contribution_id, ({}, {}))[is_organisation][stance] = count
        if is_own:
            own[contribution_id] = stance
    return StancesShown({each: StanceCounts(*counts) for each, counts in found.items()}, own)


def own_stances(contribution_ids: Iterable[int], key: str) -> dict[int, Stance]:
    """Return voice → what somebody thinks of it, where they said so."""
    rows = db.session.execute(
        select(VoiceStance.contribution_id, VoiceStance.stance).where(
            VoiceStance.contribution_id.in_(list(contribution_ids)), VoiceStance.voter_key == key
        )
    )
    return {row.contribution_id: row.stance for row in rows}


def stance_key(actor: Actor, organisation_id: int | None) -> str:
    """Return under which key somebody speaks: their own, or that of an organisation they may speak for."""
    if organisation_id is None:
        return f"person:{actor.person_id}"
    if organisation_id not in dict(list_own_organisations(actor)):
        raise Refused("この団体として、賛成・反対を伝えることはできません。")
    return f"organisation:{organisation_id}"
