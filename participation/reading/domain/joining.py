"""New texts join topics that stand (話題への合流): the old ones do not move, nor do their places on the drawing.

All sentences are made into vectors together. A topic is where its present texts are (so what staff moved
counts), and a new text goes to the topic to which its sentences are nearest; what is like none is 「その他」.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from participation.foundation.one_thread import one_thread
from participation.reading.domain.grouping import nearest, sums_of
from participation.reading.domain.meaning import Reader, by_meaning
from participation.reading.domain.runs import Joined, Settled
from participation.reading.domain.texts import Text
from participation.reading.domain.topics import cut_texts

#: A new text stands on the drawing in the middle of so many old ones that are most like it.
NEIGHBOURS = 5


@one_thread()
def join(settled: Sequence[Settled], new: Sequence[Text], *, reader: Reader = by_meaning) -> list[Joined]:
    """Return where new texts belong; the order in which they come does not matter."""
    topics = sorted({each.topic for each in settled if each.topic is not None})
    if not topics or not new:
        return [Joined(each.id, None, (0.0, 0.0)) for each in new]
    cut = cut_texts([*(each.text for each in settled), *new], reader)[0]
    count = len(settled)
    if not len(cut.owner) or not cut.vectors.any():
        return [Joined(each.id, None, (0.0, 0.0)) for each in new]
    middles = _texts_as_vectors(cut.vectors, cut.weights, cut.owner, count + len(new))
    number = {topic: place for place, topic in enumerate(topics)}
    of_text = np.array([number.get(each.topic, -1) if each.topic is not None else -1 for each in settled])
    is_in = of_text >= 0
    centres = sums_of(middles[:count][is_in], of_text[is_in], len(topics))
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12)
    is_new = cut.owner >= count
    labels, near = nearest(cut.vectors[is_new], centres)
    score = np.zeros((len(new), len(topics)))
    fits = near >= cut.fits
    np.add.at(score, (cut.owner[is_new][fits] - count, labels[fits]), (near * cut.weights[is_new])[fits])
    places = np.array([each.place for each in settled])
    found = []
    for place, text in enumerate(new):
        best = int(score[place].argmax())
        topic = topics[best] if score[place, best] > 0 else None
        found.append(Joined(text.id, topic, _between(middles[count + place], middles[:count], places)))
    return found


def _texts_as_vectors(
    vectors: NDArray[np.float64], weights: NDArray[np.float64], owner: NDArray[np.int64], count: int
) -> NDArray[np.float64]:
    middles = sums_of(vectors * weights[:, None], owner, count)
    return np.asarray(middles / np.maximum(np.linalg.norm(middles, axis=1, keepdims=True), 1e-12))


def _between(
    own: NDArray[np.float64], others: NDArray[np.float64], places: NDArray[np.float64]
) -> tuple[float, float]:
    likeness = others @ own
    order = np.argsort(-likeness, kind="stable")[:NEIGHBOURS]
    weight = np.maximum(likeness[order], 0.0)
    if weight.sum() <= 0:
        return 0.0, 0.0
    middle = (places[order] * weight[:, None]).sum(axis=0) / weight.sum()
    return round(float(middle[0]), 4), round(float(middle[1]), 4)
