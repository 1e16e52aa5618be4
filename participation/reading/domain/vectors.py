"""Sentences as vectors (docs/decisions/): runs of characters that carry meaning, weighted, in a hundred dimensions.

Kanji, katakana and letters of other scripts carry what a sentence is about; hiragana mostly how it is said. So of all
runs of two and three characters those count that hold no more than one hiragana. They are weighted by
how rare they are (TF-IDF) and brought to few dimensions (SVD), in which words that stand together in
many sentences come to lie together.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_matrix, diags
from scipy.sparse.linalg import LinearOperator, eigsh

Floats = NDArray[np.float64]
DIMENSIONS = 100
#: So many different runs at most: the ones in most sentences.
MOST_RUNS = 40_000
#: A run in a larger share of all sentences tells none apart.
COMMON = 0.1
_BITS = 20
#: Up to this size directions are found exactly; beyond it step by step.
_DENSE = 1000
_HIRAGANA, _CONTENT, _MARK = 1, 2, 0


def vectors_of(sentences: Sequence[str]) -> Floats:
    """Return one vector of length 1 for each sentence; of length 0 where nothing in it carries meaning."""
    return word_vectors(sentences)[0]


def word_vectors(sentences: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return these vectors, and for each sentence whether a run of it carries meaning, be it as rare as it may."""
    counted = _counted(sentences)
    return _placed(_weighted(counted), len(sentences)), np.diff(counted.indptr) > 0


def _placed(table: csr_matrix, sentences: int) -> Floats:
    if not table.nnz:
        return np.zeros((sentences, 1))
    count = min(DIMENSIONS, min(table.shape) - 1)
    if count < 2:
        dense = table.toarray()
        return np.asarray(dense / np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-12))
    directions = _directions(table, count)
    places = np.asarray(table @ directions)
    # What hardly shows in these dimensions has nothing in common with anything.
    return of_length_one(places)


def of_length_one(rows: Floats) -> Floats:
    """Return rows of length 1; of length 0 what is hardly longer: rounding is no direction."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > 1e-6, rows / np.maximum(lengths, 1e-12), 0.0))


def _directions(table: csr_matrix, count: int) -> Floats:
    """Return the strongest directions of a table, runs × count: always the same ones for the same table."""
    is_wide = table.shape[0] <= table.shape[1]
    size = min(table.shape)
    if size <= _DENSE:
        gram = (table @ table.T if is_wide else table.T @ table).toarray()
        strengths, found = eigh(gram, subset_by_index=(size - count, size - 1))
    else:
        flat = table.T.tocsr()
        product = LinearOperator(
            (size, size),
            matvec=(lambda v: table @ (flat @ v)) if is_wide else (lambda v: flat @ (table @ v)),
            dtype=np.float64,
        )
        start = np.random.default_rng(0).standard_normal(size)
        # The solver begins anew where it breaks down: from numbers of this generator, not from any.
        strengths, found = eigsh(product, k=count, v0=start, tol=1e-9, rng=np.random.default_rng(0))
    order = np.argsort(-strengths, kind="stable")
    strengths, found = strengths[order], found[:, order]
    if not is_wide:
        return np.asarray(found)
    lengths = np.sqrt(np.maximum(strengths, 0.0))
    # A direction of no strength is noise: no sentence lies in it.
    kept = lengths > lengths[0] * 1e-6
    return np.asarray((table.T @ found) * np.where(kept, 1 / np.maximum(lengths, 1e-12), 0.0))


def _classes() -> NDArray[np.uint8]:
    """Return for each code point what it is: content, hiragana, or a mark."""
    kinds = np.zeros(0x30000, dtype=np.uint8)
    kinds[0x3041:0x3097] = _HIRAGANA
    for first, last in (
        (0x30A1, 0x30FB),
        (0x30FC, 0x30FD),
        (0x3005, 0x3008),
        (0x3400, 0x4DC0),
        (0x4E00, 0xA000),
        (0xAC00, 0xD7A4),
        (0x20000, 0x2FA20),
        (0x61, 0x7B),
        (0xE0, 0x250),
        # Greek, Cyrillic, Armenian, Hebrew, Arabic; the scripts of South and Southeast Asia; Vietnamese.
        (0x370, 0x700),
        (0x900, 0x1100),
        (0x1780, 0x1800),
        (0x1E00, 0x2000),
    ):
        kinds[first:last] = _CONTENT
    return kinds


_KINDS = _classes()


def _counted(sentences: Sequence[str]) -> csr_matrix:
    """Return sentences × runs with how often each run stands in it."""
    plain = [unicodedata.normalize("NFKC", each).casefold() + " " for each in sentences]
    lengths = np.array([len(each) for each in plain], dtype=np.int64)
    codes = np.frombuffer("".join(plain).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(
        np.int64
    )
    owner = np.repeat(np.arange(len(plain)), lengths)
    kinds = _KINDS[np.minimum(codes, len(_KINDS) - 1)]
    rows, cells = [], []
    for width in (2, 3):
        count = len(codes) - width + 1
        if count <= 0:
            continue
        parts = [slice(at, at + count) for at in range(width)]
        usable = np.ones(count, dtype=bool)
        hiragana = np.zeros(count, dtype=np.int64)
        mixed = np.full(count, width, dtype=np.uint64)
        for part in parts:
            usable &= kinds[part] != _MARK
            hiragana += kinds[part] == _HIRAGANA
            mixed = (mixed ^ codes[part].astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        usable &= (hiragana <= 1) & (kinds[parts[0]] == _CONTENT)
        rows.append(owner[:count][usable])
        cells.append((mixed[usable] >> np.uint64(64 - _BITS)).astype(np.int64))
    row = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    cell = np.concatenate(cells) if cells else np.zeros(0, dtype=np.int64)
    table = csr_matrix((np.ones(len(row), dtype=np.float64), (row, cell)), shape=(len(sentences), 1 << _BITS))
    table.sum_duplicates()
    return table


def _weighted(table: csr_matrix) -> csr_matrix:
    """Return TF-IDF rows of length 1 over the runs that stand in more than one sentence and not in very many."""
    documents = np.bincount(table.indices, minlength=table.shape[1])
    least = 2 if table.shape[0] > 20 else 1
    most = max(table.shape[0] * COMMON, 20)
    known = np.flatnonzero((documents >= least) & (documents <= most))
    if len(known) > MOST_RUNS:
        known = np.sort(known[np.argsort(-documents[known], kind="stable")][:MOST_RUNS])
    table = csr_matrix(table[:, known])
    if not table.nnz:
        return table
    table.data = 1 + np.log(table.data)
    rarity = np.log((1 + table.shape[0]) / (1 + documents[known])) + 1
    table = csr_matrix(table @ diags(rarity))
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return csr_matrix(diags(1 / np.maximum(lengths, 1e-12)) @ table)
