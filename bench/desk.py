"""`python3 run.py bench desk`: every page of the desk when a consultation has 20,000 opinions: queries, time, weight.

The pages are those that links lead to from the desk's first page, two of each kind, read as somebody with every role of
the desk. Each is read TIMES times by one reader in this process: no server is between. The first reading is not counted.
"""

from __future__ import annotations

import html
import os
import re
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from bench import data, papers
from participation.access.actors import Role
from participation.app import create_app
from participation.foundation.db import db

TIMES = 20
OF_A_KIND = 2
#: What a page of the desk may take: queries, milliseconds (95 of 100 readings), bytes.
MOST_QUERIES, MOST_MS, MOST_BYTES = 10, 300.0, 60_000
_LINK = re.compile(r'href="(/desk/[^"#]*)')


@dataclass(frozen=True)
class Reading:
    """One page: how many questions it asks the database, how long it takes, how heavy it is."""

    path: str
    endpoint: str
    queries: int
    middle_ms: float
    slow_ms: float
    size: int

    @property
    def misses(self) -> str:
        """What it takes too much of, in a word each."""
        missed = {
            "queries": self.queries > MOST_QUERIES,
            "time": self.slow_ms > MOST_MS,
            "bytes": self.size > MOST_BYTES,
        }
        return ", ".join(name for name, is_missed in missed.items() if is_missed)


def main() -> None:
    """Prepare, read every kind of page, print the slowest first."""
    count = int(sys.argv[1]) if sys.argv[1:] else 20_000
    with tempfile.TemporaryDirectory(prefix="bench-desk-") as folder:
        environ = {
            **os.environ,
            "APP_ENV": "production",
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/{{}}.sqlite3",
            "PUBLIC_URL": "http://127.0.0.1",
            "SECRET_KEY": "bench-only-bench-only-bench-only-bench",
            "JOBS_INSIDE": "0",
        }
        papers.prepare(environ, count, 400)
        app = create_app(environ | {"DATABASE_URL": f"sqlite:///{Path(folder)}/{count}.sqlite3"})
        with app.app_context():
            token = data.staff(
                *(role for role in Role if role not in (Role.VISITOR, Role.RESIDENT, Role.SYSTEM))
            )
        readings = sorted(read(app, token), key=lambda each: -each.slow_ms)
    print(f"\n{'page of the desk':58}{'queries':>8}{'middle':>9}{'p95 ms':>9}{'kB':>7}   too much")
    for each in readings:
        print(
            f"{each.path[:57]:58}{each.queries:>8}{each.middle_ms:>9.0f}{each.slow_ms:>9.0f}"
            f"{each.size / 1000:>7.0f}   {each.misses}"
        )


def read(app: Flask, token: str) -> Iterator[Reading]:
    """Yield what each page costs that links lead to, two of each kind."""
    client = app.test_client()
    client.set_cookie("sid", token)
    addresses = app.url_map.bind("localhost")
    seen, waiting, kinds = {"/desk/"}, deque(["/desk/"]), Counter[str]()
    while waiting:
        path = waiting.popleft()
        endpoint = addresses.match(urlsplit(path).path)[0]
        kinds[endpoint] += 1
        if kinds[endpoint] > OF_A_KIND:
            continue
        answer = client.get(path)
        if (
            answer.mimetype != "text/html"
            or answer.status_code != 200
            or "Content-Disposition" in answer.headers
        ):
            continue
        for link in _LINK.findall(answer.get_data(as_text=True)):
            there = urljoin(path, html.unescape(link))
            if there not in seen:
                seen.add(there)
                waiting.append(there)
        yield timed(app, client, path, endpoint)


def timed(app: Flask, client: FlaskClient, path: str, endpoint: str) -> Reading:
    """Return what one page costs."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    size = len(client.get(path).get_data())
    event.remove(engine, "before_cursor_execute", note)
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        client.get(path)
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return Reading(path, endpoint, len(asked), taken[TIMES // 2], taken[int(TIMES * 0.95)], size)
