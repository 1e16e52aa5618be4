"""Real conversations, where they are at hand: set OPINION_MAP_CONVERSATIONS to the folder that holds them.

Each conversation is a folder with participants-votes.csv as Polis exports it. They are not part of the
project, so without the setting these tests are skipped.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from participation.opinion_map.domain.hidden import areas
from participation.opinion_map.domain.mapping import compute
from participation.opinion_map.domain.projection import project
from participation.opinion_map.domain.reading import read_votes
from participation.opinion_map.domain.statistics import priorities, statistics

FOLDER = os.environ.get("OPINION_MAP_CONVERSATIONS", "")
pytestmark = pytest.mark.skipif(
    not FOLDER, reason="OPINION_MAP_CONVERSATIONS does not say where the real conversations are"
)
#: participants, statements, votes, groups and their sizes.
KNOWN = {
    "american-assembly.bowling-green": (2031, 896, 225_524, [860, 719]),
    "vtaiwan.uberx": (1921, 197, 49_443, [816, 402]),
    "scoop-hivemind.ubi": (234, 70, 7_153, [162, 12]),
}


@pytest.fixture(params=list(KNOWN))
def conversation(request):
    path = Path(FOLDER) / request.param / "participants-votes.csv"
    if not path.exists():
        pytest.skip(f"{request.param} is not there")
    return request.param, path.read_bytes()


def test_a_conversation_is_read_whole_and_grouped_as_polis_groups_it(conversation):
    name, content = conversation
    people, texts, count, sizes = KNOWN[name]
    read = read_votes(content)
    assert (len(read.votes.participants), len(read.votes.statements), read.votes.count) == (
        people,
        texts,
        count,
    )
    assert read.problem_count == 0
    found = compute(read.votes)
    assert np.bincount(found.labels).tolist() == sizes
    assert found.is_stable


def test_the_counts_are_those_that_polis_wrote_beside_the_votes(conversation):
    _, content = conversation
    rows = [line.split(",") for line in content.decode().splitlines()[1:]]
    votes = read_votes(content).votes
    everybody = np.arange(len(votes.participants))
    agree = np.bincount(votes.rows, votes.values > 0)
    disagree = np.bincount(votes.rows, votes.values < 0)
    for row in rows:
        place = votes.participants.index(row[0])
        assert agree[place] == sum(cell == "1" for cell in row[6:])
        assert disagree[place] == sum(cell == "-1" for cell in row[6:])
    found = statistics(votes, everybody, np.zeros(len(everybody), dtype=np.int64), 1)
    assert found.seen.sum() == votes.count


def test_priorities_are_not_constant(conversation):
    votes = read_votes(conversation[1]).votes
    everybody = np.arange(len(votes.participants))
    found = statistics(votes, everybody, np.zeros(len(everybody), dtype=np.int64), 1)
    priority = priorities(found, project(votes).extremity, np.zeros(len(votes.statements), dtype=bool))
    assert len(np.unique(priority.round(6))) > len(priority) / 2


def test_hidden_votes_are_expected_better_than_by_polis(conversation):
    votes = read_votes(conversation[1]).votes
    drawn = [areas(votes, seed) for seed in range(5 if votes.count < 100_000 else 1)]
    usual = {
        name: float(np.median([getattr(each, name) for each in drawn]))
        for name in ("model", "places", "stretched")
    }
    assert usual["model"] > max(usual["places"], usual["stretched"]) + 0.015
