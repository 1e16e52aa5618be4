"""Same and nearly the same texts among hundreds of thousands (同文さがし): by the desk, and of a file.

What counts as the same is said in `wording`. Here it is done with arrays: the sketches of all texts first,
then only those that meet in a band are compared, then the texts that hold one that several sent. A sketch
made here is, number by number, the one that `wording.sketch` makes of a single text that has just come.

Each text is compared with leading texts only, never with those that follow them: no chain leads from one
meaning to another. The leading ones are those that most people sent, then the first. A text with words of
its own, or one turned round by a word, leads a bundle itself where others sent the same; if nobody did, it
stands beside the one that it is like, and is never folded. The same texts give the same answer in whatever
order they come.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from participation.opinions.domain import letters_of
from participation.opinions.domain.wording import (
    ADDS,
    BANDS,
    BINS,
    FOLDED,
    GRAM,
    LOOKS_NEAR,
    NEAR,
    SENT_BY_SEVERAL,
    SHORTEST,
    BundledAs,
    relation_of,
)

Runs = NDArray[np.uint32]
#: Told how many texts are sketched, compared, and looked through for additions.
Tell = Callable[[int], None]
#: So many letters are sketched together.
_AT_ONCE = 1_000_000
_ROW = BINS // BANDS
_NOTHING = np.uint32(0xFFFFFFFF)
_NO_GROUP = -1
#: A text is compared with so many leading ones of a band at most, and word by word with so many in all.
_MOST_LEADERS, _MOST_COMPARED = 16, 64
#: By so many of its runs a leading text is looked for inside of others; so large a part of them has to be there.
_ANCHORS, _ANCHORED = 16, 0.6
#: A text is looked through, word by word, for so many leading ones at most.
_HELD_MOST = 3
#: What leading texts are made of is remembered of so many, not of all.
_REMEMBERED = 2000
_TOLD_EVERY = 2000


@dataclass(frozen=True)
class Wording:
    """A text that at least one person sent: the opinions that say it (ids, in the order of their numbers), its words."""

    opinions: tuple[int, ...]
    text: str


@dataclass
class Cluster:
    """A text with those that are the same or nearly the same, and those that only begin alike."""

    head: Wording
    relations: dict[int, BundledAs] = field(default_factory=dict)

    @property
    def folded(self) -> list[int]:
        """The opinions that would be shown as one."""
        return [opinion for opinion, relation in self.relations.items() if relation in FOLDED]

    @property
    def is_alone(self) -> bool:
        """Whether one person said it, and nobody nearly the same."""
        return len(self.relations) < 2


def clusters(texts: Iterable[Wording], tell: Tell = lambda _done: None) -> list[Cluster]:
    """Return which texts are the same or nearly so, the most often sent first."""
    ordered = sorted(texts, key=lambda each: (-len(each.opinions), each.opinions[0]))
    search = _Search(ordered, tell)
    search.lead()
    search.stand_beside()
    search.find_additions()
    return [each for each in search.found.values() if not each.is_alone]


class _Search:
    """One search; `found` holds the cluster of each leading text by the place of the text."""

    def __init__(self, texts: Sequence[Wording], tell: Tell) -> None:
        self.texts = texts
        self.tell = tell
        self.found: dict[int, Cluster] = {}
        #: Of texts that lead although they are like others: those others, the likest first.
        self.beside: dict[int, list[int]] = {}
        self.sketches, self.is_long = sketches_of([each.text for each in texts], tell)
        # Nothing that is looked up here is looked up again much later: texts come in the order of their bundles.
        self._runs_of = lru_cache(maxsize=_REMEMBERED)(lambda place: np.unique(runs(self._letters(place))))

    def _letters(self, place: int) -> str:
        return letters_of(self.texts[place].text)

    def lead(self) -> None:
        """Let each text join the one that leads it, or lead."""
        groups = _meeting(self.sketches, self.is_long)
        leaders_in: dict[int, list[int]] = defaultdict(list)
        count = len(self.texts)
        for place, each in enumerate(self.texts):
            if place % _TOLD_EVERY == 0:
                self.tell(count + place)
            own = [group for group in groups[place].tolist() if group != _NO_GROUP]
            met = set[int]().union(*(leaders_in[group] for group in own if group in leaders_in))
            if met and self._joins(place, sorted(met)):
                continue
            self.found[place] = Cluster(each, dict.fromkeys(each.opinions, BundledAs.SAME))
            for group in own:
                if len(leaders_in[group]) < _MOST_LEADERS:
                    leaders_in[group].append(place)

    def _joins(self, place: int, met: list[int]) -> bool:
        """Let a text join the likest of the leading ones that it meets; return whether there is one."""
        agree = (self.sketches[met] == self.sketches[place]).sum(axis=1)
        looks_near = np.flatnonzero(agree > BINS * LOOKS_NEAR)
        if not len(looks_near):
            return False
        letters = self._letters(place)
        mine = np.unique(runs(letters))
        near = []
        for at in looks_near[np.argsort(-agree[looks_near], kind="stable")][:_MOST_COMPARED].tolist():
            theirs = self._runs_of(met[at])
            common = len(np.intersect1d(mine, theirs, assume_unique=True))
            share = common / (len(mine) + len(theirs) - common)
            if share >= NEAR:
                near.append((-share, met[at]))
        near.sort()
        text = self.texts[place]
        for _, leader in near:
            relation = relation_of(self.texts[leader].text, text.text, letters)
            if relation in FOLDED:
                self.found[leader].relations |= dict.fromkeys(text.opinions, relation)
                return True
        if near:
            self.beside[place] = [leader for _, leader in near]
        return False

    def stand_beside(self) -> None:
        """Put each text that is like another one, and that nobody else sent, beside it."""
        for place, leaders in self.beside.items():
            if self.found[place].is_alone:
                leader = next((each for each in leaders if each in self.found), None)
                if leader is not None:
                    self._put_beside(place, leader)

    def _put_beside(self, place: int, leader: int) -> None:
        text = self.texts[place]
        relation = relation_of(self.texts[leader].text, text.text, self._letters(place))
        self.found[leader].relations |= dict.fromkeys(text.opinions, relation)
        del self.found[place]

    def find_additions(self) -> None:
        """Find the texts that hold one that several sent, with words of their own beside it."""
        places = [
            place
            for place, each in self.found.items()
            if self.is_long[place] and len(each.folded) >= SENT_BY_SEVERAL
        ]
        if not places:
            return
        anchors = [self._runs_of(place)[:_ANCHORS] for place in places]
        least = np.array([len(each) * _ANCHORED for each in anchors])
        leader_of = np.repeat(np.arange(len(places)), [len(each) for each in anchors])
        wanted = np.concatenate(anchors)
        order = np.argsort(wanted, kind="stable")
        wanted, leader_of = wanted[order], leader_of[order]
        alone = [place for place, each in self.found.items() if self.is_long[place] and each.is_alone]
        began = 2 * len(self.texts)
        for start, letters in _portions([self.texts[place].text for place in alone]):
            self.tell(began + start)
            for at, near in _anchored(letters, wanted, leader_of, least):
                self._add(alone[start + at], letters[at], [places[each] for each in near])

    def _add(self, place: int, letters: str, leaders: Sequence[int]) -> None:
        own = np.unique(runs(letters))
        for leader in leaders:
            theirs = self._runs_of(leader)
            if len(np.intersect1d(own, theirs, assume_unique=True)) >= ADDS * len(theirs):
                self._put_beside(place, leader)
                return


def _anchored(
    letters: Sequence[str], wanted: Runs, leader_of: NDArray[np.int64], least: NDArray[np.float64]
) -> Iterator[tuple[int, list[int]]]:
    """Yield the texts that hold enough anchors of a leading one, and which: the most first.

    `wanted`, in order, are the anchors of all leading texts, `leader_of` says whose each is, and `least` how
    many of its anchors there have to be.
    """
    mixed, owner = _owned(letters)
    hits = np.flatnonzero(_among(mixed, wanted))
    # A run that stands in a text twice speaks for its leading text once.
    met = np.unique(owner[hits] << 32 | mixed[hits].astype(np.int64))
    runs_met, owners = (met & 0xFFFFFFFF).astype(np.uint32), met >> 32
    first = np.searchsorted(wanted, runs_met, side="left")
    times = np.searchsorted(wanted, runs_met, side="right") - first
    # An anchor may be that of several leading texts: each of them is met.
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    leader = leader_of[np.repeat(first, times) + within]
    pairs, counts = np.unique(np.repeat(owners, times) << 32 | leader, return_counts=True)
    owners, leader = pairs >> 32, pairs & 0xFFFFFFFF
    enough = counts >= least[leader]
    owners, leader, counts = owners[enough], leader[enough], counts[enough]
    order = np.lexsort((leader, -counts, owners))
    found = zip(owners[order].tolist(), leader[order].tolist(), strict=True)
    for at, near in groupby(found, key=itemgetter(0)):
        yield at, [each for _, each in islice(near, _HELD_MOST)]


# ── Sketches ────────────────────────────────────────────────────────────────────────────────


def runs(letters: str) -> Runs:
    """Return the runs of letters of a text as the numbers that `wording.grams` gives them, in order."""
    return _mixed(_codes(letters))


def _codes(letters: str) -> Runs:
    return np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _mixed(codes: Runs) -> Runs:
    count = len(codes) - GRAM + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint32)
    tables, nothing = _tables()
    found = tables[0][codes[:count]]
    for at in range(1, GRAM):
        found ^= tables[at][codes[at : at + count]]
    found ^= nothing
    return found


@lru_cache(maxsize=1)
def _tables() -> tuple[list[Runs], np.uint32]:
    """Return what each letter adds, at each place of a run, to its CRC-32, and the CRC-32 of no letters.

    A CRC of equally long words is a sum without carries (exclusive or): so that of a run is the sum of those of
    its letters, each standing where it stands among zeroes, and that of a letter the sum of those of its bits.
    """
    width = 4 * GRAM
    nothing = zlib.crc32(bytes(width))
    tables = []
    for at in range(GRAM):
        table = np.zeros(1 << 21, dtype=np.uint32)
        for bit in range(21):
            word = bytes(4 * at) + (1 << bit).to_bytes(4, "little") + bytes(width - 4 * at - 4)
            step = 1 << bit
            table[step : 2 * step] = table[:step] ^ np.uint32(zlib.crc32(word) ^ nothing)
        tables.append(table)
    return tables, np.uint32(nothing)


def sketches_of(texts: Sequence[str], tell: Tell = lambda _done: None) -> tuple[Runs, NDArray[np.bool_]]:
    """Return the sketch of each text, and whether it is long enough to be near to another."""
    sketches = np.zeros((len(texts), BINS), dtype=np.uint32)
    is_long = np.zeros(len(texts), dtype=bool)
    for start, letters in _portions(texts):
        tell(start)
        part = slice(start, start + len(letters))
        is_long[part] = np.array([len(each) for each in letters]) >= SHORTEST
        mixed, owner = _owned(letters)
        cell = owner * BINS + (mixed % np.uint32(BINS))
        least = np.full(len(letters) * BINS, _NOTHING, dtype=np.uint32)
        np.minimum.at(least, cell, mixed // np.uint32(BINS))
        sketches[part] = _filled(least.reshape(-1, BINS))
    return sketches, is_long


def _portions(texts: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    start, letters, size = 0, [], 0
    for place, each in enumerate(texts):
        letters.append(letters_of(each))
        size += len(letters[-1])
        if size >= _AT_ONCE:
            yield start, letters
            start, letters, size = place + 1, [], 0
    if letters:
        yield start, letters


def _owned(letters: Sequence[str]) -> tuple[Runs, NDArray[np.int64]]:
    """Return the runs of several texts, and the number of the text in which each stands."""
    mixed = _mixed(_codes("".join(letters)))
    owner = np.repeat(np.arange(len(letters)), [len(each) for each in letters])
    # A run that begins in one text and ends in the next is none.
    inside = owner[: len(mixed)] == owner[GRAM - 1 :][: len(mixed)]
    return mixed[inside], owner[: len(mixed)][inside]


def _filled(least: Runs) -> Runs:
    """Let an empty place borrow from the next full one, marked by how far it came; of a text without runs: 0."""
    is_full = least != _NOTHING
    found = np.where(is_full, least << np.uint32(6), _NOTHING)
    for steps in range(1, BINS):
        empty = found == _NOTHING
        if not empty.any():
            break
        takes = empty & np.roll(is_full, -steps, axis=1)
        found[takes] = (np.roll(least, -steps, axis=1)[takes] << np.uint32(6)) | np.uint32(steps)
    found[~is_full.any(axis=1)] = 0
    return found


def _meeting(sketches: Runs, is_long: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return for each text and band the number of those it meets there; -1 where it is alone."""
    found = np.full((len(sketches), BANDS), _NO_GROUP, dtype=np.int32)
    some, count = np.flatnonzero(is_long), 0
    weights = np.array(
        [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype=np.uint64
    )
    for band in range(BANDS):
        rows = sketches[some, band * _ROW : (band + 1) * _ROW].astype(np.uint64)
        keys = (rows * weights[:_ROW]).sum(axis=1, dtype=np.uint64)
        _, number, sizes = np.unique(keys, return_inverse=True, return_counts=True)
        several = sizes[number] > 1
        renumbered = np.cumsum(sizes > 1) - 1
        found[some[several], band] = renumbered[number[several]] + count
        count += int((sizes > 1).sum())
    return found


def _among(mixed: Runs, wanted: Runs) -> NDArray[np.bool_]:
    """Return which numbers are among a few wanted ones (sorted): most fall through a coarse sieve."""
    sieve = np.zeros(1 << 16, dtype=bool)
    sieve[wanted & np.uint32(0xFFFF)] = True
    found: NDArray[np.bool_] = sieve[mixed & np.uint32(0xFFFF)]
    some = np.flatnonzero(found)
    at = np.minimum(np.searchsorted(wanted, mixed[some]), len(wanted) - 1)
    found[some] = wanted[at] == mixed[some]
    return found
