"""`python -m bench.tally`: how long it takes to count, in seconds of CPU, beside what was asked for.

One million ballots, made from a fixed seed: plurality and approval from equal ballots counted together (and
compared with a recount of every single one), instant run-off and Schulze with 20 options, once with
ballots of which many are equal and once with a million different ones, which nothing can compress; Method of Equal
Shares with 20,000 voters and 60 projects.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from participation.votes.domain.ballots import UNRANKED, BallotKind, BallotPaper, Election, Option, Ranking
from participation.votes.domain.equal_shares import Completion
from participation.votes.domain.market import Utility
from participation.votes.domain.outcomes import Outcome
from participation.votes.domain.rules import Counting, Rule, tally

BALLOTS = 1_000_000
OPTIONS = 20
VOTERS, PROJECTS, BUDGET = 20_000, 60, 50_000_000


def main() -> None:
    """Make the ballots, count them, print."""
    chance = random.Random(5)
    print(f"{'count':62}{'wanted s':>9}{'CPU s':>8}  met")
    options = tuple(Option(f"o{number}", f"案{number}") for number in range(OPTIONS))
    chosen = chance.choices([(number,) for number in range(OPTIONS)], range(1, OPTIONS + 1), k=BALLOTS)
    choice = Election(
        BallotPaper(BallotKind.CHOICE, options), marks=timed("counting one choice together", Counter, chosen)
    )
    outcome = timed("plurality, 1,000,000 ballots, from counts", run, choice, Rule.PLURALITY, wanted=0.1)
    recount = [sum(1 for marks in chosen if marks == (number,)) for number in range(OPTIONS)]
    same(list(outcome.scores.values()), recount)
    some = [tuple(sorted(set(chance.choices(range(OPTIONS), k=3)))) for _ in range(BALLOTS)]
    approval = Election(
        BallotPaper(BallotKind.APPROVAL, options),
        marks=timed("counting up to three choices together", Counter, some),
    )
    outcome = timed("approval, 1,000,000 ballots, from counts", run, approval, Rule.APPROVAL, wanted=0.1)
    same(list(outcome.scores.values()), [sum(number in marks for marks in some) for number in range(OPTIONS)])
    del chosen, some
    paper = BallotPaper(BallotKind.RANKING, options)
    for words, make in (("first three of 20", first_three), ("all 20, all different", all_twenty)):
        papers = [make(chance) for _ in range(BALLOTS)]
        counted = timed(f"counting rankings together, {words}", Counter, papers)
        del papers
        election = Election(paper, rankings=counted)
        print(f"  {len(counted):,} different")
        for rule in (Rule.IRV, Rule.SCHULZE):
            timed(f"{rule}, 1,000,000 ballots, {words}", run, election, rule, wanted=5)
    election = budget_vote(chance)
    print(f"  {len(election.marks):,} different ballots of {VOTERS:,}")
    for utility in Utility:
        counting = Counting(Rule.EQUAL_SHARES, utility=utility)
        timed(
            f"equal shares, {VOTERS:,} voters, {PROJECTS} projects, {utility}",
            tally,
            election,
            counting,
            wanted=3,
        )
    counting = Counting(Rule.EQUAL_SHARES, completion=Completion.ADD1_GREEDY, increase=100)
    timed("the same, one share raised by 100 until the budget is spent", tally, election, counting)


def run(election: Election, rule: Rule) -> Outcome:
    """Count by a rule."""
    return tally(election, Counting(rule))


def timed(words: str, function: Callable[..., Any], *values: object, wanted: float | None = None) -> Any:
    """Run something, and print what it took."""
    began = time.process_time()
    result = function(*values)
    took = time.process_time() - began
    met = "" if wanted is None else "yes" if took <= wanted else "NO"
    print(f"{words:62}{f'≤ {wanted:g}' if wanted else '':>9}{took:>8.3f}  {met}")
    return result


def same(counted: list[object], recounted: list[int]) -> None:
    """Stop where a count differs from the recount."""
    if counted != recounted:
        raise SystemExit(f"counted {counted}, recounted {recounted}")


def first_three(chance: random.Random) -> Ranking:
    """Rank three options."""
    ranking = bytearray([UNRANKED]) * OPTIONS
    for rank, option in enumerate(chance.sample(range(OPTIONS), 3)):
        ranking[option] = rank
    return bytes(ranking)


def all_twenty(chance: random.Random) -> Ranking:
    """Rank all options."""
    ranks = list(range(OPTIONS))
    chance.shuffle(ranks)
    return bytes(ranks)


def budget_vote(chance: random.Random, voters: int = VOTERS) -> Election:
    """Make a vote on projects some of which are much better liked than others."""
    options = tuple(
        Option(f"p{number}", f"案{number}", chance.randrange(20, 400) * 10_000) for number in range(PROJECTS)
    )
    liked = [chance.random() ** 2 + 0.05 for _ in range(PROJECTS)]
    marks = Counter(
        tuple(sorted(set(chance.choices(range(PROJECTS), liked, k=chance.randrange(1, 12)))))
        for _ in range(voters)
    )
    return Election(BallotPaper(BallotKind.APPROVAL, options), marks=marks, budget=BUDGET * voters // VOTERS)


if __name__ == "__main__":
    main()
