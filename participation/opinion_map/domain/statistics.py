"""Statistics of statements by group, as Polis publishes them, and which of them are more than chance.

For group g and statement j with na agreeing, nd disagreeing, ns who saw it (passes included):

    pa  = (na + 1) / (ns + 2)                           probability of agreement
    pat = 2·√(ns + 1)·((na + 1)/(ns + 1) − 1/2)         test of it against one half
    ra  = pa / ((Σ other na + 1) / (Σ other ns + 2))    representativeness against all other groups
    rat = two-proportion test of the same, every count raised by 1

and the same for disagreement. Group-aware consensus (グループをまたぐ合意) is the product of pa over the groups.
Of many thousand tests some always succeed by chance, so what is called distinctive of a group is
chosen with the share of false discoveries held at one in ten (Benjamini and Hochberg 1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from participation.opinion_map.domain.votes import AGREE, DISAGREE, Floats, Ints, Votes

#: One-tailed 90 %.
Z90 = 1.2815515655446004
FALSE_DISCOVERIES = 0.10
MOST_REPRESENTATIVE = 5
#: What a statement about voting itself counts in the order of asking.
_PRIORITY_OF_META = 7.0

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Statistics:
    """All figures as groups × statements."""

    agree: Ints
    disagree: Ints
    seen: Ints
    agree_probability: Floats
    disagree_probability: Floats
    agree_test: Floats
    disagree_test: Floats
    agree_representativeness: Floats
    disagree_representativeness: Floats
    agree_representativeness_test: Floats
    disagree_representativeness_test: Floats

    @property
    def consensus(self) -> Floats:
        """Group-aware consensus of agreement for each statement."""
        return np.asarray(self.agree_probability.prod(axis=0))

    @property
    def consensus_against(self) -> Floats:
        """The same of disagreement."""
        return np.asarray(self.disagree_probability.prod(axis=0))


@dataclass(frozen=True)
class Representative:
    """A statement that represents a group, by its agreement or by its disagreement."""

    statement: int
    agrees: bool


def statistics(votes: Votes, placed: Ints, labels: Ints, count: int) -> Statistics:
    """Count the votes of those who are in groups, and compute every figure."""
    group = np.full(len(votes.participants), -1, dtype=np.int64)
    group[placed] = labels
    width = len(votes.statements)
    own = group[votes.rows]
    is_in = own >= 0
    cell = own[is_in] * width + votes.columns[is_in]
    values = votes.values[is_in]

    def counted(cells: Ints) -> Ints:
        return np.bincount(cells, minlength=count * width).reshape(count, width)

    agree, disagree = counted(cell[values == AGREE]), counted(cell[values == DISAGREE])
    return statistics_of_counts(agree, disagree, counted(cell))


def statistics_of_counts(agree: Ints, disagree: Ints, seen: Ints) -> Statistics:
    """Compute every figure from counts (groups × statements)."""
    others_agree, others_disagree = agree.sum(axis=0) - agree, disagree.sum(axis=0) - disagree
    others_seen = seen.sum(axis=0) - seen
    agreement, disagreement = _probability(agree, seen), _probability(disagree, seen)
    return Statistics(
        agree,
        disagree,
        seen,
        agreement,
        disagreement,
        proportion_test(agree, seen),
        proportion_test(disagree, seen),
        agreement / _probability(others_agree, others_seen),
        disagreement / _probability(others_disagree, others_seen),
        two_proportion_test(agree, others_agree, seen, others_seen),
        two_proportion_test(disagree, others_disagree, seen, others_seen),
    )


def _probability(count: Ints, total: Ints) -> Floats:
    return np.asarray((count + 1) / (total + 2))


def proportion_test(count: Ints, total: Ints) -> Floats:
    """Return the test of a share against one half (as a normal deviate)."""
    return np.asarray(2 * np.sqrt(total + 1) * ((count + 1) / (total + 1) - 0.5))


def two_proportion_test(inside: Ints, outside: Ints, total_inside: Ints, total_outside: Ints) -> Floats:
    """Return the test of the difference of two shares; 0 where all agree, inside and outside."""
    n_in, n_out = total_inside + 1, total_outside + 1
    share_in, share_out = (inside + 1) / n_in, (outside + 1) / n_out
    share = (inside + outside + 2) / (n_in + n_out)
    spread = share * (1 - share) * (1 / n_in + 1 / n_out)
    # A share above 1 can come of the raised counts: nothing is known then.
    is_known = spread > 0
    return np.where(is_known, (share_in - share_out) / np.sqrt(np.where(is_known, spread, 1.0)), 0.0)


# ── What is chosen ──────────────────────────────────────────────────────────────────────────


def distinctive(found: Statistics) -> tuple[Booleans, Booleans]:
    """Return where a group agrees, and where it disagrees, more than the others and more than half.

    Both tests must hold, so the weaker one counts; all groups, statements and directions are one family.
    """
    agree = np.maximum(_by_chance(found.agree_test), _by_chance(found.agree_representativeness_test))
    against = np.maximum(_by_chance(found.disagree_test), _by_chance(found.disagree_representativeness_test))
    # A statement that a group never saw can tell nothing of it, and is no test.
    asked = found.seen > 0
    both = np.stack([agree, against])
    discovered = np.zeros(both.shape, dtype=bool)
    discovered[:, asked] = discoveries(both[:, asked])
    return discovered[0], discovered[1]


def _by_chance(deviate: Floats) -> Floats:
    return np.asarray(ndtr(-deviate))


def discoveries(chances: Floats, share: float = FALSE_DISCOVERIES) -> Booleans:
    """Return which tests hold so that at most this share of them holds by chance (Benjamini–Hochberg)."""
    flat = np.sort(chances, axis=None)
    holds = np.flatnonzero(flat <= share * np.arange(1, len(flat) + 1) / max(len(flat), 1))
    return np.asarray(chances <= (flat[holds[-1]] if len(holds) else -1.0))


def representatives(found: Statistics) -> list[list[Representative]]:
    """Return for each group the statements that represent it, as Polis chooses them: always at least one."""
    return [_representatives_of(found, group) for group in range(len(found.seen))]


def _representatives_of(found: Statistics, group: int) -> list[Representative]:
    pa, pat = found.agree_probability[group], found.agree_test[group]
    pd, pdt = found.disagree_probability[group], found.disagree_test[group]
    ra, rat = found.agree_representativeness[group], found.agree_representativeness_test[group]
    rd, rdt = found.disagree_representativeness[group], found.disagree_representativeness_test[group]
    if not found.seen[group].any():
        return []
    agrees = rat > rdt
    passes = ((rat > Z90) & (pat > Z90)) | ((rdt > Z90) & (pdt > Z90))
    metric = np.where(agrees, ra * rat * pa * pat, rd * rdt * pd * pdt)
    ranked = [int(each) for each in np.argsort(-metric, kind="stable") if passes[each]]
    best = _best_agreement(found, group)
    if best is None and not ranked:
        best = int(np.maximum(rat, rdt).argmax())
    chosen = ranked if best is None else [best, *(each for each in ranked if each != best)]
    result = [Representative(each, bool(agrees[each])) for each in chosen[:MOST_REPRESENTATIVE]]
    return sorted(result, key=lambda each: not each.agrees)


def _best_agreement(found: Statistics, group: int) -> int | None:
    """Return the statement the group agrees to best: each in turn must beat the best one so far."""
    pa, pat = found.agree_probability[group].tolist(), found.agree_test[group].tolist()
    ra = found.agree_representativeness[group].tolist()
    rat = found.agree_representativeness_test[group].tolist()
    was_answered = ((found.agree[group] + found.disagree[group]) > 0).tolist()
    best: int | None = None
    for each, answered in enumerate(was_answered):
        if not answered:
            continue
        if best is None:
            is_better = pat[each] > Z90 or (ra[each] > 1.0 and pa[each] > 0.5)
        elif ra[best] > 1.0:
            is_better = (
                ra[each] * rat[each] * pa[each] * pat[each] > ra[best] * rat[best] * pa[best] * pat[best]
            )
        else:
            is_better = pa[each] * pat[each] > pa[best] * pat[best]
        if is_better:
            best = each
    return best


def shared_by_all(everybody: Statistics) -> tuple[list[int], list[int]]:
    """Return what most voters agree to, and what most disagree with: five each at most."""
    chosen = []
    for probability, test in (
        (everybody.agree_probability[0], everybody.agree_test[0]),
        (everybody.disagree_probability[0], everybody.disagree_test[0]),
    ):
        order = np.argsort(-(probability * test), kind="stable")
        holds = (probability > 0.5) & (test > Z90)
        chosen.append([int(each) for each in order if holds[each]][:MOST_REPRESENTATIVE])
    return chosen[0], chosen[1]


def priorities(found: Statistics, extremity: Floats, is_meta: Booleans) -> Floats:
    """Return how urgently each statement should be shown next: engaging, dividing, or still new."""
    agree, disagree = found.agree.sum(axis=0), found.disagree.sum(axis=0)
    seen = found.seen.sum(axis=0)
    engaging = 1 - _probability(seen - agree - disagree, seen)
    importance = engaging * (extremity + 1) * _probability(agree, seen)
    priority = importance * (1 + 8 * 2.0 ** (-seen / 5))
    return np.asarray(np.where(is_meta, _PRIORITY_OF_META, priority) ** 2)
