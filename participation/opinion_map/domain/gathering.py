"""Which votes a map is computed from: those on statements that are asked, merged ones as one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

#: Voter, statement's number, value.
Vote = tuple[str, int, int]


def votes_that_count(votes: Iterable[Vote], shown: Collection[int], merged: Mapping[int, int]) -> list[Vote]:
    """Return the votes to compute from.

    A vote on a merged statement is one on that into which it was merged, unless its voter answered that
    one as well. A vote on a removed statement is not counted. Nothing is lost: what was taken apart
    again or put back counts again.
    """
    own: dict[tuple[str, int], int] = {}
    moved: dict[tuple[str, int], int] = {}
    for voter, number, value in sorted(votes):
        if number in shown:
            own[voter, number] = value
            continue
        target = target_of(number, merged)
        if target in shown:
            moved.setdefault((voter, target), value)
    return [(voter, number, value) for (voter, number), value in sorted({**moved, **own}.items())]


def target_of(number: int, merged: Mapping[int, int]) -> int:
    """Return the statement that stands for this one at the end of a chain of mergings."""
    passed = {number}
    while number in merged and merged[number] not in passed:
        number = merged[number]
        passed.add(number)
    return number
