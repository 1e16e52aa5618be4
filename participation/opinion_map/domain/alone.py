"""Computing a map in a process of its own: an order on standard input, the map as JSON on standard output.

    {"votes": "…/votes.csv", "statements": null, "removed": [], "seed": 0}

With "unsure": true, groups that may be mere chance are given too. With "as_before": true, the answer is one of
the time when what was not learnt was not null. With "draws" it is asked instead how well votes that are hidden are expected, so many times over. Ends with 1 and a sentence on standard output if the file holds no table of votes.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

# Loaded with the process, not with the first sum: the seconds told are those of computing.
import scipy.sparse.linalg  # noqa: F401

from participation.foundation.errors import Refused
from participation.opinion_map.domain.hidden import areas
from participation.opinion_map.domain.mapping import compute
from participation.opinion_map.domain.publishing import as_data
from participation.opinion_map.domain.reading import read_removed, read_votes


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """Read, compute, and return the map with what it took: CPU seconds of computing and of reading, memory."""
    began = time.process_time()
    read = read_votes(Path(order["votes"]).read_bytes())
    if not read.votes.count:
        first = f"{read.problems[0].line}行目：{read.problems[0].message}" if read.problems else ""
        raise Refused("読める票が1件もありません。" + first)
    moderated = read_removed(Path(order["statements"]).read_bytes()) if order["statements"] else ()
    if order.get("draws"):
        drawn = [areas(read.votes, order["seed"] + each) for each in range(order["draws"])]
        return {"draws": [asdict(each) for each in drawn if each is not None]}
    was_read, on_the_wall = time.process_time(), time.perf_counter()
    found = compute(
        read.votes,
        seed=order["seed"],
        removed=order["removed"],
        moderated=moderated,
        unsure=bool(order.get("unsure")),
    )
    computed, elapsed = time.process_time(), time.perf_counter() - on_the_wall
    return {
        **as_data(found, seed=order["seed"], as_before=bool(order.get("as_before"))),
        "problems": [{"line": each.line, "message": each.message} for each in read.problems],
        "problem_count": read.problem_count,
        "seconds": round(computed - was_read, 3),
        "elapsed_seconds": round(elapsed, 3),
        "reading_seconds": round(was_read - began, 3),
        "peak_mb": round(peak_megabytes(), 1),
    }


def peak_megabytes() -> float:
    """Return the most memory that this process has held.

    getrusage() begins with the memory of the process that started this one, so Linux is asked otherwise.
    """
    status = Path("/proc/self/status")
    held = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    if held:
        return int(held.group(1)) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> int:
    """Answer one order."""
    try:
        found = answer(json.load(sys.stdin.buffer))
    except Refused as refusal:
        sys.stdout.buffer.write(refusal.reason.encode("utf-8"))
        return 1
    sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False).encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
