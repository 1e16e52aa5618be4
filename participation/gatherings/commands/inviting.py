"""Inviting people drawn by lot (無作為抽出の招待): the draw, and the codes that go into the letters, once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, sealing
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.gatherings import queries
from participation.gatherings.commands.holding import _hold_seats
from participation.gatherings.domain.drawing import draw, list_hash
from participation.gatherings.models import Gathering, GatheringDraw, GatheringInvitation
from participation.surveys.domain.inviting import Invitee, new_code

_SEALED_FOR = "gatherings.codes"
TAKEN_BEFORE = "この抽選の番号は、もう取り出されています。"


@dataclass(frozen=True)
class TakenInvitation:
    """A code as it leaves the house, with the number of the list that it belongs to."""

    number: str
    code: str


def draw_invitations(
    gathering: Gathering, invitees: Sequence[Invitee], count: int, seed: str, *, by: Actor
) -> GatheringDraw:
    """Draw who is invited from a list of numbers, by the seed that becomes public; the list itself is not kept."""
    access.require(by, "gatherings.draw", gathering)
    _hold_seats(gathering)
    access.require(by, "gatherings.draw", gathering)
    seed = seed.strip()
    drawn = draw(invitees, count, seed)
    numbers = [each.number for each in drawn.invitees]
    there = db.session.scalar(
        select(GatheringInvitation.number)
        .where(GatheringInvitation.gathering_id == gathering.id, GatheringInvitation.number.in_(numbers))
        .limit(1)
    )
    if there is not None:
        raise Refused(
            f"番号「{there}」は、前の抽選で選ばれています。前に選ばれた番号を除いた一覧で、もう一度行ってください。",
            field="document",
        )
    last = db.session.scalar(
        select(func.max(GatheringDraw.number)).where(GatheringDraw.gathering_id == gathering.id)
    )
    codes = {number: new_code() for number in numbers}
    row = GatheringDraw(
        gathering_id=gathering.id,
        number=(last or 0) + 1,
        seed=seed,
        listed=len(invitees),
        drawn=len(numbers),
        list_sha256=list_hash(invitees),
        strata=[asdict(each) for each in drawn.strata],
        drawn_at=clock.now(),
        drawn_by_id=by.person_id,
        sealed=sealing.seal_bytes(_SEALED_FOR, json.dumps(codes).encode()),
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        GatheringInvitation(
            gathering_id=gathering.id,
            draw_id=row.id,
            number=each.number,
            code_hash=queries.invitation_hash(gathering, codes[each.number]),
            strata=dict(each.strata),
        )
        for each in drawn.invitees
    )
    audit.record(by, "gatherings.draw", gathering, {"listed": len(invitees), "drawn": len(numbers)})
    return row


def open_codes(draw_row: GatheringDraw, *, by: Actor) -> list[TakenInvitation]:
    """Return the codes of a draw for printing; they are let go by :func:`take_codes` when that is done."""
    access.require(by, "gatherings.take_codes", draw_row)
    audit.record(by, "gatherings.take_codes", draw_row, {"opened": True})
    return _unsealed(draw_row)


def take_codes(draw_row: GatheringDraw, *, by: Actor) -> None:
    """Let the codes of a draw go, once they are printed: after this they can be read nowhere here."""
    access.require(by, "gatherings.take_codes", draw_row)
    db.session.refresh(draw_row, with_for_update=True)
    if draw_row.sealed is None:
        raise Conflict(TAKEN_BEFORE)
    draw_row.sealed, draw_row.taken_at = None, clock.now()
    audit.record(by, "gatherings.take_codes", draw_row)


def _unsealed(draw_row: GatheringDraw) -> list[TakenInvitation]:
    if draw_row.sealed is None:
        raise Conflict(TAKEN_BEFORE)
    codes: dict[str, str] = json.loads(sealing.unseal_bytes(_SEALED_FOR, draw_row.sealed))
    return [TakenInvitation(number, code) for number, code in codes.items()]
