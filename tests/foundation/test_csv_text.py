"""CSV text: no formula runs, everything reads back, and CP932 says what it lacks."""

from __future__ import annotations

import csv
import io

import pytest

from participation.foundation.csv_text import as_text, guarded, lost_in_cp932, to_cp932, unguarded


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "　=1",
        '"=1',
        "'=1",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe_and_loses_it_again(cell):
    assert guarded(cell) == "'" + cell
    assert unguarded("'" + cell) == cell


@pytest.mark.parametrize("cell", ["ふつうの文", "", "1-2", "a=b", "'引用'", "''"])
def test_ordinary_text_stays_as_it_is(cell):
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


def test_a_table_reads_back_to_the_letter_and_numbers_are_numbers():
    text = as_text(("文", "数"), [('改行\nと"引用"、=', 12), ("=危険", -3), (None, 0)])
    assert text.endswith('"",0\r\n')
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert [unguarded(row[0]) for row in read[1:]] == ['改行\nと"引用"、=', "=危険", ""]
    assert [row[1] for row in read[1:]] == ["12", "-3", "0"]


def test_cp932_keeps_signs_that_only_have_another_number_and_names_the_rest():
    assert to_cp932("〜−—").decode("cp932") == "～－―"
    assert lost_in_cp932("〜−—①髙") == {}
    assert lost_in_cp932("𠮷🙂🙂") == {"𠮷": 1, "🙂": 2}
    assert to_cp932("𠮷野家").decode("cp932") == "〓野家"
