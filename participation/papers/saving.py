"""Writes a table as a file for SPSS, in a process of its own: what it needs of memory goes with it.

Run as a file, with the folder of rows.csv and variables.json; it knows nothing of the program.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars
import pyreadstat

TYPES = {
    "whole": polars.Int16,
    "number": polars.Float64,
    "day": polars.Date,
    "words": polars.String,
}


def main(folder: str) -> int:
    """Make table.sav of rows.csv and variables.json; say on standard error why not."""
    described = json.loads((Path(folder) / "variables.json").read_text(encoding="utf-8"))
    variables = described["variables"]
    table = polars.read_csv(
        Path(folder) / "rows.csv",
        schema={each["name"]: TYPES[each["kind"]] for each in variables},
        low_memory=True,
    )
    try:
        pyreadstat.write_sav(
            table,
            str(Path(folder) / "table.sav"),
            file_label=described["title"],
            column_labels={each["name"]: each["label"] for each in variables},
            variable_value_labels={
                each["name"]: {number: label for number, label in each["values"]}  # noqa: C416 (a list of lists)
                for each in variables
                if each["values"]
            },
            variable_measure={
                each["name"]: "ordinal" if each["ordered"] else ("nominal" if each["values"] else "scale")
                for each in variables
                if each["kind"] != "words"
            },
            row_compress=True,
        )
    except pyreadstat.PyreadstatError as error:
        sys.stderr.write(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
