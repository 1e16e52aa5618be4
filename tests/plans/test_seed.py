"""The plans that come with the site: every sentence stands in its document, and the numbers hold."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from participation.plans.domain.folding import fold
from participation.plans.domain.reading.seed import SEED_FOLDER, read_seed, seed_folders
from participation.plans.domain.tree import PlanTree, Unreadable
from tests.plans.documents import NAMES, document, sentences

#: The counts and the words as they were checked against the documents; holds without the documents.
FINGERPRINTS = Path(__file__).with_name("seed_fingerprints.json")
ACCEPT = "ACCEPT_SEEDS"

COUNTS = {
    "meguro-basic-plan": {"guideline": 3, "approach": 7, "viewpoint": 13, "item": 49},
    "meguro-vision": {"chapter": 2, "guideline": 3, "basic_goal": 5},
    "meguro-review-sheets": {"sheet": 3, "section": 21},
    "nerima-vision": {"project": 4, "policy": 9, "policy_item": 31, "initiative": 12, "perspective": 3},
    "setagaya-priority": {"priority_policy": 6, "desired_state": 13, "connection": 6},
}
#: Titles that the documents lost and that were taken from the sheet beside them (SOURCES.md).
LOST_TITLES = frozenset({"MS-A-2", "MS-A-3"})
#: Levels whose headings the extraction tore away from what stands under them (SOURCES.md).
TORN_LEVELS = frozenset({"section", "group"})


def seed(slug: str) -> PlanTree:
    return read_seed(SEED_FOLDER / slug)


def fingerprint(tree: PlanTree) -> dict[str, object]:
    words = "\n".join(
        f"{place.node.code}|{place.parent or ''}|{fold(place.node.number + place.node.title)}|{fold(place.node.text)}"
        for place in tree.placed()
    )
    return {"counts": tree.count_by_level(), "words": hashlib.sha256(words.encode()).hexdigest()}


def test_all_five_plans_are_there():
    assert {folder.name for folder in seed_folders()} == set(NAMES) == set(COUNTS)


@pytest.mark.parametrize("slug", COUNTS)
def test_the_counts_hold(slug):
    counts = seed(slug).count_by_level()
    assert {level: counts[level] for level in COUNTS[slug]} == COUNTS[slug]


def test_the_items_of_each_viewpoint_are_as_many_as_in_the_plan():
    viewpoints = [node for node in seed("meguro-basic-plan").walk() if node.level == "viewpoint"]
    assert [len(node.children) for node in viewpoints] == [3, 5, 3, 4, 3, 4, 5, 4, 5, 4, 2, 3, 4]


def test_each_review_sheet_has_its_seven_sections_in_order():
    for sheet in seed("meguro-review-sheets").roots:
        assert [child.number for child in sheet.children] == list("１２３４５６７")


def test_the_desired_states_stand_under_their_priority_policies():
    policies = [node for node in seed("setagaya-priority").walk() if node.level == "priority_policy"]
    assert [len(node.children) for node in policies] == [3, 2, 1, 2, 2, 3]


@pytest.mark.parametrize("slug", COUNTS)
def test_the_words_are_those_that_were_checked(slug):
    now = fingerprint(seed(slug))
    accepted = json.loads(FINGERPRINTS.read_text("utf-8")) if FINGERPRINTS.exists() else {}
    if os.environ.get(ACCEPT):
        accepted[slug] = now
        FINGERPRINTS.write_text(
            json.dumps(accepted, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
        )
    assert accepted[slug] == now, f"check the words against the document, then {ACCEPT}=1"


@pytest.mark.parametrize("slug", COUNTS)
def test_every_sentence_stands_in_its_document(slug):
    whole = fold(document(slug))
    lost = [
        f"{node.code}: {sentence}"
        for node in seed(slug).walk()
        for sentence in sentences(node.text)
        if sentence not in whole
    ]
    assert lost == []


@pytest.mark.parametrize("slug", COUNTS)
def test_every_title_and_number_stands_in_its_document(slug):
    whole = fold(document(slug))
    lost = [
        node.code
        for node in seed(slug).walk()
        if node.code not in LOST_TITLES and not (fold(node.title) in whole and fold(node.number) in whole)
    ]
    assert lost == []


@pytest.mark.parametrize("slug", COUNTS)
def test_every_node_begins_on_the_line_it_names(slug):
    lines = [fold(line) for line in document(slug).split("\n")]
    strangers = [
        node.code
        for node in seed(slug).walk()
        if (slug == "nerima-vision" or node.level not in TORN_LEVELS)
        and not _begins_near(lines, node.line, node.number, node.title, node.text)
    ]
    assert strangers == []


def _begins_near(lines: list[str], line: int, number: str, title: str, text: str) -> bool:
    around = "".join(lines[line - 1 : line + 6])
    begins = [fold(words)[:4] for words in (number, title, text.replace("■", "")) if words]
    return any(words in around for words in begins)


@pytest.mark.parametrize("slug", COUNTS)
def test_every_node_has_words_a_level_a_source_and_a_code_of_its_plan(slug):
    tree = seed(slug)
    levels = {level.code for level in tree.levels}
    assert tree.source
    for node in tree.walk():
        assert node.title or node.text
        assert node.level in levels
        assert node.line
        assert node.code.startswith(f"{tree.code_prefix}-")


@pytest.mark.parametrize("slug", COUNTS)
def test_what_was_mended_is_written_down(slug):
    sources = (SEED_FOLDER / slug / "SOURCES.md").read_text("utf-8")
    assert "資料:" in sources
    assert "直したこと" in sources


def test_every_viewpoint_has_three_plain_lines():
    for node in seed("meguro-basic-plan").walk():
        if node.level != "viewpoint":
            assert not node.summary
            continue
        lines = node.summary.split("\n")
        assert len(lines) == 3, node.code
        assert all(line.endswith(("ます。", "です。")) and len(line) <= 60 for line in lines), node.code


def test_the_mended_places_are_mended():
    sheets, vision, nerima = seed("meguro-review-sheets"), seed("meguro-vision"), seed("nerima-vision")
    assert [node.title for node in vision.find("MK-5").children] == [
        "学び合い成長し合えるまち",
        "人が集い活力あふれるまち",
        "健康で自分らしく暮らせるまち",
        "快適で暮らしやすい持続可能なまち",
        "安全で安心して暮らせるまち",
    ]
    assert sheets.find("MS-B-5-5").text.endswith("対応していく必要がある。")
    assert sheets.find("MS-B-7-1").text.startswith("区民と区が「つながり」")
    assert [child.code for child in sheets.find("MS-C-1").children][3:] == [
        f"MS-C-1-{n}" for n in (4, 5, 6, 7)
    ]
    assert "図" not in nerima.find("NK-0-3").text
    assert nerima.find("NK-1-1-1").note


# ── Folders that are no plan ────────────────────────────────────────────────────────────────


def a_folder(tmp_path: Path, **files: str) -> Path:
    contents = {
        "plan.toml": 'title="計画"\nkind="other"\nward="meguro"\ncode_prefix="P"\ndocument="資料"\nstage="draft"\n'
        'version_label=""\nintroduction=""\n[talk]\nlevels=["item"]\n',
        "levels.csv": "code,name,name_en,depth,marker,within\nitem,項目,Item,1,○,0\n",
        "nodes.csv": "code,parent,level,order,number,title,line\nP-1,,item,1,○,題名,1\n",
        "texts.ja.csv": "code,text,summary,note\nP-1,本文です。,,\n",
    }
    for name, text in (contents | {name.replace("_", ".", 1): text for name, text in files.items()}).items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_a_folder_is_read(tmp_path):
    tree = read_seed(a_folder(tmp_path))
    assert [(node.code, node.title, node.text, node.line) for node in tree.walk()] == [
        ("P-1", "題名", "本文です。", 1)
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "nodes_csv",
            "code,parent,level,order,number,title,line\nP-1,P-9,item,1,,題名,1\n",
            "2行目: 親コード「P-9」",
        ),
        ("nodes_csv", "code,parent,level,order,number,title,line\nP-1,,x,1,,題名,1\n", "階層「x」"),
        ("nodes_csv", "code,title\nP-1,題名\n", "1行目は"),
        ("plan_toml", "title=", "plan.toml"),
        ("levels_csv", "code,name,name_en,depth,marker,within\nitem,項目\n", "欄の数"),
    ],
)
def test_a_folder_that_is_no_plan_is_refused_with_the_line(tmp_path, name, text, message):
    with pytest.raises(Unreadable, match=message):
        read_seed(a_folder(tmp_path, **{name: text}))


def test_a_text_without_its_node_is_refused(tmp_path):
    folder = a_folder(tmp_path)
    (folder / "texts.ja.csv").write_text("code,text,summary,note\nP-1,あ,,\nP-7,い,,\n", "utf-8")
    with pytest.raises(Unreadable, match="P-7"):
        read_seed(folder)


def test_a_folder_without_its_files_is_refused(tmp_path):
    with pytest.raises(Unreadable, match=r"plan\.toml"):
        read_seed(tmp_path)
