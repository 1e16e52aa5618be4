"""One ballot as it is stored (票の内容): a short text with one way of writing, so that equal ballots are equal texts.

Marks are "o1,o3", points "o1:3,o2:5", a ranking "o2>o1>o3": the codes of options, in the order of the list
for marks and points, best first for rankings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from participation.votes.domain.ballots import (
    BadBallot,
    BallotKind,
    BallotPaper,
    Election,
    Marks,
    Option,
    Points,
    Ranking,
    groups_of,
    in_words,
)
from participation.votes.domain.polls import HIGHEST_SCORE, POINTING, PRIORITIES, WRITTEN, VoteKind


@dataclass(frozen=True)
class Limits:
    """How much may be written on one ballot (票に書ける範囲)."""

    least: int = 1
    most: int | None = None
    points: int | None = None
    budget: int | None = None


def paper_of(kind: VoteKind, options: Sequence[Option], limits: Limits) -> BallotPaper:
    """Return what may be written on a ballot of this kind."""
    written = WRITTEN[kind]
    return BallotPaper(
        written,
        tuple(options),
        least=limits.least,
        most=PRIORITIES if kind is VoteKind.PRIORITIES else limits.most,
        highest=HIGHEST_SCORE if kind is VoteKind.SCORE else None,
        total_least=limits.points if kind in POINTING else None,
        total_most=limits.points if kind in POINTING else None,
        cost_most=limits.budget if kind is VoteKind.BUDGET else None,
        may_tie=False,
    )


def marked(paper: BallotPaper, codes: Iterable[str]) -> str:
    """Return a ballot that marks these options; raises BadBallot."""
    return ",".join(paper.options[position].code for position in paper.marks(codes))


def pointed(paper: BallotPaper, given: Iterable[tuple[str, int]]) -> str:
    """Return a ballot that gives these options points; raises BadBallot. No points are none on a shared purse."""
    found = [(code, number) for code, number in given if number or paper.kind is BallotKind.SCORE]
    return ",".join(f"{paper.options[position].code}:{number}" for position, number in paper.points(found))


def ranked(paper: BallotPaper, codes: Sequence[str]) -> str:
    """Return a ballot that ranks these options, best first; raises BadBallot."""
    paper.ranking([code] for code in codes)
    return ">".join(codes)


def checked(paper: BallotPaper, content: str) -> str:
    """Return a stored or sent ballot in its one way of writing; raises BadBallot."""
    if paper.kind in (BallotKind.CHOICE, BallotKind.APPROVAL):
        return marked(paper, content.split(",") if content else [])
    if paper.kind in (BallotKind.SCORE, BallotKind.POINTS):
        return pointed(paper, _pairs(content))
    return ranked(paper, content.split(">") if content else [])


def marks_in(paper: BallotPaper, content: str) -> tuple[str, ...]:
    """Return the codes of the marked options; none for ballots that are not of marks."""
    if paper.kind not in (BallotKind.CHOICE, BallotKind.APPROVAL) or not content:
        return ()
    return tuple(content.split(","))


def in_lines(paper: BallotPaper, content: str) -> list[str]:
    """Return what a ballot says, line by line, as its voter reads it again."""
    names = {option.code: option.name for option in paper.options}
    if paper.kind in (BallotKind.CHOICE, BallotKind.APPROVAL):
        return [names[code] for code in content.split(",") if code]
    if paper.kind in (BallotKind.SCORE, BallotKind.POINTS):
        return [f"{names[code]}：{number}点" for code, number in _pairs(content)]
    return [f"{place}位：{names[code]}" for place, code in enumerate(content.split(">"), start=1) if code]


def cost_in_words(paper: BallotPaper, content: str) -> str:
    """Return what the marked projects cost together, beside the budget; empty where none is divided."""
    if paper.cost_most is None:
        return ""
    cost = sum(paper.options[paper.position(code)].cost or 0 for code in marks_in(paper, content))
    return f"選んだ案の費用の合計：{in_words(cost)}円（予算{in_words(paper.cost_most)}円）"


def election(
    paper: BallotPaper, counted: Iterable[tuple[str, int]], *, title: str, budget: int | None
) -> Election:
    """Return the ballots of a vote, ready to be counted, from (content, how many)."""
    marks: dict[Marks, int] = {}
    points: dict[Points, int] = {}
    rankings: dict[Ranking, int] = {}
    for content, count in counted:
        if paper.kind in (BallotKind.CHOICE, BallotKind.APPROVAL):
            key = paper.marks(content.split(",") if content else [])
            marks[key] = marks.get(key, 0) + count
        elif paper.kind in (BallotKind.SCORE, BallotKind.POINTS):
            given = paper.points(_pairs(content))
            points[given] = points.get(given, 0) + count
        else:
            ranking = paper.ranking([code] for code in content.split(">") if code)
            rankings[ranking] = rankings.get(ranking, 0) + count
    return Election(paper, marks=marks, points=points, rankings=rankings, title=title, budget=budget)


def contents(election_: Election) -> list[tuple[str, int]]:
    """Return the ballots of an election as they are stored: (content, how many), sorted."""
    codes = [option.code for option in election_.options]
    found = [(",".join(codes[at] for at in marks), count) for marks, count in election_.marks.items()]
    found += [
        (",".join(f"{codes[at]}:{number}" for at, number in given), count)
        for given, count in election_.points.items()
    ]
    found += [
        (">".join(codes[at] for group in groups_of(ranking) for at in group), count)
        for ranking, count in election_.rankings.items()
    ]
    return sorted(found)


def _pairs(content: str) -> list[tuple[str, int]]:
    pairs = []
    for part in content.split(",") if content else ():
        code, _, number = part.partition(":")
        if not (number.isascii() and number.isdigit() and len(number) < 7):
            raise BadBallot("点は0以上の整数で書いてください。")
        pairs.append((code, int(number)))
    return pairs
