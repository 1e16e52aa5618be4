"""Reading the runs of a map, its pictures, and what was published of it."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import undefer

from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.jobs import long_runs
from participation.jobs.models import LongRun
from participation.opinion_map.domain.bridging import draw_model, model_axes_of, model_outline, sides_of
from participation.opinion_map.domain.gathering import Vote
from participation.opinion_map.domain.maps import MapStatus, StatementStatus
from participation.opinion_map.domain.picture import Wording, axes_of, draw, in_words, outline_of, spot
from participation.opinion_map.domain.placing import (
    Axes,
    ModelAxes,
    ModelStanding,
    Standing,
    place,
    place_on_model,
)
from participation.opinion_map.models import (
    MapCount,
    MapGroup,
    MapPublication,
    MapRun,
    MapStatement,
    MapVoter,
    OpinionMap,
)

#: What a computing takes differs from one time to the next; everything else is the map.
TAKEN = ("seconds", "elapsed_seconds", "reading_seconds", "peak_mb")
MOST_RUNS = 50
#: The kind of long run by which a map is computed.
COMPUTE = "opinion_map.compute"


@dataclass(frozen=True)
class OwnPlace:
    """Where the reader stands on a picture (自分の位置)."""

    standing: Standing
    #: In the drawing; None: too few votes, or no picture.
    spot: tuple[float, float] | None
    #: The number of the group, None: none yet.
    group: int | None
    confidence: float
    in_words: str


@dataclass(frozen=True)
class OwnSide:
    """Where the reader stands on the model's two axes (橋渡しの見方での自分の位置)."""

    standing: ModelStanding
    spot: tuple[float, float]
    #: In words: across, and up and down.
    across: str
    along: str


@dataclass(frozen=True)
class Progress:
    """How far the latest run is behind what was voted."""

    changes: int
    #: None: of the latest run it was not noted yet.
    since_run: int | None


def result_hash(found: Mapping[str, Any]) -> str:
    """Return the hash of a computed map, without what computing it took."""
    told = {key: value for key, value in found.items() if key not in TAKEN}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def told_as_before(found: Mapping[str, Any], kept: MapRun) -> dict[str, Any]:
    """Return a computed map without what a run that was kept earlier did not tell of its method yet."""
    before = {*kept.parameters, "groups", "votes"}
    return {**found, "method": {key: value for key, value in found["method"].items() if key in before}}


def find_latest_run(opinion_map: OpinionMap) -> MapRun | None:
    """Return the latest run of a map, or None."""
    return db.session.scalars(
        select(MapRun).where(MapRun.map_id == opinion_map.id).order_by(MapRun.number.desc()).limit(1)
    ).one_or_none()


def get_run(opinion_map: OpinionMap, number: int) -> MapRun:
    """Return a run of a map; raises NotFound."""
    found = db.session.scalars(
        select(MapRun).where(MapRun.map_id == opinion_map.id, MapRun.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_run(public_id: str) -> MapRun:
    """Return a run by its public id; raises NotFound."""
    found = db.session.scalars(select(MapRun).where(MapRun.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_runs(opinion_map: OpinionMap) -> Sequence[MapRun]:
    """Return the runs of a map, newest first."""
    return db.session.scalars(
        select(MapRun).where(MapRun.map_id == opinion_map.id).order_by(MapRun.number.desc()).limit(MOST_RUNS)
    ).all()


def about(opinion_map: OpinionMap) -> str:
    """Return under which name the long runs of a map are found."""
    return f"opinion_map:{opinion_map.public_id}"


def list_under_way(opinion_map: OpinionMap) -> list[LongRun]:
    """Return the computings of a map that wait or go on, the latest first."""
    return [each for each in long_runs.list_about(about(opinion_map), kinds=(COMPUTE,)) if each.is_open]


def progress_of(opinion_map: OpinionMap) -> Progress:
    """Return how much changed, and how much of it the latest run does not hold."""
    row = db.session.execute(
        select(MapCount.changes, MapCount.changes_in_run).where(MapCount.map_id == opinion_map.id)
    ).one_or_none()
    changes, in_run = row if row else (0, 0)
    return Progress(changes, None if in_run is None else changes - in_run)


def owes_run(opinion_map: OpinionMap) -> bool:
    """Return whether a closed map has votes or changes that no run holds, and that none was asked for.

    A last run that failed, or that staff cancelled, is not asked for a second time: they are told, and decide.
    """
    row = db.session.execute(_owing().where(OpinionMap.id == opinion_map.id)).one_or_none()
    if row is None:
        return False
    asked = long_runs.list_about(about(opinion_map), kinds=(COMPUTE,))
    if any(each.is_open for each in asked):
        return False
    closed_at = min(each for each in (opinion_map.closed_at, opinion_map.closes_at) if each is not None)
    return row.changes > row.changes_at_run or not any(each.asked_at >= closed_at for each in asked)


def list_owing_run() -> list[str]:
    """Return the public ids of closed maps that may owe a run: owes_run() says of each whether it does."""
    return list(db.session.scalars(_owing().order_by(OpinionMap.id)))


def _owing() -> Select[str, int, int]:
    held = func.coalesce(MapCount.changes_in_run, MapCount.changes_at_run)
    return (
        select(OpinionMap.public_id, MapCount.changes, MapCount.changes_at_run)
        .join(MapCount, MapCount.map_id == OpinionMap.id)
        .where(
            or_(OpinionMap.status == MapStatus.CLOSED, OpinionMap.closes_at <= clock.now()),
            OpinionMap.status != MapStatus.DRAFT,
            MapCount.votes > 0,
            MapCount.changes > held,
        )
    )


def result_of(run: MapRun) -> dict[str, Any]:
    """Return the map that a run computed, people included; runs never change, so it is unpacked once."""
    return _unpacked(run.public_id)


def packed(found: Mapping[str, Any]) -> bytes:
    """Return a computed map as it is kept: what a page needs, and after it the people, each compressed."""
    people = {"participants": found["participants"], "members": [each["members"] for each in found["groups"]]}
    return b"".join(
        zlib.compress(json.dumps(each, ensure_ascii=False).encode()) for each in (_head(found), people)
    )


def _head(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a run tells without its people, of whom there may be a hundred thousand, but with their drawing."""
    outline = outline_of(found)
    return {key: value for key, value in found.items() if key != "participants"} | {
        "groups": [
            {"representative": each["representative"], "size": len(each["members"])}
            for each in found["groups"]
        ],
        "drawn": {"outline": outline, "model": None if outline["missing"] else model_outline(found)},
    }


def _parts(public_id: str) -> tuple[dict[str, Any], bytes]:
    kept = db.session.scalars(select(MapRun.result).where(MapRun.public_id == public_id)).one()
    first = zlib.decompressobj()
    head: dict[str, Any] = json.loads(first.decompress(kept) + first.flush())
    return head, first.unused_data


@lru_cache(maxsize=2)
def _unpacked(public_id: str) -> dict[str, Any]:
    head, rest = _parts(public_id)
    if not rest:  # Kept as one, before the people stood apart.
        return head
    people = json.loads(zlib.decompress(rest))
    groups = [
        {"members": members, "representative": each["representative"]}
        for members, each in zip(people["members"], head["groups"], strict=True)
    ]
    told = {key: value for key, value in head.items() if key != "drawn"}
    return told | {"participants": people["participants"], "groups": groups}


@lru_cache(maxsize=16)
def _told(public_id: str) -> dict[str, Any]:
    head, rest = _parts(public_id)
    return head if rest else _head(head)


@lru_cache(maxsize=8)
def _axes(public_id: str) -> Axes:
    return axes_of(_told(public_id))


@lru_cache(maxsize=8)
def _model_axes(public_id: str) -> ModelAxes | None:
    return model_axes_of(_told(public_id))


@lru_cache(maxsize=8)
def _extremities(public_id: str) -> dict[int, float]:
    return {int(each["id"]): each["extremity"] for each in _told(public_id)["statements"]}


def votes_file_of(run: MapRun) -> bytes:
    """Return the file of votes that a run computed from."""
    loaded = db.session.scalars(
        select(MapRun).where(MapRun.id == run.id).options(undefer(MapRun.votes_file))
    ).one()
    return zlib.decompress(loaded.votes_file)


def counted_votes(run: MapRun) -> list[Vote]:
    """Return the votes that a run computed from, under pseudonyms."""
    lines = votes_file_of(run).decode("ascii").splitlines()[1:]
    rows = (line.split(",") for line in lines)
    return [(who, int(number), int(value)) for who, number, value in rows]


def extremities(opinion_map: OpinionMap) -> dict[int, float]:
    """Return statement's number → how far it carries on the latest map."""
    run = find_latest_run(opinion_map)
    return {} if run is None else _extremities(run.public_id)


def list_groups(run: MapRun) -> Sequence[MapGroup]:
    """Return the groups of a run, the largest first."""
    return db.session.scalars(
        select(MapGroup).where(MapGroup.run_id == run.id).order_by(MapGroup.number)
    ).all()


def picture_of(opinion_map: OpinionMap, run: MapRun) -> dict[str, Any]:
    """Return the picture of a run, with the present words and names; what was removed since is left out."""
    texts = db.session.execute(
        select(MapStatement.number, MapStatement.text)
        .where(MapStatement.map_id == opinion_map.id, MapStatement.status == StatementStatus.SHOWN)
        .order_by(MapStatement.number)
    )
    names = {each.number: (each.name, each.note) for each in list_groups(run)}
    found = _told(run.public_id)
    outline, model = found["drawn"]["outline"], found["drawn"]["model"]
    picture = draw(found, [Wording(number, text) for number, text in texts], names, outline)
    shown = frozenset(each["number"] for each in picture["statements"])
    picture["model"] = None if model is None else draw_model(found, model, picture, shown)
    return picture


def own_place(
    run: MapRun, picture: Mapping[str, Any], values: Mapping[int, int], key: str | None
) -> OwnPlace:
    """Return where somebody who voted so stands on a picture: with their very last vote.

    The confidence is that of the run where the reader was in it with the same group, but never more than
    the votes themselves tell.
    """
    standing = place(values, _axes(run.public_id))
    if standing.missing or picture["missing"] or not values:
        return OwnPlace(standing, None, None, 0.0, "")
    group, confidence = standing.group, standing.confidence
    known = _known_confidence(run, key) if key else None
    if known is not None and group is not None and known[0] == group:
        confidence = min(confidence, known[1])
    return OwnPlace(
        standing,
        spot(standing.x, standing.y, picture["scale"]),
        None if group is None else group + 1,
        confidence,
        in_words(confidence),
    )


def own_side(run: MapRun, picture: Mapping[str, Any], values: Mapping[int, int]) -> OwnSide | None:
    """Return where somebody who voted so stands on the second view; None: too few votes, or no such view."""
    axes, model = _model_axes(run.public_id), picture.get("model")
    if axes is None or not model or place(values, _axes(run.public_id)).missing:
        return None
    standing = place_on_model(values, axes)
    return OwnSide(standing, spot(standing.x, standing.y, model["scale"]), *sides_of(standing))


def _known_confidence(run: MapRun, key: str) -> tuple[int, float] | None:
    pseudonym = db.session.scalar(
        select(MapVoter.public_id).where(MapVoter.map_id == run.map_id, MapVoter.voter_key == key)
    )
    return None if pseudonym is None else _sureness(run.public_id).get(pseudonym)


@lru_cache(maxsize=8)
def _sureness(public_id: str) -> dict[str, tuple[int, float]]:
    """Return pseudonym → group and confidence, of those who are in groups."""
    people = _unpacked(public_id)["participants"]
    return {
        name: (group, sure)
        for name, group, sure in zip(people["id"], people["group"], people["confidence"], strict=True)
        if group is not None
    }


def list_publications(opinion_map: OpinionMap) -> Sequence[MapPublication]:
    """Return what was published of a map, newest first."""
    return db.session.scalars(
        select(MapPublication)
        .where(MapPublication.map_id == opinion_map.id)
        .order_by(MapPublication.number.desc())
    ).all()


def get_publication(opinion_map: OpinionMap, number: int) -> MapPublication:
    """Return a published version; raises NotFound."""
    found = db.session.scalars(
        select(MapPublication).where(MapPublication.map_id == opinion_map.id, MapPublication.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def run_of(publication: MapPublication) -> MapRun:
    """Return the run that a version shows."""
    return db.session.get_one(MapRun, publication.run_id)
