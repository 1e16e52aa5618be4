"""Reading the opinions and sorting them: what a long run does between asking the database and writing to it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from participation.foundation import clock, files
from participation.foundation.db import let_go
from participation.foundation.errors import Refused
from participation.foundation.lazily import lazily
from participation.reading.domain.remembered import RememberedInFile
from participation.reading.domain.runs import READING_STEPS, Joined, hash_of
from participation.reading.models import TopicRun
from participation.reading.queries import runs

if TYPE_CHECKING:
    from participation.reading.domain import joining, meaning, topics
else:  # They load scipy, which no page needs.
    joining = lazily("participation.reading.domain.joining")
    meaning = lazily("participation.reading.domain.meaning")
    topics = lazily("participation.reading.domain.topics")

NO_TEXTS = "読める意見がありません。意見が届いてから、もう一度頼んでください。"


def encodings_file() -> Path:
    """Return where encodings are remembered; it may be deleted, and needs no copy."""
    return files.folder_of("reading") / "encodings.sqlite3"


def _reader(tell: topics.Tell) -> meaning.Reader:
    def read(done: int, count: int) -> None:
        tell(READING_STEPS * done // count, f"文の意味を読み取っています（{count:,}文のうち{done:,}文）。")

    remembered = RememberedInFile(encodings_file(), clock.today())
    return partial(meaning.by_meaning, remembered=remembered, tell=read)


def _tell_nobody(_done: int, _words: str) -> None:
    pass


@dataclass(frozen=True)
class Sorted:
    """What was read and what came out."""

    found: topics.Topics
    #: The id that a text went by → opinion.
    opinions: Mapping[str, int]
    texts_sha256: str
    result_sha256: str
    last_opinion_id: int
    #: CPU seconds.
    seconds: float


@dataclass(frozen=True)
class SortedNew:
    """Where opinions that came later belong."""

    joined: list[Joined]
    opinions: Mapping[str, int]
    last_opinion_id: int


def sort_opinions(consultation_id: int | None, *, seed: int, tell: topics.Tell = _tell_nobody) -> Sorted:
    """Sort the opinions of a consultation (None: of all) into topics; raises Refused where there are none."""
    began = time.process_time()
    reader = _reader(tell)
    texts, opinions, last = [], {}, 0
    for opinion_id, text in runs.read_texts(consultation_id):
        texts.append(text)
        opinions[text.id] = opinion_id
        last = opinion_id
    if not texts:
        raise Refused(NO_TEXTS)
    # A database ends a connection that computes for long with something open.
    let_go()
    # The answer depends on what was said, not on how it came or what it is numbered by.
    texts.sort(key=lambda text: (text.words, text.id))
    found = topics.find_topics(texts, seed=seed, tell=tell, reader=reader)
    return Sorted(
        found,
        opinions,
        hash_of(texts),
        topics.hash_of_result(found),
        last,
        round(time.process_time() - began, 2),
    )


def sort_new_opinions(run: TopicRun, *, tell: topics.Tell = _tell_nobody) -> SortedNew:
    """Find where opinions that came after a run belong; the old ones stay where they are."""
    reader = _reader(tell)
    new, opinions, last = [], {}, run.last_opinion_id
    for opinion_id, text in runs.read_texts(run.consultation_id, after=run.last_opinion_id):
        new.append(text)
        opinions[text.id] = opinion_id
        last = opinion_id
    settled = runs.settled_in(run)
    let_go()
    return SortedNew(joining.join(settled, new, reader=reader), opinions, last)
