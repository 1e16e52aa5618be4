"""Files for SPSS: what was written is read back by the library itself."""

from __future__ import annotations

from datetime import date

import pyreadstat
import pytest

from participation.papers import statistics_file
from participation.papers.statistics_file import NotSaved, Variable, names_for

VARIABLES = [
    Variable("number", "通し番号", "number"),
    Variable("q1", "区報を読みますか", "whole", {1: "よく読む", 2: "読まない"}, is_ordered=True),
    Variable("day", "回答した日", "day"),
    Variable("q9", "ご自由に", "words"),
]
ROWS = [[1, 1, "2026-11-22", "公園が,近い\n「よい」"], [2, None, "2026-11-23", None], [3, 2, None, "𠮷野"]]


def test_values_labels_days_and_words_come_back(tmp_path):
    path = tmp_path / "table.sav"
    statistics_file.write(VARIABLES, ROWS, path, title="情報発信アンケート")
    table, about = pyreadstat.read_sav(str(path), output_format="dict")
    assert list(table["number"]) == [1, 2, 3]
    assert table["q1"][0] == 1
    assert table["q1"][1] is None or table["q1"][1] != table["q1"][1], "nothing, or not a number"
    assert table["day"][0] == date(2026, 11, 22)
    assert table["q9"][0] == "公園が,近い\n「よい」"
    assert table["q9"][2] == "𠮷野"
    assert about.column_names_to_labels["q1"] == "区報を読みますか"
    assert about.variable_value_labels["q1"] == {1.0: "よく読む", 2.0: "読まない"}
    assert about.variable_measure["q1"] == "ordinal"
    assert [each.name for each in tmp_path.iterdir()] == ["table.sav"], "nothing is left beside it"


def test_what_cannot_be_written_is_said_and_leaves_no_file(tmp_path):
    path = tmp_path / "table.sav"
    with pytest.raises(NotSaved, match="作れませんでした"):
        statistics_file.write([Variable("q1", "x", "whole")], [["words"]], path, title="x")
    assert list(tmp_path.iterdir()) == []


def test_names_are_such_that_spss_takes_and_none_twice():
    assert names_for(["q2-a1", "q2_a1", "Q2-A1", "attribute:年代", "1st", "x" * 90]) == [
        "q2_a1",
        "q2_a1_2",
        "Q2_A1_3",
        "attribute",
        "v1st",
        "x" * 56,
    ]
