"""Computing a map in a process of its own, from this one.

The rest of the program neither loads what computes nor keeps the memory of a large conversation, and
the same votes find the same machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from participation.foundation.errors import Refused
from participation.foundation.one_thread import with_one_thread

_ROOT = Path(__file__).resolve().parents[3]
HEADER = "participant,statement,vote\n"


class ComputingStopped(Exception):
    """The process ended without a map: no memory, or a mistake in the program."""


def compute_apart(
    path: Path,
    *,
    seed: int,
    removed: Sequence[str] = (),
    statements: Path | None = None,
    unsure: bool = False,
    as_before: bool = False,
) -> bytes:
    """Return the map of a file of votes as JSON; raises Refused if it holds no table of votes."""
    return _asked(
        {
            "votes": str(path.resolve()),
            "statements": str(statements.resolve()) if statements else None,
            "removed": list(removed),
            "seed": seed,
            "unsure": unsure,
            "as_before": as_before,
        }
    )


def hidden_apart(path: Path, *, seed: int, draws: int) -> list[dict[str, float]]:
    """Return how well hidden votes of a file are expected, once for each draw that has enough of them."""
    order: dict[str, Any] = {
        "votes": str(path.resolve()),
        "statements": None,
        "removed": [],
        "seed": seed,
        "draws": draws,
    }
    found: list[dict[str, float]] = json.loads(_asked(order))["draws"]
    return found


def _asked(order: dict[str, Any]) -> bytes:
    done = subprocess.run(  # noqa: S603 (our own interpreter and module)
        with_one_thread(sys.executable, "-m", "participation.opinion_map.domain.alone"),
        input=json.dumps(order).encode("utf-8"),
        stdout=subprocess.PIPE,
        cwd=_ROOT,
        check=False,
    )
    if done.returncode == 1:
        raise Refused(done.stdout.decode("utf-8"))
    if done.returncode:
        raise ComputingStopped(
            f"計算が途中で止まりました（{done.returncode}）。メモリーが足りないか、プログラムの誤りです。"
        )
    return done.stdout


def as_file(votes: Iterable[tuple[str, int, int]]) -> bytes:
    """Return votes – participant, statement, vote – as the file that is computed from, in one fixed order."""
    rows = [f"{who},{number},{value}\n" for who, number, value in sorted(votes)]
    return (HEADER + "".join(rows)).encode("ascii")


def compute_votes(content: bytes, *, seed: int, as_before: bool = False) -> dict[str, Any]:
    """Return the map of votes given as the bytes of a file; `as_before`: see publishing.as_data()."""
    with tempfile.TemporaryDirectory(prefix="opinion-map-") as folder:
        path = Path(folder) / "votes.csv"
        path.write_bytes(content)
        found: dict[str, Any] = json.loads(compute_apart(path, seed=seed, as_before=as_before))
        return found
