"""Who spoke against who lives in the ward: what is said, and what is never told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.people.domain import AGE_BAND_NAMES, AgeBand
from participation.reading.domain.coverage import (
    Heard,
    Tie,
    Verdict,
    Way,
    compare,
    draw_board,
    guarded,
    joined,
    tie_of,
)
from participation.reading.domain.population import Population

PLACES = ["北部地区", "東部地区", "南部地区"]
BOTH = {(place, age): 1000 for place in PLACES for age in AgeBand}
POPULATION = Population(
    dict.fromkeys(PLACES, 8000), dict.fromkeys(AgeBand, 3000), BOTH, "架空の統計", date(2026, 1, 1)
)


def people(place, age, count, *, tie=Tie.LIVES, way=Way.ONLINE):
    return [Heard(place, age, tie, way)] * count


def a_ward(north=120, east=110, south=20):
    heard = []
    for place, count in zip(PLACES, (north, east, south), strict=True):
        for number, age in enumerate(AgeBand):
            some = count // 8 + (number == 2)
            heard += people(place, age, some - some // 3)
            heard += people(place, age, some // 3, way=Way.PAPER)
    return heard


def test_the_place_from_which_few_spoke_is_named_with_the_ages_that_are_missing():
    board = draw_board(a_ward(), PLACES, POPULATION)
    assert [line.verdict for line in board.places] == [Verdict.MORE, Verdict.MORE, Verdict.FEWER]
    south = board.places[2]
    assert south.ratio is not None
    assert south.low < south.ratio < south.high < 1
    (suggestion,) = board.suggestions
    assert suggestion.place == "南部地区"
    assert suggestion.missing == round(south.expected - south.count)
    assert suggestion.ages


def test_without_a_population_people_are_counted_and_nothing_is_compared():
    board = draw_board(a_ward(), PLACES, None)
    assert [line.count for line in board.places] == [121, 105, 17]
    assert {line.verdict for line in board.places} == {None}
    assert board.suggestions == ()


def test_the_ratio_is_one_share_by_the_other_and_its_bounds_are_wilsons():
    ratio, low, high = compare(10, 100, 2000, 10_000)
    assert ratio == pytest.approx(0.5)
    assert (low, high) == (pytest.approx(0.2762, abs=1e-4), pytest.approx(0.8718, abs=1e-4))
    assert compare(0, 0, 10, 100) is None
    assert compare(5, 50, 0, 100) is None


def test_those_who_live_elsewhere_are_not_compared_with_residents():
    workers = [each for age in AgeBand for each in people(None, age, 12, tie=Tie.WORKS)]
    board = draw_board([*a_ward(), *workers], PLACES, POPULATION)
    assert board.people == board.residents + 96
    assert board.places == draw_board(a_ward(), PLACES, POPULATION).places
    assert dict(board.ties.rows)["働いている"][board.ties.ages.index("40代")] == 12


def test_a_class_that_handed_in_together_is_as_many_people_as_it_is():
    board = draw_board(
        [Heard("北部地区", AgeBand.UNDER_18, Tie.LIVES, Way.IN_PERSON, 24)], PLACES, POPULATION
    )
    assert board.places[0].count == 24


def test_with_few_people_ages_are_put_together_and_with_very_few_nothing_is_broken_down():
    board = draw_board(a_ward(80, 80, 80), PLACES, POPULATION)
    assert board.both.ages == tuple(AGE_BAND_NAMES.values())
    fewer = draw_board(a_ward(32, 32, 32), PLACES, POPULATION)
    assert "30・40代" in fewer.both.ages
    assert draw_board(a_ward(8, 8, 8)[:12], PLACES, POPULATION).both.rows == ()


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*PLACES, None]), st.sampled_from([*AgeBand, None]), st.sampled_from(list(Way))
        ),
        max_size=120,
    ),
    st.sampled_from([None, *Way]),
)
def test_no_number_below_five_is_ever_told(rows, way):
    heard = [Heard(place, age, Tie.LIVES, by) for place, age, by in rows]
    board = draw_board(heard, PLACES, POPULATION, way=way)
    told = [line.count for line in (*board.places, *board.ages)]
    told += [cell.count for _, cells in board.both.rows for cell in cells]
    told += [count for table in (board.ties, board.ways) for _, cells in table.rows for count in cells]
    assert all(count is None or count >= 5 for count in told)
    # Of a small number no ratio stands there either, from which it could be counted back.
    assert all(line.ratio is None for line in (*board.places, *board.ages) if line.count is None)


def test_a_single_small_number_cannot_be_found_by_taking_the_others_from_the_total():
    assert guarded([40, 3, 20, 9]) == [40, None, 20, None]
    assert guarded([40, 3, 20, 1]) == [40, None, 20, None]
    assert guarded([40, 30]) == [40, 30]
    assert guarded([0]) == [None]


def test_who_spoke_twice_is_one_person_completed_by_what_was_said_later():
    first = Heard(None, AgeBand.FROM_30, Tie.NOT_SAID, Way.PAPER)
    later = Heard("北部地区", AgeBand.FROM_40, Tie.LIVES, Way.ONLINE)
    assert joined(first, later) == Heard("北部地区", AgeBand.FROM_30, Tie.LIVES, Way.PAPER)


@pytest.mark.parametrize(
    ("standings", "has_district", "tie"),
    [
        (["works", "lives"], False, Tie.LIVES),
        (["works", "studies"], False, Tie.WORKS),
        (["operates"], False, Tie.OTHER),
        ([], True, Tie.LIVES),
        ([], False, Tie.NOT_SAID),
    ],
)
def test_everybody_is_counted_under_one_tie(standings, has_district, tie):
    assert tie_of(standings, has_district=has_district) is tie
