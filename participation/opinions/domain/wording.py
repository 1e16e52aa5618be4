"""Texts with the same or nearly the same words (同文): what counts as the same; `alike` finds them in bulk.

Parameters, and why (measured on 1,750 real comments and on 20,000 generated ones, see bench/rehearsal.py):

* Texts are compared by their letters and digits only, folded (NFKC, case, kana): see `letters_of`.
* A text is the set of its runs of GRAM = 3 characters, each a number (CRC-32).
* Its sketch has BINS = 64 places (one-permutation MinHash): a run falls into the place that its last six bits name,
  and the smallest of each place stays; an empty place borrows from the next full one.
* The sketch is cut into BANDS = 16 bands of 4. Two texts are compared at all if one band is the same: of pairs
  that have 80% of their runs in common 99.98% are, of those with 30% only 12%.
* They are compared if their sketches agree in more than LOOKS_NEAR = 60%.
* They are nearly the same (ほぼ同文) if they really have NEAR = 80% in common (Jaccard).
* Texts of fewer than SHORTEST = 20 letters are the same only if they are the same: 「賛成です」 is near to 「反対です」.
* A text that holds ADDS = 80% of the runs of one that others sent too, and has words of its own, is never folded.
"""

from __future__ import annotations

import difflib
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

from participation.foundation.text import fold
from participation.opinions.domain import letters_of
from participation.opinions.domain.differing import asks_for_other

GRAM = 3
BINS = 64
BANDS = 16
NEAR = 0.8
SHORTEST = 20
#: Sketches that agree in less than this part are not of texts that are NEAR: four times the usual error below it.
LOOKS_NEAR = 0.6
ADDS = 0.8
#: A text that at least so many sent is one to which somebody may have added words of their own.
SENT_BY_SEVERAL = 3
#: So many letters in a row that the other text does not have are words of one's own, not a slip.
OWN_WORDS = 8
#: So many letters in a row that both texts have are no chance.
STRETCH = 6
#: Words are marked letter by letter only up to this length: beyond it by whole sentences.
COMPARED = 4000

_ROW = BINS // BANDS


class BundledAs(StrEnum):
    """How a text stands to the one that leads its bundle (束の中での関係).

    OPPOSED has nearly the same words and asks for the opposite, or for something else: 8時 and 10時, 東口 and 西口.
    """

    SAME = "same"
    NEAR = "near"
    ADDED = "added"
    OPPOSED = "opposed"


BUNDLED_NAMES = {
    BundledAs.SAME: "同文",
    BundledAs.NEAR: "ほぼ同文",
    BundledAs.ADDED: "同文に書き足しがある",
    BundledAs.OPPOSED: "言葉は似て、立場や中身が違う",
}

#: Only these are shown as one; a reason somebody added, an opposite stance, or another number stands by itself.
FOLDED = (BundledAs.SAME, BundledAs.NEAR)


# ── Sketches ────────────────────────────────────────────────────────────────────────────────


def grams(letters: str) -> frozenset[int]:
    """Return the runs of characters of a folded text, as numbers."""
    raw = letters.encode("utf-32-le")
    width = 4 * GRAM
    return frozenset(zlib.crc32(raw[at : at + width]) for at in range(0, len(raw) - width + 1, 4))


def sketch(runs: Iterable[int]) -> list[int]:
    """Return the sketch of a set of runs: of two texts about as many places agree as they have runs in common."""
    least: list[int | None] = [None] * BINS
    for run in runs:
        place, rest = run % BINS, run // BINS
        now = least[place]
        if now is None or rest < now:
            least[place] = rest
    filled = [place for place, value in enumerate(least) if value is not None]
    if not filled:
        return [0] * BINS
    found = []
    for place in range(BINS):
        steps = 0
        while (borrowed := least[(place + steps) % BINS]) is None:
            steps += 1
        # What is borrowed is marked by how far it came, so that it agrees only with what came as far.
        found.append(borrowed * BINS + steps)
    return found


def bands(of: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the keys under which texts with a like sketch meet."""
    return [(band, *of[band * _ROW : (band + 1) * _ROW]) for band in range(BANDS)]


def band_keys(of: Sequence[int]) -> list[int]:
    """Return the keys of the bands of a sketch as numbers that a database keeps."""
    return [
        int.from_bytes(blake2b(repr(key).encode(), digest_size=8).digest(), "big") >> 1 for key in bands(of)
    ]


def in_common(one: frozenset[int], other: frozenset[int]) -> float:
    """Return which part of all their runs two texts have in common (Jaccard)."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


# ── Own words ───────────────────────────────────────────────────────────────────────────────


def has_own_words(head: str, letters: str) -> bool:
    """Return whether a text (its letters) says more than a slip that its leading one (its letters) does not.

    Own are letters in a row of which none stands in a stretch of STRETCH letters that the leading text has too:
    what was only moved is not own, and no stretch that both have by chance hides what is.
    """
    start = 0
    for one, other in zip(head, letters, strict=False):
        if one != other:
            break
        start += 1
    end, most = 0, min(len(head), len(letters)) - start
    while end < most and head[-1 - end] == letters[-1 - end]:
        end += 1
    if len(letters) - start - end < OWN_WORDS:
        return False
    known = _stretches_of(head)
    begin = max(start - STRETCH, 0)
    in_a_row, covered_to = 0, start
    for at in range(begin, len(letters) - end):
        if letters[at : at + STRETCH] in known:
            covered_to = at + STRETCH
        if at >= start:
            in_a_row = 0 if at < covered_to else in_a_row + 1
            if in_a_row >= OWN_WORDS:
                return True
    return False


@lru_cache(maxsize=200)
def _stretches_of(letters: str) -> frozenset[str]:
    return frozenset(letters[at : at + STRETCH] for at in range(max(len(letters) - STRETCH + 1, 1)))


def mark_own_words(head: str, text: str) -> list[tuple[str, str | None]]:
    """Return a text in parts, those marked that the leading text does not have.

    Whole sentences of which less than half stands there; where there is none, the letters that differ.
    """
    known = grams(letters_of(head))
    parts: list[tuple[str, str | None]] = []
    for sentence in re.findall(r"[^。！？!?\n]*[。！？!?\n]+|[^。！？!?\n]+", text):
        runs = grams(letters_of(sentence)) if sentence.strip() else frozenset()
        own = len(letters_of(sentence)) >= OWN_WORDS and len(runs & known) * 2 < len(runs)
        _add_part(parts, sentence, own)
    if any(kind for _, kind in parts) or max(len(head), len(text)) > COMPARED:
        return parts
    letters: list[tuple[str, str | None]] = []
    matcher = difflib.SequenceMatcher(None, head, text, autojunk=False)
    for what, _, _, start, end in matcher.get_opcodes():
        _add_part(letters, text[start:end], what != "equal")
    return letters


def _add_part(parts: list[tuple[str, str | None]], words: str, own: bool) -> None:
    kind = "opinion" if own else None
    if parts and parts[-1][1] == kind:
        parts[-1] = (parts[-1][0] + words, kind)
    elif words:
        parts.append((words, kind))


# ── Stance, by its words ────────────────────────────────────────────────────────────────────


class Stance(StrEnum):
    """For or against, as far as single words tell (立場を表す言葉). A hint, never a result."""

    FOR = "for"
    AGAINST = "against"


STANCE_NAMES = {Stance.FOR: "賛成・進める", Stance.AGAINST: "反対・やめる"}

_TURNED = r"(?:では?(?:あり|ござい)?(?:ない|ません)|できない|できません|しない|しません|しかね|しがたい)"
_FOR = r"賛成|賛同|支持|推進|評価(?:し|でき)|進めて(?:ほしい|ください|下さい)|存続|必要(?:です|だ|である|と)"
_AGAINST = (
    r"反対|不賛成|不支持|撤回|中止|廃止|やめて(?:ほしい|ください|下さい)|止めて(?:ほしい|ください|下さい)|不要"
    r"|必要(?:では|じゃ|は|が)?(?:ない|ありません)|容認でき(?:ない|ません)|認められ(?:ない|ません)"
)
_STANCE = re.compile(
    rf"(?P<against>{_AGAINST})(?P<not_against>(?:と|に)?(?:は|も)?{_TURNED})?"
    rf"|(?P<for>{_FOR})(?P<not_for>(?:と|に)?(?:は|も)?{_TURNED})?"
)
#: What turns a sentence round when it stands in one of two texts and not in the other.
_TURNS = re.compile(
    r"ない|ません|なく|ず(?=に|、|。|$)|反対|賛成|不要|必要|不可|中止|推進|撤回|存続|廃止|維持|増や|減ら|増加|削減"
    r"|べきでは|禁止|許可|支持|やめ|進め"
)


def stance_of(text: str) -> Stance | None:
    """Return for which stance the words of a text speak; None: for none, or for both."""
    counts: Counter[Stance] = Counter()
    for found in _STANCE.finditer(_kanji_kept(text)):
        if found["against"]:
            counts[Stance.FOR if found["not_against"] else Stance.AGAINST] += 1
        else:
            counts[Stance.AGAINST if found["not_for"] else Stance.FOR] += 1
    if counts[Stance.FOR] == counts[Stance.AGAINST]:
        return None
    return max(counts, key=lambda stance: counts[stance])


def turns(head: str, text: str) -> bool:
    """Return whether two nearly equal texts differ in a word that turns the meaning round.

    A single letter that spoils such a word, and makes none, is a slip: 「進めて」 and 「進ねて」.
    """
    one, other = _kanji_kept(head), _kanji_kept(text)
    here, there = Counter(_TURNS.findall(one)), Counter(_TURNS.findall(other))
    if here == there:
        return False
    if here - there and there - here:
        return True
    return not (_is_spoilt(one, other, here - there) or _is_spoilt(other, one, there - here))


#: Words that a letter of kana or a mark in them makes no other word of.
_SPOILT = re.compile(r"(?=.*[一-龠]).{2,}|.{3,}")
_BY_SLIP = re.compile(r"[ぁ-ん々、。]")


def _is_spoilt(text: str, other: str, lost: Counter[str]) -> bool:
    """Return whether another text lacks one word only because of one letter in it, and is the same for the rest."""
    (word, *more) = lost.elements() if lost else ("",)
    if more or not _SPOILT.fullmatch(word) or len(text) != len(other):
        return False
    unlike = [at for at, (one, two) in enumerate(zip(text, other, strict=True)) if one != two]
    return len(unlike) == 1 and bool(_BY_SLIP.fullmatch(other[unlike[0]]))


def _kanji_kept(text: str) -> str:
    return re.sub(r"\s", "", fold(text))


def reasons(text: str) -> frozenset[int]:
    """Return the runs of a text without the words that tell the stance: what is left are the reasons."""
    return grams("".join(c for c in _STANCE.sub("", _kanji_kept(text)) if c.isalnum()))


#: Below this two texts give other reasons.
OTHER_REASONS = 0.1


@dataclass(frozen=True)
class Hints:
    """What somebody should look at before putting opinions together: (number, number) pairs, and stance → numbers."""

    same_words_other_stance: tuple[tuple[int, int], ...] = ()
    same_stance_other_reasons: tuple[tuple[Stance, tuple[int, ...]], ...] = ()


#: Nearly the same words, for the warning about the stance: a little less than for a bundle, to miss none.
ALIKE = 0.6


def hints(texts: Sequence[tuple[int, str]]) -> Hints:
    """Return what stands out among the texts of one page, given as (number, words). Nobody's words are judged."""
    runs = [(number, text, grams(letters_of(text))) for number, text in texts]
    stances = {number: stance_of(text) for number, text in texts}
    opposed: list[tuple[int, int]] = []
    for place, (number, text, one) in enumerate(runs):
        for other_number, other_text, other in runs[place + 1 :]:
            if in_common(one, other) >= ALIKE and _is_turned(number, other_number, stances, text, other_text):
                opposed.append((number, other_number))
    apart = []
    for stance in Stance:
        alike = [
            (number, reasons(text))
            for number, text in texts
            if stances[number] is stance and len(letters_of(text)) >= SHORTEST
        ]
        numbers = tuple(
            number
            for number, mine in alike
            if all(in_common(mine, other) < OTHER_REASONS for n, other in alike if n != number)
        )
        if len(numbers) > 1:
            apart.append((stance, numbers))
    return Hints(tuple(opposed), tuple(apart))


def _is_turned(one: int, other: int, stances: dict[int, Stance | None], text: str, other_text: str) -> bool:
    if stances[one] and stances[other]:
        return stances[one] is not stances[other]
    return turns(text, other_text)


# ── How two texts stand to each other ───────────────────────────────────────────────────────


@lru_cache(maxsize=500)
def _runs_of(text: str) -> frozenset[int]:
    return grams(letters_of(text))


def holds(runs: frozenset[int], head: str) -> bool:
    """Return whether a text, given by its runs, holds nearly all of a leading one, perhaps with words of its own."""
    led = _runs_of(head)
    return bool(led) and len(runs & led) >= ADDS * len(led)


@lru_cache(maxsize=500)
def _letters_of_head(head: str) -> str:
    return letters_of(head)


def relation_of(head: str, text: str, letters: str) -> BundledAs:
    """Return how a text stands to one with which it has nearly all runs in common."""
    if has_own_words(_letters_of_head(head), letters):
        return BundledAs.OPPOSED if _speaks_against(head, text) else BundledAs.ADDED
    # A few letters differ: they may be a slip, turn the whole sentence round, or name something else.
    is_other = turns(head, text) or asks_for_other(head, text)
    return BundledAs.OPPOSED if is_other else BundledAs.NEAR


def _speaks_against(head: str, text: str) -> bool:
    one, other = stance_of(head), stance_of(text)
    return one is not None and other is not None and one is not other
