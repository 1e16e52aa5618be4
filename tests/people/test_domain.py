"""Words and limits of accounts."""

from __future__ import annotations

import pytest

from participation.people import domain
from participation.people.domain import AgeBand, Standing, TokenPurpose, hash_of_text


@pytest.mark.parametrize(
    ("kind", "names"), [(Standing, domain.STANDING_NAMES), (AgeBand, domain.AGE_BAND_NAMES)]
)
def test_every_choice_has_its_own_name_in_japanese(kind, names):
    assert set(names) == set(kind)
    assert len(set(names.values())) == len(names)


def test_every_mailed_link_stops_working_one_day():
    assert set(domain.TOKEN_LIFE) == set(TokenPurpose)
    assert domain.TOKEN_LIFE[TokenPurpose.RESET_PASSWORD] < domain.TOKEN_LIFE[TokenPurpose.CONFIRM_EMAIL]


def test_staff_are_logged_out_sooner_than_residents():
    assert domain.STAFF_IDLE < domain.RESIDENT_IDLE
    assert domain.STAFF_LIFE < domain.RESIDENT_LIFE


def test_use_is_noted_often_enough_that_nobody_is_logged_out_while_working():
    assert domain.NOTE_USE_OF_STAFF < domain.STAFF_IDLE
    assert domain.NOTE_USE_OF_RESIDENTS < domain.RESIDENT_IDLE


def test_a_hash_tells_texts_apart_and_does_not_contain_them():
    assert hash_of_text("kamome@example.jp") == hash_of_text("kamome@example.jp")
    assert hash_of_text("kamome@example.jp") != hash_of_text("kamome@example.com")
    assert "kamome" not in hash_of_text("kamome@example.jp")
