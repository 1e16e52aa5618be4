"""A table of answers as a file for SPSS (.sav): names, labels of columns, labels of values.

pyreadstat writes only data frames, and a data frame of everything needs memory; so it is made in a process of its
own, from a table that was written down line by line.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: Run in a process of its own, never imported.
SAVING = Path(__file__).with_name("saving.py")
PATIENCE = 900
#: One thread is enough, and each takes memory.
ALONE = {"POLARS_MAX_THREADS": "1"}
#: SPSS shows no more of a label.
MOST_LABEL = 120
_UNFIT = re.compile(r"[^A-Za-z0-9_]")


class NotSaved(Exception):
    """The file was not written; the message says why."""


@dataclass(frozen=True)
class Variable:
    """One column: its name, what it means, "whole", "number", "day" or "words"; what its numbers stand for."""

    name: str
    label: str
    kind: str
    value_labels: dict[int, str] = field(default_factory=dict)
    is_ordered: bool = False


def names_for(wanted: Iterable[str]) -> list[str]:
    """Return names that SPSS takes: letters, digits and _, none twice, at most 64 characters."""
    found: list[str] = []
    for name in wanted:
        plain = _UNFIT.sub("_", name)[:56].strip("_") or "v"
        plain = plain if plain[0].isalpha() else f"v{plain}"
        fresh, number = plain, 2
        while fresh.lower() in (each.lower() for each in found):
            fresh, number = f"{plain}_{number}", number + 1
        found.append(fresh)
    return found


def write(
    variables: Sequence[Variable],
    rows: Iterable[Sequence[str | int | float | None]],
    path: Path,
    *,
    title: str,
) -> None:
    """Write the file at `path`; raises NotSaved."""
    with tempfile.TemporaryDirectory(prefix="saving-", dir=path.parent) as name:
        folder = Path(name)
        with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([variable.name for variable in variables])
            for row in rows:
                writer.writerow(["" if cell is None else cell for cell in row])
        described = {
            "title": title[:60],
            "variables": [
                {
                    "name": each.name,
                    "label": each.label[:MOST_LABEL],
                    "kind": each.kind,
                    "values": [[number, label[:MOST_LABEL]] for number, label in each.value_labels.items()],
                    "ordered": each.is_ordered,
                }
                for each in variables
            ],
        }
        (folder / "variables.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
        try:
            done = subprocess.run(  # noqa: S603 (this program's own file and folder)
                [sys.executable, "-I", str(SAVING), str(folder)],
                stdin=subprocess.DEVNULL,
                env=ALONE,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise NotSaved(f"SPSSのファイルを{PATIENCE}秒以内に作れませんでした。") from error
        if done.returncode != 0:
            why = done.stderr.decode("utf-8", "replace").strip()[-400:]
            raise NotSaved(f"SPSSのファイルを作れませんでした（終了コード {done.returncode}）。{why}")
        (folder / "table.sav").replace(path)
