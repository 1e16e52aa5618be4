"""What gatherings are made of: who moves up, what a reader at the door gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.gatherings.domain import (
    Attendee,
    Need,
    count_needs,
    read_door_code,
    who_moves_up,
)

PARTIES = st.lists(st.integers(min_value=1, max_value=6), max_size=12).map(
    lambda sizes: list(enumerate(sizes, start=1))
)


@settings(max_examples=60)
@given(PARTIES, st.integers(min_value=0, max_value=20))
def test_never_more_move_up_than_there_are_seats_and_nobody_who_fits_is_left_behind(waiting, free):
    moved = who_moves_up(waiting, free)
    sizes = dict(waiting)
    left = free - sum(sizes[each] for each in moved)
    assert left >= 0
    assert moved == sorted(moved)
    assert all(size > left for number, size in waiting if number not in moved)


def test_without_a_capacity_everybody_moves_up():
    assert who_moves_up([(1, 5), (2, 1)], None) == [1, 2]


def test_a_party_too_large_goes_on_waiting_and_the_next_one_that_fits_takes_the_seat():
    assert who_moves_up([(1, 4), (2, 1), (3, 2)], 3) == [2, 3]


@pytest.mark.parametrize(
    "typed",
    [
        "https://kuchi.example.jp/gatherings/door/k7mw3fpxrt/2b4d6f8h",
        " K7MW3FPXRT-2B4D6F8H ",
        "k7mw3fpxrt 2b4d6f8h",
    ],
)
def test_the_code_at_the_door_is_read_from_the_address_and_from_what_is_typed(typed):
    assert read_door_code(typed) == ("k7mw3fpxrt", "2b4d6f8h")


@pytest.mark.parametrize("typed", ["", "k7mw3fpxrt", "https://example.jp/", "あ" * 40, "x" * 300])
def test_anything_else_is_no_code(typed):
    assert read_door_code(typed) is None


def test_needs_are_counted_by_registration():
    asked = [{Need.CHILDCARE}, {Need.CHILDCARE, Need.WHEELCHAIR}, set()]
    assert count_needs(asked) == {Need.CHILDCARE: 2, Need.WHEELCHAIR: 1}


def test_who_registers_comes_out_of_the_seal_as_it_went_in():
    who = Attendee("北野", "kita@example.jp", "", frozenset({Need.CAPTIONING}), "前の席で")
    assert Attendee.read(who.as_dict()) == who
