"""Bundles: everything that is the same, nothing that is not, in whatever order it comes."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.opinions.domain import letters_of
from participation.opinions.domain.wording import grams, in_common
from participation.reading.domain.bundles import bundles_of
from participation.reading.domain.texts import Text, read_texts
from tests.reading.corpus import opinions

LONG = "駅前の駐輪場が足りません。朝の八時には満車で、通勤の人も買い物の人も困っています。増やすことを強く求めます。"


def numbered(*words):
    return [Text(str(number), each) for number, each in enumerate(words)]


def test_the_same_letters_are_one_bundle_whatever_their_width_marks_and_spaces():
    texts = numbered("ＰＤＦは、読みにくい！", "pdfは読みにくい", "PDF は 読みにくい。", "PDFは読みやすい")
    assert bundles_of(texts) == [["0", "1", "2"]]


def test_a_slip_of_the_pen_is_nearly_the_same():
    assert bundles_of(numbered(LONG, LONG.replace("満車", "滿車"))) == [["0", "1"]]


@pytest.mark.parametrize(
    "other",
    [
        LONG + "わたしの家の前にも、毎朝たくさんの自転車がとめられて通れません。",
        LONG.replace("増やすことを", "減らすことを"),
        LONG.replace("求めます", "求めません"),
        "図書館の開館時間を延ばしてください。仕事の帰りに寄れる時間まで開いていると助かります。",
    ],
    ids=["words of its own", "turned round", "not", "another thing"],
)
def test_what_says_something_else_stands_by_itself(other):
    assert bundles_of(numbered(LONG, other)) == []


def test_short_texts_are_the_same_only_if_they_are_the_same():
    assert bundles_of(numbered("賛成です", "反対です", "賛成です。", "😀", "😀", "", " ")) == [
        ["0", "2"],
        ["3", "4"],
    ]


def test_no_chain_leads_from_one_text_to_another():
    steps = [LONG]
    for at in range(0, 40, 2):
        steps.append(steps[-1][:at] + "々" + steps[-1][at + 1 :])
    texts = numbered(*steps)
    for bundle in bundles_of(texts):
        head = letters_of(steps[int(bundle[0])])
        for each in bundle[1:]:
            assert in_common(grams(head), grams(letters_of(steps[int(each)]))) >= 0.6


def test_the_order_of_rows_changes_nothing(tmp_path):
    texts, _ = opinions(80)
    rows = [
        f'{each.id},"{each.words}"'
        for each in [*texts, Text("900", texts[0].words), Text("901", texts[1].words)]
    ]
    found = []
    for order in (rows, random.Random(3).sample(rows, len(rows))):
        path = tmp_path / "texts.csv"
        path.write_text("\n".join(["id,comment", *order]), encoding="utf-8")
        found.append(bundles_of(read_texts(path).texts))
    assert found[0] == found[1]
    assert sum(map(len, found[0])) >= 4


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="あいう駅前広場木を", max_size=40), max_size=12))
def test_nobody_is_in_two_bundles_and_same_letters_are_always_together(words):
    found = bundles_of(numbered(*words))
    everybody = [each for bundle in found for each in bundle]
    assert len(everybody) == len(set(everybody))
    where = {each: number for number, bundle in enumerate(found) for each in bundle}
    for one, other in pairwise(sorted(range(len(words)), key=lambda at: letters_of(words[at]))):
        if letters_of(words[one]) and letters_of(words[one]) == letters_of(words[other]):
            assert where[str(one)] == where[str(other)]
