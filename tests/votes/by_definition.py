"""The tally rules once more, slowly and straight from their definitions, and elections to try them on.

Nothing here is shared with the code under test: ballots are lists of lists of codes, each with its number;
ballots with ties are written out as all their orders in equal parts.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise, permutations, product

from hypothesis import strategies as st

from participation.votes.domain.ballots import BallotKind, BallotPaper, Election, Option
from participation.votes.domain.tie_breaking import Lot

SEED = "令和8年11月22日"


def options(size: int, costs=None) -> tuple[Option, ...]:
    return tuple(Option(chr(97 + i), f"案{chr(65 + i)}", costs[i] if costs else None) for i in range(size))


def lot(election: Election) -> Lot:
    return Lot.drawn(SEED, [option.code for option in election.options])


def ranked(size: int, ballots, **more) -> Election:
    """Return an election of rankings, from (number, "a>bc>d") in words or groups."""
    paper = BallotPaper(BallotKind.RANKING, options(size))
    counted: dict[bytes, int] = {}
    for number, groups in ballots:
        key = paper.ranking(groups.split(">") if isinstance(groups, str) and groups else groups or [])
        counted[key] = counted.get(key, 0) + number
    return Election(paper, rankings=counted, **more)


def marked(size: int, ballots, *, costs=None, budget=None, kind=BallotKind.APPROVAL) -> Election:
    """Return an election of marks, from (number, "ac")."""
    paper = BallotPaper(kind, options(size, costs))
    counted: dict[tuple[int, ...], int] = {}
    for number, codes in ballots:
        key = paper.marks(codes)
        counted[key] = counted.get(key, 0) + number
    return Election(paper, marks=counted, budget=budget)


def pointed(size: int, ballots, *, costs=None, budget=None, kind=BallotKind.SCORE, lowest=-9) -> Election:
    """Return an election of points, from (number, {"a": 3})."""
    paper = BallotPaper(kind, options(size, costs), lowest=lowest)
    counted: dict = {}
    for number, given in ballots:
        key = paper.points(given.items())
        counted[key] = counted.get(key, 0) + number
    return Election(paper, points=counted, budget=budget)


# ── Elections ───────────────────────────────────────────────────────────────────────────────


@st.composite
def rankings(draw, most=4, ties=True, complete=False):
    """(size, [(number, groups of codes)]): with ties, cut short, blank ones too."""
    size = draw(st.integers(1, most))
    codes = [chr(97 + i) for i in range(size)]

    def groups(order):
        kept = order if complete else order[: draw(st.integers(0, size))]
        found: list[str] = []
        for code in kept:
            if found and ties and draw(st.booleans()) and draw(st.booleans()):
                found[-1] += code
            else:
                found.append(code)
        return found

    orders = draw(st.lists(st.permutations(codes), min_size=1, max_size=6))
    return size, [(draw(st.integers(1, 9)), groups(order)) for order in orders]


@st.composite
def projects(draw, most=5):
    """(size, costs, budget, [(number, codes)])."""
    size = draw(st.integers(1, most))
    costs = draw(st.lists(st.integers(1, 30), min_size=size, max_size=size))
    codes = "".join(chr(97 + i) for i in range(size))
    ballot = st.sets(st.sampled_from(codes)).map(lambda found: "".join(sorted(found)))
    ballots = draw(st.lists(st.tuples(st.integers(1, 4), ballot), min_size=1, max_size=6))
    return size, costs, draw(st.integers(1, 80)), ballots


# ── Rankings ────────────────────────────────────────────────────────────────────────────────


def orders_of(groups) -> list[tuple[Fraction, list[str]]]:
    """All strict orders of a ballot with ties, in equal parts."""
    found = [sum(parts, ()) for parts in product(*(permutations(group) for group in groups))]
    return [(Fraction(1, len(found)), list(order)) for order in found]


def written_out(ballots) -> list[tuple[Fraction, list[str]]]:
    return [(number * share, order) for number, groups in ballots for share, order in orders_of(groups)]


def first_of(order, among):
    return next((code for code in order if code in among), None)


def plurality(codes, ballots):
    return {
        c: sum((w for w, order in written_out(ballots) if order and order[0] == c), Fraction(0))
        for c in codes
    }


def borda(codes, ballots):
    """Every completion of a ballot counts in equal parts."""
    totals = dict.fromkeys(codes, Fraction(0))
    for number, groups in ballots:
        rest = [code for code in codes if not any(code in group for group in groups)]
        for share, order in orders_of([*groups, rest] if rest else groups):
            for place, code in enumerate(order):
                totals[code] += number * share * (len(codes) - 1 - place)
    return totals


def irv(codes, ballots, last_by_lot):
    papers, left = written_out(ballots), set(codes)
    if not any(order for _, order in papers):
        return None
    while True:
        votes = {c: sum((w for w, order in papers if first_of(order, left) == c), Fraction(0)) for c in left}
        for code in left:
            if votes[code] > sum(votes.values()) / 2:
                return code
        fewest = min(votes.values())
        left.remove(last_by_lot([code for code in left if votes[code] == fewest]))


def stv(codes, ballots, seats, first_by_lot, last_by_lot):
    """Weighted inclusive Gregory, paper by paper; the latest round with a difference settles ties."""
    papers = [[weight, order] for weight, order in written_out(ballots) if order]
    valid = sum((weight for weight, _ in papers), Fraction(0))
    if not valid:
        return []
    quota = int(valid) // (seats + 1) + 1
    left, elected, waiting, history = set(codes), [], set(), []
    holder = [first_of(order, left) for _, order in papers]
    held: dict[str, Fraction] = {}

    def settle(tied, choose, by_lot):
        for earlier in reversed(history[:-1]):
            edge = choose(earlier[code] for code in tied)
            alone = [code for code in tied if earlier[code] == edge]
            if len(alone) == 1:
                return alone[0]
        return by_lot(tied)

    def move(code, factor):
        for place, paper in enumerate(papers):
            if holder[place] == code:
                paper[0] *= factor
                holder[place] = first_of(paper[1], left)

    while len(elected) < seats:
        for code in left:
            held[code] = sum(
                (w for (w, _), at in zip(papers, holder, strict=True) if at == code), Fraction(0)
            )
        history.append(dict(held))
        reached = sorted((c for c in left if held[c] >= quota), key=lambda c: -held[c])
        groups: dict = {}
        for code in reached:
            groups.setdefault(held[code], []).append(code)
        for votes in sorted(groups, reverse=True):
            tied = list(groups[votes])
            while tied:
                code = first_by_lot(tied)
                tied.remove(code)
                left.remove(code)
                elected.append(code)
                if held[code] > quota:
                    waiting.add(code)
        if len(elected) == seats:
            break
        if len(left) <= seats - len(elected):
            rest = set(left)
            while rest:
                top = max(held[code] for code in rest)
                code = first_by_lot([code for code in rest if held[code] == top])
                rest.remove(code)
                elected.append(code)
            break
        if waiting:
            top = max(held[code] for code in waiting)
            code = settle([code for code in waiting if held[code] == top], max, first_by_lot)
            waiting.remove(code)
            factor = (held[code] - quota) / held[code]
            held[code] = Fraction(quota)
            move(code, factor)
        else:
            fewest = min(held[code] for code in left)
            code = settle([code for code in left if held[code] == fewest], min, last_by_lot)
            left.remove(code)
            move(code, 1)
    return elected


def preferred(codes, ballots):
    """How many prefer one to the other, ballot by ballot."""
    counts = {(a, b): 0 for a in codes for b in codes}
    for number, groups in ballots:
        rank = {code: place for place, group in enumerate(groups) for code in group}
        for a, b in counts:
            if a != b and rank.get(a, 99) < rank.get(b, 99):
                counts[a, b] += number
    return counts


def smith(codes, counts):
    for size in range(1, len(codes) + 1):
        for group in combinations(codes, size):
            if all(counts[a, b] > counts[b, a] for a in group for b in codes if b not in group):
                return set(group)
    raise AssertionError


def schulze_potential_winners(codes, counts):
    """Strength of a path: its weakest victory, in winning votes; every simple path is looked at."""

    def strength(a, b):
        best = 0
        between = [code for code in codes if code not in (a, b)]
        for length in range(len(between) + 1):
            for via in permutations(between, length):
                path = [a, *via, b]
                links = [counts[x, y] if counts[x, y] > counts[y, x] else 0 for x, y in pairwise(path)]
                best = max(best, min(links))
        return best

    return {a for a in codes if all(strength(a, b) >= strength(b, a) for b in codes if b != a)}


# ── Budgets ─────────────────────────────────────────────────────────────────────────────────


def greedy(codes, costs, budget, support, first_by_lot):
    rest, funded = {code for code in codes if support[code] > 0}, []
    while rest:
        top = max(support[code] for code in rest)
        code = first_by_lot([code for code in rest if support[code] == top])
        rest.remove(code)
        if costs[code] <= budget:
            funded.append(code)
            budget -= costs[code]
    return funded


def equal_shares(voters, costs, share, first_by_lot):
    """voters: a dict of worths for each; returns (bought, money left), voter by voter, in fractions."""
    money = [Fraction(share)] * len(voters)
    bought: list[str] = []
    while True:
        rhos = {}
        for code, cost in costs.items():
            if code in bought:
                continue
            supporters = [
                (money[i] / worth[code], money[i], worth[code])
                for i, worth in enumerate(voters)
                if code in worth
            ]
            if not supporters or sum(purse for _, purse, _ in supporters) < cost:
                continue
            supporters.sort()
            paid, worths = Fraction(0), Fraction(sum(w for _, _, w in supporters))
            for ratio, purse, w in supporters:
                rho = (cost - paid) / worths
                if rho <= ratio:
                    rhos[code] = rho
                    break
                paid += purse
                worths -= w
        if not rhos:
            return bought, money
        best = min(rhos.values())
        code = first_by_lot([code for code in rhos if rhos[code] == best])
        for i, worth in enumerate(voters):
            if code in worth:
                money[i] -= min(money[i], best * worth[code])
        bought.append(code)
