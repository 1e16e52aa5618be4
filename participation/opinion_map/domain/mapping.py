"""The opinion map (意見の地図) of votes: places, groups that are found again, and what statements unite or divide.

Both views are computed. Polis's places and groups are the ones that are shown, unless halves of the
people find three or more groups on the model's axes again better, or about as well where Polis's are
three or more too: k groups need k - 1 axes to stand apart, and a picture has two. Groups that chance
alone would make are not shown at all: then there is a smaller map, with a sentence that says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from participation.foundation.one_thread import one_thread
from participation.foundation.text import excerpt
from participation.opinion_map.domain.factors import Factors, factorise
from participation.opinion_map.domain.groups import MOST_GROUPS, candidates
from participation.opinion_map.domain.projection import Projection, project
from participation.opinion_map.domain.stability import (
    BETTER_THAN_CHANCE,
    STABLE,
    Stability,
    agreement_by_chance,
    grouped_on_axes,
    stability_of_places,
    stability_on_axes,
)
from participation.opinion_map.domain.statistics import Statistics, statistics
from participation.opinion_map.domain.votes import Floats, Ints, Votes, without_statements

#: Who voted on fewer statements has no place yet.
LEAST_VOTES = 7
#: Fewer people with a place make no groups.
LEAST_PEOPLE = 10
#: Groups by places that are found again so well are taken without asking further. Two can be compared with
#: other conversations on Polis, and more would mostly cut one of them.
_CERTAIN = 0.85
_CERTAIN_OF_TWO = 0.7
#: Two groups stand apart on any picture: so much better must three or more on more axes be found again.
_BETTER = 0.02
#: Three or more are pressed together on it: so much less well may those on more axes be found again.
_ABOUT_AS_WELL = 0.06
#: Of two numbers of groups that differ less than this, the larger tells more.
_AS_WELL = 0.04
#: Of more people than this, every n-th tells how many groups are found again and how well.
_ENOUGH = 5_000
_SOME = 3_000


class GroupingMethod(StrEnum):
    """By what the groups were made (グループの求め方)."""

    #: No groups: too few votes, or none that would be found again.
    NONE = "none"
    #: k-means on the two principal components, as in Polis.
    PLACES = "places"
    #: k-means on the model's axes, one fewer than groups.
    MODEL = "model"


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
    #: Whether groups were tried that votes without any would give as well.
    is_chance: bool
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


@one_thread()
def compute(
    votes: Votes,
    *,
    seed: int = 0,
    removed: Sequence[str] = (),
    moderated: Sequence[str] = (),
    unsure: bool = False,
) -> ComputedMap:
    """Compute the map. Votes on removed statements count nowhere.

    `removed` were named by somebody, who is told of a name that the votes do not have; `moderated` come from
    a table of statements, where many may never have been voted on.
    `unsure`: groups that may be mere chance are given too, with the sentence that they may be.
    """
    known = frozenset(votes.statements)
    warnings = [
        f"取り下げた意見文「{excerpt(each, 40)}」は、票の中にありません。"
        for each in dict.fromkeys(removed)
        if each not in known
    ]
    votes, dropped = without_statements(votes, [*removed, *moderated])
    if dropped:
        warnings.append(f"取り下げた意見文への票{dropped:,}件は、数えていません。")
    projection = project(votes)
    factors = factorise(votes, projection.components)
    needed = max(1, min(LEAST_VOTES, int(np.count_nonzero(votes.per_statement))))
    placed = np.flatnonzero(votes.per_participant >= needed)
    warnings += _about(votes, projection, placed, needed)
    groups = _groups(votes, projection, placed, seed)
    is_shown = groups is not None and (unsure or not groups.is_chance)
    if groups is not None:
        warnings += _about_groups(groups, unsure)
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
        is_chance=bool(groups and groups.is_chance),
        silhouette=groups.silhouette if groups and is_shown else None,
        statistics=statistics(votes, placed, labels, int(labels.max()) + 1 if len(labels) else 1),
        has_bridging=int(np.count_nonzero(votes.per_participant)) > 1,
        warnings=tuple(warnings),
    )


def _groups(votes: Votes, projection: Projection, placed: Ints, seed: int) -> _Groups | None:
    if len(placed) < LEAST_PEOPLE or not projection.dimensions:
        return None
    tried = candidates(projection.positions[placed], seed)
    if not tried:
        return None
    best = tried[0]
    found = stability_of_places(votes, placed, best.labels, seed)
    by_places = _Groups(best.labels, found.confidence, GroupingMethod.PLACES, found, best.silhouette)
    if found.agreement >= (_CERTAIN if best.count > 2 else _CERTAIN_OF_TWO):
        return by_places
    least = found.agreement + (-_ABOUT_AS_WELL if best.count > 2 else _BETTER)
    on_axes = _groups_on_axes(votes, placed, seed, least)
    chosen = by_places if on_axes is None else on_axes
    if chosen.stability.agreement >= STABLE:
        return chosen
    count = int(chosen.labels.max()) + 1 if on_axes is not None else None
    by_chance = agreement_by_chance(votes, seed, int(votes.per_participant[placed].min()), count)
    return replace(chosen, is_chance=chosen.stability.agreement < by_chance + BETTER_THAN_CHANCE)


def _groups_on_axes(votes: Votes, placed: Ints, seed: int, least: float) -> _Groups | None:
    """Return three, four or five groups on the model's axes: that number that is found again best, if as well as this."""
    if len(placed) > _ENOUGH:
        some = placed[:: -(-len(placed) // _SOME)]
        best = _found_again_best(votes.of(some), np.arange(len(some)), seed)
    else:
        best = _found_again_best(votes, placed, seed)
    if best is None or best[1].agreement < least:
        return None
    labels, stability = best
    if len(labels) < len(placed):
        grouped = grouped_on_axes(votes, placed, int(labels.max()) + 1, seed)
        if grouped is None:
            return None
        labels = grouped.labels
        stability = stability_on_axes(votes, placed, labels, seed)
    return _Groups(labels, stability.confidence, GroupingMethod.MODEL, stability, None)


def _found_again_best(votes: Votes, placed: Ints, seed: int) -> tuple[Ints, Stability] | None:
    found: list[tuple[Ints, Stability]] = []
    for count in range(3, MOST_GROUPS + 1):
        grouped = grouped_on_axes(votes, placed, count, seed)
        if grouped is not None:
            found.append((grouped.labels, stability_on_axes(votes, placed, grouped.labels, seed)))
    well = max((each.agreement for _, each in found), default=0.0) - _AS_WELL
    return next((each for each in reversed(found) if each[1].agreement >= well), None)


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
        if votes.per_statement.max() < 2:
            sentence = "2人以上が答えた意見文が、まだありません。"
        else:
            sentence = (
                "すべての票がパスです。" if not votes.values.any() else "どの人も同じ投票をしています。"
            )
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


def _about_groups(groups: _Groups, unsure: bool) -> list[str]:
    figure = f"{max(groups.stability.agreement, 0.0):.2f}"
    if groups.is_chance and unsure:
        return [
            f"グループの分かれ方は、偶然と見分けがつきません（安定度{figure}）。参考として出したもので、公開には使えません。"
        ]
    if groups.is_chance:
        return [f"人を入れ替えると分かれ方が変わってしまうため、グループに分けていません（安定度{figure}）。"]
    if not groups.stability.is_stable:
        return [
            f"グループの分かれ方は、まだ確かではありません（安定度{figure}）。票が増えると変わることがあります。"
        ]
    return []


def _some(ids: Sequence[str]) -> str:
    return "、".join(excerpt(each, 40) for each in ids[:5]) + ("ほか" if len(ids) > 5 else "")
