"""Same and nearly the same words: what is found, what is never folded, and that order does not matter."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.opinions.domain import letters_of, text_key
from participation.opinions.domain.wording import (
    BINS,
    BundledAs,
    Stance,
    Wording,
    bands,
    changed,
    clusters,
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


def test_what_was_changed_is_told_on_both_sides() -> None:
    assert changed("公園を残す", "広場を残す") == ("公園", "広場")
    assert has_own_words("短い\n毎朝の体操ができない")
    assert not has_own_words("短い\n差")


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
