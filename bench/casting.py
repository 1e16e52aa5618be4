"""`python3 run.py bench casting`: ballots a second beside bare commits, and the counters of a million ballots.

A bare commit writes one row of two columns in a transaction of its own, on the same engine, with the same
settings, in the same run: what the database can do at best. Ballots go through the command that every page
uses, each by another voter, in as many processes as there are processors (two at most): by one thread, beside
one thread that commits bare, and by as many as a process has when it serves, beside the better of one and as
many that commit bare (SQLite takes fewer from many than from one). A million ballots are then put in directly and counted twice: from the kept counts, and one by one, which must be equal.
`--postgres` uses DATABASE_URL, an empty database, or a server that run.py starts for it; else SQLite in a temporary
folder. Either way a commit must survive a power cut, as a ballot must: on a server that does not see to it, nothing
counts as met.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, text

from participation import ward_pack
from participation.access.actors import Actor, Role, system, visitor
from participation.app import create_app
from participation.foundation import clock
from participation.foundation.db import Base, db, transaction
from participation.foundation.ids import code, new_token
from participation.foundation.together import together
from participation.plans.models import PlanNode
from participation.votes import commands, queries
from participation.votes.domain import Audience, Keeping, OptionDraft, ResultsShown, VoteDraft, VoteKind
from participation.votes.domain.sealing import RECEIPT_LENGTH
from participation.votes.domain.terms import VoteName
from participation.votes.models import Ballot, Vote, new_ballot_id
from participation.votes.queries import Ticket

BY = system("bench")
EDITOR = Actor(roles=frozenset({Role.EDITOR}))
BALLOTS = 1_000_000
AT_ONCE = 20_000
WANTED_SHARE, WANTED_MS = 0.5, 100
#: Seconds before the next thing has its turn.
SLICE = 0.2
#: Threads of a process that serves: see operate.md.
THREADS = 8


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="run.py bench casting", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="seconds a run")
    parser.add_argument("--ballots", type=int, default=BALLOTS)
    parser.add_argument("--postgres", action="store_true", help="use PostgreSQL")
    options = parser.parse_args(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environ = environment(Path(folder), postgres=options.postgres)
        app = create_app(environ)
        with app.app_context():
            Base.metadata.create_all(db.engine)
            with transaction():
                ward_pack.load(app.config["WARD"], by=BY)
                whole = "INTEGER" if db.engine.dialect.name == "sqlite" else "BIGINT"
                db.session.execute(text(f"CREATE TABLE bare (id {whole} PRIMARY KEY, word TEXT)"))
            ids = {keeping: a_vote(keeping) for keeping in Keeping}
            is_durable = print_durability()
            db.session.remove()
            db.engine.dispose()
        print(
            f"{'commits':34}{'processes':>10}{'threads':>9}{'a second':>10}{'of bare':>9}{'wanted':>8}  met"
        )
        for workers in (1, min(2, os.cpu_count() or 1)):
            found = rates(list(ids.values()), workers, environ, options.seconds)
            alone, many = found[: len(ids) + 1], found[len(ids) + 1 :]
            print_rates(ids, alone, workers, 1, alone[0], is_durable=is_durable)
            print_rates(ids, many, workers, THREADS, max(alone[0], many[0]), is_durable=is_durable)
        with app.app_context():
            count_many(options.ballots)


def print_durability() -> bool:
    """Print what the database does for a commit to survive a power cut; return whether that is enough."""
    if db.engine.dialect.name == "sqlite":
        settings = {"synchronous": db.session.scalar(text("PRAGMA synchronous"))}
    else:
        settings = {name: db.session.scalar(text(f"SHOW {name}")) for name in ("fsync", "synchronous_commit")}
    print(", ".join(f"{name}={value}" for name, value in settings.items()))
    return not {"off", 0, 1} & set(settings.values())


def print_rates(
    ids: dict[Keeping, int], found: list[float], workers: int, threads: int, bare: float, *, is_durable: bool
) -> None:
    """Print what so many did beside the best that they did bare."""
    where = f"{workers:>10}{threads:>9}"
    print(f"{'one row':34}{where}{found[0]:>10,.0f}")
    for keeping, rate in zip(ids, found[1:], strict=True):
        met = "yes" if rate / bare >= WANTED_SHARE else "NO"
        met = met if is_durable else "NO (not durable)"
        share = f"{rate:>10,.0f}{rate / bare:>9.2f}{f'≥ {WANTED_SHARE:g}':>8}"
        print(f"{f'one ballot, {keeping}':34}{where}{share}  {met}")


def environment(folder: Path, *, postgres: bool) -> dict[str, str]:
    """Return the settings of a site that nobody serves."""
    return {
        "APP_ENV": "production",
        "DATA_DIR": str(folder),
        "DATABASE_URL": os.environ["DATABASE_URL"]
        if postgres
        else f"sqlite:///{folder / 'participation.sqlite3'}",
        "PUBLIC_URL": "http://127.0.0.1",
        "SECRET_KEY": "bench-only-bench-only-bench-only-bench",
        "JOBS_INSIDE": "0",
    }


def a_vote(keeping: Keeping, kind: VoteKind = VoteKind.SINGLE) -> int:
    """Open a vote; return its id."""
    with transaction():
        node = db.session.query(PlanNode).first()
        assert node is not None
        vote = commands.draft_vote(
            VoteDraft(
                question=f"どれにしますか（{keeping}）",
                explanation="",
                kind=kind,
                choices=tuple(OptionDraft(f"案{number}") for number in range(1, 11)),
                subject_id=node.subject_id,
                consultation_id=None,
                opens_at=clock.now() - timedelta(days=1),
                closes_at=clock.now() + timedelta(days=1),
                audience=Audience.ANYONE,
                results_shown=ResultsShown.AFTER_CLOSING,
                asks_reason=False,
                keeping=keeping,
            ),
            by=EDITOR,
        )
        commands.publish_vote(vote, by=EDITOR)
        return vote.id


def rates(vote_ids: list[int], workers: int, environ: dict[str, str], seconds: float) -> list[float]:
    """Return how many of each thing (see `work`) so many processes do together in a second."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(work, vote_ids, environ, seconds) for _ in range(workers)]
        return [sum(each) for each in zip(*(job.result() for job in jobs), strict=True)]


def work(vote_ids: list[int], environ: dict[str, str], seconds: float) -> list[float]:
    """Do each thing for a moment, in turn, again and again: whatever else the machine does meets all alike.

    First everything by one thread, then everything by as many as a process has when it serves.
    """
    app: Flask = create_app(environ)
    acts: list[Callable[[], None]] = [bare_commit, *(partial(cast, vote_id) for vote_id in vote_ids)]
    turns = [(act, threads) for threads in (1, THREADS) for act in acts]
    done, took = [0] * len(turns), [0.0] * len(turns)
    with ThreadPoolExecutor(THREADS) as pool:
        for act, threads in turns:
            for_a_moment(app, pool, act, threads)  # Statements are made once.
        end = time.perf_counter() + seconds * len(turns)
        while time.perf_counter() < end:
            for at, (act, threads) in enumerate(turns):
                began = time.perf_counter()
                done[at] += for_a_moment(app, pool, act, threads)
                took[at] += time.perf_counter() - began
    return [count / time_ for count, time_ in zip(done, took, strict=True)]


def for_a_moment(app: Flask, pool: ThreadPoolExecutor, act: Callable[[], None], threads: int) -> int:
    """Have something done by so many threads for a moment; return how often they did."""
    end = time.perf_counter() + SLICE

    def until_then() -> int:
        done = 0
        with app.app_context():
            while time.perf_counter() < end:
                act()
                done += 1
        return done

    return sum(future.result() for future in [pool.submit(until_then) for _ in range(threads)])


def bare_commit() -> None:
    """Write one row."""
    with transaction():
        db.session.execute(text("INSERT INTO bare (id, word) VALUES (:id, 'x')"), {"id": new_ballot_id()})


def cast(vote_id: int) -> None:
    """Cast one ballot by somebody new, as the page does that takes it."""
    ticket = Ticket(receipt=code(RECEIPT_LENGTH))
    by = visitor(new_token())
    together(partial(commands.cast_ballot.steps, name_of(vote_id), "o3", ticket=ticket, by=by))


@lru_cache
def name_of(vote_id: int) -> VoteName:
    """Return which vote it is, found once: its page has found it before a ballot comes."""
    return VoteName(vote_id, db.session.get_one(Vote, vote_id).public_id)


def count_many(number: int) -> None:
    """Put ballots in, count them from what is kept, and one by one."""
    print(f"\n{f'{number:,} ballots':44}{'ms':>12}{'':>10}{'':>9}  met (≤ {WANTED_MS} ms)")
    for kind in (VoteKind.SINGLE, VoteKind.APPROVAL):
        vote_id = a_vote(Keeping.SIGNAL, kind)
        for start in range(0, number, AT_ONCE):
            with transaction():
                db.session.execute(insert(Ballot), [ballot(vote_id, kind, start + n) for n in range(AT_ONCE)])
        with transaction():
            commands.recount_votes(by=BY)
        vote = db.session.get_one(Vote, vote_id)
        kept, took = timed(partial(queries.all_kept_counts, vote))
        print(
            f"{f'{kind}: from the kept counts':44}{took:>12,.1f}{'':>19}  {'yes' if took <= WANTED_MS else 'NO'}"
        )
        counted, took = timed(partial(queries.recount, vote))
        same = {option: count for option, count in kept.items() if count} == counted
        print(f"{f'{kind}: one by one':44}{took:>12,.1f}{'':>19}  {'equal' if same else 'DIFFERENT'}")
        if not same:
            raise SystemExit("the kept counts are not those of the ballots")


def ballot(vote_id: int, kind: VoteKind, number: int) -> dict[str, Any]:
    """Return one of many ballots."""
    first, second = sorted({number % 10 + 1, number * 7 % 10 + 1})[0], number * 3 % 10 + 1
    content = f"o{first}" if kind is VoteKind.SINGLE or first >= second else f"o{first},o{second}"
    return {"vote_id": vote_id, "voter_key": f"guest:{number}", "content": content, "cast_at": clock.now()}


def timed(act: Callable[[], Any]) -> tuple[Any, float]:
    """Return what something gives, and how many milliseconds it took."""
    began = time.perf_counter()
    return act(), (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
