"""Amendments as words, seals, differences and likeness."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace

import pytest

from participation.replies.domain import (
    AmendmentText,
    Operation,
    ReplyContent,
    Source,
    SourceKind,
    amendment_from,
    bigrams,
    clashes,
    difference,
    fill,
    likeness,
    unfilled,
    variables_in,
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


def test_a_version_from_before_there_were_plain_versions_keeps_its_hash():
    old = ReplyContent("題", "要旨", "文", 3)
    plain = json.dumps(
        {
            "title": "題",
            "summary": "要旨",
            "body": "文",
            "disposition_id": 3,
            "same_as_point_id": None,
            "supplement": "",
            "amendments": [],
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    assert old.seal() == hashlib.sha256(plain.encode()).hexdigest()
    seals = {
        old.seal(),
        ReplyContent("題", "要旨", "文", 3, easy="や").seal(),
        ReplyContent("題", "要旨", "文", 3, child="や").seal(),
    }
    assert len(seals) == 3


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{課名}の{論点}", "広報課の{論点}"),
        ("｛課名｝です", "広報課です"),
        ("{}と{ 課名", "{}と{ 課名"),
        ("{知らない}", "{知らない}"),
    ],
)
def test_what_has_no_value_stays_to_be_written_by_hand(text, filled):
    assert fill(text, {"課名": "広報課", "論点": ""}) == filled


def test_what_was_not_filled_in_is_named_with_its_line():
    (one, two) = unfilled("区の考え方", "一行目{期限}。\n二行目は、区が{金額}円で行います。")
    assert (one.name, one.line) == ("期限", 1)
    assert (two.name, two.line) == ("金額", 2)
    assert two.in_words == "区の考え方の2行目「二行目は、区が{金額}円で行います。」"
    assert variables_in("{a}{b}{a}") == ("a", "b")


@pytest.mark.parametrize("token", ["", "boilerplate:abcd1234ef", "other:abcd1234ef:1", "precedent:ab/cd:1"])
def test_a_source_that_is_none_is_none(token):
    assert Source.read(token) is None


def test_a_source_is_written_and_read_the_same():
    source = Source(SourceKind.PRECEDENT, "abcd1234ef", 12)
    assert Source.read(source.token) == source


def test_only_the_parts_that_differ_clash():
    found = clashes([("文", "一。", "二。"), ("補足", " ", ""), ("題", "同じ", "同じ")])
    assert [each.name for each in found] == ["文"]
    assert found[0].parts == [("remove", "一"), ("add", "二"), ("same", "。")]
