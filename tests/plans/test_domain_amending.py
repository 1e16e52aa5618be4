"""Several changes of one text: put in together, or refused with a reason; and what became of a place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.plans.domain.amending import (
    ALREADY,
    CHANGED_END,
    GONE,
    NOT_FOUND,
    TWICE,
    Edit,
    amended,
    clashes,
    is_in,
    misfits,
    why_not,
)
from participation.plans.domain.anchoring import AnchorState, Stand, anchor_of

TEXT = "公園を増やします。木を植えます。\n花も植えます。"


def replacing(before, after, key="a", written_for=TEXT):
    return Edit(key, f"No.{key}", False, before, after, written_for)


def adding(before, after, key="a", written_for=TEXT):
    return Edit(key, f"No.{key}", True, before, after, written_for)


def changed(*edits, text=TEXT):
    return [(each.old, each.new, each.keys) for each in amended(text, edits).sentences]


def test_changes_of_different_sentences_are_put_in_together_each_with_its_own():
    edits = [replacing("増やします", "減らします"), replacing("花も", "花を", "b")]
    assert amended(TEXT, edits).new == "公園を減らします。木を植えます。\n花を植えます。"
    assert changed(*edits) == [
        ("公園を増やします。", "公園を減らします。", ("a",)),
        ("花も植えます。", "花を植えます。", ("b",)),
    ]


def test_two_changes_within_one_sentence_make_one_changed_sentence():
    edits = [replacing("公園", "広場"), replacing("増やします", "作ります", "b")]
    assert changed(*edits) == [("公園を増やします。", "広場を作ります。", ("a", "b"))]


def test_an_added_sentence_has_no_old_words_and_a_deleted_one_no_new_ones():
    assert changed(adding("木を植えます。", "草も植えます。")) == [("", "草も植えます。", ("a",))]
    assert changed(adding("", "終わりです。")) == [("", "終わりです。", ("a",))]
    assert changed(replacing("木を植えます。", "")) == [("木を植えます。", "", ("a",))]


def test_words_added_inside_a_sentence_change_that_sentence():
    assert changed(adding("公園を", "二つ")) == [("公園を増やします。", "公園を二つ増やします。", ("a",))]


def test_the_same_change_by_two_is_put_in_once_for_both():
    edits = [replacing("公園", "広場"), replacing("公園", "広場", "b")]
    assert amended(TEXT, edits).new.startswith("広場を増やします。")
    assert changed(*edits)[0][2] == ("a", "b")
    assert misfits(TEXT, edits) == []


@pytest.mark.parametrize(
    ("one", "other", "is_overlap"),
    [
        (replacing("公園を増やし", "広場を作り"), replacing("増やします", "減らします", "b"), True),
        (replacing("木を植えます。", ""), adding("木を植えます。", "草も。", "b"), True),
        (adding("木を植えます。", "一つめ。"), adding("木を植えます。", "二つめ。", "b"), False),
        (adding("", "一つめ。"), adding("", "二つめ。", "b"), False),
        (replacing("花も植えます。", ""), adding("", "終わり。", "b"), True),
    ],
)
def test_changes_that_touch_are_found(one, other, is_overlap):
    (clash,) = clashes(TEXT, [one, other])
    assert clash.is_overlap is is_overlap
    assert clash.first.name in clash.words
    assert len(misfits(TEXT, [one, other])) == (2 if is_overlap else 0)


def test_changes_beside_each_other_do_not_touch():
    assert clashes(TEXT, [replacing("公園を", "広場を"), replacing("増やします", "作ります", "b")]) == []


@pytest.mark.parametrize(
    ("text", "edit", "why"),
    [
        (None, replacing("公園", "広場"), GONE),
        ("別の文です。", replacing("公園", "広場"), NOT_FOUND),
        ("公園と公園です。", replacing("公園", "広場"), TWICE),
        ("広場を増やします。", replacing("公園", "広場"), ALREADY),
        ("公園を増やします。新しい文。", adding("増やします。", "新しい文。"), ALREADY),
        ("新しい公園を増やします。", replacing("公園", "新しい公園"), ALREADY),
        ("別の終わりです。", adding("", "加えた文。"), CHANGED_END),
        ("公園です。加えた文。", adding("", "加えた文。"), ALREADY),
        (TEXT, adding("", "加えた文。"), None),
        (TEXT + "さらに続きます。", replacing("公園", "広場"), None),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(text, edit, why):
    assert why_not(text, edit) == why


def test_a_change_is_found_in_a_version_that_changed_more():
    new = TEXT.replace("公園", "広場").replace("花も", "花を")
    assert is_in(TEXT, new, replacing("公園", "広場")).new == "広場を増やします。"
    assert is_in(TEXT, new, replacing("木を", "草を")) is None
    assert is_in(TEXT, TEXT, replacing("公園", "広場")) is None
    assert (
        is_in(TEXT, TEXT.replace("木を植えます。", ""), replacing("木を植えます。", "")).old
        == "木を植えます。"
    )


@given(
    st.text(alphabet="あいう。\n", min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 6), st.text("かき。", max_size=4)), max_size=4),
)
def test_what_was_taken_out_and_put_in_adds_up_to_both_texts(text, wishes):
    edits = []
    for number, (start, length, after) in enumerate(wishes):
        before = text[start : start + length]
        if before and before != after:
            edits.append(Edit(str(number), f"No.{number}", False, before, after, text))
    bad = {each.edit.key for each in misfits(text, edits)}
    done = amended(text, [each for each in edits if each.key not in bad])
    assert "".join(words for kind, words in done.parts if kind != "add") == text
    assert "".join(words for kind, words in done.parts if kind != "remove") == done.new
    for sentence in done.sentences:
        assert sentence.old in text
        assert sentence.new in done.new


# ── What became of a place ──────────────────────────────────────────────────────────────────

BEGIN = datetime(2026, 4, 1, tzinfo=UTC)


def stand(number, *, text="文", parent="A", standing=True):
    at = BEGIN + timedelta(days=30 * number)
    return Stand(number, f"第{number}版", at, standing, parent, "item", "", text)


def became(*stands, day=31):
    return anchor_of(stands, BEGIN + timedelta(days=day))


def test_a_place_that_stayed_is_the_same_and_nothing_is_said():
    anchor = became(stand(1))
    assert (anchor.state, anchor.words) == (AnchorState.SAME, "")


@pytest.mark.parametrize(
    ("now", "state", "words"),
    [
        ({"text": "別の文"}, AnchorState.REWORDED, "文章が変わりました"),
        ({"parent": "B"}, AnchorState.MOVED, "場所が変わりました"),
        ({"text": "別の文", "parent": "B"}, AnchorState.REWORDED, "文章が変わりました"),
        ({"standing": False}, AnchorState.DELETED, "計画から外れました"),
    ],
)
def test_what_changed_after_a_voice_is_said_with_both_versions(now, state, words):
    anchor = became(stand(1), stand(2, **now))
    assert anchor.state is state
    assert words in anchor.words
    assert "第1版" in anchor.words
    assert "第2版" in anchor.words


def test_a_voice_after_the_change_is_about_the_present_words():
    assert became(stand(1), stand(2, text="別の文"), day=61).state is AnchorState.SAME


def test_the_version_that_changed_it_last_is_named():
    anchor = became(
        stand(1), stand(2, text="別の文"), stand(3, text="さらに別の文"), stand(4, text="さらに別の文")
    )
    assert anchor.changed_in == "第3版"


def test_words_that_came_back_are_the_same_again():
    assert became(stand(1), stand(2, text="別の文"), stand(3)).state is AnchorState.SAME


def test_a_subject_that_is_no_place_of_a_plan_has_no_anchor():
    assert anchor_of((), BEGIN) is None
