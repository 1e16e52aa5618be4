"""`.venv/bin/python -m bench.opinion_map`: the opinion map beside red-dwarf, on the same votes in the same run.

    python -m venv /tmp/peer && /tmp/peer/bin/pip install red-dwarf==0.4.0
    .venv/bin/python -m bench.opinion_map --peer /tmp/peer/bin/python --conversations FOLDER

Without --peer only our own figures are measured. Every map is computed in a process of its own, with
one thread, and the figures are medians over the seeds: CPU seconds of computing alone (votes already
read, libraries already loaded, for both) and the most memory that the process held. `agree` is the
adjusted Rand index of the two groupings, `inertia` ours over theirs where the number of groups is the
same. Of planted groups, how well they are found again; groups that cannot be told from chance are not shown to
anybody, whereas red-dwarf always gives some, so finding is compared with finding: such groups are asked for
with --unsure, and `shown` tells in how many of the maps there would have been any. Of hidden votes, how well they are expected:
the area under the curve of the map (the model with the ties of statements), of the model's two dimensions
alone, and of two principal components as Polis draws them and with its stretched places.

--long also measures red-dwarf on 100,000 people, which takes it minutes and gigabytes. --only vote: from an
answer to the voter's place on the map, through the pages (bench/map_votes.py).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
#: name: people, statements, votes a person on average, groups.
SIZES = {"20,000 × 500": (20_000, 500, 30, 3), "100,000 × 1,000": (100_000, 1_000, 30, 3)}
#: people, statements, groups, votes a person.
PLANTED = (
    (1000, 150, 2, 25),
    (1000, 150, 3, 12),
    (1000, 150, 3, 25),
    (1000, 150, 4, 50),
    (5000, 300, 4, 30),
    (2000, 300, 5, 60),
)
#: name: CPU at most, how many times the peer's speed at least, share of the peer's memory at most.
TARGETS = {
    "american-assembly.bowling-green": (None, 4, None),
    "20,000 × 500": (None, 20, 1 / 8),
    "100,000 × 1,000": (3.0, None, None),
}
#: How much better hidden votes must be expected than by two principal components.
GAIN = 0.015
#: How far the groupings must agree, where ours has not the lower inertia at the same number of groups.
ALIKE = 0.95
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer", help="the Python of an environment that has red-dwarf 0.4.0")
    parser.add_argument("--conversations", type=Path, help="a folder of folders with participants-votes.csv")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--long", action="store_true", help="red-dwarf on 100,000 people too")
    parser.add_argument(
        "--only", choices=("speed", "planted", "hidden", "vote"), help="measure one of the four"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-map-") as name:
        folder = Path(name)
        if options.only in (None, "speed"):
            speed(folder, options)
        if options.only in (None, "planted"):
            planted_groups(folder, options)
        if options.only in (None, "hidden") and options.conversations:
            hidden_votes(options)
        if options.only in (None, "vote"):
            # Loaded here: red-dwarf's Python, which runs this file too, has no site.
            map_votes = import_module("bench.map_votes")
            sizes = {"2,031 × 896": (2_031, 896, 111, 2), "20,000 × 500": SIZES["20,000 × 500"]}
            map_votes.measure(
                folder, {name: partial(synthetic, *size, seed=0) for name, size in sizes.items()}
            )


def conversations(options: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    """Yield the real conversations, if there are any."""
    for path in (
        sorted(options.conversations.glob("*/participants-votes.csv")) if options.conversations else ()
    ):
        yield path.parent.name, path


# ── Speed, memory, agreement ────────────────────────────────────────────────────────────────


def speed(folder: Path, options: argparse.Namespace) -> None:
    """Measure real conversations and large synthetic ones."""
    print(
        f"{'':34}{'CPU s':>8}{'MB':>7}{'read s':>8}   {'peer s':>8}{'MB':>7}{'faster':>8}{'agree':>7}{'inertia':>9}  wanted"
    )
    for name, path in conversations(options):
        compare(name, path, options, with_peer=True)
    for name, size in SIZES.items():
        path = folder / "votes.csv"
        write(path, *synthetic(*size, seed=0))
        compare(name, path, options, with_peer=size[0] < 50_000 or options.long)


def compare(name: str, path: Path, options: argparse.Namespace, *, with_peer: bool) -> None:
    """Print one line."""
    own = [ours(path, seed) for seed in range(options.seeds)]
    cpu, memory = median(own, "seconds"), median(own, "peak_mb")
    line = f"{name:34}{cpu:>8.3f}{memory:>7.0f}{median(own, 'reading_seconds'):>8.2f}   "
    ratio, share, alike = None, None, None
    if options.peer and with_peer:
        # Their answer is the same for every seed; a long one is measured once.
        other = [theirs(options.peer, path, seed) for seed in range(options.seeds if cpu < 1 else 1)]
        ratio, share = median(other, "seconds") / cpu, memory / median(other, "peak_mb")
        agreement, inertia = likeness(own[0], other[0])
        alike = agreement >= ALIKE or (":" not in inertia and inertia <= "1.0000")
        line += f"{median(other, 'seconds'):>8.3f}{median(other, 'peak_mb'):>7.0f}{ratio:>7.1f}×{agreement:>7.3f}{inertia:>9}"
    print(f"{line}  {', '.join(wanted(name, cpu, memory, ratio, share, alike))}", flush=True)


def wanted(
    name: str, cpu: float, memory: float, ratio: float | None, share: float | None, alike: bool | None
) -> Iterator[str]:
    """Say which targets were met."""
    seconds, times, part = TARGETS.get(name, (None, None, None))
    if seconds:
        yield f"≤ {seconds:g} s: {yes(cpu <= seconds)}, ≤ 512 MB: {yes(memory <= 512)}"
    if times and ratio:
        yield f"≥ {times}×: {yes(ratio >= times)}"
    if part and share:
        yield f"≤ 1/8 of its memory: {yes(share <= part)} (1/{1 / share:.0f})"
    if alike is not None:
        yield f"agree ≥ {ALIKE} or lower inertia: {yes(alike)}"


def yes(met: bool) -> str:
    """Yes, or a NO to be seen."""
    return "yes" if met else "NO"


def median(runs: list[dict[str, Any]], key: str) -> float:
    """The median over runs."""
    return float(statistics.median(run[key] for run in runs))


def ours(path: Path, seed: int, *, unsure: bool = False) -> dict[str, Any]:
    """Compute a map as `flask opinion-map compute` does, in a process of its own."""
    order: dict[str, Any] = {
        "votes": str(path),
        "statements": None,
        "removed": [],
        "seed": seed,
        "unsure": unsure,
    }
    command = [sys.executable, "-m", "participation.opinion_map.domain.alone"]
    return answered(command, json.dumps(order))


def theirs(python: str, path: Path, seed: int) -> dict[str, Any]:
    """Compute the same with red-dwarf."""
    return answered([python, __file__, "--as-peer", str(path), str(seed)], "")


def answered(command: list[str], said: str) -> dict[str, Any]:
    """Run a process with one thread and return what it wrote."""
    done = subprocess.run(
        command,
        input=said.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def likeness(own: dict[str, Any], other: dict[str, Any]) -> tuple[float, str]:
    """Return how far two groupings agree, and our inertia over theirs in our places, at the same number of groups."""
    people = own["participants"]
    place = {name: (x, y) for name, x, y in zip(people["id"], people["x"], people["y"], strict=True)}
    groups = {name: number for number, group in enumerate(own["groups"]) for name in group["members"]}
    both = [name for name in groups if name in other["labels"]]
    one = np.array([groups[name] for name in both])
    two = np.array([other["labels"][name] for name in both])
    if not both:
        return 0.0, "–"
    if one.max() != two.max():
        return rand(one, two), f"{one.max() + 1}:{two.max() + 1}"
    points = np.array([place[name] for name in both])
    return rand(one, two), f"{inertia(points, one) / inertia(points, two):.4f}"


def inertia(points: Any, labels: Any) -> float:
    """The sum of squared distances to the middle of each group."""
    return float(
        sum(
            ((points[labels == each] - points[labels == each].mean(axis=0)) ** 2).sum()
            for each in set(labels.tolist())
        )
    )


def rand(one: Any, other: Any) -> float:
    """The adjusted Rand index, computed apart from the program's own."""
    table = np.zeros((int(one.max()) + 1, int(other.max()) + 1))
    np.add.at(table, (one, other), 1)

    def pairs(sizes: Any) -> float:
        return float((sizes * (sizes - 1) / 2).sum())

    rows, columns = pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    by_chance = rows * columns / pairs(np.array([float(len(one))]))
    most = (rows + columns) / 2
    return 1.0 if most == by_chance else (pairs(table) - by_chance) / (most - by_chance)


# ── Planted groups ──────────────────────────────────────────────────────────────────────────


def planted_groups(folder: Path, options: argparse.Namespace) -> None:
    """Print how well groups that are known are found again: clear ones (1.3) and weak ones (0.8).

    Medians over the seeds; the gain is the median of the differences.
    """
    print(f"\n{'planted groups':34}{'sharp':>8}{'found':>12}{'shown':>7}{'ours':>8}{'peer':>8}  wanted")
    for people, statements, groups, each in PLANTED:
        for sharp in (1.3, 0.8):
            own, peer, counts, shown = [], [], [], 0
            for seed in range(options.seeds):
                rows, columns, values, hidden = planted(people, statements, groups, each, sharp, seed)
                path = folder / "planted.csv"
                write(path, rows, columns, values)
                found = ours(path, seed, unsure=True)
                shown += bool(found["groups"]) and not found["method"]["is_chance"]
                labels = {name: n for n, group in enumerate(found["groups"]) for name in group["members"]}
                own.append(recovered(labels, hidden))
                counts.append(len(found["groups"]))
                if options.peer:
                    peer.append(recovered(theirs(options.peer, path, seed)["labels"], hidden))
            name = f"{people:,} × {statements}, {groups} groups, {each} votes"
            mine, told = statistics.median(own), ""
            if peer:
                # Seed by seed: one and the same set of votes is grouped by both.
                gain = statistics.median(one - two for one, two in zip(own, peer, strict=True))
                met = gain >= 0 if groups == 2 else gain > 0
                aim = "no worse" if groups == 2 else "better"
                told = f"{statistics.median(peer):>8.3f}  {aim}: {yes(met)} ({gain:+.3f})"
            print(
                f"{name:34}{sharp:>8}{'/'.join(map(str, counts)):>12}{shown:>5}/{options.seeds}{mine:>8.3f}{told}",
                flush=True,
            )


def recovered(labels: dict[str, int], hidden: Any) -> float:
    """Agreement of labels with the groups that were planted."""
    if not labels:
        return 0.0
    return rand(np.array(list(labels.values())), np.array([hidden[int(name)] for name in labels]))


# ── Hidden votes ────────────────────────────────────────────────────────────────────────────


def hidden_votes(options: argparse.Namespace) -> None:
    """Print how well a tenth of the votes is expected from the others, as medians over the seeds."""
    reading = import_module("participation.opinion_map.domain.reading")
    hidden = import_module("participation.opinion_map.domain.hidden")
    print(f"\n{'hidden votes (area under curve)':34}{'map':>8}{'2 dims':>8}{'2 PCs':>8}{'scaled':>8}  wanted")
    for name, path in conversations(options):
        votes = reading.read_votes(path.read_bytes()).votes
        drawn = [hidden.areas(votes, seed) for seed in range(options.seeds)]
        ours_, dims, places, stretched = (
            float(statistics.median(getattr(each, part) for each in drawn))
            for part in ("model", "dimensions", "places", "stretched")
        )
        gain = ours_ - max(places, stretched)
        print(
            f"{name:34}{ours_:>8.4f}{dims:>8.4f}{places:>8.4f}{stretched:>8.4f}"
            f"  ≥ the better of both + {GAIN}: {yes(gain >= GAIN)} ({gain:+.4f})",
            flush=True,
        )


# ── Votes ───────────────────────────────────────────────────────────────────────────────────


def synthetic(people: int, statements: int, each: int, groups: int, seed: int) -> tuple[Any, Any, Any]:
    """Votes of people who scatter widely around a few places in two dimensions."""
    chance = np.random.default_rng(seed)
    middles = np.array([[1.5, 0.0], [-1.0, 1.2], [-1.0, -1.2]])[:groups]
    place = chance.normal(0, 0.5, (people, 2)) + middles[chance.integers(0, groups, people)]
    loading, lean = chance.normal(0, 1, (statements, 2)), chance.normal(0, 0.8, statements)
    rows, columns = who_saw_what(chance, people, statements, each)
    strength = lean[columns] + 0.6 * (place[rows] * loading[columns]).sum(axis=1)
    return rows, columns, said(chance, strength)


def planted(people: int, statements: int, groups: int, each: int, sharp: float, seed: int) -> tuple[Any, ...]:
    """Votes of groups each of which has its own leaning to every statement."""
    chance = np.random.default_rng([seed, people, groups])
    hidden = chance.integers(0, groups, people)
    lean = chance.normal(0, 0.7, statements) + chance.normal(0, sharp, (groups, statements))
    rows, columns = who_saw_what(chance, people, statements, each)
    return rows, columns, said(chance, lean[hidden[rows], columns]), hidden


def who_saw_what(chance: np.random.Generator, people: int, statements: int, each: int) -> tuple[Any, Any]:
    """Everybody sees different statements, some many and some few."""
    counts = np.clip(chance.lognormal(np.log(each) - 0.18, 0.6, people), 1, statements).astype(int)
    columns = [chance.permutation(statements)[:count] for count in counts]
    return np.repeat(np.arange(people), counts), np.concatenate(columns)


def said(chance: np.random.Generator, strength: Any) -> Any:
    """Agreement, disagreement, or now and then a pass."""
    values = np.where(chance.random(len(strength)) < 1 / (1 + np.exp(-strength)), 1, -1)
    values[chance.random(len(strength)) < 0.12] = 0
    return values


def write(path: Path, rows: Any, columns: Any, values: Any) -> None:
    """Write rows of participant, statement, vote."""
    with path.open("w", encoding="utf-8") as file:
        file.write("participant,statement,vote\n")
        file.writelines(
            f"{row},{column},{value}\n"
            for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True)
        )


# ── Inside the peer's environment ───────────────────────────────────────────────────────────


def as_peer(path: Path, seed: int) -> None:
    """Compute with red-dwarf and write what it took."""
    pipeline = import_module("reddwarf.implementations.base").run_pipeline
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        if header[1] == "statement":
            votes = [
                {
                    "participant_id": int(row[0]),
                    "statement_id": int(row[1]),
                    "vote": int(row[2]),
                    "modified": 0,
                }
                for row in rows
            ]
        else:
            votes = [
                {"participant_id": int(row[0]), "statement_id": int(name), "vote": int(cell), "modified": 0}
                for row in rows
                for name, cell in zip(header[6:], row[6:], strict=True)
                if cell
            ]
    began = time.process_time()
    found = pipeline(votes=votes, random_state=seed)
    spent = time.process_time() - began
    held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    labels = found.participants_df["cluster_id"].dropna()
    answer = {
        "seconds": spent,
        "peak_mb": int(held.group(1)) / 1024 if held else float("nan"),
        "labels": {str(name): int(label) for name, label in labels.items()},
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--as-peer"]:
        as_peer(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
