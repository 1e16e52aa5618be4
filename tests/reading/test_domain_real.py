"""Real comments, where they are at hand: set READING_COMMENTS to bunka-ai-2024.csv (columns id, comment).

They are not part of the project, so without the setting these tests are skipped.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from participation.opinions.domain import letters_of
from participation.opinions.domain.wording import grams, in_common
from participation.reading.domain.bundles import bundles_of
from participation.reading.domain.texts import read_texts

FILE = os.environ.get("READING_COMMENTS", "")
pytestmark = pytest.mark.skipif(not FILE, reason="READING_COMMENTS does not say where the real comments are")


def test_all_exact_repeats_are_bundled_and_what_is_bundled_besides_differs_in_a_few_letters():
    texts = read_texts(Path(FILE)).texts
    words = {each.id: each.words for each in texts}
    found = bundles_of(texts)
    where = {each: number for number, bundle in enumerate(found) for each in bundle}
    first: dict[str, str] = {}
    repeats = 0
    for each in texts:
        leader = first.setdefault(each.words, each.id)
        if leader != each.id:
            repeats += 1
            assert where[each.id] == where[leader]
    assert repeats == 31
    assert len(found) < 40
    for bundle in found:
        head = grams(letters_of(words[bundle[0]]))
        assert all(in_common(head, grams(letters_of(words[each]))) >= 0.8 for each in bundle)
