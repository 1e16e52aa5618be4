"""`python -m bench.reading --site`: the same texts and the topics of a consultation, on the desk's own database.

Bundles: so many opinions are written into a database, then looked through by the long run that the desk starts, in a
process of its own: seconds of CPU and megabytes until the bundles are proposed, and until the index is made. Then one
more opinion comes: what its comparing costs, in milliseconds and queries. Topics: a long run over fewer opinions, and
what each view of its page takes.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, func, select

from bench import data, desk, filling
from participation import ward_pack
from participation.access.actors import Role, system
from participation.app import create_app
from participation.consultations.models import Consultation
from participation.foundation.db import db, transaction
from participation.foundation.one_thread import with_one_thread
from participation.jobs import long_runs
from participation.reading import commands as reading
from participation.reading.models import Topic
from participation.replies import commands as replies
from participation.replies.models import BundledOpinion, LeadingText, TextBundle
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion

BY = system("bench")
#: Texts that come when the others are there: one like none, one of a campaign, one of it with a slip.
_COMPARED = 20


def measure(texts: Iterable[str], comments: Iterable[str], keep: Path | None = None) -> None:
    """Write, search, compare one more; sort into topics, read the pages; print."""
    with tempfile.TemporaryDirectory(prefix="bench-reading-site-") as folder:
        place = keep or Path(folder)
        environ = {
            **os.environ,
            "APP_ENV": "production",
            "DATA_DIR": str(place),
            "DATABASE_URL": f"sqlite:///{place}/participation.sqlite3",
            "MAIL_TRANSPORT": "memory",
            "PUBLIC_URL": "http://127.0.0.1",
            "SECRET_KEY": "bench-only-bench-only-bench-only-bench",
            "JOBS_INSIDE": "0",
        }
        app = create_app(environ)
        with app.app_context():
            upgrade()
            with transaction():
                ward_pack.load(app.config["WARD"], by=BY)
            token = data.staff(
                *(role for role in Role if role not in (Role.VISITOR, Role.RESIDENT, Role.SYSTEM))
            )
            consultation = an_open_consultation()
            count = filling.fill(consultation, texts)
            bundles(environ, consultation.id, count)
            one_more(consultation)
            pages(app, token, f"/desk/gather/{consultation.code}/bundles")
            other = an_open_consultation()
            count = filling.fill(other, comments)
            topics(app, environ, other.id, count, token)


def bundles(environ: dict[str, str], consultation_id: int, count: int) -> None:
    """Look a consultation through as the desk does."""
    with transaction():
        replies.ask_for_bundles(db.session.get_one(Consultation, consultation_id).code, by=BY)
    told = work(environ)
    found = db.session.scalar(select(func.count()).select_from(TextBundle))
    inside = db.session.scalar(select(func.count()).select_from(BundledOpinion))
    print(
        f"{f'same texts of {count:,} opinions, on the desk':46}{told['seconds']:>8.1f}{told['peak_mb']:>7.0f}"
    )
    print(
        f"{'  of it until the bundles are proposed':46}{told['proposed']:>8.1f}{'':7}  "
        f"≤ 60 s: {yes(told['proposed'] <= 60)}, ≤ 1 GB: {yes(told['peak_mb'] <= 1024)}"
    )
    indexed = db.session.scalar(select(func.count()).select_from(LeadingText))
    print(f"  {found:,} bundles of {inside:,} opinions; {indexed:,} texts in the index")


def work(environ: dict[str, str]) -> dict[str, float]:
    """Do the run that waits in a process of its own, with one thread, as the watcher does."""
    done = subprocess.run(
        with_one_thread(sys.executable, "-m", "bench.reading_site"),
        env=environ,
        stdout=subprocess.PIPE,
        check=True,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    db.session.rollback()
    return told


def work_here() -> None:
    """Do the run that waits, and tell what it took."""
    app = create_app(dict(os.environ))
    proposed = [0.0]
    keep = replies.propose_bundles

    def noted(*arguments: object, **named: object) -> int:
        count = keep(*arguments, **named)  # type: ignore[arg-type]
        proposed[0] = time.process_time() - began
        return count

    replies.propose_bundles = noted
    with app.app_context():
        run = long_runs.claim()
        if run is None:
            raise SystemExit("no run waits")
        began = time.process_time()
        long_runs.perform(run)
        seconds = time.process_time() - began
        ended = long_runs.get(run.public_id)
        if ended.result is None:
            raise SystemExit(f"the run ended as {ended.status}: {ended.reason}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "proposed": proposed[0], "peak_mb": peak}))


def one_more(consultation: Consultation) -> None:
    """Let opinions come one by one, and compare each with what is there."""
    campaign = db.session.scalars(select(BundledOpinion.bundle_id).limit(1)).one()
    head = db.session.get_one(TextBundle, campaign).head_id
    words = filling.words_of(head)
    consultation_id = consultation.id
    for name, text in (
        (
            "like none",
            "図書館の二階の窓ぎわに、車いすのまま使える高さの机を{}台置いてください。お願いします。",
        ),
        ("the same as a campaign's", words),
        ("a campaign's with a slip", words[:12] + "々{}" + words[13:]),
    ):
        taken, asked = [], []
        for number in range(_COMPARED):
            an_opinion(said=text.replace("{}", str(number)), to=consultation)
            statements: list[str] = []
            listen = lambda _c, _cursor, statement, *_: statements.append(statement)  # noqa: E731, B023
            event.listen(db.engine, "before_cursor_execute", listen)
            began = time.perf_counter()
            with transaction():
                replies.bundle_new_texts(consultation_id, by=BY)
            taken.append((time.perf_counter() - began) * 1000)
            event.remove(db.engine, "before_cursor_execute", listen)
            asked.append(len(statements))
        taken.sort()
        print(
            f"{f'  the next text, {name}':46}{taken[len(taken) // 2]:>6.1f} ms (slowest {taken[-1]:.1f}), "
            f"{max(asked)} queries"
        )


def topics(app: Flask, environ: dict[str, str], consultation_id: int, count: int, token: str) -> None:
    """Sort opinions into topics as the desk does, and read the pages."""
    with transaction():
        run = reading.ask_for_topics(db.session.get_one(Consultation, consultation_id), by=BY)
        public_id = run.page["public_id"]
    told = work(environ)
    print(
        f"{f'topics of {count:,} opinions, on the desk':46}{told['seconds']:>8.1f}{told['peak_mb']:>7.0f}  "
        f"≤ 60 s: {yes(told['seconds'] <= 60)}, ≤ 1 GB: {yes(told['peak_mb'] <= 1024)}"
    )
    one = db.session.scalars(
        select(Topic.public_id).where(Topic.parent_id.is_(None)).order_by(Topic.position).limit(1)
    ).one()
    path = f"/desk/reading/{public_id}"
    pages(
        app,
        token,
        path,
        f"{path}?view=tree",
        f"{path}?view=scatter",
        f"{path}?standing=lives",
        f"{path}?view=scatter&standing=lives&channel=web",
        f"/desk/reading/topics/{one}",
    )


def pages(app: Flask, token: str, *paths: str) -> None:
    """Read pages of the desk; print what each takes."""
    client = app.test_client()
    client.set_cookie("sid", token)
    for path in paths:
        read = desk.timed(app, client, path, "")
        print(
            f"  {path[:58]:60}{read.queries:>4} queries{read.middle_ms:>7.0f} ms{read.size / 1000:>6.0f} kB"
            f"  {read.misses}"
        )


def yes(is_met: bool) -> str:
    """Return whether a target was met."""
    return "yes" if is_met else "NO"


if __name__ == "__main__":
    work_here()
