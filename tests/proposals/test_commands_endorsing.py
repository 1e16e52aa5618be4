"""Endorsements that look like many hands of one are shown to staff, and none is dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.foundation.errors import Refused
from participation.proposals import commands, queries
from participation.proposals.models import PersonEndorsement
from tests.support.builders.proposals import OFFICER, a_proposal, endorse_from_one_place


def test_a_burst_is_flagged_once_looked_at_and_raised_again_when_it_grows(app, clock):
    proposal = a_proposal()
    endorse_from_one_place(proposal, 4)
    assert queries.count_open_flags() == 0
    endorse_from_one_place(proposal, 1)
    (line,) = queries.list_flags()
    assert (line.flag.count, queries.count_person_endorsements(proposal)) == (5, 5)
    with pytest.raises(Refused), transaction():
        commands.look_at_flag(line.flag, " ", by=OFFICER)
    with transaction():
        commands.look_at_flag(line.flag, "集まりの場から", by=OFFICER)
    assert queries.count_open_flags() == 0
    endorse_from_one_place(proposal, 1)
    assert queries.count_open_flags() == 1
    assert queries.count_person_endorsements(proposal) == 6


def test_where_an_endorsement_came_from_is_hashed_and_let_go_of(app, clock):
    proposal = a_proposal()
    endorse_from_one_place(proposal, 1, network="198.51.100")
    origin = db.session.scalars(select(PersonEndorsement.origin)).one()
    assert len(origin) == 64
    clock.advance(timedelta(days=31))
    with transaction():
        assert commands.forget_origins(clock.moment - timedelta(days=30), by=system("tests")) == 1
    assert db.session.scalars(select(PersonEndorsement.origin)).all() == [""]
