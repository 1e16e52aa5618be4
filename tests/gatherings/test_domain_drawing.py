"""The draw of who is invited: the same for everybody who has list and seed."""

from __future__ import annotations

import csv
import hashlib
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.foundation.errors import Refused
from participation.gatherings.domain.drawing import draw, list_hash, shares
from participation.surveys.domain.inviting import Invitee

PROGRAM = Path(__file__).parents[2] / "static" / "gatherings" / "draw.py"
LISTED = [
    Invitee(
        f"{number:05}", {"地区": "北部" if number % 3 else "南部", "年代": "20代" if number % 2 else "60代"}
    )
    for number in range(1, 241)
]


def test_the_same_list_and_seed_draw_the_same_in_whatever_order_the_list_comes():
    shuffled = random.Random(1).sample(LISTED, len(LISTED))
    first, second = draw(LISTED, 30, "38412"), draw(shuffled, 30, "38412")
    assert [each.number for each in first.invitees] == [each.number for each in second.invitees]
    assert first.strata == second.strata
    assert list_hash(LISTED) == list_hash(shuffled)


def test_another_seed_draws_others():
    assert draw(LISTED, 30, "38412").invitees != draw(LISTED, 30, "38413").invitees


def test_anybody_can_compute_the_draw_by_hand():
    plain = [Invitee(each.number) for each in LISTED]
    by_hand = sorted(plain, key=lambda each: hashlib.sha256(f"38412:{each.number}".encode()).hexdigest())
    assert draw(plain, 7, "38412").invitees == tuple(by_hand[:7])


def test_strata_are_drawn_in_proportion():
    strata = draw(LISTED, 24, "s").strata
    assert sum(each.drawn for each in strata) == 24
    assert all(each.drawn == each.listed / 10 for each in strata)


@settings(max_examples=60)
@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 50), min_size=1, max_size=6),
    st.data(),
)
def test_shares_add_up_and_nobody_gets_more_than_a_place_beyond_their_part(sizes, data):
    total = sum(sizes.values())
    count = data.draw(st.integers(1, total))
    places = shares(sizes, count, "seed")
    assert sum(places.values()) == count
    assert all(0 <= places[name] - sizes[name] * count // total <= 1 for name in sizes)
    assert all(places[name] <= sizes[name] for name in sizes)


@pytest.mark.parametrize(("count", "seed"), [(0, "s"), (241, "s"), (3, "  ")])
def test_a_draw_that_cannot_be_made_is_refused(count, seed):
    with pytest.raises(Refused):
        draw(LISTED, count, seed)


def test_the_program_that_anybody_downloads_draws_the_same_without_us(tmp_path):
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["整理番号", "地区", "年代"], *([each.number, *each.strata.values()] for each in LISTED)]
        )
    done = subprocess.run(
        [sys.executable, "-I", str(PROGRAM), str(path), "--seed", "38412", "--count", "31"],
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
        check=True,
    )
    lines, drawn = done.stdout.splitlines(), draw(LISTED, 31, "38412")
    assert lines[0] == f"一覧のSHA-256：{list_hash(LISTED)}"
    assert lines[-31:] == [each.number for each in drawn.invitees]
    for each in drawn.strata:
        assert f"層「{each.name}」：{each.listed}人から{each.drawn}人" in lines
