"""Amendments as words, seals, differences and likeness."""

from __future__ import annotations

from dataclasses import asdict, replace

from participation.replies.domain import (
    AmendmentText,
    Operation,
    ReplyContent,
    amendment_from,
    bigrams,
    difference,
    likeness,
)

TEXT = "区の情報を、多様な媒体等を活用し、伝えます。"


def amendment(operation, before, after):
    return AmendmentText("a1", 1, "視点2 ○1つ目", operation, before, after, TEXT)


def test_the_three_operations_give_the_new_text():
    replaced = amendment(Operation.REPLACE, "媒体等", "媒体（掲示板、区報等）")
    assert replaced.new_text() == "区の情報を、多様な媒体（掲示板、区報等）を活用し、伝えます。"
    assert amendment(Operation.DELETE, "、多様な媒体等を活用し", "").new_text() == "区の情報を、伝えます。"
    assert amendment(Operation.ADD, "", "結果も公表します。").new_text() == TEXT + "結果も公表します。"
    assert amendment(Operation.ADD, "区の情報を、", "早く、").new_text() == "区の情報を、早く、" + TEXT[6:]


def test_the_old_text_is_whole_without_what_is_added():
    for operation, before, after in (
        (Operation.REPLACE, "媒体等", "媒体"),
        (Operation.DELETE, "多様な", ""),
        (Operation.ADD, "活用し", "、分かりやすく"),
    ):
        parts = amendment(operation, before, after).parts()
        assert "".join(words for kind, words in parts if kind != "add") == TEXT


def test_the_seal_names_the_content_and_nothing_else():
    content = ReplyContent("題", "要旨", "文", 3, amendments=(amendment(Operation.ADD, "", "文。"),))
    assert content.seal() == replace(content).seal()
    for change in (
        {"title": "別"},
        {"summary": "別"},
        {"body": "別"},
        {"disposition_id": 4},
        {"same_as_point_id": 1},
        {"supplement": "別"},
        {"amendments": ()},
    ):
        assert replace(content, **change).seal() != content.seal()


def test_an_amendment_comes_back_from_json_as_it_was():
    text = amendment(Operation.REPLACE, "媒体等", "媒体")
    assert amendment_from(asdict(text)) == text


def test_a_difference_puts_both_texts_together():
    for old, new in (
        ("あいうえお", "あいかえお"),
        ("", "新しい"),
        ("同じ", "同じ"),
        ("長い" * 4000, "短い" * 4000),
    ):
        parts = difference(old, new)
        assert "".join(words for kind, words in parts if kind != "add") == old
        assert "".join(words for kind, words in parts if kind != "remove") == new


def test_likeness_folds_width_kana_and_punctuation_and_is_bounded():
    assert likeness(bigrams("ｽﾏｰﾄﾌｫﾝで知らせて！"), bigrams("スマートフォンで、知らせて。")) == 1.0
    assert likeness(bigrams(""), bigrams("何か")) == 0.0
    assert len(bigrams("あ" + "いう" * 100_000)) < 500
