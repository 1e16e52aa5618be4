"""Modules that are loaded when they are first used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from participation.foundation.lazily import lazily


def test_it_behaves_as_the_module():
    json = lazily("json")
    assert json.loads("[1]") == [1]
    assert "json" in repr(json)


def test_a_module_that_is_missing_is_missed_when_it_is_used():
    missing = lazily("no_such_module_here")
    with pytest.raises(ModuleNotFoundError):
        missing.anything  # noqa: B018
    with pytest.raises(AttributeError):
        lazily("json").no_such_name  # noqa: B018


START = """
import sys, participation.app
participation.app.manifests()
print(*sorted({"openpyxl", "docx", "typst", "markdown_it"} & set(sys.modules)))
"""


def test_the_start_of_the_program_loads_nothing_that_writes_or_reads_office_files():
    told = subprocess.run(
        [sys.executable, "-c", START],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == ""
