"""Builders of opinion maps: made, voted on and computed through the commands."""

from __future__ import annotations

import json
import random
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from participation.access.actors import Actor, Role, system, visitor
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.opinion_map import commands, queries
from participation.opinion_map.domain import alone, apart
from participation.opinion_map.domain.maps import Audience, MapAnswer, MapDraft, ResultsShown
from participation.opinion_map.models import MapRun, MapStatement, OpinionMap
from tests.support.builders.consultations import a_subject

EDITOR = Actor(roles=frozenset({Role.EDITOR}), name="編集")
TEXTS = tuple(f"広場の使い方の案{number}を進めてほしい" for number in range(1, 13))


def a_map_draft(**settings: Any) -> MapDraft:
    """A map that opened yesterday and closes in ten days."""
    now = clock.now()
    usual: dict[str, Any] = {
        "question": "駅前の広場をどう使いたいですか",
        "explanation": "来年の設計の参考にします。",
        "consultation_id": None,
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=10),
        "audience": Audience.ANYONE,
        "results_shown": ResultsShown.LIVE,
        "takes_statements": True,
    }
    if "subject_id" not in settings:
        usual["subject_id"] = a_subject().id
    return MapDraft(**{**usual, **settings})


def a_map(*, opened: bool = True, texts: tuple[str, ...] = TEXTS, **settings: Any) -> OpinionMap:
    """A map with twelve statements; `settings` as of MapDraft."""
    draft = a_map_draft(**settings)
    with transaction():
        opinion_map = commands.draft_map(draft, by=EDITOR)
        commands.seed_statements(opinion_map, texts, by=EDITOR)
        if opened:
            commands.open_map(opinion_map, by=EDITOR)
    return opinion_map


def statement_of(opinion_map: OpinionMap, number: int) -> MapStatement:
    """Return a statement by its number."""
    return db.session.scalars(
        select(MapStatement).where(MapStatement.map_id == opinion_map.id, MapStatement.number == number)
    ).one()


def answer(opinion_map: OpinionMap, number: int, value: str, by: Actor) -> None:
    """Answer one statement."""
    with transaction():
        commands.vote(opinion_map, statement_of(opinion_map, number), MapAnswer(value), by=by)


def two_camps(opinion_map: OpinionMap, people: int = 24, statements: int = 12) -> list[Actor]:
    """Let two camps vote against each other on all but the last two statements; return who voted."""
    dice, voters = random.Random(3), [visitor(f"voter-{number:03}") for number in range(people)]
    known = {each.number: each for each in queries.list_statements(opinion_map)}
    with transaction():
        for place, voter in enumerate(voters):
            for number in range(1, statements + 1):
                side = (place % 3 == 0) == (number % 2 == 0)
                value = "agree" if number > statements - 2 else "agree" if side else "disagree"
                if dice.random() < 0.08:
                    value = "pass"
                commands.vote(opinion_map, known[number], MapAnswer(value), by=voter)
    return voters


def computed(content: bytes, *, seed: int = 0, as_before: bool = False) -> dict[str, Any]:
    """Compute a map in this process: what apart.compute_votes does in another."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "votes.csv"
        path.write_bytes(content)
        order = {"votes": str(path), "statements": None, "removed": [], "seed": seed, "as_before": as_before}
        found: dict[str, Any] = json.loads(json.dumps(alone.answer(order)))
    return found


def a_run(opinion_map: OpinionMap, *, seed: int = 0) -> MapRun:
    """Compute a map from its present votes, and keep the run."""
    read = queries.read_votes(opinion_map)
    content = apart.as_file(read.votes)
    found = computed(content, seed=seed)
    with transaction():
        return commands.record_run(opinion_map, content, found, changes=read.changes, by=system("tests"))
