"""Taking in a conversation that was held elsewhere (取り込み)."""

from __future__ import annotations

from sqlalchemy import insert, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.foundation.ids import new_public_id
from participation.opinion_map import queries
from participation.opinion_map.commands.counting import _note_change, _replace_counts
from participation.opinion_map.domain.maps import MapStatus, StatementStatus
from participation.opinion_map.domain.polis_files import Taken
from participation.opinion_map.models import MapStatement, MapVote, MapVoter, OpinionMap

_AT_ONCE = 5_000


def take_in(opinion_map: OpinionMap, taken: Taken, *, by: Actor) -> None:
    """Fill an empty draft with statements, under their own numbers, and votes."""
    access.require(by, "opinion_map.take_in")
    db.session.execute(select(OpinionMap.id).where(OpinionMap.id == opinion_map.id).with_for_update())
    if opinion_map.status is not MapStatus.DRAFT or queries.list_statements(opinion_map):
        raise Refused("取り込めるのは、意見文がまだない下書きだけです。新しい下書きを作ってください。")
    now = clock.now()
    db.session.add_all(
        MapStatement(
            map_id=opinion_map.id,
            number=each.number,
            text=each.text,
            status=StatementStatus.REMOVED if each.is_removed else StatementStatus.SHOWN,
            voter_key="",
            reason="取り込み元で取り下げられていたため" if each.is_removed else "",
            created_at=now,
            decided_at=now,
        )
        for each in taken.statements
    )
    voters = {
        who: MapVoter(map_id=opinion_map.id, voter_key=f"import:{who}"[:80], public_id=new_public_id())
        for who in sorted({who for who, _, _ in taken.votes})
    }
    db.session.add_all(voters.values())
    db.session.flush()
    numbers = {each.number: each.id for each in queries.list_statements(opinion_map)}
    rows = [
        {
            "map_id": opinion_map.id,
            "voter_id": voters[who].id,
            "statement_id": numbers[number],
            "value": value,
            "cast_at": now,
        }
        for who, number, value in taken.votes
    ]
    for start in range(0, len(rows), _AT_ONCE):
        db.session.execute(insert(MapVote), rows[start : start + _AT_ONCE])
    _replace_counts(opinion_map, queries.recount(opinion_map))
    _note_change(opinion_map, len(rows))
    audit.record(
        by, "opinion_map.take_in", opinion_map, {"statements": len(taken.statements), "votes": len(rows)}
    )
