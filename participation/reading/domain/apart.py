"""Reading in a process of its own, from this one: its memory goes back, and one thread computes.

With more threads, sums come out in another order, and with them the last digits: so the same texts give
the same answer on every machine of a kind, whatever else it does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NotRequired, TypedDict

from participation.foundation.errors import Refused
from participation.foundation.one_thread import with_one_thread

_ROOT = Path(__file__).resolve().parents[3]


class Order(TypedDict):
    """What is to be read."""

    #: "bundle" or "topics".
    what: str
    path: Path
    seed: int
    #: Read as where no encoder is installed.
    only_words: NotRequired[bool]


class ReadingStopped(Exception):
    """The process ended without an answer: no memory, or a mistake in the program."""


def read_apart(order: Order) -> bytes:
    """Return the answer as JSON; raises Refused if the file holds no table of texts."""
    done = subprocess.run(  # noqa: S603 (our own interpreter and module)
        with_one_thread(sys.executable, "-m", "participation.reading.domain.alone"),
        input=json.dumps({**order, "path": str(order["path"].resolve())}).encode("utf-8"),
        stdout=subprocess.PIPE,
        cwd=_ROOT,
        check=False,
    )
    if done.returncode == 1:
        raise Refused(done.stdout.decode("utf-8"))
    if done.returncode:
        raise ReadingStopped(
            f"読み分けが途中で止まりました（{done.returncode}）。メモリーが足りないか、プログラムの誤りです。"
        )
    return done.stdout
