"""Readings of kanji: as ruby on a page, in brackets in a text, and never as markup of somebody else."""

from __future__ import annotations

import pytest

from participation.i18n import furigana


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("｜区民《くみん》の声", "区民（くみん）の声"),
        ("区民《くみん》の声", "区民（くみん）の声"),
        ("声を｜聴く《きく》", "声を聴く（きく）"),
        ("『本』《題》の話", "『本』《題》の話"),
        ("｜区民の声", "｜区民の声"),
        ("区民《》の声", "区民《》の声"),
        ("｜区民\n《くみん》", "｜区民\n《くみん》"),
        ("", ""),
    ],
)
def test_readings_stand_in_brackets_where_there_is_no_ruby(typed, told):
    assert furigana.in_words(typed) == told


def test_characters_are_counted_without_readings():
    assert furigana.without_readings("｜区民《くみん》の意見《いけん》です") == "区民の意見です"


def test_ruby_is_escaped_on_both_sides():
    assert furigana.ruby("<b>", '"&') == ("<ruby>&lt;b&gt;<rp>（</rp><rt>&#34;&amp;</rt><rp>）</rp></ruby>")


def test_the_pieces_together_are_the_whole_text():
    text = "あ｜区民《くみん》い意見《いけん》う《え》"
    assert [words for words, _ in furigana.pieces(text)] == ["あ", "区民", "い", "意見", "う《え》"]
