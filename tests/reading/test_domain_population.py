"""The table of the population: what may stand in it, and what is said of what may not."""

from __future__ import annotations

import pytest

from participation.people.domain import AgeBand
from participation.reading.domain.population import band_of, read_population, template_rows

PLACES = ["北部地区", "東部地区"]
HEAD = "variable,category,population,source,as_of\n"


def lines(*rows: str, source: str = "統計") -> str:
    return HEAD + "".join(f"{row},{source},2026-01-01\n" for row in rows)


@pytest.mark.parametrize(
    ("category", "band"),
    [
        ("30代", AgeBand.FROM_30),
        ("３０〜３４歳", AgeBand.FROM_30),
        ("35-39", AgeBand.FROM_30),
        ("18歳未満", AgeBand.UNDER_18),
        ("18～29歳", AgeBand.FROM_18),
        ("0歳", AgeBand.UNDER_18),
        ("85歳以上", AgeBand.FROM_80),
        ("100歳", AgeBand.FROM_80),
        ("15〜19歳", None),
        ("65歳以上", None),
        ("20代以下", None),
        ("", None),
    ],
)
def test_an_age_belongs_to_the_band_in_which_it_lies_whole(category, band):
    assert band_of(category) is band


def test_finer_ages_are_added_up_and_both_margins_follow_from_the_joined_table():
    rows = [
        f"地区×年代,{place}×{age},{count}"
        for place, count in (("北部地区", 10), ("東部", 30))
        for age in ("0〜14歳", "15〜17歳", "18〜29歳", "30代", "40代", "50代", "60代", "70代", "80歳以上")
    ]
    found = read_population(lines(*rows), PLACES).population
    assert found is not None
    assert found.by_both["北部地区", AgeBand.UNDER_18] == 20
    assert found.by_place == {"北部地区": 90, "東部地区": 270}
    assert found.by_age[AgeBand.FROM_30] == 40
    assert (found.total, found.source, found.as_of.isoformat()) == (360, "統計", "2026-01-01")


def test_places_alone_are_enough_and_say_nothing_of_ages():
    found = read_population(lines("地区,北部地区,40", "地区,東部地区,60"), PLACES).population
    assert found is not None
    assert (found.by_age, found.by_both, found.total) == ({}, {}, 100)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (lines("地区,北部地区,1", "地区,海地区,2"), "「海地区」という地区はありません"),
        (lines("地区,北部地区,1", "地区,北部,2"), "東部地区 の人口がありません"),
        (lines("年代,15〜19歳,1", "年代,30代,2"), "「15〜19歳」が分かりません"),
        (lines("性別,女,1", "性別,男,2"), "「性別」は使えません"),
        (lines("地区×年代,北部地区,1", "地区×年代,東部地区,2"), "でつないで"),
        (lines("地区,北部地区,0", "地区,東部地区,0"), "どれも0"),
        (lines("地区,北部地区,多い", "地区,東部地区,1"), "0以上の整数"),
        (
            lines("地区,北部地区,1", "地区,東部地区,1")
            + "地区×年代,北部地区×30代,1,別の統計,2025-01-01\n地区×年代,東部地区×30代,1,別の統計,2025-01-01\n",
            "の人口がありません",
        ),
        ("", "空です"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_used(text, said):
    read = read_population(text, PLACES)
    assert read.population is None
    assert said in "".join(error.words for error in read.errors)


def test_the_template_names_every_place_and_age_and_can_be_read_once_it_is_filled_in():
    rows = template_rows(PLACES)
    filled = lines(*(f"{variable},{category},7" for variable, category, *_ in rows))
    found = read_population(filled, PLACES).population
    assert found is not None
    assert found.total == 7 * 16
