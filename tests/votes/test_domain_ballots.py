"""What may be written on a ballot, how ties are drawn, and how numbers read."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import pytest

from participation.votes.domain.ballots import (
    BadBallot,
    BallotKind,
    BallotPaper,
    Election,
    groups_of,
    in_words,
    shortened,
)
from participation.votes.domain.outcomes import written
from participation.votes.domain.tie_breaking import Lot
from tests.votes.by_definition import options


def paper(kind, **more):
    return BallotPaper(kind, options(4, [10, 20, 30, 40]), **more)


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (lambda: paper(BallotKind.CHOICE).marks(["a", "b"]), "選べるのは一つだけです。"),
        (lambda: paper(BallotKind.CHOICE).marks(["z"]), "「z」という選択肢はありません。"),
        (lambda: paper(BallotKind.APPROVAL).marks(["a", "a"]), "「案A」が2回選ばれています。"),
        (lambda: paper(BallotKind.APPROVAL, most=2).marks("abc"), "選べるのは2個までですが、3個です。"),
        (lambda: paper(BallotKind.APPROVAL, least=1).marks(""), "選べるのは1個以上ですが、0個です。"),
        (
            lambda: paper(BallotKind.APPROVAL, cost_most=50).marks("bd"),
            "費用の合計（60）が50をこえています。",
        ),
        (lambda: paper(BallotKind.POINTS).points([("a", -1)]), "いちばん低い点（0）より低くなっています。"),
        (
            lambda: paper(BallotKind.SCORE, highest=5).points([("a", 6)]),
            "いちばん高い点（5）をこえています。",
        ),
        (lambda: paper(BallotKind.SCORE).points([("a", 1), ("a", 2)]), "「案A」に点が2回つけられています。"),
        (
            lambda: paper(BallotKind.POINTS, total_most=10).points([("a", 7), ("b", 4)]),
            "点の合計（11）が10をこえています。",
        ),
        (
            lambda: paper(BallotKind.POINTS, total_least=10).points([("a", Fraction(19, 2))]),
            "点の合計（9.5）が10に足りません。",
        ),
        (lambda: paper(BallotKind.RANKING).ranking(["a", "ba"]), "「案A」が2回書かれています。"),
        (
            lambda: paper(BallotKind.RANKING, may_tie=False).ranking(["ab"]),
            "同じ順位に二つ以上の選択肢は書けません。",
        ),
        (
            lambda: paper(BallotKind.RANKING, most=2).ranking("abc"),
            "順位をつけられるのは2個までですが、3個です。",
        ),
        (
            lambda: paper(BallotKind.CATEGORIES, categories=("可", "否")).ranking("abc"),
            "段階は2つですが、3つ書かれています。",
        ),
    ],
)
def test_a_bad_ballot_is_refused_with_its_reason(write, words):
    with pytest.raises(BadBallot) as refusal:
        write()
    assert words in str(refusal.value)


def test_equal_ballots_have_equal_keys_however_they_are_written():
    assert paper(BallotKind.APPROVAL).marks("ca") == paper(BallotKind.APPROVAL).marks("ac")
    assert paper(BallotKind.SCORE).points([("b", 1), ("a", Fraction(4, 2))]) == ((0, 2), (1, 1))
    assert paper(BallotKind.RANKING).ranking(["b", [], "ca"]) == paper(BallotKind.RANKING).ranking(
        ["b", "ac"]
    )
    assert groups_of(paper(BallotKind.RANKING).ranking(["b", "ca"])) == [[1], [0, 2]]


def test_blank_ballots_are_ballots():
    blank = Election(paper(BallotKind.APPROVAL), marks={(): 3, (1,): 2})
    assert blank.voters == 5


def test_the_lot_is_what_anybody_computes_from_the_published_seed():
    codes = ["park", "library", "lamp"]
    lot = Lot.drawn("桜", codes)
    order = sorted(codes, key=lambda code: hashlib.sha256(f"桜:{code}".encode()).hexdigest())
    assert [codes[position] for position in lot.ordered(range(3))] == order
    assert codes[lot.first([0, 2])] == next(code for code in order if code != "library")
    assert codes[lot.last([0, 1, 2])] == order[-1]


def test_another_seed_can_draw_another_order():
    codes = [str(number) for number in range(10)]
    assert Lot.drawn("1", codes).ordered(range(10)) != Lot.drawn("2", codes).ordered(range(10))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1234567, "1,234,567"),
        (Fraction(8, 2), "4"),
        (Fraction(25, 2), "12.5"),
        (Fraction(1, 20), "0.05"),
        (Fraction(-5, 4), "-1.25"),
        (Fraction(4000, 3), "約1,333.33"),
        (Fraction(-2, 3), "約-0.67"),
    ],
)
def test_numbers_read_as_residents_read_them(number, words):
    assert in_words(number) == words


def test_machines_get_whole_numbers_or_exact_fractions():
    assert [written(7), written(Fraction(4, 2)), written(Fraction(7, 2))] == [7, 2, "7/2"]


def test_what_somebody_wrote_is_repeated_short_and_harmless():
    assert shortened("あ" * 100) == "あ" * 39 + "…"
    assert shortened("a\x1b[31m\ud800") == "a?[31m?"
