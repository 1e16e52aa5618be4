"""Computing maps, naming groups, publishing versions."""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

from sqlalchemy import func, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.domain import state_at
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.jobs.models import LongRun
from participation.opinion_map import queries
from participation.opinion_map.commands.asking import _ask
from participation.opinion_map.domain.maps import shows_picture
from participation.opinion_map.domain.picture import overlap
from participation.opinion_map.events import MapPublished
from participation.opinion_map.models import MapCount, MapGroup, MapPublication, MapRun, OpinionMap

#: A group that keeps so many of its people keeps its name.
_SAME_GROUP = 0.5
NAME_LENGTH, NOTE_LENGTH = 40, 200


def ask_for_run(opinion_map: OpinionMap, *, seed: int = 0, by: Actor) -> LongRun:
    """Have the map computed from the present votes, in the background."""
    access.require(by, "opinion_map.compute")
    run = _ask_now(opinion_map, seed=seed, by=by)
    audit.record(by, "opinion_map.compute", opinion_map, {"seed": seed})
    return run


def ask_for_last_run(opinion_map: OpinionMap, *, by: Actor) -> LongRun | None:
    """Have a map that takes no more votes computed with the last of them; None: nothing is owed."""
    access.require(by, "opinion_map.compute")
    # Whoever asks at the same moment waits for this row, and finds that it is asked for.
    db.session.execute(select(OpinionMap.id).where(OpinionMap.id == opinion_map.id).with_for_update())
    if not queries.owes_run(opinion_map):
        return None
    run = _ask_now(opinion_map, seed=0, by=by)
    audit.record(by, "opinion_map.compute", opinion_map, {"seed": 0, "last_votes": True})
    return run


def record_run(
    opinion_map: OpinionMap,
    votes_file: bytes,
    found: dict[str, Any],
    *,
    changes: int,
    asked_by: int | None = None,
    by: Actor,
) -> MapRun:
    """Keep a computed map with the votes it came from; groups that stayed the same keep their names.

    `changes`: how many there were when the votes were read (queries.read_votes). The same votes, seed and
    method as in the run before are not kept twice: a job may be done again.
    """
    access.require(by, "opinion_map.compute")
    db.session.execute(select(OpinionMap.id).where(OpinionMap.id == opinion_map.id).with_for_update())
    before = queries.find_latest_run(opinion_map)
    result_sha256, votes_sha256 = queries.result_hash(found), hashlib.sha256(votes_file).hexdigest()
    if before is not None and (before.result_sha256, before.votes_sha256) == (result_sha256, votes_sha256):
        return confirm_run(before, changes=changes, by=by)
    run = MapRun(
        map_id=opinion_map.id,
        number=before.number + 1 if before else 1,
        made_at=clock.now(),
        asked_by_id=asked_by,
        method=found["method"]["groups"],
        parameters={key: value for key, value in found["method"].items() if key not in ("groups", "votes")},
        seed=found["method"]["seed"],
        votes_sha256=votes_sha256,
        result_sha256=result_sha256,
        seconds=found["seconds"],
        peak_mb=found["peak_mb"],
        voters=len(found["participants"]["id"]),
        votes=found["method"]["votes"],
        group_count=len(found["groups"]),
        is_stable=found["stability"]["is_stable"],
        votes_file=zlib.compress(votes_file),
        result=queries.packed(found),
    )
    db.session.add(run)
    db.session.flush()
    _add_groups(run, found, before)
    _note_held(run, changes)
    audit.record(by, "opinion_map.compute", run, {"votes": run.votes, "groups": run.group_count})
    return run


def confirm_run(run: MapRun, *, changes: int, by: Actor) -> MapRun:
    """Note that the latest run holds so many changes: its votes were found to be those of now as well."""
    access.require(by, "opinion_map.compute")
    _note_held(run, changes)
    audit.record(by, "opinion_map.compute", run, {"same_again": True})
    return run


def name_group(run: MapRun, number: int, name: str, note: str = "", *, by: Actor) -> None:
    """Give a group a name and a remark; published versions stay as they are."""
    access.require(by, "opinion_map.name_group")
    group = db.session.scalars(
        select(MapGroup).where(MapGroup.run_id == run.id, MapGroup.number == number)
    ).one_or_none()
    if group is None:
        raise Refused("このグループは、この計算にはありません。画面を開き直してください。")
    group.name, group.note = name.strip()[:NAME_LENGTH], note.strip()[:NOTE_LENGTH]
    audit.record(by, "opinion_map.name_group", run, {"group": number, "name": group.name})


def publish_run(opinion_map: OpinionMap, run: MapRun, note: str, *, by: Actor) -> MapPublication:
    """Publish a run as the next version: words, names and figures stay as they are now."""
    access.require(by, "opinion_map.publish")
    db.session.execute(select(OpinionMap.id).where(OpinionMap.id == opinion_map.id).with_for_update())
    state = state_at(opinion_map.status, opinion_map.opens_at, opinion_map.closes_at, clock.now())
    if not shows_picture(opinion_map.results_shown, state):
        raise Refused("この地図は、締め切るまで見せない決まりです。締め切ってから公開してください。")
    picture = queries.picture_of(opinion_map, run)
    if picture["missing"]:
        raise Refused("票が足りず、まだ地図になっていません。" + picture["missing"])
    published = db.session.scalar(
        select(MapPublication.number).where(
            MapPublication.map_id == opinion_map.id, MapPublication.run_id == run.id
        )
    )
    if published is not None:
        raise Conflict(f"この計算は、もう第{published}版として公開しています。")
    last = db.session.scalar(
        select(func.max(MapPublication.number)).where(MapPublication.map_id == opinion_map.id)
    )
    publication = MapPublication(
        map_id=opinion_map.id,
        run_id=run.id,
        number=(last or 0) + 1,
        published_at=clock.now(),
        published_by_id=by.person_id,
        note=note.strip(),
        picture=picture,
    )
    db.session.add(publication)
    db.session.flush()
    audit.record(by, "opinion_map.publish", opinion_map, {"version": publication.number, "run": run.number})
    events.publish(MapPublished(opinion_map.id, publication.number))
    return publication


def _ask_now(opinion_map: OpinionMap, *, seed: int, by: Actor) -> LongRun:
    db.session.execute(
        update(MapCount)
        .where(MapCount.map_id == opinion_map.id)
        .values(changes_at_run=MapCount.changes)
        .execution_options(synchronize_session=False)
    )
    return _ask(opinion_map, seed=seed, by=by)


def _note_held(run: MapRun, changes: int) -> None:
    db.session.execute(
        update(MapCount)
        .where(MapCount.map_id == run.map_id)
        .values(changes_in_run=changes)
        .execution_options(synchronize_session=False)
    )


def _add_groups(run: MapRun, found: dict[str, Any], before: MapRun | None) -> None:
    named = [each for each in queries.list_groups(before) if each.name or each.note] if before else []
    members = queries.result_of(before)["groups"] if before and named else []
    for place, each in enumerate(found["groups"]):
        inside = frozenset(each["members"])
        alike = [
            (overlap(inside, frozenset(members[old.number - 1]["members"])), old)
            for old in named
            if old.number <= len(members)
        ]
        share, same = max(alike, key=lambda pair: pair[0], default=(0.0, None))
        keeps = same if share >= _SAME_GROUP else None
        db.session.add(
            MapGroup(
                run_id=run.id,
                number=place + 1,
                size=len(each["members"]),
                name=keeps.name if keeps else "",
                note=keeps.note if keeps else "",
            )
        )
    db.session.flush()
