"""`python3 run.py bench`: requests a second, latencies, CPU and queries of the pages that matter most.

Everything is measured in one run on one machine; beside each page stands a bare Flask route that
returns the same bytes under the same server, and the ratio of the two, because machines differ.
How to read it:

* `first` are the queries of a page when the process knows nothing yet, `again` those after a change:
  parts of a page are remembered until one of their own tables changes. BEGIN is not counted.
* `c` is how many readers ask at once, each sending the next request when the answer is there.
* CPU a request (server and what it calls; a database server is not in it) is the steadiest figure;
  requests a second and the latencies suffer from whatever else the machine does.
* `of bare` near 1 means that our part costs next to nothing beside Flask's own.

Other measurements, each explained in its own module: `python3 run.py bench papers` (the files of a result), `desk`
(every page of the desk), `casting` (ballots beside bare commits), `tally` (counting votes), `surveys` (100,000 answers), `proposals`
(lists of 10,000 proposals with 50,000 endorsements), `opinion-map`, `reading` (bundles and topics),
`rehearsal FILE` (a whole consultation, real texts).

The table at the end holds the figures against the targets. Only the exit of a run that could not be
made is an error: a target that was missed on a busy machine is for people to judge.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from bench import (
    casting,
    data,
    desk,
    load,
    opinion_map,
    papers,
    proposals,
    reading,
    rehearsal,
    surveys,
    tally,
)
from bench.data import Prepared
from bench.targets import Page, Run, print_targets
from participation import ward_pack
from participation.access.actors import system
from participation.app import create_app
from participation.foundation import remembering
from participation.foundation.db import db, transaction
from participation.foundation.ids import new_submission_id

CONNECTIONS = (1, 8)


def main() -> None:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="seconds a run")
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--opinions", type=int, default=20000)
    parser.add_argument("--postgres", action="store_true", help="use DATABASE_URL, or a server of its own")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        measure(Path(folder), options)


def measure(folder: Path, options: argparse.Namespace) -> None:
    """Prepare a ward in `folder`, serve it, and print what its pages cost."""
    environ = {
        "APP_ENV": "production",
        "DATA_DIR": str(folder),
        "DATABASE_URL": os.environ["DATABASE_URL"]
        if options.postgres
        else f"sqlite:///{folder / 'participation.sqlite3'}",
        "PUBLIC_URL": "http://127.0.0.1",
        "SECRET_KEY": "bench-only-bench-only-bench-only-bench",
        "JOBS_INSIDE": "0",
    }
    app = create_app(environ)
    began = time.perf_counter()
    with app.app_context():
        upgrade()
        with transaction():
            ward_pack.load(app.config["WARD"], by=system("bench"))
        prepared = data.prepare(posts=options.posts, opinions_count=options.opinions, accounts=2000)
    print(
        f"{options.posts:,} posts, {options.opinions:,} opinions prepared in {time.perf_counter() - began:.0f} s"
    )
    pages = pages_of(prepared)
    bodies = folder / "bodies"
    bodies.mkdir()
    looked: dict[str, Page] = {}
    print(f"\n{'page':34}{'first':>8}{'again':>8}{'HTML kB':>9}   queries")
    for name, (path, cookie) in pages.items():
        looked[name], body = look(app, path, cookie)
        (bodies / slug(name)).write_bytes(body)
        found = looked[name]
        print(f"{name:34}{found.first:>8}{found.again:>8}{found.size / 1000:>9.1f}")
    site, bare = ports()
    with Server("site", site, {**os.environ, **environ}), Server("bare", bare, dict(os.environ), str(bodies)):
        runs = pass_over(site, bare, pages, prepared, options)
    print_targets(looked, runs)


def pages_of(prepared: Prepared) -> dict[str, tuple[str, str]]:
    """Return page name → (path, cookie)."""
    member, staff = f"sid={prepared.members[0]}", f"sid={prepared.staff}"
    return {
        "viewpoint, guest": (prepared.viewpoint, ""),
        "viewpoint, member": (prepared.viewpoint, member),
        "thread, guest": (prepared.thread, ""),
        "thread, member": (prepared.thread, member),
        "thread in the middle, guest": (prepared.deep, ""),
        "thread in the middle, member": (prepared.deep, member),
        "desk queue": (prepared.queue, staff),
    }


def look(app: Flask, path: str, cookie: str) -> tuple[Page, bytes]:
    """Open a page, redirects followed: knowing nothing, and again as after a change."""
    counted = [0]

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counted[0] += not statement.startswith("BEGIN")

    client = app.test_client()
    if cookie:
        client.set_cookie("sid", cookie.partition("=")[2])
    answer = client.get(path)
    while answer.status_code in (301, 302, 303, 307, 308):
        path = answer.headers["Location"]
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answers {answer.status_code}")
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    remembering.forget_all()
    queries = []
    for _ in range(2):
        app.extensions["page_cache"].clear()
        counted[0] = 0
        answer = client.get(path)
        queries.append(counted[0])
    event.remove(engine, "before_cursor_execute", count)
    body = answer.get_data()
    return Page(queries[0], queries[1], len(body)), body


def pass_over(
    site: int,
    bare: int,
    pages: dict[str, tuple[str, str]],
    prepared: Prepared,
    options: argparse.Namespace,
) -> list[Run]:
    """Measure every page, then writing, print a table and return its rows."""
    runs: list[Run] = []
    print(f"\n{'':34}{'c':>3}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>8}{'of bare':>9}")
    for name, (path, cookie) in pages.items():
        path = final_address(site, path, cookie)
        for connections in CONNECTIONS:
            request = load.get(path, cookie)
            result = load.run(
                site,
                again(request),
                connections=connections,
                seconds=options.seconds,
                pids=Server.pids["site"],
            )
            plain = load.run(
                bare,
                again(load.get(f"/{slug(name)}")),
                connections=connections,
                seconds=min(options.seconds, 3.0),
                pids=Server.pids["bare"],
            )
            runs.append(Run(name, connections, result.cpu_ms, result.rate / plain.rate))
            line(name, connections, result, f"{result.rate / plain.rate:.2f}")
    for member in prepared.members:
        form_of(site, prepared.vote, member)  # Before measuring: reading forms is not writing.
    everybody = itertools.count()
    writers = {
        "post a reply": lambda number: replies(site, prepared, everybody),
        "cast a vote": lambda number: ballots(site, prepared, everybody),
    }
    for name, requests in writers.items():
        for connections in CONNECTIONS:
            result = load.run(
                site, requests, connections=connections, seconds=options.seconds, pids=Server.pids["site"]
            )
            runs.append(Run(name, connections, result.cpu_ms))
            line(name, connections, result, "")
    return runs


def line(name: str, connections: int, result: load.Result, ratio: str) -> None:
    """Print one row; anything but 200 and 303 is named."""
    others = {status: count for status, count in result.statuses.items() if status not in (200, 303)}
    print(
        f"{name:34}{connections:>3}{result.rate:>9.0f}{result.p50:>9.2f}{result.p99:>9.2f}"
        f"{result.cpu_ms:>8.2f}{ratio:>9}  {others or ''}"
    )


def again(request: bytes) -> Callable[[int], Iterator[bytes]]:
    """Return a source that gives the same request for ever."""
    return lambda _number: itertools.repeat(request)


def replies(port: int, prepared: Prepared, everybody: Iterator[int]) -> Iterator[bytes]:
    """Give replies, each by a member who has not written yet."""
    chance = random.Random(11)
    for number in everybody:
        if number >= len(prepared.members):
            return
        path = f"/talk/posts/{chance.choice(prepared.reply_to)}/reply"
        cookies, token = form_of(port, path, prepared.members[number])
        body = {"csrf_token": token, "submission_id": new_submission_id(), "kind": "reason"}
        yield load.post(path, urlencode(body | {"body": data.words(chance, 2) + str(number)}), cookies)


def ballots(port: int, prepared: Prepared, everybody: Iterator[int]) -> Iterator[bytes]:
    """Give ballots, each by a member who has not voted yet."""
    chance = random.Random(13)
    for number in everybody:
        if number >= len(prepared.members):
            return
        cookies, token = form_of(port, prepared.vote, prepared.members[number])
        body = {"csrf_token": token, "submission_id": new_submission_id()}
        choice = chance.choice(["agree", "disagree"])
        yield load.post(prepared.vote, urlencode(body | {"choice": choice}), cookies)


_forms: dict[str, tuple[str, str]] = {}


def form_of(port: int, path: str, member: str) -> tuple[str, str]:
    """Return the cookies and the token that the member's browser would send."""
    if member not in _forms:
        status, head, body = load.Connection(port).ask(load.get(path, f"sid={member}"))
        found = re.search(rb'name="csrf_token" value="([^"]+)"', body)
        guest = re.search(rb"[Ss]et-[Cc]ookie: guest=([^;\r\n]+)", head)
        if status != 200 or not found or not guest:
            raise SystemExit(f"{path} has no form ({status})")
        _forms[member] = (f"sid={member}; guest={guest.group(1).decode()}", found.group(1).decode())
    return _forms[member]


def final_address(port: int, path: str, cookie: str) -> str:
    """Follow redirects once, before measuring."""
    for _ in range(5):
        status, head, _ = load.Connection(port).ask(load.get(path, cookie))
        if status not in (301, 302, 303, 307, 308):
            break
        path = head.partition(b"ocation: ")[2].partition(b"\r\n")[0].decode().partition("#")[0]
    return path


def slug(name: str) -> str:
    """Return a file name for a page."""
    return name.replace(", ", "-").replace(" ", "-")


def ports() -> tuple[int, int]:
    """Return two ports that are probably free."""
    start = 21000 + os.getpid() % 2000 * 2
    return start, start + 1


class Server:
    """A server process for the length of a block."""

    pids: dict[str, list[int]] = {}  # noqa: RUF012 (one run, one process)

    def __init__(self, kind: str, port: int, environ: dict[str, str], *arguments: str) -> None:
        self.kind, self.port, self.environ, self.arguments = kind, port, environ, arguments

    def __enter__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.server", self.kind, str(self.port), *self.arguments],
            env=self.environ,
        )
        for _ in range(200):
            try:
                load.Connection(self.port)
                break
            except OSError:
                time.sleep(0.1)
        Server.pids[self.kind] = load.family(self.process.pid)

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(10)


if __name__ == "__main__":
    others = {
        "papers": papers.main,
        "proposals": proposals.main,
        "desk": desk.main,
        "casting": casting.main,
        "tally": tally.main,
        "surveys": surveys.main,
        "opinion-map": opinion_map.main,
        "reading": reading.main,
        "rehearsal": rehearsal.main,
    }
    if chosen := others.get("".join(sys.argv[1:2])):
        sys.argv[1:] = sys.argv[2:]
        chosen()
    else:
        main()
