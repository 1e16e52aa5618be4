"""Forms that hold several opinions: adding and removing loses nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from participation.consultations.queries import AskedSubject, get_procedure
from participation.opinions import forms
from participation.opinions.domain import MAX_OPINIONS
from tests.support.builders.consultations import an_open_consultation

SUBJECTS = [
    AskedSubject(1, "aaa", "視点", "/plans/p/a", True),
    AskedSubject(2, "bbb", "項目", "/plans/p/a#b", True),
]
TYPED = {
    "count": "2",
    "about_0": "aaa",
    "body_0": "一つめ",
    "about_1": "bbb",
    "body_1": "二つめ\r\n二行め",
    "standings": ["lives", "works"],
    "language": "ja",
}


@pytest.fixture
def typed(app: Flask):
    """The form with two opinions as somebody sent it."""
    procedure = get_procedure(an_open_consultation().code)
    with app.test_request_context(method="POST", data=TYPED):
        yield procedure, forms.opinion_form(procedure, SUBJECTS)


def test_adding_an_opinion_keeps_what_was_typed(typed) -> None:
    procedure, form = typed
    more = forms.opinion_form(procedure, SUBJECTS, data=forms.with_one_more(form))
    assert [text.body for text in more.texts()] == ["一つめ", "二つめ\n二行め", ""]
    assert more.standings.data == ["lives", "works"]


def test_removing_one_moves_the_others_up_and_the_last_one_stays(typed) -> None:
    procedure, form = typed
    fewer = forms.opinion_form(procedure, SUBJECTS, data=forms.without(form, 0))
    assert [(text.about, text.body) for text in fewer.texts()] == [("bbb", "二つめ\n二行め")]
    last = forms.opinion_form(procedure, SUBJECTS, data=forms.without(fewer, 0))
    assert [text.body for text in last.texts()] == ["二つめ\n二行め"]


@pytest.mark.parametrize("count", ["0", "-3", "999999999999", "x", "１２", ""])
def test_a_count_that_was_tampered_with_stays_within_bounds(app: Flask, count: str) -> None:
    procedure = get_procedure(an_open_consultation().code)
    with app.test_request_context(method="POST", data={**TYPED, "count": count}):
        assert 1 <= len(forms.opinion_form(procedure, SUBJECTS).places) <= MAX_OPINIONS


def test_a_part_stands_under_its_page_in_the_list() -> None:
    assert [forms.choice_of(each) for each in SUBJECTS] == ["視点", "　○ 項目"]


@pytest.mark.parametrize(
    ("text", "day"), [("2026-11-22", "2026-11-22"), ("2026-02-30", "None"), ("", "None")]
)
def test_a_day_in_an_address_is_read_or_left_out(text: str, day: str) -> None:
    assert str(forms.day_in(text)) == day
