"""Rules that compare options in pairs (一対一の比べ方): the Condorcet winner, the Smith set, and Schulze."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from participation.votes.domain.ballots import (
    UNRANKED,
    BallotKind,
    Election,
    Number,
    Points,
    Ranking,
    in_words,
)
from participation.votes.domain.outcomes import Outcome, Step, StepKind, drawn
from participation.votes.domain.tie_breaking import Lot

Matrix = tuple[tuple[int, ...], ...]
#: With more ranks than this, a rank needs two bytes when all ballots are compared at once.
_MOST_IN_A_BYTE = 127

HOW_PAIRS = (
    "選択肢を二つずつ取り出し、どちらを上に書いた票が多いかを、すべての組で比べます。"
    "順位のない選択肢は、順位のある選択肢より下と数えます。同じ順位に並んだ二つは、どちらにも数えません。"
)
HOW_SCHULZE = (
    HOW_PAIRS + "直接の比べ合いに勝っている道のりをたどり、道のりの強さ（いちばん弱い勝ちの票数）が、"
    "逆向きの道のりより強いほうを上とします（シュルツ方式）。"
)


def compared(election: Election) -> Matrix:
    """Return how many ballots prefer each option to each other one.

    All ballots are compared at once: the ranks of an option on all ballots make one long number, one
    byte (or two) a ballot, and a single subtraction compares two options on every one of them.
    """
    size = len(election.options)
    totals = [[0] * size for _ in range(size)]
    for weight, rankings in _by_bits(_rankings(election)):
        columns, step = _columns(rankings, size)
        rounds = int.from_bytes((b"\x7f" if step == 1 else b"\xff\x7f") * len(rankings), "little")
        guards = int.from_bytes((b"\x80" if step == 1 else b"\x00\x80") * len(rankings), "little")
        numbers = [int.from_bytes(column, "little") for column in columns]
        for b in range(size):
            lifted = numbers[b] + rounds
            for a in range(size):
                if a != b:
                    totals[a][b] += weight * ((lifted - numbers[a]) & guards).bit_count()
    return tuple(tuple(row) for row in totals)


def condorcet_winner(pairs: Matrix) -> int | None:
    """Return the option that beats every other one, if there is one."""
    return next((a for a in range(len(pairs)) if all(_beats(pairs, a, b) for b in _others(pairs, a))), None)


def condorcet_loser(pairs: Matrix) -> int | None:
    """Return the option that loses to every other one, if there is one."""
    if len(pairs) < 2:
        return None
    return next((a for a in range(len(pairs)) if all(_beats(pairs, b, a) for b in _others(pairs, a))), None)


def smith_set(pairs: Matrix) -> frozenset[int]:
    """Return the smallest group of options each of which beats all options outside of it."""
    wins = {a: sum(_beats(pairs, a, b) for b in _others(pairs, a)) for a in range(len(pairs))}
    ties = {
        a: sum(not _beats(pairs, a, b) and not _beats(pairs, b, a) for b in _others(pairs, a)) for a in wins
    }
    # Whoever is not beaten by the best of the group belongs to it, and so on.
    group = {a for a in wins if 2 * wins[a] + ties[a] == max(2 * wins[b] + ties[b] for b in wins)}
    while True:
        more = {a for a in wins if a not in group and any(not _beats(pairs, b, a) for b in group)}
        if not more:
            return frozenset(group)
        group |= more


def condorcet(election: Election, *, lot: Lot) -> Outcome:
    """Return the Condorcet winner, or nobody: a check, not a rule that always decides."""
    pairs = compared(election)
    wins: dict[int, Number] = {
        a: sum(_beats(pairs, a, b) for b in _others(pairs, a)) for a in range(len(pairs))
    }
    steps = [Step(StepKind.RULE, HOW_PAIRS), *_comparisons(election, pairs)]
    smith = lot.ordered(smith_set(pairs))
    loser = condorcet_loser(pairs)
    if loser is not None:
        words = f"{election.name(loser)}は、ほかのすべての選択肢に一対一で負けています。"
        steps.append(Step(StepKind.COMPARISON, words, (loser,)))
    winner = condorcet_winner(pairs) if election.voters else None
    if winner is not None:
        words = f"{election.name(winner)}は、ほかのすべての選択肢に一対一で勝っています。"
        steps.append(Step(StepKind.RESULT, words, (winner,)))
        return Outcome((winner,), wins, tuple(steps), pairs=pairs)
    words = (
        "ほかのすべてに一対一で勝つ選択肢はありません。"
        f"外のすべての選択肢に勝つ、いちばん小さい組（スミス集合）は{election.names(smith)}です。"
    )
    steps.append(Step(StepKind.RESULT, words, tuple(smith)))
    return Outcome((), wins, tuple(steps), pairs=pairs)


def schulze(election: Election, *, seats: int, lot: Lot) -> Outcome:
    """Rank the options by their strongest paths, winning votes (シュルツ方式)."""
    pairs = compared(election)
    paths = strongest_paths(pairs)
    beaten: dict[int, Number] = {
        a: sum(paths[a][b] > paths[b][a] for b in _others(pairs, a)) for a in range(len(pairs))
    }
    steps = [Step(StepKind.RULE, HOW_SCHULZE)]
    if not _anything_written(election):
        steps.append(Step(StepKind.RESULT, "何かを書いた票が1票もないので、選べません。"))
        return Outcome((), beaten, tuple(steps), pairs=pairs)
    steps += _comparisons(election, pairs)
    winner = condorcet_winner(pairs)
    if winner is not None:
        words = f"{election.name(winner)}は、ほかのすべての選択肢に一対一で勝っています。"
        steps.append(Step(StepKind.COMPARISON, words, (winner,)))
    else:
        group = lot.ordered(smith_set(pairs))
        words = f"すべてに勝つ選択肢はありません。{election.names(group)}の中で、道のりの強さを比べます。"
        steps.append(Step(StepKind.COMPARISON, words, tuple(group)))
    order, lots = _in_order(election, paths, seats, lot)
    winners = tuple(order[:seats])
    steps += lots
    for a in winners:
        steps.append(Step(StepKind.COMPARISON, _why(election, paths, a), (a,)))
    steps.append(Step(StepKind.RESULT, f"{election.names(winners)}が選ばれます。", winners, beaten))
    return Outcome(winners, beaten, tuple(steps), pairs=pairs)


def strongest_paths(pairs: Matrix) -> list[list[int]]:
    """Return the strength of the strongest path between each two options, by winning votes."""
    size = len(pairs)
    paths = [[pairs[a][b] if pairs[a][b] > pairs[b][a] else 0 for b in range(size)] for a in range(size)]
    for via in range(size):
        onward = paths[via]
        for a in range(size):
            first = paths[a][via]
            if not first or a == via:
                continue
            row = paths[a]
            for b in range(size):
                strength = first if first < onward[b] else onward[b]
                if strength > row[b] and a != b:
                    row[b] = strength
    return paths


def _in_order(
    election: Election, paths: Sequence[Sequence[int]], seats: int, lot: Lot
) -> tuple[list[int], list[Step]]:
    """Return the best options, one by one those whom none of the rest beats; equal ones by lot."""
    rest = set(range(len(paths)))
    order: list[int] = []
    steps: list[Step] = []
    while rest and len(order) < seats:
        unbeaten = [a for a in rest if all(paths[b][a] <= paths[a][b] for b in rest)]
        chosen = lot.first(unbeaten)
        if len(unbeaten) > 1 and len(order) + len(unbeaten) > seats:
            steps.append(drawn(election, lot.ordered(unbeaten), (chosen,)))
        order.append(chosen)
        rest.remove(chosen)
    return order, steps


def _why(election: Election, paths: Sequence[Sequence[int]], a: int) -> str:
    told = "、".join(
        f"{election.name(b)}に対して{in_words(paths[a][b])}対{in_words(paths[b][a])}"
        for b in range(len(paths))
        if b != a
    )
    return f"{election.name(a)}の道のりの強さは、{told}です。" if told else "選択肢は一つだけです。"


def _comparisons(election: Election, pairs: Matrix) -> list[Step]:
    steps = []
    for a in range(len(pairs)):
        for b in range(a + 1, len(pairs)):
            first, second = pairs[a][b], pairs[b][a]
            upper, lower = (a, b) if first >= second else (b, a)
            ends = "引き分けです" if first == second else f"{election.name(upper)}の勝ちです"
            words = (
                f"{election.name(upper)}対{election.name(lower)}は、"
                f"{in_words(max(first, second))}票対{in_words(min(first, second))}票で、{ends}。"
            )
            steps.append(Step(StepKind.COMPARISON, words, (upper, lower), {a: first, b: second}))
    return steps


def _beats(pairs: Matrix, a: int, b: int) -> bool:
    return pairs[a][b] > pairs[b][a]


def _others(pairs: Matrix, a: int) -> Iterable[int]:
    return (b for b in range(len(pairs)) if b != a)


def _rankings(election: Election) -> Mapping[Ranking, int]:
    if election.kind not in (BallotKind.SCORE, BallotKind.POINTS):
        return election.rankings
    found: dict[Ranking, int] = {}
    for given, count in election.points.items():
        ranking = ranking_of(given, len(election.options))
        found[ranking] = found.get(ranking, 0) + count
    return found


def ranking_of(given: Points, size: int) -> Ranking:
    """Return the ranking that points amount to; an option without points has none (0)."""
    points = {**dict.fromkeys(range(size), 0), **dict(given)}
    ranks = {number: rank for rank, number in enumerate(sorted(set(points.values()), reverse=True))}
    return bytes(ranks[points[position]] for position in range(size))


def _anything_written(election: Election) -> bool:
    return any(election.points) or any(min(ranking) != UNRANKED for ranking in election.rankings)


def _by_bits(rankings: Mapping[Ranking, int]) -> Iterable[tuple[int, list[Ranking]]]:
    """Give 1, 2, 4 … with the ballots whose number contains it, so that each weight is counted at once."""
    bits: dict[int, list[Ranking]] = {}
    for ranking, count in rankings.items():
        if count == 1:
            bits.setdefault(1, []).append(ranking)
            continue
        for bit in range(count.bit_length()):
            if count >> bit & 1:
                bits.setdefault(1 << bit, []).append(ranking)
    return bits.items()


def _columns(rankings: list[Ranking], size: int) -> tuple[list[bytes], int]:
    """Return for each option its ranks on all ballots, and how many bytes a rank takes."""
    everything = b"".join(rankings)
    if not everything.translate(None, bytes(range(_MOST_IN_A_BYTE)) + bytes([UNRANKED])):
        narrow = everything.translate(bytes(range(UNRANKED)) + bytes([_MOST_IN_A_BYTE]))
        return [narrow[position::size] for position in range(size)], 1
    columns = []
    for position in range(size):
        wide = bytearray(2 * len(rankings))
        wide[::2] = everything[position::size]
        columns.append(bytes(wide))
    return columns, 2
