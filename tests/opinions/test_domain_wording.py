"""Same and nearly the same words: what is found, what is never folded, and that order does not matter."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.opinions.domain import letters_of, text_key
from participation.opinions.domain.alike import Wording, clusters, sketches_of
from participation.opinions.domain.wording import (
    BINS,
    BundledAs,
    Stance,
    bands,
    grams,
    has_own_words,
    hints,
    in_common,
    mark_own_words,
    reasons,
    sketch,
    stance_of,
    turns,
)

CAMPAIGN = "公園の再整備計画に反対します。木を切らず、今ある広場を残してください。"
ADDED = CAMPAIGN + "毎朝この木陰で体操をしている母が、行くところを失います。"


def found(*texts: str) -> dict[int, BundledAs]:
    by_key: dict[str, list[int]] = {}
    for number, text in enumerate(texts, start=1):
        by_key.setdefault(text_key(text), []).append(number)
    wordings = [Wording(tuple(ids), texts[ids[0] - 1]) for ids in by_key.values()]
    return {number: what for cluster in clusters(wordings) for number, what in cluster.relations.items()}


@pytest.mark.parametrize(
    "other",
    [
        "公園の再整備計画に反対します。\n木を切らず、今ある広場を残してください",
        "公園の再整備計画に反対します! 木を切らず 今ある広場を残してください。",
    ],
)
def test_spaces_marks_and_width_make_no_other_text(other: str) -> None:
    assert text_key(other) == text_key(CAMPAIGN)


def test_a_text_of_marks_only_has_a_key_of_its_own() -> None:
    assert text_key("？？？") != text_key("…")
    assert letters_of("　？？ ") == "??"


def test_a_slip_of_the_pen_is_nearly_the_same() -> None:
    assert found(CAMPAIGN, CAMPAIGN, CAMPAIGN, CAMPAIGN.replace("今ある", "いまある"))[4] is BundledAs.NEAR


def test_words_of_ones_own_are_never_folded_away() -> None:
    assert found(CAMPAIGN, CAMPAIGN, CAMPAIGN, ADDED)[4] is BundledAs.ADDED
    assert (
        found(CAMPAIGN, CAMPAIGN, CAMPAIGN, ADDED * 1 + "三つ目の理由は日当たりです。")[4] is BundledAs.ADDED
    )


@pytest.mark.parametrize(
    ("one", "other"), [("反対します", "賛成します"), ("残してください", "残さないでください")]
)
def test_the_same_words_with_the_opposite_stance_are_never_folded(one: str, other: str) -> None:
    assert found(CAMPAIGN, CAMPAIGN, CAMPAIGN, CAMPAIGN.replace(one, other))[4] is BundledAs.OPPOSED


def test_somebody_who_quotes_in_order_to_contradict_is_told_as_opposed() -> None:
    quoting = "私は賛成です。計画に賛成する理由は、災害のとき木が倒れて危ないからです。" + CAMPAIGN.replace(
        "反対します", "という声があります"
    )
    assert found(*[CAMPAIGN] * 3, quoting).get(4) in (BundledAs.OPPOSED, BundledAs.ADDED, None)


def test_short_texts_are_the_same_only_if_they_are_the_same() -> None:
    assert found("計画に賛成です。", "計画に反対です。") == {}
    assert found("賛成です。", "賛成です") == {1: BundledAs.SAME, 2: BundledAs.SAME}


def test_the_order_in_which_texts_come_changes_nothing() -> None:
    texts = [
        Wording((n,), f"{n}番の街灯が暗いので、夜道でも歩けるように直してください。お願いします。{n}")
        for n in range(40)
    ]
    texts += [Wording((100, 101, 102), CAMPAIGN), Wording((103,), ADDED), Wording((104,), CAMPAIGN + "ね")]
    expected = [(each.head.opinions, each.relations) for each in clusters(texts)]
    for seed in range(3):
        random.Random(seed).shuffle(texts)
        assert [(each.head.opinions, each.relations) for each in clusters(texts)] == expected


@given(st.text("あいうえお賛成反対公園木道", min_size=30, max_size=200), st.integers(0, 29))
def test_a_sketch_agrees_where_the_texts_agree(text: str, place: int) -> None:
    assert sketch(grams(text)) == sketch(grams(text))
    assert len(sketch(grams(text))) == BINS
    assert len(set(bands(sketch(grams(text))))) == BINS // 4
    other = text[:place] + "図" + text[place + 1 :]
    assert 0 <= in_common(grams(text), grams(other)) <= 1


def test_sketches_estimate_how_much_two_texts_have_in_common() -> None:
    words = random.Random(3)
    letters = "".join(
        words.choice("あいうえおかきくけこさしすせそたちつてと公園木道図書館") for _ in range(600)
    )
    one, other = grams(letters), grams(letters[:540] + letters[:60][::-1])
    agree = sum(a == b for a, b in zip(sketch(one), sketch(other), strict=True)) / BINS
    assert abs(agree - in_common(one, other)) < 0.2


@given(st.lists(st.text("あいうえおかきくけこ公園木道𠮷a1。 　", max_size=90), max_size=6))
def test_many_texts_are_sketched_as_one_is(texts: list[str]) -> None:
    sketches, is_long = sketches_of(texts)
    assert [each.tolist() for each in sketches] == [sketch(grams(letters_of(text))) for text in texts]
    assert is_long.tolist() == [len(letters_of(text)) >= 20 for text in texts]


@pytest.mark.parametrize(
    ("text", "is_own"),
    [
        (CAMPAIGN.replace("今ある", "いまある").replace("切らず", "きらずに"), False),
        ("木を切らず、今ある広場を残してください。公園の再整備計画に反対します。", False),
        (CAMPAIGN.removesuffix("木を切らず、今ある広場を残してください。"), False),
        ("区民の山田です。いつもお世話になっています。" + CAMPAIGN, True),
        (CAMPAIGN.replace("木を切らず、", "毎朝の体操ができなくなるので、"), True),
        (ADDED, True),
    ],
    ids=["slips", "moved", "left out", "before", "instead", "after"],
)
def test_own_words_are_letters_in_a_row_that_the_other_has_nowhere(text: str, is_own: bool) -> None:
    assert has_own_words(letters_of(CAMPAIGN), letters_of(text)) is is_own


def test_a_counter_campaign_is_a_bundle_of_its_own_and_a_single_voice_stands_beside() -> None:
    against = CAMPAIGN.replace("反対します", "賛成します")
    bundles = clusters([Wording((1, 2, 3), CAMPAIGN), Wording((4, 5), against), Wording((6,), ADDED)])
    assert [each.relations for each in bundles] == [
        {1: BundledAs.SAME, 2: BundledAs.SAME, 3: BundledAs.SAME, 6: BundledAs.ADDED},
        {4: BundledAs.SAME, 5: BundledAs.SAME},
    ]


def test_the_added_words_are_marked_sentence_by_sentence() -> None:
    marked = mark_own_words(CAMPAIGN, ADDED)
    assert [words for words, kind in marked if kind] == [ADDED.removeprefix(CAMPAIGN)]
    assert "".join(words for words, _ in marked) == ADDED


def test_where_only_letters_differ_they_are_marked() -> None:
    marked = mark_own_words(CAMPAIGN, CAMPAIGN.replace("反対", "賛成"))
    assert [words for words, kind in marked if kind] == ["賛成"]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("この計画に賛成です。", Stance.FOR),
        ("この計画には賛成できません。", Stance.AGAINST),
        ("反対ではありません。", Stance.FOR),
        ("撤回してください。", Stance.AGAINST),
        ("必要ではないと思います。", Stance.AGAINST),
        ("道が暗いです。", None),
        ("賛成の人も反対の人もいます。", None),
    ],
)
def test_single_words_tell_the_stance_and_are_silent_when_they_cannot(
    text: str, stance: Stance | None
) -> None:
    assert stance_of(text) is stance


def test_a_word_that_turns_the_meaning_is_noticed() -> None:
    assert turns("木を切らないでください", "木を切ってください")
    assert not turns("木を切ってください", "木を伐ってください")


def test_hints_name_the_opinions_and_never_the_meaning() -> None:
    told = hints(
        [
            (1, CAMPAIGN),
            (2, CAMPAIGN.replace("反対", "賛成")),
            (3, "計画に反対です。工事の車が通学路を通ると、子どもが危ないからです。"),
            (4, "図書館の席を増やしてください。"),
        ]
    )
    assert told.same_words_other_stance == ((1, 2),)
    assert told.same_stance_other_reasons == ((Stance.AGAINST, (1, 3)),)
    assert not reasons("反対です") & reasons("賛成です")
