"""Tables as CSV: nothing a spreadsheet would run, and nothing lost in silence."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.foundation.csv_text import as_text, guarded, lost_in_cp932, to_cp932, unguarded


@pytest.mark.parametrize(
    "cell", ["=1+1", "+81", "-1", "@SUM(A1)", "＝1+1", "＋1", " =1", "　=1", "\t=1", "\r=1", "'=1", '"=1']
)
def test_a_cell_that_would_be_run_gets_an_apostrophe(cell: str) -> None:
    assert guarded(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["公園を増やしてほしい", "1=1", "", "３丁目", "'引用'"])
def test_an_ordinary_cell_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert (guarded(-3), guarded(None)) == (-3, "")


@given(st.text())
def test_what_was_guarded_is_read_back_to_the_letter(cell: str) -> None:
    assert unguarded(str(guarded(cell))) == cell


@given(
    st.lists(
        st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00\r")), min_size=1, max_size=4
    )
)
def test_a_table_is_read_back_by_any_csv_reader(cells: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(as_text(["題"] * len(cells), [cells]), newline="")))
    assert [unguarded(cell) for cell in rows[1]] == cells


def test_the_same_sign_under_another_number_is_not_lost_in_cp932() -> None:
    assert lost_in_cp932("10〜12時 − ―") == {}
    assert to_cp932("10〜12時").decode("cp932") == "10～12時"


def test_what_cp932_cannot_write_is_counted_and_marked() -> None:
    assert lost_in_cp932("𠮷野家の𠮷 😀") == {"𠮷": 2, "😀": 1}
    assert to_cp932("𠮷野家").decode("cp932") == "〓野家"
