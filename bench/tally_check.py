"""`python -m bench.tally_check`: our tallies beside those of independent programs, on random votes.

Opt-in, in an environment of its own that the project does not need otherwise:

    python -m venv /tmp/check && /tmp/check/bin/pip install pref_voting pyrankvote gmpy2 mip natsort tqdm
    /tmp/check/bin/pip install --no-deps pabutools
    /tmp/check/bin/python -m bench.tally_check --votes 1000

pref_voting gives plurality, Borda, instant run-off (with ties in every possible way), Condorcet winner,
Smith set and Schulze; pyrankvote instant run-off and STV; pabutools greedy, Equal Shares and its completion.
pref_voting tells all winners that are possible where a tie is drawn: ours must be among them. pabutools
gives a tie to the smaller name: so does our lot here. pyrankvote guesses: votes with ties are left out.

pyrankvote's STV is another variant (quota votes/(seats+1) without rounding, floats): there agreement is
reported and not asked for. preflibtools and pabutools read the files that we write.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterable

import pyrankvote
from pabutools.election import ApprovalBallot, ApprovalProfile, Cardinality_Sat, Cost_Sat, Instance, Project
from pabutools.election.pabulib import parse_pabulib_from_string
from pabutools.fractions import frac
from pabutools.rules import exhaustion_by_budget_increase, greedy_utilitarian_welfare, method_of_equal_shares
from pref_voting import voting_methods as methods
from pref_voting.profiles_with_ties import ProfileWithTies
from preflibtools.instances import OrdinalInstance

from participation.votes.domain.ballots import BallotKind, BallotPaper, Election, Option, groups_of
from participation.votes.domain.budgeting import GreedyOrder, greedy
from participation.votes.domain.condorcet import compared, condorcet_loser, smith_set
from participation.votes.domain.equal_shares import Completion, equal_shares
from participation.votes.domain.files import write_pabulib, write_preflib
from participation.votes.domain.market import Utility
from participation.votes.domain.outcomes import Outcome, StepKind
from participation.votes.domain.rules import Counting, Rule, tally
from participation.votes.domain.tie_breaking import Lot


class Score:
    """How often two programs agreed."""

    def __init__(self) -> None:
        self.agreed: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.differed: dict[str, list[str]] = {}

    def note(self, what: str, agrees: bool, told: str) -> None:
        """Note one comparison."""
        if agrees:
            self.agreed[what] += 1
        else:
            self.differed.setdefault(what, []).append(told)

    def print(self) -> None:
        """Print the table, and the first votes in which they differ."""
        for what in sorted(self.agreed.keys() | self.differed.keys() | self.left_out.keys()):
            different = self.differed.get(what, [])
            print(
                f"{what:44}agree {self.agreed[what]:>6}  differ {len(different):>4}  tie left out {self.left_out[what]:>5}"
            )
            for told in different[:2]:
                print(f"    {told}")


def main() -> None:
    """Make votes, count them with everybody, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--votes", type=int, default=500)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    chance, score = random.Random(options.seed), Score()
    for _ in range(options.votes):
        rankings(chance, score)
        budgets(chance, score)
    score.print()
    if any("pyrankvote STV" not in what for what in score.differed):
        raise SystemExit(1)


def drew(outcome: Outcome) -> bool:
    """Whether a lot decided something."""
    return any(step.kind is StepKind.LOT for step in outcome.steps)


def rankings(chance: random.Random, score: Score) -> None:
    """Compare the rules for rankings on one random vote."""
    size = chance.randrange(2, 7)
    paper = BallotPaper(BallotKind.RANKING, tuple(Option(f"o{i}", f"案{i}") for i in range(size)))
    counted: Counter[bytes] = Counter()
    kind = chance.choice(["complete", "truncated", "tied"])
    for _ in range(chance.randrange(1, 12)):
        order = [option.code for option in paper.options]
        chance.shuffle(order)
        kept = order if kind == "complete" else order[: chance.randrange(1, size + 1)]
        groups = [[code] for code in kept]
        while kind == "tied" and len(groups) > 1 and chance.random() < 0.4:
            at = chance.randrange(len(groups) - 1)
            groups[at : at + 2] = [groups[at] + groups[at + 1]]
        counted[paper.ranking(groups)] += chance.randrange(1, 20)
    election = Election(paper, rankings=counted)
    told = str([(count, groups_of(ranking)) for ranking, count in counted.items()])
    ranks = [{c: rank for c, rank in enumerate(ranking) if rank != 255} for ranking in counted]
    profile = ProfileWithTies(ranks, rcounts=list(counted.values()), candidates=list(range(size)))
    profile.use_extended_strict_preference()

    def count(rule: Rule, seats: int = 1) -> Outcome:
        return tally(election, Counting(rule, seats=seats, seed="check"))

    def possible(what: str, rule: Rule, theirs: Callable[[ProfileWithTies], list[int]]) -> None:
        outcome = count(rule)
        score.note(f"pref_voting {what}", outcome.winners[0] in theirs(profile), told)

    if kind != "tied":
        possible("plurality", Rule.PLURALITY, methods.plurality)
        possible(f"instant run-off, {kind}", Rule.IRV, methods.instant_runoff_put)
    else:
        possible("instant run-off, tied", Rule.IRV, methods.split_irv_put)
    if kind == "complete":
        linear = profile.to_linear_profile()
        theirs = linear.borda_scores()
        ours = count(Rule.BORDA).scores
        score.note("pref_voting Borda scores", all(ours[c] == theirs[c] for c in range(size)), told)
    possible(
        f"Schulze, {kind}",
        Rule.SCHULZE,
        lambda given: methods.beat_path(given, strength_function=given.support),
    )
    pairs = compared(election)
    score.note("pref_voting Smith set", sorted(smith_set(pairs)) == sorted(methods.top_cycle(profile)), told)
    score.note(
        "pref_voting matrix",
        all(pairs[a][b] == profile.support(a, b) for a in range(size) for b in range(size) if a != b),
        told,
    )
    winner = profile.condorcet_winner()
    score.note(
        "pref_voting Condorcet winner",
        count(Rule.CONDORCET).winners == (() if winner is None else (winner,)),
        told,
    )
    score.note("pref_voting Condorcet loser", condorcet_loser(pairs) == profile.condorcet_loser(), told)
    ending, text = write_preflib(election)
    read = OrdinalInstance()
    read.parse_str(text, ending)
    theirs = dict(read.multiplicity.items())
    ours = {
        tuple(tuple(position + 1 for position in group) for group in groups_of(ranking)): number
        for ranking, number in counted.items()
    }
    score.note("preflibtools reads our file", theirs == ours, told)
    if kind != "tied":
        transferable(election, chance, score, count, told)


def transferable(
    election: Election, chance: random.Random, score: Score, count: Callable[..., Outcome], told: str
) -> None:
    """Compare with pyrankvote where no tie is to be guessed."""
    candidates = [pyrankvote.Candidate(option.code) for option in election.options]
    ballots = [
        pyrankvote.Ballot([candidates[position] for (position,) in groups_of(ranking)])
        for ranking, number in election.rankings.items()
        for _ in range(number)
    ]
    outcome = count(Rule.IRV)
    if drew(outcome):
        score.left_out["pyrankvote instant run-off"] += 1
    else:
        theirs = pyrankvote.instant_runoff_voting(candidates, ballots).get_winners()
        score.note("pyrankvote instant run-off", [w.name for w in theirs] == codes(election, outcome), told)
    seats = chance.randrange(1, len(candidates))
    outcome = count(Rule.STV, seats)
    if drew(outcome) or any("同点" in step.words for step in outcome.steps):
        score.left_out["pyrankvote STV (another variant)"] += 1
        return
    theirs = pyrankvote.single_transferable_vote(candidates, ballots, seats).get_winners()
    same = {w.name for w in theirs} == set(codes(election, outcome))
    score.note("pyrankvote STV (another variant)", same, f"{seats} of {told}")


def budgets(chance: random.Random, score: Score) -> None:
    """Compare the rules for budgets on one random vote."""
    size, voters = chance.randrange(2, 9), chance.randrange(2, 15)
    budget = chance.randrange(50, 400)
    costs = [chance.randrange(5, min(150, budget)) for _ in range(size)]
    paper = BallotPaper(
        BallotKind.APPROVAL, tuple(Option(f"p{i}", f"案{i}", cost) for i, cost in enumerate(costs))
    )
    ballots = [frozenset(chance.sample(range(size), chance.randrange(1, size + 1))) for _ in range(voters)]
    if any(not any(project in ballot for ballot in ballots) for project in range(size)):
        ballots.append(frozenset(range(size)))
    marks = Counter(tuple(sorted(ballot)) for ballot in ballots)
    election = Election(paper, marks=marks, budget=budget)
    told = f"{costs} of {budget}: {[sorted(ballot) for ballot in ballots]}"
    projects = [Project(f"p{i}", cost) for i, cost in enumerate(costs)]
    instance = Instance(projects, budget_limit=budget)
    profile = ApprovalProfile([ApprovalBallot([projects[i] for i in ballot]) for ballot in ballots])

    written, ballots_read = parse_pabulib_from_string(write_pabulib(election))
    score.note(
        "pabutools reads our file",
        {(each.name, each.cost) for each in written} == {(each.name, each.cost) for each in projects}
        and Counter(frozenset(each.name for each in ballot) for ballot in ballots_read)
        == Counter(frozenset(f"p{i}" for i in ballot) for ballot in ballots),
        told,
    )
    # Ties go to the smaller name there: the same order is our lot, so that no vote is left out.
    lot = Lot(range(size))

    def compare(what: str, outcome: Outcome, theirs: Iterable[Project]) -> None:
        score.note(f"pabutools {what}", {each.name for each in theirs} == set(codes(election, outcome)), told)

    for utility, satisfaction in ((Utility.CARDINAL, Cardinality_Sat), (Utility.COST, Cost_Sat)):
        compare(
            f"equal shares, {utility}",
            equal_shares(election, utility=utility, lot=lot),
            method_of_equal_shares(instance, profile, satisfaction),
        )
        compare(
            f"equal shares with add1, {utility}",
            equal_shares(election, utility=utility, completion=Completion.ADD1, lot=lot),
            exhaustion_by_budget_increase(
                instance,
                profile,
                method_of_equal_shares,
                {"sat_class": satisfaction},
                budget_step=frac(len(ballots)),
            ),
        )
    for order, satisfaction in ((GreedyOrder.PER_COST, Cardinality_Sat), (GreedyOrder.SUPPORT, Cost_Sat)):
        compare(
            f"greedy, {order}",
            greedy(election, order=order, lot=lot),
            greedy_utilitarian_welfare(instance, profile, satisfaction),
        )


def codes(election: Election, outcome: Outcome) -> list[str]:
    """Return the codes of the winners."""
    return [election.options[position].code for position in outcome.winners]


if __name__ == "__main__":
    main()
