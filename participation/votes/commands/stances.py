"""Saying what one thinks of a published voice, changing it, taking it back."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.votes import queries
from participation.votes.domain.stances import Stance
from participation.votes.events import StanceTaken
from participation.votes.models import VoiceStance


def take_stance(
    said: Contribution, stance: Stance | None, *, organisation_id: int | None = None, by: Actor
) -> None:
    """Keep what the actor, or their organisation, thinks of a voice: one each, the last counts; None: none.

    The voice's row is locked, so that one which staff hide at this moment takes no more. The audit trail
    never says what was thought.
    """
    access.require(by, "votes.take_stance", _locked(said))
    key = queries.stance_key(by, organisation_id)
    if stance is None:
        db.session.execute(
            delete(VoiceStance).where(VoiceStance.contribution_id == said.id, VoiceStance.voter_key == key)
        )
    else:
        insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
        given = {"stance": stance, "at": clock.now()}
        row = {
            "contribution_id": said.id,
            "voter_key": key,
            "is_organisation": organisation_id is not None,
            **given,
        }
        db.session.execute(
            insert(VoiceStance)
            .values(row)
            .on_conflict_do_update(index_elements=["contribution_id", "voter_key"], set_=given)
        )
    audit.record(by, "votes.take_stance", said)
    events.publish(StanceTaken(said.id))


def _locked(said: Contribution) -> Contribution:
    return db.session.scalars(
        select(Contribution)
        .where(Contribution.id == said.id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).one()
