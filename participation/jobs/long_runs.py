"""Long runs (時間のかかる処理): minutes of computing, one at a time, beside the outbox and never before a letter.

The owner of a kind says what is done, and asks for it inside the transaction of its command::

    @long_runs.runner("reading.topics", name="話題分け", endpoint="reading_desk.run")
    def find_topics(run: long_runs.Run) -> dict[str, Any] | None:
        rows = load(run.parameters["consultation"])
        for number, portion in enumerate(portions, start=(run.checkpoint or {}).get("portion", 0)):
            with transaction():
                keep(portion)
                long_runs.checkpoint(run, {"portion": number + 1})   # with what it stands for, or not at all
            long_runs.progress(run, number + 1, len(portions), "文を読んでいます。")
        return {"topics": 12}                                        # kept as LongRun.result

    long_runs.start("reading.topics", {"consultation": 12}, by=by, title="…", about="consultation:12",
                    page={"public_id": "…"})                         # url_for(endpoint, **page)

A runner is called outside of any transaction, in a process of its own (:mod:`participation.jobs.apart`)
that computes with one thread. It ends by returning; by `Refused` (the reason is shown to staff); by any
other exception (noted in the log; staff are told in general words); or by `Cancelled`, which
`progress()` raises once somebody wants it to end: let that pass. `progress()` may be called as often as
one likes, always between reading and long computing; it writes once a second. A worker that ends in the
middle, however it ends, leaves the run to the next one, which begins with the last checkpoint; what a
runner stores without one must do no harm when it is stored again. After three ends in a row without a new
checkpoint the run is given up.

In tests and in the demo ward `work_off()` does here and now what waits. On a page,
`{% from "components/run_progress.html" import run_progress %}{{ run_progress(run) }}` shows how far it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import OperationalError

from participation.access.actors import Actor
from participation.foundation import clock
from participation.foundation.db import after_commit, db, is_writing, let_go, transaction
from participation.foundation.errors import NotFound, Refused
from participation.foundation.ids import code
from participation.jobs import retention
from participation.jobs.models import OPEN_RUNS, LongRun, RunStatus

#: A worker that was not heard of for so long is taken for dead.
SILENCE = timedelta(seconds=60)
#: How often a run is begun without getting further.
MOST_ATTEMPTS = 3
#: Progress is written once in so many seconds.
_EVERY = 1.0
KEPT_DAYS = 90

STOPPED_OFTEN = (
    f"{MOST_ATTEMPTS}回つづけて途中で止まったので、やめました。メモリーが足りないのかもしれません。"
    "サーバーの管理者に知らせてください。"
)
BROKE = "思いがけない誤りで止まりました。サーバーの記録に理由があります。管理者に知らせてください。"

log = structlog.get_logger("jobs")


class Cancelled(Exception):
    """Somebody wants this run to end."""


class Lost(Exception):
    """Another worker took this run over."""


@dataclass
class Run:
    """A run in the hands of its worker."""

    id: int
    public_id: str
    kind: str
    parameters: dict[str, Any]
    checkpoint: dict[str, Any] | None
    asked_by_id: int | None
    lease: str
    _told_at: float = field(default=-_EVERY, repr=False)


Work = Callable[[Run], "dict[str, Any] | None"]


@dataclass(frozen=True)
class Runner:
    """What does the runs of one kind, and the page on which its result is seen."""

    kind: str
    name: str
    endpoint: str | None
    work: Work


_runners: dict[str, Runner] = {}
_wakers: list[Callable[[], None]] = []


def runner(kind: str, *, name: str, endpoint: str | None = None) -> Callable[[Work], Work]:
    """Register the function below as what does runs of this kind."""

    def register(work: Work) -> Work:
        _runners[kind] = Runner(kind, name, endpoint, work)
        return work

    return register


def runner_of(kind: str) -> Runner | None:
    """Return what does runs of this kind."""
    return _runners.get(kind)


def on_wake(waker: Callable[[], None]) -> None:
    """Call `waker` after each commit that asked for a run."""
    if waker not in _wakers:
        _wakers.append(waker)


def not_on_wake(waker: Callable[[], None]) -> None:
    """Call `waker` no more."""
    if waker in _wakers:
        _wakers.remove(waker)


# ── Asking ──────────────────────────────────────────────────────────────────────────────────


def start(
    kind: str,
    parameters: dict[str, Any],
    *,
    by: Actor,
    title: str,
    about: str = "",
    page: dict[str, Any] | None = None,
) -> LongRun:
    """Ask for a run in the running transaction; whoever asks has asked whether they may."""
    if kind not in _runners:
        raise LookupError(f"no runner for long runs of kind {kind}")
    run = LongRun(
        kind=kind,
        title=title[:300],
        about=about,
        parameters=parameters,
        page=page or {},
        status=RunStatus.WAITING,
        checkpoint=None,
        result=None,
        asked_at=clock.now(),
        asked_by_id=by.person_id,
        started_at=None,
        heard_at=None,
        finished_at=None,
        cancel_asked_at=None,
    )
    db.session.add(run)
    db.session.flush()
    after_commit(_wake)
    return run


def ask_to_cancel(run: LongRun) -> None:
    """End a run: at once if it waits, else as soon as its worker notices."""
    db.session.refresh(run, with_for_update=True)
    if not run.is_open:
        raise Refused("この処理は、もう終わっています。")
    if run.status is RunStatus.WAITING:
        run.status, run.finished_at = RunStatus.CANCELLED, clock.now()
    run.cancel_asked_at = run.cancel_asked_at or clock.now()


def start_again(run: LongRun, *, by: Actor) -> LongRun:
    """Ask for the same once more, after it failed or was cancelled: it goes on where it stopped."""
    if run.status not in (RunStatus.FAILED, RunStatus.CANCELLED):
        raise Refused("やり直せるのは、できなかったものと、取りやめたものだけです。")
    again = start(run.kind, run.parameters, by=by, title=run.title, about=run.about, page=run.page)
    again.checkpoint = run.checkpoint
    return again


def get(public_id: str) -> LongRun:
    """Return a run."""
    run = db.session.scalar(select(LongRun).where(LongRun.public_id == public_id))
    if run is None:
        raise NotFound("この処理はありません。古いものは消されています。")
    return run


def list_about(about: str, *, kinds: tuple[str, ...] = (), limit: int = 10) -> list[LongRun]:
    """Return the runs about one thing, the latest first."""
    query = select(LongRun).where(LongRun.about == about)
    if kinds:
        query = query.where(LongRun.kind.in_(kinds))
    return list(db.session.scalars(query.order_by(LongRun.id.desc()).limit(limit)))


def list_all(*, limit: int = 50) -> list[LongRun]:
    """Return all runs, open ones first in their order, then the latest."""
    open_runs = db.session.scalars(select(LongRun).where(LongRun.status.in_(OPEN_RUNS)).order_by(LongRun.id))
    over = db.session.scalars(
        select(LongRun).where(LongRun.status.not_in(OPEN_RUNS)).order_by(LongRun.id.desc()).limit(limit)
    )
    return [*open_runs, *over]


# ── Inside a runner ─────────────────────────────────────────────────────────────────────────


def progress(run: Run, done: int, total: int, words: str) -> None:
    """Tell how far a run is; raises Cancelled once somebody wants it to end. Not inside a transaction.

    What was read before is let go: a database ends a connection that computes for long with something open.
    """
    if time.monotonic() - run._told_at >= _EVERY or done >= total:
        run._told_at = time.monotonic()
        with transaction():
            _write(run, done=done, total=total, words=words[:300], heard_at=clock.now())
        check(run)
    let_go()


def check(run: Run) -> None:
    """Raise Cancelled if somebody wants the run to end, Lost if it is in other hands."""
    row = db.session.execute(
        select(LongRun.cancel_asked_at, LongRun.lease).where(LongRun.id == run.id)
    ).one_or_none()
    if row is None or row.lease != run.lease:
        raise Lost(run.public_id)
    if row.cancel_asked_at is not None:
        raise Cancelled(run.public_id)


def checkpoint(run: Run, data: dict[str, Any]) -> None:
    """Note where to go on after a stop: in the running transaction, with what it stands for."""
    if not is_writing():
        with transaction():
            checkpoint(run, data)
        return
    _write(run, checkpoint=data, attempts=0, heard_at=clock.now())
    run.checkpoint = data


def _write(run: Run, **values: Any) -> None:
    """Write to the row as long as it is in these hands."""
    written = db.session.execute(
        update(LongRun)
        .where(LongRun.id == run.id, LongRun.lease == run.lease, LongRun.status == RunStatus.RUNNING)
        .values(**values)
        .returning(LongRun.id)
    ).all()
    if not written:
        raise Lost(run.public_id)


# ── Being a worker ──────────────────────────────────────────────────────────────────────────


def is_due() -> bool:
    """Whether there is a run to begin, or to go on with, and none under way."""
    rows = db.session.execute(
        select(LongRun.status, LongRun.heard_at).where(LongRun.status.in_(OPEN_RUNS))
    ).all()
    return bool(rows) and not any(_is_alive(row.status, row.heard_at) for row in rows)


def claim() -> Run | None:
    """Take the next run into these hands, unless another one is under way; the one begun first goes first."""
    with transaction():
        # Whoever else claims waits for these rows: one heavy run at a time, one process worth of memory.
        rows = db.session.scalars(
            select(LongRun)
            .where(LongRun.status.in_(OPEN_RUNS))
            .order_by(LongRun.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        if any(_is_alive(row.status, row.heard_at) for row in rows):
            return None
        for row in sorted(rows, key=lambda each: (each.status is RunStatus.WAITING, each.id)):
            if row.cancel_asked_at is not None:
                row.status, row.finished_at = RunStatus.CANCELLED, clock.now()
            elif row.attempts >= MOST_ATTEMPTS:
                row.status, row.reason, row.finished_at = RunStatus.FAILED, STOPPED_OFTEN, clock.now()
            else:
                return _taken(row)
    return None


def _is_alive(status: RunStatus, heard_at: datetime | None) -> bool:
    return status is RunStatus.RUNNING and heard_at is not None and clock.now() - heard_at < SILENCE


def _taken(row: LongRun) -> Run:
    row.status, row.lease, row.attempts = RunStatus.RUNNING, code(24), row.attempts + 1
    row.heard_at = clock.now()
    row.started_at = row.started_at or clock.now()
    return _in_hand(row)


def _in_hand(row: LongRun) -> Run:
    return Run(row.id, row.public_id, row.kind, row.parameters, row.checkpoint, row.asked_by_id, row.lease)


def in_hand(public_id: str, lease: str) -> Run:
    """Return the run that somebody claimed and hands on to this process; raises Lost if it is theirs no more."""
    row = db.session.scalar(select(LongRun).where(LongRun.public_id == public_id, LongRun.lease == lease))
    if row is None:
        raise Lost(public_id)
    return _in_hand(row)


def beat(run: Run) -> None:
    """Note that the worker lives."""
    with transaction():
        _write(run, heard_at=clock.now())


def perform(run: Run) -> None:
    """Do a run that was claimed, and note how it ended."""
    known = _runners.get(run.kind)
    try:
        if known is None:
            raise LookupError(f"no runner for long runs of kind {run.kind}")
        result = known.work(run)
        _end(run, RunStatus.DONE, result=result)
    except Cancelled:
        _end(run, RunStatus.CANCELLED)
    except Lost:
        log.warning("a long run is in other hands", run=run.public_id, kind=run.kind)
    except Refused as refusal:
        _end(run, RunStatus.FAILED, reason=refusal.reason[:500])
    except OperationalError:
        # The database was away, or held by somebody, for longer than one waits: as if the worker had died, the run
        # is let go and begun again from its last checkpoint.
        log.exception("the database was away during a long run", run=run.public_id, kind=run.kind)
        raise
    except Exception:  # Whatever goes wrong is noted, and staff see that it did.
        log.exception("a long run failed", run=run.public_id, kind=run.kind)
        _end(run, RunStatus.FAILED, reason=BROKE)


def _end(run: Run, status: RunStatus, **values: Any) -> None:
    try:
        with transaction():
            _write(run, status=status, finished_at=clock.now(), **values)
    except Lost:
        log.warning("a long run ended in other hands", run=run.public_id, kind=run.kind)


def release(run: Run, *, cancelled: bool = False) -> bool:
    """Let go of a run whose worker ended in the middle; return whether it was still to be done."""
    with transaction():
        row = db.session.scalar(
            select(LongRun)
            .where(LongRun.id == run.id, LongRun.lease == run.lease, LongRun.status == RunStatus.RUNNING)
            .with_for_update()
        )
        if row is None:
            return False
        row.heard_at, row.lease = None, ""
        if cancelled:
            row.status, row.finished_at = RunStatus.CANCELLED, clock.now()
        return True


def work_off(limit: int = 100) -> int:
    """Do here and now what waits, in this process; return how many runs ended."""
    count = 0
    while count < limit and (run := claim()) is not None:
        perform(run)
        count += 1
    return count


def _wake() -> None:
    for waker in _wakers:
        waker()


@retention.kept_for("long_runs", KEPT_DAYS, "終わった「時間のかかる処理」の控え（結果そのものは残ります）")
def _forget_old_runs(before: datetime) -> int:
    gone = db.session.execute(
        delete(LongRun)
        .where(LongRun.status.not_in(OPEN_RUNS))
        .where(or_(LongRun.finished_at < before, LongRun.finished_at.is_(None)), LongRun.asked_at < before)
        .returning(LongRun.id)
    )
    return len(gone.all())
