"""Bundles of same and nearly same texts (同文の束), hundreds of thousands at a time.

What counts as the same is what the desk's own bundles go by (`opinions.domain.wording`): letters and
digits only, runs of three, nearly the same from 80% in common; short texts only when they are the same;
a text with words of its own, or one turned round by a word, always stands by itself. Here it is done
with arrays: sketches of all texts first, then only those that meet in a band are looked at.

Each text is compared with leading texts only, never with those that follow them: no chain leads from
one meaning to another. The leading ones are those that most people sent, then the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from participation.opinions.domain import letters_of
from participation.opinions.domain.wording import BANDS, BINS, LOOKS_NEAR, NEAR, OWN_WORDS, SHORTEST, turns
from participation.reading.domain.texts import Text

Hashes = NDArray[np.uint64]
#: So many letters are sketched together.
_AT_ONCE = 4_000_000
_ROW = BINS // BANDS
_NOTHING = np.uint32(0xFFFFFFFF)
_NO_GROUP = -1
#: A text is compared with so many leading ones at most: those that share most of its bands.
_MOST_LEADERS = 64


def bundles_of(texts: Sequence[Text]) -> list[list[str]]:
    """Return ids that belong together, the largest bundle first; whoever stands alone is in none."""
    same = _same(texts)
    leaders = sorted(same, key=lambda places: (-len(places), places[0]))
    words = [texts[places[0]].words for places in leaders]
    joined: dict[int, list[int]] = {}
    for place, leader in enumerate(_leaders(words)):
        joined.setdefault(leader, []).extend(leaders[place])
    found = [sorted(places) for places in joined.values() if len(places) > 1]
    return [
        [texts[place].id for place in places]
        for places in sorted(found, key=lambda each: (-len(each), each[0]))
    ]


def _same(texts: Sequence[Text]) -> list[list[int]]:
    """Return the places of texts with the same letters, together; of texts without any, each alone."""
    found: dict[bytes, list[int]] = defaultdict(list)
    for place, each in enumerate(texts):
        letters = letters_of(each.words)
        key = blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        found[key if letters else b"%d" % place].append(place)
    return list(found.values())


def _leaders(words: Sequence[str]) -> list[int]:
    """Return for each text the one that leads it: itself, or one before it that is nearly the same."""
    sketches, is_long = _sketches(words)
    groups = _meeting(sketches, is_long)
    leaders_in: dict[int, list[int]] = defaultdict(list)
    runs_of: dict[int, Hashes] = {}
    found = list(range(len(words)))
    for place in np.flatnonzero((groups != _NO_GROUP).any(axis=1)).tolist():
        own = [group for group in groups[place].tolist() if group != _NO_GROUP]
        met = list(dict.fromkeys(leader for group in own for leader in leaders_in.get(group, ())))
        leader = _nearest(place, met, words, sketches, runs_of) if met else None
        if leader is not None:
            found[place] = leader
            continue
        for group in own:
            if len(leaders_in[group]) < _MOST_LEADERS:
                leaders_in[group].append(place)
    return found


def _nearest(
    place: int, met: list[int], words: Sequence[str], sketches: NDArray[np.uint32], runs_of: dict[int, Hashes]
) -> int | None:
    agree = (sketches[met] == sketches[place]).sum(axis=1)
    looks_near = np.flatnonzero(agree > BINS * LOOKS_NEAR)
    if not len(looks_near):
        return None
    own = runs(letters_of(words[place]))
    mine = np.unique(own)
    best, share = None, 0.0
    for at in looks_near[np.argsort(-agree[looks_near], kind="stable")][:_MOST_LEADERS].tolist():
        leader = met[at]
        if leader not in runs_of:
            runs_of[leader] = np.unique(runs(letters_of(words[leader])))
        common = len(np.intersect1d(mine, runs_of[leader], assume_unique=True))
        part = common / (len(mine) + len(runs_of[leader]) - common)
        if part > share:
            best, share = leader, part
    if best is None or share < NEAR or _has_own_words(own, runs_of[best]):
        return None
    return None if turns(words[best], words[place]) else best


def _has_own_words(runs_in_order: Hashes, known: Hashes) -> bool:
    """Return whether somewhere so many letters in a row are new that they are no slip."""
    is_new = ~np.isin(runs_in_order, known)
    # A single letter that differs makes three new runs; each further one in a row makes one more.
    return _longest(is_new) >= OWN_WORDS + 2


def _longest(is_new: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_new, [False])).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0


# ── Sketches ────────────────────────────────────────────────────────────────────────────────


def runs(letters: str) -> Hashes:
    """Return the runs of three letters of a text as numbers, in order."""
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    return _mixed(codes)


def _mixed(codes: Hashes) -> Hashes:
    if len(codes) < 3:
        return np.zeros(0, dtype=np.uint64)
    packed = (codes[:-2] << np.uint64(42)) | (codes[1:-1] << np.uint64(21)) | codes[2:]
    # The finishing steps of SplitMix64: neighbouring numbers come out far apart.
    packed = (packed ^ (packed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    packed = (packed ^ (packed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(packed ^ (packed >> np.uint64(31)))


def _sketches(words: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return the sketch of each text, and whether it is long enough to be near to another."""
    sketches = np.full((len(words), BINS), _NOTHING, dtype=np.uint32)
    is_long = np.zeros(len(words), dtype=bool)
    for start, letters in _portions(words):
        lengths = np.array([len(each) for each in letters])
        part = slice(start, start + len(letters))
        is_long[part] = lengths >= SHORTEST
        codes = np.frombuffer("".join(letters).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        mixed = _mixed(codes.astype(np.uint64))
        owner = np.repeat(np.arange(len(letters)), lengths)
        inside = owner[:-2] == owner[2:] if len(owner) > 2 else np.zeros(0, dtype=bool)
        mixed, owner = mixed[inside], owner[:-2][inside]
        cell = owner * BINS + (mixed & np.uint64(BINS - 1)).astype(np.int64)
        least = np.full(len(letters) * BINS, _NOTHING, dtype=np.uint32)
        np.minimum.at(least, cell, (mixed >> np.uint64(33)).astype(np.uint32))
        sketches[part] = _filled(least.reshape(-1, BINS))
    return sketches, is_long


def _portions(words: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    start, letters, size = 0, [], 0
    for place, each in enumerate(words):
        letters.append(letters_of(each))
        size += len(letters[-1])
        if size >= _AT_ONCE:
            yield start, letters
            start, letters, size = place + 1, [], 0
    if letters:
        yield start, letters


def _filled(sketch: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Let an empty place borrow from the next full one, marked by how far it came."""
    full = sketch.copy()
    for steps in range(1, BINS):
        empty = full == _NOTHING
        if not empty.any():
            break
        borrowed = np.roll(sketch, -steps, axis=1)
        takes = empty & (borrowed != _NOTHING)
        full[takes] = borrowed[takes] ^ np.uint32(0x80000000 | steps)
    return full


def _meeting(sketches: NDArray[np.uint32], is_long: NDArray[np.bool_]) -> NDArray[np.int32]:
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
