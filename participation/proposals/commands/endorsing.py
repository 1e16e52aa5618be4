"""Endorsing proposals and taking it back; what looks like many hands of one is shown to staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.agreements import queries as agreed
from participation.audit import trail as audit
from participation.foundation import clock, events, sealing
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Refused
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Person
from participation.proposals.commands.holding import _share
from participation.proposals.domain import BURST, Endorser, is_suspicious
from participation.proposals.events import ProposalEndorsed
from participation.proposals.models import (
    EndorsementFlag,
    OrganisationEndorsement,
    PersonEndorsement,
    Proposal,
)


def endorse_proposal(
    proposal: Proposal,
    organisation: CommunityOrganisation | None = None,
    *,
    by: Actor,
    network: str = "",
) -> None:
    """Endorse as a person, or in the name of an organisation; twice is once.

    Many new accounts from one network in a short time are flagged for staff; none is dropped.
    """
    access.require(by, "proposals.endorse", proposal, organisation)
    if organisation is not None:
        agreed.hold_right(organisation.id, Right.SUBMIT, by)
    _share(proposal)
    values: dict[str, Any] = {
        "proposal_id": proposal.id,
        "person_id": by.person_id,
        "text_version": proposal.text_version,
        "endorsed_at": clock.now(),
    }
    if organisation is None:
        values["origin"] = sealing.keyed_hash(f"endorsement {proposal.id}", network) if network else ""
        new_id = insert_once(PersonEndorsement, values, unique=["proposal_id", "person_id"])
    else:
        words = {"text_version": proposal.text_version}
        agreed.require_agreed(organisation.id, "proposals.endorse", words, proposal.public_id)
        values["organisation_id"] = organisation.id
        new_id = insert_once(OrganisationEndorsement, values, unique=["proposal_id", "organisation_id"])
    if new_id is None:
        return
    audit.record(
        by,
        "proposals.endorse",
        proposal,
        changes={"organisation_id": organisation.id if organisation else None},
    )
    if organisation is None and network:
        _flag_if_suspicious(proposal, values["origin"])
    events.publish(ProposalEndorsed(proposal.id))


def take_back_endorsement(
    proposal: Proposal, organisation: CommunityOrganisation | None = None, *, by: Actor
) -> None:
    """Endorse no longer."""
    access.require(by, "proposals.take_back_endorsement", proposal, organisation)
    if organisation is not None:
        agreed.hold_right(organisation.id, Right.SUBMIT, by)
    _share(proposal)
    if organisation is None:
        db.session.execute(
            delete(PersonEndorsement).where(
                PersonEndorsement.proposal_id == proposal.id, PersonEndorsement.person_id == by.person_id
            )
        )
    else:
        db.session.execute(
            delete(OrganisationEndorsement).where(
                OrganisationEndorsement.proposal_id == proposal.id,
                OrganisationEndorsement.organisation_id == organisation.id,
            )
        )
    audit.record(
        by,
        "proposals.take_back_endorsement",
        proposal,
        changes={"organisation_id": organisation.id if organisation else None},
    )


def look_at_flag(flag: EndorsementFlag, note: str, *, by: Actor) -> None:
    """Note what staff found of endorsements that were flagged (気になる賛同)."""
    access.require(by, "proposals.look_at_flag")
    if not note.strip():
        raise Refused("確かめたことを書いてください。記録に残ります。", field="note")
    flag.looked_at, flag.note = clock.now(), note.strip()
    audit.record(by, "proposals.look_at_flag", flag)


def forget_origins(before: datetime, *, by: Actor) -> int:
    """Let go of where endorsements came from, once they are older than this; return how many."""
    access.require(by, "proposals.forget_origins")
    gone = db.session.execute(
        update(PersonEndorsement)
        .where(PersonEndorsement.endorsed_at < before, PersonEndorsement.origin != "")
        .values(origin="")
        .returning(PersonEndorsement.id)
    ).all()
    audit.record(by, "proposals.forget_origins", "person_endorsements", {"rows": len(gone)})
    return len(gone)


def _flag_if_suspicious(proposal: Proposal, origin: str) -> None:
    rows = db.session.execute(
        select(PersonEndorsement.endorsed_at, Person.created_at)
        .join(Person, Person.id == PersonEndorsement.person_id)
        .where(
            PersonEndorsement.proposal_id == proposal.id,
            PersonEndorsement.origin == origin,
            PersonEndorsement.endorsed_at >= clock.now() - BURST,
        )
    )
    endorsers = [Endorser(row.endorsed_at, row.created_at, origin) for row in rows]
    if not is_suspicious(endorsers):
        return
    count = sum(each.is_new for each in endorsers)
    values = {"proposal_id": proposal.id, "raised_at": clock.now(), "count": count}
    if insert_once(EndorsementFlag, values | {"note": ""}, unique=["proposal_id"]) is None:
        # Who looked at fewer looks again.
        db.session.execute(
            update(EndorsementFlag)
            .where(EndorsementFlag.proposal_id == proposal.id, EndorsementFlag.count < count)
            .values(raised_at=clock.now(), count=count, looked_at=None)
        )
