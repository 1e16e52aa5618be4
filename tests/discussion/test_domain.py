"""Paths, limits and the reasons to look first."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest

from participation.consultations.domain import ModerationMode
from participation.discussion.domain import (
    HELD_ALL,
    HELD_FLAGGED,
    HELD_LINK,
    HELD_NEW,
    AuthorState,
    ancestors_of,
    depth_of,
    has_link,
    just_before,
    newest_path,
    path_below,
    reason_to_hold,
)

NOW = datetime(2026, 11, 22, 5, 5, tzinfo=UTC)
OLD = AuthorState(1, NOW - timedelta(days=3), True)
NEW = AuthorState(2, NOW - timedelta(days=3) + timedelta(seconds=1), True)
UNCONFIRMED = AuthorState(3, NOW - timedelta(days=400), False)


def a_tree() -> list[str]:
    chance, paths, numbers = random.Random(7), [""], {}
    for _ in range(400):
        parent = chance.choice([path for path in paths if len(path) < 24])
        numbers[parent] = numbers.get(parent, 0) + 1
        paths.append(path_below(parent, numbers[parent]))
    return paths[1:]


def test_sorted_paths_put_every_reply_behind_what_it_answers_and_before_the_next() -> None:
    paths = sorted(a_tree())
    for path in paths:
        below = [other for other in paths if other.startswith(path)]
        start = paths.index(path)
        assert paths[start : start + len(below)] == below


def test_newest_first_turns_the_branches_and_keeps_replies_in_order() -> None:
    paths = sorted(a_tree(), key=newest_path)
    branches = list(dict.fromkeys(path[:6] for path in paths))
    assert branches == sorted(branches, reverse=True)
    for branch in branches:
        inside = [path for path in paths if path.startswith(branch)]
        assert inside == sorted(inside)


def test_just_before_lies_between_a_path_and_everything_earlier() -> None:
    paths = sorted(a_tree())
    for earlier, path in itertools.pairwise(paths):
        assert just_before(path) < path
        assert just_before(path) >= earlier or earlier.startswith(path[:-6])
        assert not any(just_before(path) < other < path for other in paths)


def test_depth_and_ancestors() -> None:
    path = path_below(path_below(path_below("", 12), 3), 1)
    assert path == "000012000003000001"
    assert depth_of(path) == 2
    assert ancestors_of(path) == ["000012", "000012000003"]


@pytest.mark.parametrize(
    ("mode", "author", "is_first_link", "reason"),
    [
        (ModerationMode.PUBLISH_FIRST, NEW, False, ""),
        (ModerationMode.PUBLISH_FIRST, NEW, True, HELD_LINK),
        (ModerationMode.HOLD_NEW, OLD, False, ""),
        (ModerationMode.HOLD_NEW, NEW, False, HELD_NEW),
        (ModerationMode.HOLD_NEW, UNCONFIRMED, False, HELD_NEW),
        (ModerationMode.HOLD_NEW, OLD, True, HELD_LINK),
        (ModerationMode.HOLD_FLAGGED, NEW, False, ""),
        (ModerationMode.HOLD_FLAGGED, OLD, True, HELD_LINK),
        (ModerationMode.HOLD_ALL, OLD, False, HELD_ALL),
    ],
)
def test_when_staff_look_first(mode, author, is_first_link, reason) -> None:
    assert reason_to_hold(mode, author, NOW, is_first_link=is_first_link) == reason


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (ModerationMode.PUBLISH_FIRST, ""),
        (ModerationMode.HOLD_NEW, ""),
        (ModerationMode.HOLD_FLAGGED, HELD_FLAGGED),
        (ModerationMode.HOLD_ALL, HELD_ALL),
    ],
)
def test_each_way_of_moderating_treats_what_seems_to_be_personal_data_in_its_own_way(mode, reason) -> None:
    assert reason_to_hold(mode, OLD, NOW, is_first_link=False, has_personal_data=True) == reason


@pytest.mark.parametrize("text", ["https://example.jp", "HTTP://EXAMPLE.JP", "www.example.jp を見て"])
def test_a_link_is_noticed(text: str) -> None:
    assert has_link(text)


def test_ordinary_text_has_no_link() -> None:
    assert not has_link("10:30からwwwな話。http のこと")
