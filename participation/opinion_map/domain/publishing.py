"""A map as plain data: what `--json` writes, and what another program can compute again from the same votes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from participation.opinion_map.domain import statistics as figures
from participation.opinion_map.domain.mapping import LEAST_VOTES, ComputedMap
from participation.opinion_map.domain.votes import Floats, Votes

#: Places and scores are given so exactly: further digits would differ from one processor to the next.
DIGITS = 6
#: By what rules groups are found; a run that was kept without a number was made by the first ones.
VERSION = 2


def as_data(found: ComputedMap, *, seed: int, as_before: bool = False) -> dict[str, Any]:
    """Return the map; groups and statements first, then people as columns, and how it was made.

    What the model did not learn is null. `as_before`: what stood there instead, as runs that were kept
    before `method.axes` have it.
    """
    told = _Told(found, everything=as_before)
    return {
        "groups": _groups(found),
        "statements": _statements(found, told),
        "participants": _participants(found, told),
        "shared": _shared(found),
        "stability": {
            "agreement": None if found.agreement is None else round(found.agreement, DIGITS),
            "is_stable": found.is_stable,
            "silhouette": None if found.silhouette is None else round(found.silhouette, DIGITS),
        },
        "method": {
            "groups": found.method.value,
            "version": VERSION,
            "is_chance": found.is_chance,
            "seed": seed,
            "least_votes": LEAST_VOTES,
            "mean_vote": round(found.factors.mean, DIGITS),
            "noise": _rounded(found.factors.noise) if told.model else None,
            "spread": told.spread(),
            "axes": sum(found.factors.learnt),
            "votes": found.votes.count,
            "votes_sha256": fingerprint(found.votes),
        },
        "warnings": list(found.warnings),
    }


class _Told:
    """What of the model is told."""

    def __init__(self, found: ComputedMap, *, everything: bool) -> None:
        self._factors = found.factors
        #: One voter alone tells nothing of what is theirs and what is the statements'.
        self.model = everything or found.has_bridging
        self.axes = (True, True) if everything else found.factors.learnt

    def spread(self) -> list[float | None]:
        """The variances of leniency and of both positions."""
        return _where((self.model, *self.axes), self._factors.spread)

    def loadings(self, place: int) -> list[float | None]:
        """What a statement weighs on both axes."""
        return _where(self.axes, self._factors.loadings[place])

    def leniency(self) -> list[float | None]:
        """How readily everybody agrees."""
        figures = self._factors.leniency
        return _rounded_all(figures) if self.model else [None] * len(figures)

    def column(self, figures: Floats, axis: int) -> list[float | None]:
        """A figure of everybody on one axis."""
        return _rounded_all(figures[:, axis]) if self.axes[axis] else [None] * len(figures)


def fingerprint(votes: Votes) -> str:
    """Return a hash of the votes that does not depend on the file they came in."""
    digest = hashlib.sha256()
    for ids in (votes.participants, votes.statements):
        digest.update("\x00".join(ids).encode("utf-8") + b"\x01")
    for cells in (votes.rows, votes.columns, votes.values):
        digest.update(np.ascontiguousarray(cells).tobytes())
    return digest.hexdigest()


def _groups(found: ComputedMap) -> list[dict[str, Any]]:
    chosen = figures.representatives(found.statistics)
    names = np.array(found.votes.participants, dtype=object)
    statements = found.votes.statements
    return [
        {
            "members": names[found.placed[found.labels == group]].tolist(),
            "representative": [
                {"id": statements[each.statement], "agrees": each.agrees} for each in chosen[group]
            ],
        }
        for group in range(found.group_count)
    ]


def _statements(found: ComputedMap, told: _Told) -> list[dict[str, Any]]:
    numbers, factors = found.statistics, found.factors
    agrees, disagrees = figures.distinctive(numbers)
    priority = figures.priorities(
        numbers, found.projection.extremity, np.zeros(len(found.votes.statements), dtype=bool)
    )
    votes = found.votes
    agreed = np.bincount(votes.columns[votes.values > 0], minlength=len(votes.statements))
    refused = np.bincount(votes.columns[votes.values < 0], minlength=len(votes.statements))
    result = []
    for place, name in enumerate(votes.statements):
        seen = int(found.votes.per_statement[place])
        is_known = seen > 0
        result.append(
            {
                "id": name,
                "seen": seen,
                "agree": int(agreed[place]),
                "disagree": int(refused[place]),
                "mean": _rounded(votes.means[place]),
                "components": _rounded_all(found.projection.components[place]),
                "bridging": _rounded(factors.intercepts[place]) if is_known and found.has_bridging else None,
                "bridging_error": _rounded(factors.errors[place])
                if is_known and found.has_bridging
                else None,
                "loadings": told.loadings(place),
                "consensus": float(numbers.consensus[place]) if is_known else None,
                "consensus_against": float(numbers.consensus_against[place]) if is_known else None,
                "extremity": _rounded(found.projection.extremity[place]),
                "priority": _rounded(priority[place]),
                "by_group": [
                    {
                        "agree": int(numbers.agree[group, place]),
                        "disagree": int(numbers.disagree[group, place]),
                        "seen": int(numbers.seen[group, place]),
                        "agree_probability": float(numbers.agree_probability[group, place]),
                        "disagree_probability": float(numbers.disagree_probability[group, place]),
                        "agree_test": float(numbers.agree_test[group, place]),
                        "disagree_test": float(numbers.disagree_test[group, place]),
                        "representativeness": float(numbers.agree_representativeness[group, place]),
                        "disagree_representativeness": float(
                            numbers.disagree_representativeness[group, place]
                        ),
                        "representativeness_test": float(numbers.agree_representativeness_test[group, place]),
                        "disagree_representativeness_test": float(
                            numbers.disagree_representativeness_test[group, place]
                        ),
                        "is_distinctive": bool(agrees[group, place] or disagrees[group, place]),
                    }
                    for group in range(found.group_count)
                ],
            }
        )
    return result


def _participants(found: ComputedMap, told: _Told) -> dict[str, Any]:
    """People as columns: who has no place yet has null for group and confidence."""
    count = len(found.votes.participants)
    group: list[int | None] = [None] * count
    confidence: list[float | None] = [None] * count
    if found.group_count:
        sureness = found.confidence.round(DIGITS).tolist()
        for place, label, sure in zip(found.placed.tolist(), found.labels.tolist(), sureness, strict=True):
            group[place], confidence[place] = label, sure
    factors = found.factors
    return {
        "id": list(found.votes.participants),
        "votes": found.votes.per_participant.tolist(),
        "group": group,
        "confidence": confidence,
        "x": _rounded_all(found.projection.positions[:, 0]),
        "y": _rounded_all(found.projection.positions[:, 1]),
        "leniency": told.leniency(),
        "model_x": told.column(factors.positions, 0),
        "model_y": told.column(factors.positions, 1),
        "model_x_error": told.column(factors.position_errors, 0),
        "model_y_error": told.column(factors.position_errors, 1),
    }


def _shared(found: ComputedMap) -> dict[str, list[str]]:
    """What most voters share, whatever their group: counted over everybody, those with few votes too."""
    votes = found.votes
    everybody = np.arange(len(votes.participants))
    counted = figures.statistics(votes, everybody, np.zeros(len(everybody), dtype=np.int64), 1)
    agreed, refused = figures.shared_by_all(counted)
    return {
        "agree": [votes.statements[each] for each in agreed],
        "disagree": [votes.statements[each] for each in refused],
    }


def _where(is_known: Sequence[bool], figures: Floats) -> list[float | None]:
    return [_rounded(each) if known else None for known, each in zip(is_known, figures, strict=True)]


def _rounded(figure: float) -> float:
    # Adding 0 makes -0.0 the 0.0 that it is.
    return round(float(figure), DIGITS) + 0.0


def _rounded_all(numbers: Floats) -> list[float | None]:
    return list((np.asarray(numbers).round(DIGITS) + 0.0).tolist())
