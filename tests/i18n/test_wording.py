"""Hints about wording: where, why, and what to write instead; fast enough to run while somebody types."""

from __future__ import annotations

import time

import pytest

from participation.i18n.wording import official_hints, plain_hints


def kinds(hints):
    return {each.kind for each in hints}


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("ご意見は、今後検討します。", "promise", "検討します"),
        ("前向きに考えます。", "hedge", "前向きに"),
        ("可能な限り行います。", "hedge", "可能な限り"),
        ("行わないわけではありません。", "negation", "ないわけではありません"),
        ("広報誌等と掲示板等に載せます。", "vague", "等"),
        ("区が説明させていただきます。", "humble", "させていただきます"),
        ("掲示板は設置されています。", "passive", "されています"),
        ("防災に資する計画です。", "hard", "に資する"),
        ("DXを進めます。", "abbreviation", "DX"),
    ],
)
def test_a_turn_of_phrase_of_an_office_is_found_at_its_place(text, kind, words):
    found = [each for each in official_hints(text) if each.kind == kind]
    assert [each.words for each in found] == [words]
    assert text[found[0].start : found[0].end] == words
    assert found[0].advice
    assert found[0].source


@pytest.mark.parametrize(
    "text",
    [
        "広報課が、令和9年3月までに検討します。",
        "区は、次の改定のときに検討します。",
        "産業経済・消費生活課が、年度内に調整します。",
    ],
)
def test_a_promise_that_says_when_and_who_is_left_alone(text):
    assert "promise" not in kinds(official_hints(text))


@pytest.mark.parametrize(
    "text",
    ["この課題を検討します。", "一部を検討します。", "関係を検討します。", "教室の使い方を検討します。"],
)
def test_a_word_that_only_looks_like_an_office_is_nobody(text):
    (hint,) = [each for each in official_hints(text) if each.kind == "promise"]
    assert "どこの課が" in hint.advice


def test_a_name_is_no_hard_word():
    assert official_hints("実施計画の趣旨は、推進課が説明します。") == []
    assert kinds(official_hints("計画を実施します。")) == {"hard"}


def test_a_promise_names_what_is_missing():
    (hint,) = [each for each in official_hints("広報課が検討します。") if each.kind == "promise"]
    assert "いつ" in hint.advice
    assert "どこの課が" not in hint.advice


def test_a_sentence_is_long_from_the_61st_character():
    assert "long" not in kinds(official_hints("あ" * 59 + "。"))
    (hint,) = official_hints("短い文です。" + "い" * 60 + "。")
    assert (hint.kind, hint.sentence) == ("long", 2)


def test_an_abbreviation_is_asked_for_once_and_not_where_it_is_explained():
    assert "abbreviation" not in kinds(official_hints("情報通信技術（ICT）を使います。"))
    twice = [each for each in official_hints("EBPMです。EBPMです。") if each.kind == "abbreviation"]
    assert len(twice) == 1
    assert "根拠" in twice[0].advice
    assert official_hints("PDFで読めます。") == []


def test_a_plain_text_gives_no_hints():
    assert official_hints("駅に区報を置きます。文字を大きくします。") == []
    assert official_hints("") == []


def test_a_plain_version_has_readings_western_years_and_no_honorifics():
    text = "｜区民《くみん》の皆様から、令和8年度にいただいたご意見です。"
    found = plain_hints(text, "easy")
    assert {"furigana", "era", "humble"} <= kinds(found)
    (era,) = [each for each in found if each.kind == "era"]
    assert "2026年度" in era.advice
    assert text[era.start : era.end] == "令和8年度"
    assert "区民" not in {each.words for each in found if each.kind == "furigana"}


def test_a_reading_is_proposed_where_it_is_known_and_asked_for_once():
    found = [
        each for each in plain_hints("避難所は避難所です。逸話です。", "child") if each.kind == "furigana"
    ]
    assert [each.words for each in found] == ["避難所", "逸話"]
    assert "｜避難所《ひなんじょ》" in found[0].advice
    assert "｜逸話《読み》" in found[1].advice


def test_readings_do_not_make_a_sentence_long():
    text = "｜区民《くみん》" * 10 + "の声です。"
    assert "long" not in kinds(plain_hints(text, "easy"))
    assert "long" in kinds(plain_hints("あ" * 45 + "。", "easy"))


@pytest.mark.parametrize("look", [official_hints, lambda text: plain_hints(text, "easy")])
def test_six_thousand_characters_are_read_while_somebody_types(look):
    text = ("ご意見の趣旨を踏まえ、前向きに検討します。可能な限り、DXの推進等を図ってまいります。" * 200)[
        :6000
    ]
    look(text)
    best = min(_seconds(look, text) for _ in range(5))
    assert best < 0.1  # Some 10 ms on a quiet machine; the machines of tests are not quiet.


def _seconds(look, text):
    start = time.perf_counter()
    look(text)
    return time.perf_counter() - start
