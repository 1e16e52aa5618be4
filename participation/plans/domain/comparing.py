"""Comparing (前の版との違い): what an import would change, told before anything is changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from participation.plans.domain.folding import fold
from participation.plans.domain.similarity import likeness
from participation.plans.domain.tree import DocumentForm, PlanTree, TreeNode, short


@dataclass(frozen=True)
class Known:
    """A node of the plan as it stands in the version before."""

    code: str
    parent: str | None
    order: int
    level: str
    number: str
    title: str
    text: str
    standing: bool = True


@dataclass(frozen=True)
class Change:
    """One node that an import adds, changes, moves, retires or brings back."""

    code: str
    words: str
    line: int | None = None


@dataclass(frozen=True)
class Changes:
    """All that an import would do (追加・変更・移動・廃止・復活)."""

    added: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    moved: tuple[Change, ...] = ()
    retired: tuple[Change, ...] = ()
    returned: tuple[Change, ...] = ()
    unchanged: int = 0

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.moved or self.retired or self.returned)

    def named(self) -> tuple[tuple[str, tuple[Change, ...]], ...]:
        """The kinds of change with their Japanese names, in the order in which they are shown."""
        return (
            ("追加", self.added),
            ("変更", self.changed),
            ("移動", self.moved),
            ("廃止", self.retired),
            ("復活", self.returned),
        )

    def in_words(self) -> str:
        told = "、".join(f"{name}{len(changes)}件" for name, changes in self.named() if changes)
        return (
            f"{told}、そのまま{self.unchanged}件" if told else f"変わった所はありません（{self.unchanged}件）"
        )


def compare(known: Iterable[Known], tree: PlanTree) -> Changes:
    """Compare by code; a node that is gone is retired, never deleted, because people may have spoken about it."""
    before = {each.code: each for each in known}
    found: dict[str, list[Change]] = defaultdict(list)
    unchanged = 0
    placed = tree.placed()
    stayed = {
        place.node.code
        for place in placed
        if (old := before.get(place.node.code)) is not None and old.standing and old.parent == place.parent
    }
    orders_before = _ranks(
        (each.code, each.parent, each.order) for each in before.values() if each.code in stayed
    )
    orders_now = _ranks(
        (place.node.code, place.parent, place.order) for place in placed if place.node.code in stayed
    )
    for place in placed:
        node = place.node
        old = before.pop(node.code, None)
        change = Change(node.code, words_of(node.number, node.title, node.text), node.line)
        if old is None:
            found["added"].append(change)
            continue
        if not old.standing:
            found["returned"].append(change)
            continue
        same = True
        if (old.number, old.title, old.text, old.level) != (node.number, node.title, node.text, node.level):
            found["changed"].append(change)
            same = False
        if node.code not in stayed or orders_before[node.code] != orders_now[node.code]:
            found["moved"].append(change)
            same = False
        unchanged += same
    for code, old in before.items():
        if old.standing:
            found["retired"].append(Change(code, words_of(old.number, old.title, old.text)))
    return Changes(**{name: tuple(changes) for name, changes in found.items()}, unchanged=unchanged)


def _ranks(rows: Iterable[tuple[str, str | None, int]]) -> dict[str, int]:
    """The place of each code among the siblings that stayed; one that comes or goes moves nobody else."""
    below: dict[str | None, list[tuple[int, str]]] = defaultdict(list)
    for code, parent, order in rows:
        below[parent].append((order, code))
    return {code: place for siblings in below.values() for place, (_, code) in enumerate(sorted(siblings))}


def words_of(number: str, title: str, text: str) -> str:
    """How a node is named in one line."""
    return short(" ".join(filter(None, (number, title or text))), 50)


def keep_codes(tree: PlanTree, known: Mapping[str, Known]) -> PlanTree:
    """Give nodes of a document without codes the codes they had in the version before.

    The document's own numbers make the codes, so a passage put in between would shift all that follow.
    Nodes are recognised by their words instead; a new one takes a code nobody ever had.
    """
    if not known or tree.form not in (DocumentForm.RAW, DocumentForm.MARKDOWN):
        return tree
    return replace(tree, roots=_Keeping(tree, known).roots())


class _Keeping:
    def __init__(self, tree: PlanTree, known: Mapping[str, Known]) -> None:
        self.tree = tree
        self.known = known
        self.below: dict[str | None, list[Known]] = defaultdict(list)
        by_words: dict[str, list[Known]] = defaultdict(list)
        for each in known.values():
            self.below[each.parent].append(each)
            by_words[_key(each.title, each.text)].append(each)
        self.by_words = {words: found[0] for words, found in by_words.items() if len(found) == 1}
        self.used: set[str] = set()
        self.new_code: dict[str, str] = {}

    def roots(self) -> tuple[TreeNode, ...]:
        waiting: list[tuple[tuple[TreeNode, ...], str | None]] = [(self.tree.roots, None)]
        while waiting:
            siblings, parent = waiting.pop()
            self._name(siblings, parent)
            waiting.extend((node.children, self.new_code[node.code]) for node in siblings)
        return tuple(self._renamed(root) for root in self.tree.roots)

    def _name(self, siblings: tuple[TreeNode, ...], parent: str | None) -> None:
        for node in siblings:
            same = self.by_words.get(_key(node.title, node.text))
            if same is not None and same.code not in self.used:
                self._take(node, same.code)
        for node in siblings:
            if node.code not in self.new_code:
                like = self._likest(node, parent)
                if like is not None:
                    self._take(node, like)
        for node in siblings:
            if node.code not in self.new_code:
                self._take(node, self._free(node, parent))

    def _take(self, node: TreeNode, code: str) -> None:
        self.new_code[node.code] = code
        self.used.add(code)

    def _likest(self, node: TreeNode, parent: str | None) -> str | None:
        best, best_score = None, 0.45
        for other in self.below.get(parent, ())[:200]:
            if other.code in self.used:
                continue
            score = likeness(node.title + node.text, other.title + other.text)
            if other.code == node.code:
                score += 0.1
            if score > best_score:
                best, best_score = other.code, score
        return best

    def _free(self, node: TreeNode, parent: str | None) -> str:
        wanted = node.code if parent is None else f"{parent}-{node.code.rpartition('-')[2]}"
        above = wanted.rpartition("-")[0]
        number = 1
        while wanted in self.used or wanted in self.known:
            wanted = f"{above}-{number}" if above else str(number)
            number += 1
        return wanted

    def _renamed(self, root: TreeNode) -> TreeNode:
        done: dict[str, TreeNode] = {}
        for node in reversed(list(root.walk())):
            children = tuple(done[child.code] for child in node.children)
            done[node.code] = replace(node, code=self.new_code[node.code], children=children)
        return done[root.code]


def _key(title: str, text: str) -> str:
    return fold(title) + "\n" + fold(text)
