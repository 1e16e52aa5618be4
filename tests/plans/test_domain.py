"""Pure rules of plans: trees, encodings, comparing, differences, likeness."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.plans.domain.comparing import Known, compare, keep_codes
from participation.plans.domain.encoding import MAXIMUM_BYTES, decode
from participation.plans.domain.folding import fold, narrow
from participation.plans.domain.reading.reader import read_document
from participation.plans.domain.similarity import likeness, relate
from participation.plans.domain.text_diff import difference, words
from participation.plans.domain.tree import (
    DocumentForm,
    Level,
    PlanTree,
    TreeNode,
    Unreadable,
    check,
    is_code,
    is_slug,
    slug_from,
)


def a_tree(*roots: TreeNode, form: DocumentForm = DocumentForm.CSV) -> PlanTree:
    return PlanTree(title="計画", roots=roots, levels=(Level("item", "項目", 1),), slug="p", form=form)


def a_node(code: str, text: str = "文です。", *children: TreeNode, title: str = "") -> TreeNode:
    return TreeNode(code=code, level="item", title=title, text=text, line=1, children=children)


def known(tree: PlanTree) -> dict[str, Known]:
    return {
        place.node.code: Known(
            code=place.node.code,
            parent=place.parent,
            order=place.order,
            level=place.node.level,
            number=place.node.number,
            title=place.node.title,
            text=place.node.text,
        )
        for place in tree.placed()
    }


# ── Trees ───────────────────────────────────────────────────────────────────────────────────


def test_a_tree_is_walked_in_reading_order_with_parents_and_depths():
    tree = a_tree(a_node("1", "あ", a_node("1-1", "い", a_node("1-1-1")), a_node("1-2")), a_node("2"))
    assert [(p.node.code, p.parent, p.order, p.depth) for p in tree.placed()] == [
        ("1", None, 1, 1),
        ("1-1", "1", 1, 2),
        ("1-1-1", "1-1", 1, 3),
        ("1-2", "1", 2, 2),
        ("2", None, 2, 1),
    ]


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (a_tree(), "見つかりません"),
        (a_tree(a_node("1"), a_node("1")), "2回使われています"),
        (a_tree(a_node("1", "")), "題名も本文もありません"),
        (a_tree(a_node("あ")), "使えません"),
        (a_tree(a_node("print")), "使えません"),
        (a_tree(a_node("../x")), "使えません"),
    ],
)
def test_a_tree_that_no_plan_can_have_is_refused_in_plain_words(tree, message):
    with pytest.raises(Unreadable, match=message):
        check(tree)


def test_a_tree_too_deep_is_refused():
    node = a_node("20")
    for number in range(19, 0, -1):
        node = a_node(str(number), "文", node)
    with pytest.raises(Unreadable, match="深すぎます"):
        check(a_tree(node))


def test_codes_and_names_in_addresses_are_plain_ascii():
    assert is_code("MP-2-2-2-1")
    assert not is_code("MP 2")
    assert not is_code("")
    assert is_slug("meguro-basic-plan")
    assert not is_slug("Meguro")
    assert slug_from("Meguro Plan (2).txt", "") == "meguro-plan-2"
    assert slug_from("計画.txt", "計画").startswith("plan-")


# ── Encodings ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_usual_encodings_are_read_alike(codec):
    text = "方針１ みどりを守る\n○公園を増やします。①②\n"
    assert decode(text.encode(codec)).text == text


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("一行目\n二行目\n三".encode() + b"\xff\xfe\n", 3),
        ("一行目\n".encode("cp932") + b"\x81\x00\n", 2),
        ("あ\nい\ufffdう\n".encode(), 2),
        ("あ\nい\n\x00う\n".encode(), 3),
        ("あ\n外字\ue000\n".encode(), 2),
        ("あ\u202eい\n".encode(), 1),
    ],
)
def test_a_broken_file_is_refused_with_the_line(content, line):
    with pytest.raises(Unreadable) as refused:
        decode(content)
    assert [problem.line for problem in refused.value.problems] == [line]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "Excel"),
        (b"", "空です"),
        (b" \n\n", "空です"),
        ("方針一、計画の推進に努めます。".encode("euc_jp") * 20, "EUC-JP"),
        ("方針".encode("iso2022_jp"), "JIS"),
        (b"a" * (MAXIMUM_BYTES + 1), "大きすぎます"),
        (b"\n" * 200_002 + b"a", "行が多すぎます"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(content, message):
    with pytest.raises(Unreadable, match=message):
        decode(content)


def test_bullets_of_a_symbol_font_are_read_as_bullets():
    assert decode("\uf06c項目\n".encode()).text == "•項目\n"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    with suppress(Unreadable):
        assert decode(content).text.strip()


def test_folding_is_only_for_comparing_and_narrowing_keeps_places():
    assert fold("ＰＤＣＡ　サイクル１－２") == fold("PDCAサイクル1-2")
    assert narrow("第１章　あ") == "第1章 あ"
    assert len(narrow("①１－２ｱ")) == len("①１－２ｱ")


# ── Comparing ───────────────────────────────────────────────────────────────────────────────


def test_the_same_tree_changes_nothing():
    tree = a_tree(a_node("1", "あ", a_node("1-1")), a_node("2"))
    changes = compare(known(tree).values(), tree)
    assert not changes.any
    assert changes.unchanged == 3


def test_added_changed_moved_and_retired_are_told_apart():
    before = a_tree(a_node("1", "あ", a_node("1-1"), a_node("1-2")), a_node("2"), a_node("3"))
    after = a_tree(a_node("1", "い", a_node("1-2")), a_node("2", "文です。", a_node("1-1")), a_node("4"))
    changes = compare(known(before).values(), after)
    assert [change.code for change in changes.added] == ["4"]
    assert [change.code for change in changes.changed] == ["1"]
    assert [change.code for change in changes.moved] == ["1-1"]
    assert [change.code for change in changes.retired] == ["3"]


def test_a_new_sibling_moves_nobody():
    before = a_tree(a_node("1"), a_node("2"))
    after = a_tree(a_node("0"), a_node("1"), a_node("2"))
    changes = compare(known(before).values(), after)
    assert [len(each) for _, each in changes.named()] == [1, 0, 0, 0, 0]


def test_a_retired_node_that_stands_again_has_come_back():
    tree = a_tree(a_node("1"))
    gone = {code: replace(each, standing=False) for code, each in known(tree).items()}
    assert [change.code for change in compare(gone.values(), tree).returned] == ["1"]


def test_a_passage_put_in_between_does_not_shift_the_codes_of_the_others():
    first, second = "公園の数を増やして、みどりを守ります。", "川の水をきれいにして、生きものを守ります。"
    before = a_tree(a_node("A", "柱", a_node("A-1", first), a_node("A-2", second)))
    new = "まったく新しい取り組みとして、図書館を建てます。"
    after = a_tree(
        a_node("A", "柱", a_node("A-1", first), a_node("A-2", new), a_node("A-3", second)),
        form=DocumentForm.RAW,
    )
    kept = keep_codes(after, known(before))
    assert {node.text: node.code for node in kept.walk()} == {
        "柱": "A",
        first: "A-1",
        second: "A-2",
        new: "A-3",
    }


def test_a_reworded_passage_keeps_its_code():
    before = a_tree(a_node("A-1", "公園の数を増やして、区のみどりを守ります。"))
    after = a_tree(a_node("1", "公園の数をさらに増やして、区のみどりを守り育てます。"), form=DocumentForm.RAW)
    assert [node.code for node in keep_codes(after, known(before)).walk()] == ["A-1"]


def test_codes_written_in_the_document_are_never_exchanged():
    before = a_tree(a_node("1", "公園の数を増やします。"))
    after = a_tree(a_node("2", "公園の数を増やします。"), form=DocumentForm.CSV)
    assert [node.code for node in keep_codes(after, known(before)).walk()] == ["2"]


# ── Differences ─────────────────────────────────────────────────────────────────────────────


def test_a_difference_shows_whole_words_as_a_japanese_reader_sees_them():
    parts = difference("多様な媒体等を活用し進めます。", "多様な媒体等（掲示板、区報）を活用し進めます。")
    assert parts == [("same", "多様な媒体等"), ("add", "（掲示板、区報）"), ("same", "を活用し進めます。")]


def test_words_end_where_the_kind_of_letter_changes():
    assert words("計画のデータ2を推進") == ["計画", "の", "データ", "2", "を", "推進"]


@given(
    st.text(alphabet="計画の推進を、。ア1\n", max_size=60),
    st.text(alphabet="計画の推進を、。ア1\n", max_size=60),
)
def test_a_difference_gives_both_texts_back(old, new):
    parts = difference(old, new)
    assert "".join(words for kind, words in parts if kind != "add") == old
    assert "".join(words for kind, words in parts if kind != "remove") == new


def test_very_long_texts_are_compared_by_sentences():
    old = "区の計画を進めます。" * 2000
    assert difference(old, old + "終わり。")[-1] == ("add", "終わり。")


# ── Likeness ────────────────────────────────────────────────────────────────────────────────


def test_passages_about_the_same_thing_are_alike():
    assert (
        likeness("双方向のコミュニケーションを確立します", "双方向のコミュニケーションにより進めます") > 0.5
    )
    assert likeness("公園を増やします", "職員数の適正化") < 0.1
    assert likeness("", "") == 0.0


def test_related_passages_stand_in_other_plans_only():
    words_of = {
        1: "行政手続のオンライン化を進めます",
        2: "手続のオンライン化と行政のデジタル化",
        3: "行政手続のオンライン化の推進",
        4: "みどりの公園",
        5: "町会の活動",
    }
    found = relate(words_of, {1: 1, 2: 2, 3: 1, 4: 2, 5: 2})
    assert {(each.first, each.second) for each in found} >= {(1, 2), (2, 1)}
    assert all((each.first, each.second) != (1, 3) for each in found)


# ── Any document at all ─────────────────────────────────────────────────────────────────────

_LINES = st.lists(
    st.text(alphabet='第１章2節（）()○●①-・方針考え方施策１－２。、 \u3000…あいう#:,"\t', max_size=40),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(_LINES, st.sampled_from(["a.txt", "a.md", "a.yaml", "a.csv"]))
def test_any_document_is_read_or_refused_in_words(lines, name):
    tree = None
    with suppress(Unreadable):
        tree = read_document("\n".join(lines).encode(), name)
    if tree is None:
        return
    codes = [node.code for node in tree.walk()]
    assert len(codes) == len(set(codes))
    levels = {level.code for level in tree.levels}
    assert all(node.level in levels and (node.title or node.text) for node in tree.walk())
