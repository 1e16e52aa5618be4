"""The process that writes files for SPSS knows nothing of the program and says why it failed."""

from __future__ import annotations

import json
import subprocess
import sys

from participation.papers.statistics_file import SAVING


def test_a_column_that_cannot_be_written_ends_with_a_reason(tmp_path):
    described = {
        "title": "x",
        "variables": [{"name": "a b", "label": "x", "kind": "whole", "values": [], "ordered": False}],
    }
    (tmp_path / "variables.json").write_text(json.dumps(described))
    (tmp_path / "rows.csv").write_text("a b\n1\n")
    done = subprocess.run(
        [sys.executable, "-I", str(SAVING), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "a b" in done.stderr
