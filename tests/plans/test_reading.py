"""Reading documents into trees: raw text, Markdown, YAML, tables."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from participation.plans.domain.reading.marks import mark_of
from participation.plans.domain.reading.reader import form_of, read_document
from participation.plans.domain.tree import DocumentForm, Unreadable
from tests.plans.documents import (
    CHAPTERS,
    COVER_AND_PARTS,
    CSV,
    LEADERS,
    MARKDOWN,
    TITLES_AFTER,
    UNSEEN,
    WIDE,
    YAML,
    document,
)


def read(text: str, name: str = "plan.txt", **options):
    return read_document(text.encode(), name, **options)


def shape(tree):
    return [
        (place.node.code, place.node.level, place.node.title or place.node.text) for place in tree.placed()
    ]


def problems(text: str, name: str):
    with pytest.raises(Unreadable) as refused:
        read(text, name)
    return [(problem.line, problem.message) for problem in refused.value.problems]


# ── Raw text ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "family", "number", "title"),
    [
        ("方針１ 平和と人権", "@方針", (1,), "平和と人権"),
        ("区政運営の考え方２－１ コミュニティ", "@区政運営の考え方", (2, 1), "コミュニティ"),
        ("第４章 構想実現のために", "chapter", (4,), "構想実現のために"),
        ("第十二章 むすび", "chapter", (12,), "むすび"),
        ("序章 はじめに", "chapter", (0,), "はじめに"),
        ("（１）持続可能な運営", "(N)", (1,), "持続可能な運営"),
        ("1-2 子どもが楽しく学ぶ", "N-N", (1, 2), "子どもが楽しく学ぶ"),
        ("<2-1 農プロジェクト>", "<N", (2, 1), "農プロジェクト"),
        ("❻安全で魅力的な街", "❶", (6,), "安全で魅力的な街"),
        ("ア 見守り", "ア", (1,), "見守り"),
        ("○区民が考えます。", "○", (), "区民が考えます。"),
        ("重点政策❶", "@重点政策", (1,), ""),
    ],
)
def test_a_line_says_how_it_begins(line, family, number, title):
    mark = mark_of(line)
    assert (mark.family, mark.number, mark.title) == (family, number, title)


@pytest.mark.parametrize(
    "line",
    [
        "平成１２年度の計画",
        "図表１：人口の推移",
        "3つのシティを実現し",
        "10年後の姿",
        "第2章で示した考え方",
        "2,000人が参加",
        "令和22（2040）年を見据え",
        "区は、次のとおり進めます。",
        "",
    ],
)
def test_an_amount_a_year_or_a_sentence_begins_nothing(line):
    assert mark_of(line) is None


def test_a_plan_nobody_has_seen_becomes_the_tree_its_readers_see():
    tree = read(UNSEEN)
    assert tree.title == "みなと台区まちづくり計画"
    assert [(code, level, words) for code, level, words in shape(tree) if level != "item"] == [
        ("1", "part", "基本的な考え方"),
        ("1-1", "pillar", "安心してくらせるまち"),
        ("1-1-1", "measure", "見守りの輪を広げる"),
        ("1-1-2", "measure", "災害にそなえる"),
        ("1-2", "pillar", "にぎわいのあるまち"),
        ("1-2-1", "measure", "商店街を元気にする"),
    ]
    assert [tree.find(code).text for code in ("1-1-1-1", "1-1-1-2")] == [
        "町会や商店と力を合わせて、ひとりぐらしの方を見守るしくみをつくり、困ったときに相談できる場所を増やします。",
        "見守りにあたる方の学びの場をつくります。",
    ]
    assert tree.count_by_level()["item"] == 5


def spread(text: str) -> str:
    """The text as a PDF gives it up: an empty line after every line."""
    return "\n\n".join(text.split("\n"))


def outline(tree):
    return [(code, words) for code, _, words in shape(tree)]


@pytest.mark.parametrize("text", [LEADERS, spread(LEADERS)], ids=["dense", "spread"])
def test_a_contents_list_with_dots_and_spaced_page_numbers_gives_no_nodes(text):
    tree = read(text)
    assert outline(tree)[:5] == [
        ("1", "支え合いの地域づくり"),
        ("1-1", "高齢者の見守り"),
        ("1-1-1", "日常の見守り"),
        (
            "1-1-1-1",
            "新聞配達や宅配などの事業者と協定を結び、異変に気付いたときに区へ知らせるしくみを広げます。",
        ),
        ("1-1-1-2", "見守り員の研修を年２回行い、２０２６年度までに１２０人を養成します。"),
    ]
    assert tree.count_by_level()["guideline"] == 2


@pytest.mark.parametrize("text", [LEADERS, spread(LEADERS)], ids=["dense", "spread"])
def test_page_numbers_that_count_on_never_stand_in_the_text(text):
    tree = read(text)
    assert [left.text for left in tree.left_out if left.reason == "ページ番号"] == [
        "1",
        "2",
        "- 3 -",
        "- 4 -",
    ]
    assert (
        tree.find("1-1").text == "１人暮らしの高齢者が増えている中で、日頃からの声かけが大切になっています。"
    )


def test_numbers_that_begin_below_an_item_stand_inside_it():
    assert outline(read(LEADERS))[-3:] == [
        ("2-1-1-2", "傍聴しやすい時間帯や場所を工夫します。"),
        ("2-1-1-2-1", "夜間の開催"),
        ("2-1-1-2-2", "オンラインでの中継"),
    ]


@pytest.mark.parametrize("text", [COVER_AND_PARTS, spread(COVER_AND_PARTS)], ids=["dense", "spread"])
def test_headings_that_come_under_every_measure_are_parts_of_each(text):
    tree = read(text)
    assert tree.title == "港南区 子ども・若者計画"
    assert [pair for pair in outline(tree) if pair[0].startswith("2-1-1")] == [
        ("2-1-1", "母子保健の充実"),
        ("2-1-1-1", "現状と課題"),
        ("2-1-1-2", "主な取組"),
        ("2-1-1-2-1", "妊婦全数面接"),
        ("2-1-1-2-2", "産後ケア"),
    ]
    assert [tree.find(code).number for code in ("2-1-1", "2-1-2", "2-2-1")] == [
        "施策の方向１－（１）",
        "施策の方向１－（２）",
        "施策の方向２－（１）",
    ]
    assert tree.find("1-1").text == (
        "国は、令和５年４月にこども基本法を施行しました。区では、子どもの権利を守り、"
        "その意見を区政に反映する取組を進めてきました。"
    )


def test_a_heading_that_starts_counting_again_stands_below_what_stands_right_above_it():
    assert outline(read(CHAPTERS))[7:14] == [
        ("2-1-1", "防災"),
        ("2-1-1-1", "現状"),
        ("2-1-1-2", "方針"),
        ("2-1-1-2-1", "建替えの支援"),
        ("2-1-1-2-1-1", "助成"),
        ("2-1-1-2-1-2", "相談"),
        ("2-1-1-2-2", "道路の拡幅"),
    ]


def test_a_name_left_open_is_no_item():
    tree = read("○○区の方針\n方針１ 水\n○川を守ります。\n方針２ 緑\n○木を植えます。\n")
    assert outline(tree) == [("1", "水"), ("1-1", "川を守ります。"), ("2", "緑"), ("2-1", "木を植えます。")]


def test_every_node_knows_its_line_and_how_sure_it_is():
    lines = UNSEEN.split("\n")
    for node in read(UNSEEN).walk():
        assert (node.number or node.title or node.text)[:2] in lines[node.line - 1]
        assert 0 < node.confidence <= 1


def test_every_line_left_out_says_why():
    reasons = {left.line: left.reason for left in read(UNSEEN).left_out}
    assert reasons[17] == reasons[33] == "ページ番号"
    assert reasons[35] == "ページの柱"
    assert reasons[7] == "目次"


def test_titles_after_the_body_and_vertical_headings_find_their_place():
    tree = read(TITLES_AFTER)
    assert [(code, words) for code, _, words in shape(tree)] == [
        ("1", "めざすまち"),
        ("1-1", "支え合うまち"),
        ("1-2", "水と緑のまち"),
        ("2", "進め方"),
    ]
    assert tree.find("1-1").text.endswith("育てていきます。")
    assert tree.find("1-1").confidence < tree.find("1").confidence
    assert tree.find("2").confidence <= 0.5


def test_the_text_stays_as_in_the_document():
    tree = read(
        "方針１ ＰＤＣＡの推進\n○２０４０年に向けて、ＩＣＴを使います。\n方針２ 連携\n○力を合わせます。\n"
    )
    assert tree.find("1").title == "ＰＤＣＡの推進"
    assert tree.find("1-1").text == "２０４０年に向けて、ＩＣＴを使います。"


def test_a_document_without_any_heading_is_refused():
    assert problems("ただの文です。\nもう一つの文です。\n", "a.txt")[0][1].startswith(
        "見出しも項目も見つかりません"
    )


@pytest.mark.parametrize(
    ("slug", "counts"),
    [
        ("meguro-basic-plan", {"guideline": 3, "approach": 7, "viewpoint": 13, "item": 49}),
        ("meguro-vision", {"chapter": 2, "item": 3, "basic_goal": 5}),
        ("setagaya-priority", {"desired_state": 6, "item": 13}),
    ],
)
def test_the_wards_own_documents_give_their_known_numbers(slug, counts):
    assert read(document(slug)).count_by_level() == counts


def test_the_nerima_document_gives_its_chapters_projects_and_bullets():
    tree = read(document("nerima-vision"))
    counts = tree.count_by_level()
    assert counts["chapter"] == 6
    projects = [
        node for node in tree.walk() if node.title.endswith("プロジェクト") and node.number[:1] == "<"
    ]
    projects = [node for node in projects if node.number[1:].strip().replace("-", "").isdigit()]
    assert [node.title for node in projects] == [
        "みどりプロジェクト",
        "農プロジェクト",
        "アニメプロジェクト",
        "人づくりプロジェクト",
    ]
    assert sum(1 for node in tree.find("4").walk() if node.level == "item") == 31


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{number % 9 + 1} 見出し{number}" for number in range(50_000)),
        "第1章 あ\n○" + "あ" * 1_000_000,
        "（" * 1_000_000 + "\n第1章 あ\n○い",
        "1-1-" * 250_000 + "\n第1章 あ\n○い",
        "あ\n" * 50_000 + "第1章 あ\n○い",
        "同じ行\n" * 50_000 + "第1章 あ\n○い",
    ],
    ids=["many headings", "long line", "brackets", "hyphens", "single letters", "same lines"],
)
def test_hostile_documents_take_bounded_time(text):
    begin = time.process_time()
    with suppress(Unreadable):
        read(text)
    assert time.process_time() - begin < 12


# ── Markdown ────────────────────────────────────────────────────────────────────────────────


def test_markdown_headings_and_lists_become_a_tree_with_lines():
    tree = read(MARKDOWN, "plan.md")
    assert tree.title == "さくら区の計画"
    assert tree.introduction == "はじめの文です。"
    assert [(p.node.code, p.node.level, p.node.title or p.node.text, p.node.line) for p in tree.placed()] == [
        ("1", "guideline", "みどりを守る", 8),
        ("1-1", "item", "公園を増やします。", 13),
        ("1-2", "item", "木を植える", 14),
        ("1-2-1", tree.find("1-2-1").level, "小さな木", 15),
        ("2", "guideline", "水を守る", 17),
        ("2-1", "item", "川をきれいにします。", 20),
    ]
    assert tree.find("1").text == "みどりの本文です。次の行です。"


def test_markdown_may_carry_codes():
    tree = read("# 計画\n\n## MP-1 方針\n\n## 水 {#MP-2}\n", "plan.md")
    assert [code for code, _, _ in shape(tree)] == ["MP-1", "MP-2"]


def test_a_code_twice_in_markdown_is_refused_with_both_lines():
    assert problems("# 計画\n\n## MP-1 あ\n\n## MP-1 い\n", "plan.md") == [
        (5, "コード「MP-1」が2回使われています（1つ目は3行目）。")
    ]


# ── YAML ────────────────────────────────────────────────────────────────────────────────────


def test_yaml_nodes_become_a_tree_with_lines():
    tree = read(YAML, "plan.yaml")
    assert tree.title == "さくら区の計画"
    assert [(p.node.code, p.node.level, p.node.line) for p in tree.placed()] == [
        ("S-1", "guideline", 4),
        ("S-1-1", "item", 8),
        ("S-1-2", "item", 9),
    ]


def test_plain_nested_yaml_is_a_plan_too():
    tree = read("方針1 みどり:\n  考え方1-1 公園:\n    - ○公園を増やします。\n方針2 水:\n  - 川\n", "p.yml")
    assert shape(tree) == [
        ("1", "guideline", "みどり"),
        ("1-1", "approach", "公園"),
        ("1-1-1", "item", "公園を増やします。"),
        ("2", "guideline", "水"),
        ("2-1", "item", "川"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: &x [1]\nb: *x\n", 1, "参照"),
        ("[" * 5000, 1, "深すぎます"),
        ("a: b\n  c: d\n", 2, "書き方"),
        ("a: 1\na: 2\n", 2, "2回"),
        ("--- {a: [b]}\n--- {c: [d]}\n", 2, "2つ"),
        ("nodes:\n- {code: A, parent: B, title: a}\n- {code: B, parent: A, title: b}\n", 2, "ひと回り"),
        ("nodes:\n- {code: A, parent: Z, title: a}\n", 2, "「Z」の行がありません"),
        ("!!python/object/apply:os.system [echo]\n", 1, ""),
    ],
)
def test_yaml_that_is_no_plan_is_refused_with_the_line(text, line, message):
    if not message:
        assert [words for _, _, words in shape(read(text, "p.yaml"))] == ["echo"], "tags are words, never run"
        return
    found = problems(text, "p.yaml")
    assert found[0][0] == line
    assert message in found[0][1]


# ── Tables ──────────────────────────────────────────────────────────────────────────────────


def test_a_table_with_japanese_headings_becomes_a_tree():
    tree = read(CSV, "plan.csv")
    assert shape(tree) == [
        ("S-1", "guideline", "みどりを守る"),
        ("S-1-1", "item", "公園を\n増やします。"),
        ("S-2", "guideline", "水を守る"),
    ]
    assert [node.line for node in tree.walk()] == [2, 3, 5]


def test_without_a_column_of_parents_the_codes_say_who_is_above():
    tree = read("code,level,title\nA-1-1,項目,い\nA-1,方針,あ\n", "plan.csv")
    assert [(p.node.code, p.parent) for p in tree.placed()] == [("A-1", None), ("A-1-1", "A-1")]


def test_without_codes_the_levels_make_the_tree():
    tree = read("階層\t題名\n方針\tあ\n項目\tい\n項目\tう\n方針\tえ\n", "plan.tsv")
    assert [code for code, _, _ in shape(tree)] == ["1", "1-1", "1-2", "2"]


@pytest.mark.parametrize(
    ("rows", "line", "message"),
    [
        ("A,,方針,あ,\nA,,方針,い,", 3, "2回使われています（1つ目は2行目）"),
        ("A,B,方針,あ,\nB,A,方針,い,", 2, "ひと回りしています（A→B→A）"),
        ("A,Z,方針,あ,", 2, "親コード「Z」の行がありません"),
        ("A,A,方針,あ,", 2, "ひと回り"),
        ("A,,方針,,", 2, "題名も本文も空"),
        ("A B,,方針,あ,", 2, "使えません"),
        ("A,,方針,あ,い,う", 2, "欄が6あり"),
        ('A,,方針,"あ', 2, "引用符"),
    ],
)
def test_a_table_that_is_no_plan_is_refused_with_the_line(rows, line, message):
    found = problems(f"コード,親コード,階層,題名,本文\n{rows}\n", "plan.csv")
    assert found[0][0] == line
    assert message in found[0][1]


def test_a_table_without_known_headings_says_what_to_write():
    assert "「コード」「親コード」" in problems("x,y\n1,2\n", "plan.csv")[0][1]


def test_two_hundred_columns_and_a_huge_cell_are_refused():
    assert "100列まで" in problems("題名" + ",x" * 200 + "\n", "plan.csv")[0][1]
    assert "長" in problems("題名,本文\nあ," + "い" * 120_000 + "\n", "plan.csv")[0][1]


def test_script_and_formulas_in_a_cell_are_only_words():
    words = "=HYPERLINK(1)<script>alert(1)</script>"
    tree = read(f"題名,本文\n{words},い\n", "plan.csv")
    assert next(tree.walk()).title == words


def test_the_form_is_known_by_the_name_or_by_looking_inside():
    assert form_of(CSV, "x.txt") is DocumentForm.CSV
    assert form_of("# あ\n\n## い\n", "x.txt") is DocumentForm.MARKDOWN
    assert form_of(UNSEEN, "x.txt") is DocumentForm.RAW
    assert form_of(YAML, "x.yml") is DocumentForm.YAML


def test_a_cp932_table_as_a_spreadsheet_saves_it_is_read():
    tree = read_document(CSV.encode("cp932"), "plan.csv")
    assert tree.encoding.startswith("CP932")
    assert tree.find("S-2").title == "水を守る"


def test_a_table_with_one_column_a_level_becomes_the_tree_it_shows():
    tree = read(WIDE, "plan.csv")
    assert shape(tree) == [
        ("1", "guideline", "みどり"),
        ("1-1", "approach", "まもる"),
        ("1-1-1", "perspective", "ふやす"),
        ("1-1-1-1", "item", "公園を増やす"),
        ("1-1-1-2", "item", "木を植える。"),
        ("1-1-2", "perspective", "へらさない"),
        ("1-1-2-1", "item", "木を守る"),
        ("2", "guideline", "水"),
        ("2-1", "approach", "きれいに"),
    ]
    assert tree.find("1-1-1-2").note == "新規"
    assert [place.node.line for place in tree.placed()] == [2, 2, 2, 2, 3, 4, 4, 5, 5]


def test_a_table_with_a_level_left_empty_above_another_is_refused_with_the_line():
    assert problems("方針,考え方,項目\n,,公園を増やす\n", "plan.csv") == [
        (2, "「項目」の上の「方針」が空です。同じものが続くときは、上の行に書いてください。")
    ]


def test_levels_called_by_their_codes_keep_them():
    tree = read(
        "code,parent,level,title\nA,,guideline,Green\nB,A,item,Parks\nC,B,sub_item,Trees\n", "plan.csv"
    )
    assert [(level.code, level.name) for level in tree.levels] == [
        ("guideline", "方針"),
        ("item", "項目"),
        ("sub_item", "sub_item"),
    ]
