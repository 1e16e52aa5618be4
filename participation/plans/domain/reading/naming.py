"""Naming (階層とコード): gives the nodes of a document without codes their levels and stable codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from participation.plans.domain.tree import Level, TreeNode

#: Words of the wards' plans and the codes of their levels; another word becomes a level of its own.
_LEVEL_WORDS = {
    "部": ("part", "Part"),
    "編": ("part", "Part"),
    "章": ("chapter", "Chapter"),
    "節": ("section", "Section"),
    "方針": ("guideline", "Guideline"),
    "区政運営方針": ("guideline", "Guideline"),
    "基本方針": ("guideline", "Guideline"),
    "区政運営の考え方": ("approach", "Approach"),
    "考え方": ("approach", "Approach"),
    "施策立案の視点": ("viewpoint", "Viewpoint"),
    "視点": ("perspective", "Perspective"),
    "基本目標": ("basic_goal", "Basic goal"),
    "目標": ("goal", "Goal"),
    "重点政策": ("priority_policy", "Priority policy"),
    "政策": ("policy", "Policy"),
    "基本政策": ("policy", "Policy"),
    "施策": ("measure", "Measure"),
    "事業": ("project", "Project"),
    "取組": ("initiative", "Initiative"),
    "取り組み": ("initiative", "Initiative"),
    "プロジェクト": ("project", "Project"),
    "項目": ("item", "Item"),
    "柱": ("pillar", "Pillar"),
    "分野": ("field", "Field"),
    "めざす姿": ("desired_state", "Desired state"),
    "めざすまちの姿": ("desired_state", "Desired state"),
}
_FAMILY_WORDS = {
    "part": "部",
    "chapter": "章",
    "section": "節",
    "subsection": "項",
    "clause": "款",
    "article": "条",
    "○": "項目",
    "●": "項目",
    "◎": "項目",
    "・": "項目",
    "-": "項目",
    "□": "項目",
    "◇": "項目",
    "①": "項目",
    "❶": "項目",
}


_WORDS_OF_CODES = {code: (name, english) for name, (code, english) in reversed(_LEVEL_WORDS.items())}


def _named(label: str) -> tuple[str, str, str]:
    """Code, Japanese and English name of a level that a document calls by its name or by its code."""
    code, english = _LEVEL_WORDS.get(label, ("", ""))
    if code:
        return code, label, english
    if label in _WORDS_OF_CODES:
        return label, *_WORDS_OF_CODES[label]
    is_code = label.isascii() and label.replace("_", "").isalnum() and label[:1].islower()
    return (label if is_code else ""), label, ""


def level_code(name: str) -> str:
    """The code of a level named in Japanese, or nothing when the word is new."""
    return _LEVEL_WORDS.get(name.strip(), ("", ""))[0]


@dataclass
class Draft:
    """A node while a document is being read."""

    family: str
    label: str = ""
    number: tuple[int, ...] = ()
    title: str = ""
    text: str = ""
    line: int | None = None
    confidence: float = 1.0
    code: str = ""
    level: str = ""
    summary: str = ""
    note: str = ""
    written: str = ""
    children: list[Draft] = field(default_factory=list)


def levels_of(roots: Sequence[Draft]) -> tuple[Level, ...]:
    """Name the levels after the document's own words and set `level` on every draft."""
    depth_of: dict[str, int] = {}
    label_of: dict[str, str] = {}
    waiting = [(draft, 1) for draft in reversed(roots)]
    while waiting:
        draft, depth = waiting.pop()
        depth_of[draft.family] = min(depth, depth_of.get(draft.family, depth))
        label_of.setdefault(draft.family, draft.label)
        waiting.extend((child, depth + 1) for child in reversed(draft.children))
    levels: dict[str, Level] = {}
    code_of: dict[str, str] = {}
    for family in sorted(depth_of, key=lambda each: depth_of[each]):
        code, name, english = _named(
            _FAMILY_WORDS.get(family) or label_of[family] or f"見出し（{_sign(family)}）"
        )
        code = code or f"heading{len(levels) + 1}"
        while code in levels and levels[code].name != name:
            code += "x"
        if code not in levels:
            within = code == "item" and depth_of[family] > 1
            levels[code] = Level(code, name, depth_of[family], english, marker=_sign(family), within=within)
        code_of[family] = code
    waiting = [(draft, 1) for draft in roots]
    while waiting:
        draft, depth = waiting.pop()
        draft.level = draft.level or code_of[draft.family]
        waiting.extend((child, depth + 1) for child in draft.children)
    return tuple(levels.values())


def _sign(family: str) -> str:
    return family.removeprefix("@").removeprefix("=")


def give_codes(roots: Sequence[Draft], prefix: str) -> None:
    """Give a code from the document's own numbers; what has no number takes the next free one."""
    waiting: list[tuple[Sequence[Draft], str]] = [(roots, prefix)]
    while waiting:
        siblings, above = waiting.pop()
        taken: set[str] = {sibling.code for sibling in siblings if sibling.code}
        for sibling in siblings:
            if sibling.code or not sibling.number:
                continue
            wanted = _joined(above, str(sibling.number[-1]))
            if wanted in taken:
                sibling.confidence = min(sibling.confidence, 0.5)
                continue
            sibling.code = wanted
            taken.add(wanted)
        free = 1
        for sibling in siblings:
            if sibling.code:
                continue
            while _joined(above, str(free)) in taken:
                free += 1
            sibling.code = _joined(above, str(free))
            taken.add(sibling.code)
        waiting.extend((sibling.children, sibling.code) for sibling in siblings)


def _joined(above: str, last: str) -> str:
    return f"{above}-{last}" if above else last


def frozen(roots: Sequence[Draft]) -> tuple[TreeNode, ...]:
    """The finished nodes; children first, so that depth needs no recursion."""
    order: list[Draft] = []
    waiting = list(roots)
    while waiting:
        draft = waiting.pop()
        order.append(draft)
        waiting.extend(draft.children)
    done: dict[int, TreeNode] = {}
    for draft in reversed(order):
        done[id(draft)] = TreeNode(
            code=draft.code,
            level=draft.level,
            number=draft.written,
            title=draft.title,
            text=draft.text,
            line=draft.line,
            confidence=round(max(0.05, min(1.0, draft.confidence)), 2),
            summary=draft.summary,
            note=draft.note,
            children=tuple(done[id(child)] for child in draft.children),
        )
    return tuple(done[id(root)] for root in roots)
