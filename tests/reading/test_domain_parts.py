"""The parts of reading: files, sentences, terms, vectors."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.foundation.errors import Refused
from participation.reading.domain.sentences import LONGEST, sentences_of
from participation.reading.domain.terms import contrasts, nouns_of
from participation.reading.domain.texts import read_texts
from participation.reading.domain.vectors import vectors_of


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_file_is_read_in_the_encodings_that_offices_use(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_bytes('id,comment\r\n10,"公園に、\r\n木を"\r\n9,\'=SUM(1)\r\n'.encode(encoding))
    assert [(each.id, each.words) for each in read_texts(path).texts] == [
        ("9", "=SUM(1)"),
        ("10", "公園に、\r\n木を"),
    ]


def test_rows_without_a_number_and_repeated_numbers_are_said(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,comment\n1,a\n,b\n1,c\n\n2\n", encoding="utf-8")
    read = read_texts(path)
    assert [(each.id, each.words) for each in read.texts] == [("1", "c"), ("2", "")]
    assert len(read.warnings) == 2


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"id\n1\n", b"\xff\xfe\x00\x01", b"comment\nx\n"])
def test_a_file_without_texts_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        read_texts(path)
    assert refused.value.reason.endswith("。")


def test_a_text_of_a_megabyte_is_read_whole(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,comment\n1," + "あ" * 400_000 + "\n", encoding="utf-8")
    assert len(read_texts(path).texts[0].words) == 400_000


def test_sentences_end_at_full_stops_and_lines_and_lose_the_marks_of_lists():
    text = "・公園に木を。\n（２）道を直す！本当に？\n😀\n1. 「そうだ。」と思う"
    assert sentences_of(text) == ["公園に木を。", "道を直す！", "本当に？", "「そうだ。」", "と思う"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=700))
def test_a_sentence_stands_in_its_text_and_is_never_too_long(text):
    for sentence in sentences_of(text):
        assert sentence in text
        assert 0 < len(sentence) <= LONGEST + 1


def test_compound_nouns_are_whole_and_empty_words_are_none():
    found = nouns_of(
        "子育て支援と地域包括支援センター、ごみ集積所、生成AIについての意見です。https://example.jp/abc"
    )
    assert set(found) == {"子育て支援", "地域包括支援センター", "ごみ集積所", "生成AI"}


def test_terms_tell_siblings_apart_and_what_all_share_is_left_out():
    one = Counter({"公園": 9, "区": 20, "遊具": 8, "公園遊具": 3})
    other = Counter({"図書館": 9, "区": 20, "読書室": 7})
    first, second = contrasts(
        [one, other], {"区": 1.0, "公園": 0.1, "遊具": 0.1, "図書館": 0.1, "読書室": 0.1}
    )
    assert first[0] == "公園"
    assert "区" not in first + second
    assert "公園遊具" not in first
    assert set(second) == {"図書館", "読書室"}


def test_sentences_with_the_same_words_lie_near_and_those_without_any_are_nowhere():
    near = [
        "公園の遊具を直す",
        "公園の遊具を新しく",
        "図書館の読書室を開ける",
        "図書館の読書室を広く",
        "ありがとう",
    ]
    vectors = vectors_of(near)
    likeness = vectors @ vectors.T
    assert likeness[0, 1] > 0.3 > likeness[0, 2]
    assert likeness[2, 3] > 0.3
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 1, 0])
    assert vectors_of([]).shape[0] == 0
