"""Topics: what belongs together is found, everybody is somewhere, quotations are true, nothing depends on order."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from participation.reading.domain.grouping import sums_of
from participation.reading.domain.terms import nouns_of
from participation.reading.domain.texts import Text, read_texts
from participation.reading.domain.topics import OTHER, as_data, find_topics
from tests.reading.corpus import opinions


@pytest.fixture(scope="module")
def corpus():
    return opinions()


@pytest.fixture(scope="module")
def found(corpus):
    return find_topics(corpus[0])


def test_every_text_is_in_one_topic_and_most_of_a_topic_is_about_one_thing(corpus, found):
    texts, about = corpus
    members = [each for topic in found.topics for each in topic.members]
    assert sorted(members) == sorted(each.id for each in texts)
    alike = sum(
        Counter(about[each] for each in topic.members).most_common(1)[0][1]
        for topic in found.topics
        if not topic.is_other
    )
    assert alike > 0.8 * len(texts)
    assert {
        Counter(about[each] for each in topic.members).most_common(1)[0][0] for topic in found.topics
    } == set(about.values())


def test_a_label_is_made_of_words_of_its_topic_and_no_two_are_the_same(corpus, found):
    words = {each.id: each.words for each in corpus[0]}
    labels = [topic.label for topic in found.topics]
    assert len(set(labels)) == len(labels)
    for topic in found.topics:
        for term in topic.terms:
            assert any(term in words[each] for each in topic.members)


def test_a_quotation_stands_in_the_text_whose_number_it_has_and_no_text_speaks_twice(corpus, found):
    words = {each.id: each.words for each in corpus[0]}
    for topic in found.topics:
        assert topic.sentences
        assert all(each.words in words[each.id] for each in topic.sentences)
        assert {each.id for each in topic.sentences} <= set(topic.members)
        assert len({each.id for each in topic.sentences}) == len(topic.sentences)


def test_where_somebody_disagrees_a_dissenting_sentence_is_quoted(found):
    for topic in found.topics:
        quoted = " ".join(each.words for each in topic.sentences)
        if topic.stances.get("against") and topic.stances.get("for") and "賛成" in quoted:
            assert "反対" in quoted


def test_subtopics_are_parts_of_their_topic(found):
    for topic in found.topics:
        inside = [each for child in topic.children for each in child.members]
        assert len(inside) == len(set(inside))
        assert set(inside) <= set(topic.members)


def test_the_same_seed_gives_the_same_and_the_figures_are_figures(corpus, found):
    again = find_topics(list(corpus[0]))
    assert as_data(again) == as_data(found)
    assert 0.2 < found.stability <= 1
    assert 0.8 < found.coverage <= 1


def test_personal_data_is_covered_in_what_is_quoted():
    texts = [
        Text(str(n), f"防災訓練の連絡先は03-1234-56{n:02}です。防災訓練を増やしてください。")
        for n in range(12)
    ]
    told = str(as_data(find_topics(texts)))
    assert "03-1234" not in told
    assert "■" in told


def test_what_fits_nowhere_is_other_and_is_shown(corpus):
    odd = [Text("e1", "😀😀😀"), Text("e2", ""), Text("e3", "…！？"), Text("e4", "あ")]
    found = find_topics([*corpus[0], *odd])
    other = found.topics[-1]
    assert (other.label, other.is_other) == (OTHER, True)
    assert {"e1", "e2", "e3", "e4"} <= set(other.members)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["一つだけの意見です。"],
        ["同じ文です。"] * 30,
        ["😀"] * 20,
        [""] * 10,
        ["防災" * 200_000, *["公園の遊具を直してください。"] * 9],
        [
            "Please build a park here.",
            "请修建一个公园。",
            "공원을 만들어 주세요.",
            *["公園を作ってください。"] * 9,
        ],
        [chr(0x3042 + n % 80) for n in range(40)],
    ],
    ids=["none", "one", "identical", "emoji", "empty", "very long", "mixed languages", "one letter each"],
)
def test_odd_texts_make_a_smaller_answer_never_a_lost_text(words):
    texts = [Text(str(number), each) for number, each in enumerate(words)]
    found = find_topics(texts)
    assert sorted(each for topic in found.topics for each in topic.members) == sorted(
        each.id for each in texts
    )
    assert found.warnings or found.topics


def test_texts_in_another_order_of_rows_are_read_into_the_same_order(tmp_path):
    rows = [f"{n},文{n}" for n in range(30)]
    read = []
    for order in (rows, random.Random(1).sample(rows, len(rows))):
        path = tmp_path / "t.csv"
        path.write_text("\n".join(["id,comment", *order]), encoding="utf-8")
        read.append(read_texts(path).texts)
    assert read[0] == read[1]


def test_one_word_with_a_meaning_is_a_topic_and_the_rest_stands_under_other():
    texts = [Text(str(number), "あ") for number in range(5)] + [Text("9", "ab")]
    found = find_topics(texts)
    assert sorted(each for topic in found.topics for each in topic.members) == ["0", "1", "2", "3", "4", "9"]


def test_a_label_names_no_verb_cut_off_before_its_ending():
    said = (
        "切り貼りで生み出された絵が出回るのは、考え方として受け取れません。買い物も話し合いも取り組みです。"
    )
    assert set(nouns_of(said)) == {"切り貼り", "考え方", "買い物", "話し合い", "取り組み"}


def test_sums_by_label_are_those_of_numpy_to_the_last_digit_also_of_nothing():
    rng = np.random.default_rng(3)
    rows, labels = rng.normal(size=(500, 7)), rng.integers(0, 12, 500)
    expected = np.zeros((14, 7))
    np.add.at(expected, labels, rows)
    np.testing.assert_array_equal(sums_of(rows, labels, 14), expected)
    np.testing.assert_array_equal(sums_of(rows[:0], labels[:0], 3), np.zeros((3, 7)))
