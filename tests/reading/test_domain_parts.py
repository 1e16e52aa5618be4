"""The parts of reading: files, sentences, terms, vectors."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.foundation.errors import Refused
from participation.reading.domain.sentences import LONGEST, is_courtesy, sentences_of
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
    assert sentences_of(text) == ["公園に木を。", "道を直す！", "本当に？", "「そうだ。」と思う"]


@pytest.mark.parametrize(
    "written",
    [
        "12.5%の手数料は高い。",
        "1．2倍の料金は払えません。",
        "-5度の朝に体育館で寝るのは無理です。",
        "3:30に閉まる。",
        "10、000人の署名があります。",
        "1. 3丁目の公園が暗い。",
        "外国の小学生と、オンラインで「へいわってなに？」を話したい。",
        "「なぜ？」と聞いても窓口の人は答えてくれません。",
        "会は、「はい。」か「いいえ。」で答える。",
        "「「なぜ？」と聞いた。」と書いてあった。",
        "①の案に賛成です。",
        "https://example.jp/?q=1 を見てください。",
        "Mr. Smith lives in No. 5 and pays 2.5 yen.",
    ],
)
def test_figures_and_what_stands_in_brackets_are_quoted_as_they_were_written(written):
    assert sentences_of(written) == [written]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("「公園を守って。」次は道路です。", ["「公園を守って。」", "次は道路です。"]),
        ("（賛成です。）それから反対。", ["（賛成です。）", "それから反対。"]),
        ("「閉じない。次の文。", ["「閉じない。", "次の文。"]),
        ("(1)3丁目の公園。①、道。- 川", ["3丁目の公園。", "道。", "川"]),
        ("We need a park. It is hot! Why not? Yes", ["We need a park.", "It is hot!", "Why not?", "Yes"]),
        ("賛成!絶対に。終わり．次です．", ["賛成!", "絶対に。", "終わり．", "次です．"]),
    ],
)
def test_a_sentence_ends_where_a_reader_would_end_it(written, read):
    assert sentences_of(written) == read


def test_what_is_too_long_is_cut_where_it_can_be_read_on():
    parts = sentences_of("word " * 100)
    assert all(part.split(" ")[-1] == "word" for part in parts)
    assert all(part.endswith("、") for part in sentences_of("公園の木は、" * 100))


@pytest.mark.parametrize("mark", ["()", "(。", "「", "!", "-", "1、", " "])
def test_a_megabyte_of_marks_is_no_work(mark):
    # Each took more than a minute if brackets were looked up one in the other.
    assert len(sentences_of(mark * 200_000)) <= 5000


def test_thanks_and_greetings_say_nothing_by_themselves():
    for said in (
        "お願いします。",
        "ご検討のほど、よろしくお願い申し上げます。",
        "いつもありがとうございます！",
        "以上です。",
    ):
        assert is_courtesy(said)
    for said in ("公園をお願いします。", "ありがとうの花の管理を続けてください。"):
        assert not is_courtesy(said)


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


@pytest.mark.parametrize(
    ("said", "terms"),
    [
        ("1年生が3丁目の公園で", {"公園"}),
        ("絵描きが手描きで、仕事帰りに", {"絵描き", "手描き", "仕事帰り"}),
        ("値上げに反対し、手続きの", {"値上げ", "手続き"}),
        ("失礼致します。何卒お願い致します。", set()),
        ("昨年の半分を、一人で二度目に", set()),
        ("図書館通りました", {"図書館"}),
        ("My park in August: AI and PC", {"park", "August", "AI", "PC"}),
    ],
)
def test_terms_are_whole_words_that_say_something(said, terms):
    assert set(nouns_of(said)) == terms


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
