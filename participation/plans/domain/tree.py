"""The plan tree (計画の木): what every reader makes and every command takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from hashlib import blake2b
from typing import Any


class PlanKind(StrEnum):
    """What sort of document a plan is (計画の種類)."""

    VISION = "vision"
    BASIC_PLAN = "basic_plan"
    IMPLEMENTATION_PLAN = "implementation_plan"
    REVIEW_SHEET = "review_sheet"
    OTHER = "other"


KIND_NAMES: Mapping[PlanKind, str] = {
    PlanKind.VISION: "基本構想",
    PlanKind.BASIC_PLAN: "基本計画",
    PlanKind.IMPLEMENTATION_PLAN: "実施計画",
    PlanKind.REVIEW_SHEET: "検討資料",
    PlanKind.OTHER: "そのほかの計画",
}


class VersionStage(StrEnum):
    """How far a version has come: 骨子, 素案, 案, 決定."""

    OUTLINE = "outline"
    DRAFT = "draft"
    FINAL_DRAFT = "final_draft"
    ADOPTED = "adopted"


STAGE_NAMES: Mapping[VersionStage, str] = {
    VersionStage.OUTLINE: "骨子",
    VersionStage.DRAFT: "素案",
    VersionStage.FINAL_DRAFT: "案",
    VersionStage.ADOPTED: "決定",
}


class DocumentForm(StrEnum):
    """In which form a document came (文書の形)."""

    RAW = "raw"
    MARKDOWN = "markdown"
    YAML = "yaml"
    CSV = "csv"
    SEED = "seed"


FORM_NAMES: Mapping[DocumentForm, str] = {
    DocumentForm.RAW: "PDFなどから取り出した文字",
    DocumentForm.MARKDOWN: "Markdown",
    DocumentForm.YAML: "YAML",
    DocumentForm.CSV: "CSV",
    DocumentForm.SEED: "計画の登録ファイル一式",
}


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a document from being read, with its line (行番号)."""

    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.line}行目: {self.message}" if self.line else self.message


class Unreadable(Exception):
    """A document is refused as a whole; every problem found is told."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("／".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class LeftOut:
    """A line of the document that stands nowhere in the tree, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Level:
    """A level of a plan (計画の階層), such as 方針 or 施策立案の視点; levels are data."""

    code: str
    name: str
    depth: int
    name_en: str = ""
    marker: str = ""
    #: Whether nodes of this level are passages (○項目) that stand on the page of what is above them.
    within: bool = False


@dataclass(frozen=True)
class TreeNode:
    """One place of a plan (計画の項目): its words exactly as the document has them."""

    code: str
    level: str
    #: What the document writes before the title: 方針１, (1), ○.
    number: str = ""
    title: str = ""
    text: str = ""
    line: int | None = None
    confidence: float = 1.0
    summary: str = ""
    note: str = ""
    source: str = ""
    children: tuple[TreeNode, ...] = ()

    def walk(self) -> Iterator[TreeNode]:
        """Give this node and all below it, in reading order, however deep."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


@dataclass(frozen=True)
class Placed:
    """A node with its parent's code, order among its siblings and depth."""

    node: TreeNode
    parent: str | None
    order: int
    depth: int
    position: int


@dataclass(frozen=True)
class PlanTree:
    """A whole plan as read from one document."""

    title: str
    roots: tuple[TreeNode, ...]
    levels: tuple[Level, ...]
    slug: str = ""
    kind: PlanKind = PlanKind.OTHER
    ward: str = ""
    code_prefix: str = ""
    introduction: str = ""
    source: str = ""
    stage: VersionStage = VersionStage.DRAFT
    version_label: str = ""
    version_date: str = ""
    form: DocumentForm = DocumentForm.RAW
    encoding: str = "UTF-8"
    left_out: tuple[LeftOut, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)

    def walk(self) -> Iterator[TreeNode]:
        for root in self.roots:
            yield from root.walk()

    def placed(self) -> tuple[Placed, ...]:
        """Every node in reading order, with the code of its parent."""
        rows: list[Placed] = []
        waiting: list[tuple[TreeNode, str | None, int, int]] = [
            (root, None, order, 1) for order, root in reversed(list(enumerate(self.roots, 1)))
        ]
        while waiting:
            node, parent, order, depth = waiting.pop()
            rows.append(Placed(node, parent, order, depth, len(rows) + 1))
            waiting.extend(
                (child, node.code, place, depth + 1)
                for place, child in reversed(list(enumerate(node.children, 1)))
            )
        return tuple(rows)

    def count_by_level(self) -> dict[str, int]:
        """How many nodes stand on each level, in the order of the levels."""
        counted = Counter(node.level for node in self.walk())
        return {level.code: counted[level.code] for level in self.levels if counted[level.code]}

    def level(self, code: str) -> Level | None:
        return next((level for level in self.levels if level.code == code), None)

    def find(self, code: str) -> TreeNode | None:
        return next((node for node in self.walk() if node.code == code), None)

    def with_details(self, **changes: Any) -> PlanTree:
        return replace(self, **changes)


@dataclass(frozen=True)
class Wording:
    """How a place of a plan shall read in the next version."""

    code: str
    title: str
    text: str


@dataclass(frozen=True)
class AmendedPlan:
    """The next version of a plan before it is made: what is reworded, on which version it stands, its name."""

    based_on: int
    wordings: tuple[Wording, ...]
    stage: VersionStage
    label: str = ""
    dated_on: date | None = None


MAXIMUM_DEPTH = 12
MAXIMUM_NODES = 20_000
MAXIMUM_CODE_LENGTH = 60

#: Words that stand in the place of a code in addresses.
RESERVED_CODES = frozenset(("print", "versions"))


def check(tree: PlanTree) -> PlanTree:
    """Refuse a tree that no plan can have: no node, too many, doubled or unusable codes, empty places."""
    problems: list[Problem] = []
    seen: dict[str, int | None] = {}
    count = 0
    for place in tree.placed():
        node = place.node
        count += 1
        if node.code in seen:
            first = f"（1つ目は{seen[node.code]}行目）" if seen[node.code] else ""
            problems.append(Problem(node.line, f"コード「{short(node.code)}」が2回使われています{first}。"))
        seen.setdefault(node.code, node.line)
        if not is_code(node.code):
            problems.append(
                Problem(
                    node.line,
                    f"コード「{short(node.code)}」は使えません。英数字とハイフンで60字までにしてください。",
                )
            )
        if not node.title.strip() and not node.text.strip():
            problems.append(Problem(node.line, f"コード「{short(node.code)}」に題名も本文もありません。"))
        if place.depth > MAXIMUM_DEPTH:
            problems.append(Problem(node.line, f"階層が深すぎます。{MAXIMUM_DEPTH}段までにしてください。"))
    if count == 0:
        problems.append(Problem(None, "見出しも項目も見つかりませんでした。文書の形を確かめてください。"))
    if count > MAXIMUM_NODES:
        problems.append(Problem(None, f"項目が{count}件あります。{MAXIMUM_NODES}件までにしてください。"))
    if problems:
        raise Unreadable(*problems[:50])
    return tree


def is_code(code: str) -> bool:
    """A code stands in addresses: letters, digits, hyphen, full stop and low line of ASCII."""
    return (
        0 < len(code) <= MAXIMUM_CODE_LENGTH
        and code.isascii()
        and code[0].isalnum()
        and all(sign.isalnum() or sign in "-._" for sign in code)
        and ".." not in code
        and code not in RESERVED_CODES
    )


def short(words: str, length: int = 40) -> str:
    """The beginning of somebody's words for a message."""
    words = " ".join(words.split())
    return words if len(words) <= length else words[: length - 1] + "…"


def is_slug(words: str) -> bool:
    """The name of a plan in addresses: small letters, digits and hyphens, at most 48."""
    return (
        0 < len(words) <= 48
        and words.isascii()
        and words[0].isalnum()
        and all(sign.isdigit() or sign == "-" or "a" <= sign <= "z" for sign in words)
    )


def slug_from(filename: str, title: str) -> str:
    """A name for addresses made from a file's name, or from the title when the file's name has no letters."""
    stem = filename.replace("\\", "/").rpartition("/")[2].partition(".")[0].casefold()
    letters = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in stem)
    slug = "-".join(part for part in letters.split("-") if part)[:48].strip("-")
    return slug if is_slug(slug) else f"plan-{blake2b(title.encode(), digest_size=4).hexdigest()}"
