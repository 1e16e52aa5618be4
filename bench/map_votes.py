"""`python3 run.py bench opinion-map --only vote`: from the press of a button to the voter's place on the map.

Conversations of 2,031 × 896 and of 20,000 × 500 are put into a site of their own and computed once. Then
a visitor answers one statement after another through the pages, and opens the map after each: what is
measured is sending the answer and drawing the map with it, CPU milliseconds, medians and the most. The
first map after a computing is told apart: it unpacks the run.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.casting import EDITOR, environment
from bench.opinion_map import synthetic
from participation import ward_pack
from participation.access.actors import Actor, Role, system
from participation.app import create_app
from participation.foundation import clock
from participation.foundation.db import Base, db, transaction
from participation.opinion_map import commands, subscribers
from participation.opinion_map.domain.gathering import Vote
from participation.opinion_map.domain.maps import Audience, MapDraft, ResultsShown
from participation.opinion_map.domain.polis_files import Taken, TakenStatement
from participation.plans.models import PlanNode

ANALYST = Actor(roles=frozenset({Role.ANALYST}))
WANTED_MS = 200
ANSWERS = 15


def measure(folder: Path, conversations: dict[str, Callable[[], tuple[Any, Any, Any]]]) -> None:
    """Print a line for each conversation."""
    print(f"\n{'one vote, ms of CPU':34}{'answer':>8}{'map':>8}{'most':>8}{'first':>8}  wanted")
    app = create_app(environment(folder, postgres=False))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with transaction():
            ward_pack.load(app.config["WARD"], by=system("bench"))
    # A small one first, unsaid: what a process does once is no map's doing.
    for name, votes in {"": lambda: synthetic(200, 30, 12, 2, seed=0), **conversations}.items():
        with app.app_context():
            address = f"/opinion-maps/{a_map(name, *votes())}"
        client = app.test_client()
        _, first = timed(lambda address=address, client=client: client.get(f"{address}/result"))
        answers, maps = [], []
        for number in range(ANSWERS):
            page = client.get(address).get_data(as_text=True)
            fields = {each: value_of(page, each) for each in ("csrf_token", "statement")}
            fields["answer"] = ("agree", "disagree", "pass")[number % 3]
            sent, took = timed(
                lambda address=address, client=client, fields=fields: client.post(
                    f"{address}/votes", data=fields
                )
            )
            shown, drew = timed(lambda address=address, client=client: client.get(f"{address}/result"))
            if (sent.status_code, shown.status_code) != (303, 200):
                raise SystemExit(f"{address}: {sent.status_code}, {shown.status_code}")
            answers.append(took)
            maps.append(drew)
        if "あなたの位置（" not in shown.get_data(as_text=True):
            raise SystemExit(f"{address}: after {ANSWERS} answers the voter is not on the map")
        most = max(one + two for one, two in zip(answers, maps, strict=True))
        if not name:
            continue
        met = "yes" if most + first <= WANTED_MS else "NO"
        print(
            f"{name:34}{statistics.median(answers):>8.1f}{statistics.median(maps):>8.1f}{most:>8.1f}{first:>8.1f}"
            f"  ≤ {WANTED_MS} ms, even with the first: {met}",
            flush=True,
        )


def a_map(name: str, rows: Any, columns: Any, values: Any) -> str:
    """Take votes in, open the map and compute it; return its public id."""
    now = clock.now()
    people, texts = (sorted(set(each.tolist())) for each in (rows, columns))
    votes: Sequence[Vote] = [
        (f"{row:0{len(str(len(people)))}}", column, value)
        for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True)
    ]
    statements = tuple(TakenStatement(each, f"案{each}を進めてほしい", is_removed=False) for each in texts)
    with transaction():
        node = db.session.query(PlanNode).first()
        assert node is not None
        draft = MapDraft(
            question=name or "はじめ",
            explanation="",
            subject_id=node.subject_id,
            consultation_id=None,
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=1),
            audience=Audience.ANYONE,
            results_shown=ResultsShown.LIVE,
            takes_statements=True,
        )
        made = commands.draft_map(draft, by=EDITOR)
        commands.take_in(made, Taken(statements, tuple(votes), 0), by=ANALYST)
    with transaction():
        commands.open_map(made, by=EDITOR)
    public_id = made.public_id
    subscribers.run_map(public_id)
    return public_id


def timed(act: Callable[[], Any]) -> tuple[Any, float]:
    """Return what an act gives, and the milliseconds of CPU that it took."""
    began = time.process_time()
    found = act()
    return found, (time.process_time() - began) * 1000


def value_of(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    if not found:
        raise SystemExit(f"no field {name}")
    return found[1]
