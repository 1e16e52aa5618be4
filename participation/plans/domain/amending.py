"""Amending (修正を文章に当てる): several changes of one text, put in together or refused with a plain reason."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from participation.plans.domain.text_diff import Part

#: Why a change cannot be put in (入れられない理由).
GONE = "この場所は、今の版にはありません。"
NOT_FOUND = "直す前の文が、今の版の文章に見つかりません。文章が先に変わっています。"
TWICE = "直す前の文が、今の版の文章に2か所以上あります。どこを直すのか決まりません。"
ALREADY = "この修正は、もう今の版に入っています。"
CHANGED_END = "文章の終わりに加える修正ですが、記録したあとで文章が変わっています。"


@dataclass(frozen=True)
class Edit:
    """One change of a place's text (修正): words in the place of others, after others, or gone."""

    #: Names it among all changes.
    key: str
    #: Who asks for it, in words: 「No.3」.
    name: str
    #: Whether `after` follows `before` (empty: the end of the text) instead of replacing it.
    adds: bool
    before: str
    after: str
    #: The text for which it was written.
    written_for: str

    def anchor(self, text: str) -> tuple[int, int]:
        """Return where the words stand on which it rests; they must stand there once (see `why_not`)."""
        start = text.find(self.before) if self.before else len(text)
        return start, start + len(self.before)

    def span(self, text: str) -> tuple[int, int]:
        """Return which characters it takes out; for an addition the place between two characters."""
        start, end = self.anchor(text)
        return (end, end) if self.adds else (start, end)

    def says_the_same(self, other: Edit) -> bool:
        """Whether two people ask for the very same change."""
        return (self.adds, self.before, self.after) == (other.adds, other.before, other.after)


@dataclass(frozen=True)
class Clash:
    """Two changes of one text that touch (修正の重なり)."""

    first: Edit
    second: Edit
    #: False: both can stand, and somebody should look at the order.
    is_overlap: bool

    @property
    def words(self) -> str:
        """What is wrong, in words."""
        if self.is_overlap:
            return f"{self.first.name}の修正と{self.second.name}の修正が、同じ文を別々に直しています。"
        return f"{self.first.name}の修正と{self.second.name}の修正が、同じ場所に文を加えます。並べる順を確かめてください。"


@dataclass(frozen=True)
class Misfit:
    """A change that cannot be put in, and why (入れられない修正)."""

    edit: Edit
    why: str


@dataclass(frozen=True)
class ChangedSentence:
    """A sentence as it read and as it reads now (変わった文), with the changes that made it so.

    Without old words it was added; without new ones it is gone.
    """

    old: str
    new: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Amended:
    """A text with changes put in: how it reads, what was taken out and put in, sentence by sentence."""

    old: str
    new: str
    parts: tuple[Part, ...]
    sentences: tuple[ChangedSentence, ...]


def why_not(text: str | None, edit: Edit) -> str | None:
    """Return in words why a change does not fit the text (None: the place is gone), or None where it fits."""
    if text is None:
        return GONE
    if edit.before and edit.before in text:
        return TWICE if text.count(edit.before) > 1 else _why_not_again(text, edit)
    if edit.before:
        return ALREADY if edit.after and edit.after in text else NOT_FOUND
    if text != edit.written_for:
        return ALREADY if text.endswith(edit.after) else CHANGED_END
    return None


def _why_not_again(text: str, edit: Edit) -> str | None:
    """Words that are found once may be the ones that were put in before."""
    end = edit.anchor(text)[1]
    if edit.adds and text != edit.written_for and text[end:].startswith(edit.after):
        return ALREADY
    if not edit.adds and edit.before in edit.after and text != edit.written_for and edit.after in text:
        return ALREADY
    return None


def clashes(text: str, edits: Sequence[Edit]) -> list[Clash]:
    """Return which changes of one text touch each other; only of those that fit it."""
    fitting = [edit for edit in edits if why_not(text, edit) is None]
    return [
        Clash(one, other, is_overlap)
        for one, other in itertools.combinations(fitting, 2)
        if (is_overlap := _overlap(text, one, other)) is not None
    ]


def _overlap(text: str, one: Edit, other: Edit) -> bool | None:
    """Return True where they cannot both be put in, False where their order is open, None where they are apart."""
    if one.says_the_same(other):
        return None
    if one.adds and other.adds:
        return False if one.span(text) == other.span(text) else None
    for added, rest in ((one, other), (other, one)):
        if added.adds:
            # What an addition follows must stay: else it would follow something else.
            return True if _touch(added.anchor(text), rest.span(text)) else None
    return True if _touch(one.span(text), other.span(text)) else None


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    if one[0] == one[1]:  # The end of the text, which only somebody who takes the last words away touches.
        return other[0] < one[0] <= other[1]
    return one[0] < other[1] and other[0] < one[1]


def misfits(text: str | None, edits: Sequence[Edit]) -> list[Misfit]:
    """Return the changes that cannot be put in together, each with the reason; empty: all can."""
    found = [Misfit(edit, why) for edit in edits if (why := why_not(text, edit)) is not None]
    if text is None:
        return found
    for clash in clashes(text, edits):
        if clash.is_overlap:
            found += [Misfit(clash.first, clash.words), Misfit(clash.second, clash.words)]
    return found


def amended(text: str, edits: Sequence[Edit]) -> Amended:
    """Return the text with changes that fit together (see `misfits`); the same change by two is put in once."""
    pieces = _pieces(text, edits)
    parts: list[Part] = []
    at = 0
    for (start, end), words, _ in pieces:
        _say(parts, "same", text[at:start])
        _say(parts, "remove", text[start:end])
        _say(parts, "add", words)
        at = end
    _say(parts, "same", text[at:])
    new = "".join(words for kind, words in parts if kind != "remove")
    return Amended(text, new, tuple(parts), _sentences(text, pieces))


def _say(parts: list[Part], kind: str, words: str) -> None:
    if not words:
        return
    if parts and parts[-1][0] == kind:
        words = parts.pop()[1] + words
    parts.append((kind, words))  # type: ignore[arg-type]


_Piece = tuple[tuple[int, int], str, tuple[str, ...]]


def _pieces(text: str, edits: Sequence[Edit]) -> list[_Piece]:
    """Where what becomes what, in reading order, with who asks for it; additions at one place in the order given."""
    merged: list[tuple[Edit, list[str]]] = []
    for edit in edits:
        same = next((keys for other, keys in merged if other.says_the_same(edit)), None)
        if same is None:
            merged.append((edit, [edit.key]))
        else:
            same.append(edit.key)
    pieces = [(edit.span(text), edit.after, tuple(keys)) for edit, keys in merged]
    return sorted(pieces, key=lambda piece: piece[0])


def _sentences(text: str, pieces: Sequence[_Piece]) -> tuple[ChangedSentence, ...]:
    """Widen each change to whole sentences; changes within one sentence make one."""
    groups: list[tuple[int, int, list[_Piece]]] = []
    for piece in pieces:
        start, end = _widened(text, *piece[0])
        if groups and (start < groups[-1][1] or (start, end) == groups[-1][:2]):
            first, last, members = groups.pop()
            groups.append((first, max(last, end), [*members, piece]))
        else:
            groups.append((start, end, [piece]))
    return tuple(_sentence(text, *group) for group in groups)


def _sentence(text: str, start: int, end: int, pieces: Sequence[_Piece]) -> ChangedSentence:
    new, at = "", start
    for (first, last), words, _ in pieces:
        new += text[at:first] + words
        at = last
    keys = tuple(dict.fromkeys(key for _, _, keys in pieces for key in keys))
    return ChangedSentence(text[start:end].strip(), (new + text[at:end]).strip(), keys)


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    if start == end and _is_edge(text, start):
        return start, end
    while not _is_edge(text, start):
        start -= 1
    while not _is_edge(text, end):
        end += 1
    return start, end


def _is_edge(text: str, place: int) -> bool:
    """Whether a sentence ends before this place."""
    return place in (0, len(text)) or text[place - 1] in "。\n"


def is_in(old: str, new: str, edit: Edit) -> ChangedSentence | None:
    """Return the sentence that a change made, where a new wording of a text holds it; None where it does not."""
    if old == new or why_not(old, edit) is not None:
        return None
    for sentence in amended(old, [edit]).sentences:
        if sentence.new:
            if sentence.new in new and sentence.new not in old:
                return sentence
        elif sentence.old in old and sentence.old not in new:
            return sentence
    return None
