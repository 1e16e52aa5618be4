"""The opinion map (意見の地図) of votes: places, groups that are found again, and what statements unite or divide.

Both views are computed. Polis's places and groups are the ones that are shown, unless halves of the
people find them again badly and three or more groups of the model about as well or better. Groups that chance alone
would make are not shown at all: then there is a smaller map, with a sentence that says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from participation.foundation.text import excerpt
from participation.opinion_map.domain.classes import belonging, best_classes, refine, tables_of
from participation.opinion_map.domain.factors import Factors, factorise
from participation.opinion_map.domain.groups import candidates, group_into
from participation.opinion_map.domain.projection import Projection, project
from participation.opinion_map.domain.stability import (
    BETTER_THAN_CHANCE,
    STABLE,
    Stability,
    agreement_by_chance,
    stability_of_classes,
    stability_of_places,
)
from participation.opinion_map.domain.statistics import Statistics, statistics
from participation.opinion_map.domain.votes import Floats, Ints, Votes, without_statements

#: Who voted on fewer statements has no place yet.
LEAST_VOTES = 7
#: Fewer people with a place make no groups.
LEAST_PEOPLE = 10
#: Groups by places that are found again so well are taken without asking further.
_CERTAIN = 0.85
#: So much less well may groups by votes be found again: they are more in number and tell more of the votes.
_MARGIN = 0.13


class GroupingMethod(StrEnum):
    """By what the groups were made (グループの求め方)."""

    #: No groups: too few votes, or none that would be found again.
    NONE = "none"
    #: k-means on the two principal components, as in Polis.
    PLACES = "places"
    #: k-means on the two axes of the model.
    MODEL = "model"
    #: Chances of answers (latent classes).
    VOTES = "votes"


@dataclass(frozen=True, eq=False)
class ComputedMap:
    """A map and everything that was said of it."""

    votes: Votes
    projection: Projection
    factors: Factors
    #: The places (in `votes.participants`) of those with enough votes, their group and their confidence.
    placed: Ints
    labels: Ints
    confidence: Floats
    method: GroupingMethod
    #: How well the groups are found again (of the best ones that were tried), None if there was nothing to try.
    agreement: float | None
    is_stable: bool
    silhouette: float | None
    #: By group; without groups, of everybody with enough votes as one.
    statistics: Statistics
    #: Whether the model tells of the statements: with one voter alone it does not.
    has_bridging: bool
    warnings: tuple[str, ...]

    @property
    def group_count(self) -> int:
        """How many groups there are."""
        return int(self.labels.max()) + 1 if self.method != GroupingMethod.NONE else 0


@dataclass(frozen=True, eq=False)
class _Groups:
    labels: Ints
    confidence: Floats
    method: GroupingMethod
    stability: Stability
    silhouette: float | None
    #: Whether votes in which there are no groups would give as much.
    is_chance: bool = False


def compute(votes: Votes, *, seed: int = 0, removed: Sequence[str] = ()) -> ComputedMap:
    """Compute the map. Votes on removed statements count nowhere."""
    votes, dropped = without_statements(votes, removed)
    warnings = [f"取り下げた意見文への票{dropped:,}件は、数えていません。"] if dropped else []
    projection = project(votes)
    factors = factorise(votes, projection.components)
    needed = max(1, min(LEAST_VOTES, int(np.count_nonzero(votes.per_statement))))
    placed = np.flatnonzero(votes.per_participant >= needed)
    warnings += _about(votes, projection, placed, needed)
    groups = _groups(votes, projection, factors, placed, seed)
    is_shown = groups is not None and not groups.is_chance
    if groups is not None:
        warnings += _about_groups(groups)
    labels = groups.labels if groups and is_shown else np.zeros(len(placed), dtype=np.int64)
    return ComputedMap(
        votes=votes,
        projection=projection,
        factors=factors,
        placed=placed,
        labels=labels,
        confidence=groups.confidence if groups and is_shown else np.zeros(len(placed)),
        method=groups.method if groups and is_shown else GroupingMethod.NONE,
        agreement=groups.stability.agreement if groups else None,
        is_stable=bool(groups and groups.stability.is_stable),
        silhouette=groups.silhouette if groups and is_shown else None,
        statistics=statistics(votes, placed, labels, int(labels.max()) + 1 if len(labels) else 1),
        has_bridging=int(np.count_nonzero(votes.per_participant)) > 1,
        warnings=tuple(warnings),
    )


def _groups(
    votes: Votes, projection: Projection, factors: Factors, placed: Ints, seed: int
) -> _Groups | None:
    if len(placed) < LEAST_PEOPLE or not projection.dimensions:
        return None
    tried = candidates(projection.positions[placed], seed)
    if not tried:
        return None
    best = tried[0]
    found = stability_of_places(votes, placed, best.labels, seed)
    by_places = _Groups(best.labels, found.confidence, GroupingMethod.PLACES, found, best.silhouette)
    if found.agreement >= _CERTAIN:
        return by_places
    if found.agreement < BETTER_THAN_CHANCE:
        return replace(by_places, is_chance=True)
    by_votes = _groups_by_votes(votes, factors, placed, best.count, seed)
    is_better = by_votes is not None and by_votes.stability.agreement >= found.agreement - _MARGIN
    chosen = by_votes if by_votes is not None and is_better else by_places
    if max(found.agreement, chosen.stability.agreement) >= STABLE:
        return chosen
    by_chance = agreement_by_chance(votes, seed, int(votes.per_participant[placed].min()))
    return replace(chosen, is_chance=found.agreement < by_chance + BETTER_THAN_CHANCE)


def _groups_by_votes(votes: Votes, factors: Factors, placed: Ints, count: int, seed: int) -> _Groups | None:
    positions = factors.positions[placed]
    classes = best_classes(votes, placed, positions, count, seed)
    if classes is None or classes.count < 3:
        # Two groups stand apart on any map, and those of Polis can be compared with other conversations.
        return None
    method = GroupingMethod.VOTES
    if classes.count == 3:
        # Three stand apart on two axes; asking vote by vote would only add the chance of single votes.
        near = group_into(positions, 3, seed)
        if near is None or near.count < 3:
            return None
        method, classes = GroupingMethod.MODEL, refine(votes, placed, near.labels, 3, 0)
        labels = near.labels
    belongs = belonging(tables_of(votes), classes)[0][placed]
    if method == GroupingMethod.VOTES:
        labels = belongs.argmax(axis=1)
    confidence = belongs[np.arange(len(placed)), labels]
    labels = _by_size(labels)
    if labels.max() == 0:
        return None
    found = stability_of_classes(votes, placed, labels, seed)
    return _Groups(labels, confidence, method, found, None)


def _by_size(labels: Ints) -> Ints:
    """Number groups by their size, the largest 0; those without anybody fall away."""
    sizes = np.bincount(labels)
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    number = np.zeros(len(sizes), dtype=np.int64)
    number[order] = np.arange(len(order))
    return np.asarray(number[labels])


# ── What is said of it ──────────────────────────────────────────────────────────────────────


def _about(votes: Votes, projection: Projection, placed: Ints, needed: int) -> list[str]:
    voters = int(np.count_nonzero(votes.per_participant))
    said = []
    unseen = [votes.statements[each] for each in np.flatnonzero(votes.per_statement == 0)]
    if unseen:
        said.append(
            f"まだだれも投票していない意見文が{len(unseen):,}件あります（{_some(unseen)}）。地図には使っていません。"
        )
    if votes.count == 0:
        return [*said, "票がまだありません。"]
    if voters == 1:
        return [*said, "投票した人がまだ1人です。地図は作れません。"]
    if not projection.dimensions:
        sentence = "すべての票がパスです。" if not votes.values.any() else "どの人も同じ投票をしています。"
        return [*said, f"{sentence}立場の違いはまだ見えないため、グループに分けていません。"]
    if projection.dimensions == 1:
        said.append("立場の違いは1つの軸だけに表れています。地図は横に一列になります。")
    waiting = voters - len(placed)
    if waiting:
        said.append(f"投票が{needed}件に満たない{waiting:,}人は、まだ地図に置いていません。")
    if len(placed) < LEAST_PEOPLE:
        said.append(
            f"{needed}件以上投票した人が{len(placed):,}人です。{LEAST_PEOPLE}人になるまでグループに分けません。"
        )
    return said


def _about_groups(groups: _Groups) -> list[str]:
    figure = f"{max(groups.stability.agreement, 0.0):.2f}"
    if groups.is_chance:
        return [f"人を入れ替えると分かれ方が変わってしまうため、グループに分けていません（安定度{figure}）。"]
    if not groups.stability.is_stable:
        return [
            f"グループの分かれ方は、まだ確かではありません（安定度{figure}）。票が増えると変わることがあります。"
        ]
    return []


def _some(ids: Sequence[str]) -> str:
    return "、".join(excerpt(each, 40) for each in ids[:5]) + ("ほか" if len(ids) > 5 else "")
