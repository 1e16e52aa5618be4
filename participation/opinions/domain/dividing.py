"""One letter, many points (意見に分ける): where it may be cut, what becomes of each piece, which opinion keeps its number.

Nothing here makes words: everything is a place in the original, from `start` up to, not including, `end`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

from participation.foundation.errors import Refused

#: Most pieces of one letter: what one page can show and one person can look over.
MAX_PIECES = 120
#: A line up to this long that does not end as a sentence does may be a heading.
HEADING_LENGTH = 30


class PassageKind(StrEnum):
    """To what a stretch of an original belongs (原本の区分)."""

    OPINION = "opinion"
    ASIDE = "aside"
    OPEN = "open"


PASSAGE_NAMES = {
    PassageKind.OPINION: "意見",
    PassageKind.ASIDE: "あいさつ・署名など",
    PassageKind.OPEN: "まだ分けていないところ",
}


class AsideReason(StrEnum):
    """Why a stretch of an original belongs to no opinion (意見に数えない理由)."""

    GREETING = "greeting"
    SIGNATURE = "signature"
    QUOTATION = "quotation"
    MESSAGE = "message"
    OTHER = "other"


ASIDE_NAMES = {
    AsideReason.GREETING: "あいさつ・前置き",
    AsideReason.SIGNATURE: "署名・連絡先・日付",
    AsideReason.QUOTATION: "計画や資料の引き写し",
    AsideReason.MESSAGE: "送り方などの連絡",
    AsideReason.OTHER: "そのほか",
}

Range = tuple[int, int]


# ── Where it may be cut ─────────────────────────────────────────────────────────────────────

#: The end of a sentence with the brackets that close after it, and the end of a line with the empty ones after it.
#: A bracket that closes in the middle of a sentence (「…。」と思う) ends nothing.
_END = re.compile(
    r"[。！？!?]+(?:[」』）)】〉》\"”]+[。！？!?]*(?![とがのはをにでもやな、，,]))?(?![」』）)】〉》\"”])[ \t　\n]*|\n[ \t　\n]*"
)
_NUMBER = r"(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3}|[ア-ンa-zA-Zａ-ｚＡ-Ｚ])"
_BULLET = re.compile(
    rf"[ \t　]*(?:[・●○◎■□◆◇▼▽▲△★☆※►→]|[-*–—−][ 　]|[①-⑳⑴-⒇㈠-㈩❶-❿Ⅰ-Ⅻ]"
    rf"|[（(]{_NUMBER}[)）]|{_NUMBER}[.．、)）:：](?![0-9０-９])|第[0-9０-９一二三四五六七八九十]+[にの章節条、，, 　]"
    r"|[【〔＜<《].{1,30}[】〕＞>》])"
)
_ORDER = re.compile(
    r"[ \t　]*(?:[0-9０-９一二三四五六七八九]{1,2}(?:つ目|点目|番目)|まず、|次に、|つぎに、|続いて、|最後に、|もう[1１一](?:つ|点))"
)
_CLOSED = re.compile(r"[。！？!?」』）)、,，]$")


@dataclass(frozen=True)
class Unit:
    """A sentence or a line, with what follows it up to the next: the smallest piece that is offered."""

    start: int
    end: int
    #: Why a new piece may begin here; empty: it is only possible.
    why: str = ""
    #: A short line of its own, not closed as a sentence is.
    is_heading: bool = False


def units(text: str) -> list[Unit]:
    """Return the text in sentences and lines, each with why the letter might be cut before it."""
    first = len(text) - len(text.lstrip())
    ends = [found.end() for found in _END.finditer(text)]
    starts = [0, *(end for end in ends if first < end < len(text))]
    found: list[Unit] = []
    for place, start in enumerate(starts):
        end = starts[place + 1] if place + 1 < len(starts) else len(text)
        is_heading = _is_heading(text, start, end)
        why = _why(text, start, end, is_heading=is_heading) if place else ""
        found.append(Unit(start, end, why, is_heading))
    return found


def _is_heading(text: str, start: int, end: int) -> bool:
    line = text[start:end].strip()
    stands_alone = "\n" in text[start:end] and (start == 0 or "\n" in _gap(text, start))
    return stands_alone and 0 < len(line) <= HEADING_LENGTH and not _CLOSED.search(line)


def _gap(text: str, start: int) -> str:
    """Return the spaces and ends of lines that stand before a place."""
    before = text[max(0, start - 40) : start]
    return before[len(before.rstrip()) :]


def _why(text: str, start: int, end: int, *, is_heading: bool) -> str:
    unit = text[start:end]
    if _BULLET.match(unit):
        return "箇条書き・番号"
    if _gap(text, start).count("\n") >= 2:
        return "空いた行"
    if is_heading:
        return "見出し"
    return "順番の言葉" if _ORDER.match(unit) else ""


def units_cut(text: str, cuts: Iterable[int]) -> list[Unit]:
    """Return the sentences and lines, cut also in the middle where somebody cut them."""
    places = set(cuts)
    found: list[Unit] = []
    for unit in units(text):
        inside = sorted(place for place in places if unit.start < place < unit.end)
        bounds = [unit.start, *inside, unit.end]
        found += [
            Unit(start, end, unit.why if start == unit.start else "", unit.is_heading and not inside)
            for start, end in pairwise(bounds)
        ]
    return found


def suggested_cuts(text: str) -> list[int]:
    """Return the places at which a person is asked whether the letter should be cut.

    A bullet that follows its heading at once stays with it.
    """
    cuts: list[int] = []
    offered = units(text)
    for before, unit in pairwise(offered):
        if unit.why and not (before.is_heading and not unit.is_heading):
            cuts.append(unit.start)
    return cuts[: MAX_PIECES - 1]


def cut_before(text: str, words: str) -> int:
    """Return the place at which these words begin; raises Refused unless they stand there exactly once."""
    found = text.find(words) if words.strip() else -1
    if found < 0:
        raise Refused(f"「{words[:20]}」は原本にありません。句読点や空白も、原本のとおりに写してください。")
    if text.find(words, found + 1) >= 0:
        raise Refused(f"「{words[:20]}」は原本に何度も出てきます。もう少し長く写してください。")
    return found


def cut_up(text: str, cuts: Iterable[int]) -> list[Range]:
    """Return the whole text in pieces cut at these places; a piece of spaces goes with the one before it."""
    places = sorted({0, *(cut for cut in cuts if 0 < cut < len(text))})
    pieces: list[Range] = []
    for start, end in zip(places, [*places[1:], len(text)], strict=True):
        if pieces and not text[start:end].strip():
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    if len(pieces) > 1 and not text[: pieces[0][1]].strip():
        pieces[:2] = [(0, pieces[1][1])]
    return pieces


# ── What becomes of the pieces ──────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Piece:
    """A stretch of the original and what becomes of it: opinion 1, 2, …, or none, for a reason, or still open."""

    start: int
    end: int
    #: Which opinion of the letter it belongs to, from 1; None: none.
    opinion: int | None = None
    aside: AsideReason | None = None
    note: str = ""

    @property
    def kind(self) -> PassageKind:
        """What it is."""
        if self.opinion is not None:
            return PassageKind.OPINION
        return PassageKind.ASIDE if self.aside is not None else PassageKind.OPEN


@dataclass(frozen=True)
class Arrangement:
    """How a letter is divided: every piece of it, and what each of its opinions is about (a subject's public id)."""

    pieces: tuple[Piece, ...]
    about: Mapping[int, str] = field(default_factory=dict)

    @property
    def opinion_count(self) -> int:
        """How many opinions there are."""
        return len({piece.opinion for piece in self.pieces if piece.opinion is not None})

    def ranges(self, opinion: int) -> list[Range]:
        """Return the stretches of one opinion, those that touch in one."""
        return joined_ranges((piece.start, piece.end) for piece in self.pieces if piece.opinion == opinion)


def neighbours_joined(chosen: Arrangement) -> Arrangement:
    """Return the same arrangement with neighbours that belong together in one piece."""
    joined: list[Piece] = []
    for piece in chosen.pieces:
        last = joined[-1] if joined else None
        if last is not None and replace(piece, start=last.start) == replace(last, end=piece.end):
            joined[-1] = replace(last, end=piece.end)
        else:
            joined.append(piece)
    return Arrangement(tuple(joined), chosen.about)


def check_arrangement(text: str, chosen: Arrangement) -> None:
    """Raise Refused unless every character is accounted for once and the opinions are numbered from 1."""
    pieces = chosen.pieces
    if not pieces or pieces[0].start != 0 or pieces[-1].end != len(text):
        raise Refused(
            "原本のすべての文が、どれかの区切りに入っていなければなりません。画面を開き直してください。"
        )
    if any(one.end != two.start for one, two in pairwise(pieces)):
        raise Refused("区切りが重なっているか、間が抜けています。画面を開き直してください。")
    if any(piece.start >= piece.end for piece in pieces) or len(pieces) > MAX_PIECES:
        raise Refused(f"区切りは{MAX_PIECES}までです。長い原本は、まず大きく分けてください。")
    numbers = {piece.opinion for piece in pieces if piece.opinion is not None}
    if not numbers:
        raise Refused(
            "意見が1つもなくなります。意見ではない手紙は、意見のまま、論点の画面で「論点なし」にしてください。"
        )
    if numbers != set(range(1, len(numbers) + 1)):
        raise Refused("意見の番号は、1から続けて付けてください。")
    if any(not text[piece.start : piece.end].strip() for piece in pieces if piece.opinion is not None):
        raise Refused("空白だけの区切りは、意見にできません。")
    for piece in pieces:
        if piece.aside is AsideReason.OTHER and not piece.note.strip():
            raise Refused("「そのほか」のときは、意見に数えない理由を書いてください。", field="note")


def joined_ranges(ranges: Iterable[Range]) -> list[Range]:
    """Return ranges in reading order, those that touch in one."""
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and joined[-1][1] >= start:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def passages(text: str, ranges: Iterable[Range]) -> list[Range]:
    """Return exactly the stretches whose words an opinion says: without the spaces at both ends of each."""
    found = []
    for start, end in joined_ranges(ranges):
        words = text[start:end]
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip())
        if start < end:
            found.append((start, end))
    return found


def words_of(text: str, spoken: Sequence[Range]) -> str:
    """Return the words of these passages, a line for each."""
    return "\n".join(text[start:end] for start, end in spoken)


def place_in_words(spoken: Sequence[Range], start: int, end: int) -> list[Range]:
    """Return where a stretch of the original stands in the words made of these passages."""
    found, at = [], 0
    for first, last in spoken:
        low, high = max(start, first), min(end, last)
        if low < high:
            found.append((at + low - first, at + high - first))
        at += last - first + 1
    return found


def place_in_original(spoken: Sequence[Range], start: int, end: int) -> list[Range]:
    """Return where a stretch of the words made of these passages stands in the original."""
    found, at = [], 0
    for first, last in spoken:
        low, high = max(start, at), min(end, at + last - first)
        if low < high:
            found.append((first + low - at, first + high - at))
        at += last - first + 1
    return found


def overlap(one: Sequence[Range], other: Sequence[Range]) -> int:
    """Return how many characters two sets of stretches have in common."""
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in other)


def is_within(inner: Sequence[Range], outer: Sequence[Range]) -> bool:
    """Return whether every character of the first stands in the second, which do not overlap each other."""
    return overlap(inner, joined_ranges(outer)) == sum(end - start for start, end in inner)


# ── Which opinion keeps its number ──────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Standing:
    """An opinion that stands now: its row's id, its number, its stretches."""

    id: int
    number: int
    ranges: tuple[Range, ...]


@dataclass(frozen=True)
class Identities:
    """Who is who after dividing: for each new place the opinion that keeps its number, if any."""

    kept: tuple[int | None, ...]
    #: Opinion that no longer stands → the place (from 0) where most of its words went.
    absorbed: Mapping[int, int]


def identities(before: Sequence[Standing], after: Sequence[Sequence[Range]]) -> Identities:
    """Return which opinions go on: each new one takes up the opinion with which it shares most words.

    The most shared words choose first; of equals the lower number, then the earlier place.
    """
    shared = sorted(
        (
            (overlap(each.ranges, ranges), each, place)
            for each in before
            for place, ranges in enumerate(after)
        ),
        key=lambda found: (-found[0], found[1].number, found[2]),
    )
    kept: dict[int, int] = {}
    for common, each, place in shared:
        if common and place not in kept and each.id not in kept.values():
            kept[place] = each.id
    absorbed: dict[int, int] = {}
    for _, each, place in shared:
        if each.id not in kept.values():
            absorbed.setdefault(each.id, place)
    return Identities(tuple(kept.get(place) for place in range(len(after))), absorbed)
