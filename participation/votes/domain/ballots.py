"""Ballots as they are counted: what may be written on one, and many of them, equal ones together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

#: An exact number: whole wherever it is whole.
Number = int | Fraction
#: Marked options (選択・承認), as sorted positions in the list of options.
Marks = tuple[int, ...]
#: (position, points) of each option that was given points, sorted by position.
Points = tuple[tuple[int, Number], ...]
#: A ranking: one byte an option, its rank from 0 (best); equal bytes are equal ranks. Equal ballots are
#: equal keys, a million of them fit into memory, and all of them can be compared at once.
Ranking = bytes
#: The rank of an option that stands nowhere on the ballot: behind all others, not before one another.
UNRANKED = 255
#: What rankings can hold.
MOST_RANKED = 250


class BallotKind(StrEnum):
    """What is written on a ballot (票の書き方)."""

    CHOICE = "choice"
    APPROVAL = "approval"
    SCORE = "score"
    POINTS = "points"
    RANKING = "ranking"
    CATEGORIES = "categories"


BALLOT_KIND_NAMES = {
    BallotKind.CHOICE: "一つだけ選ぶ票",
    BallotKind.APPROVAL: "よいと思うものをいくつか選ぶ票",
    BallotKind.SCORE: "それぞれに点をつける票",
    BallotKind.POINTS: "持ち点を分ける票",
    BallotKind.RANKING: "順位をつける票",
    BallotKind.CATEGORIES: "段階に分ける票",
}


class BadBallot(ValueError):
    """A ballot that cannot be counted (数えられない票); its text says why, in Japanese."""


@dataclass(frozen=True)
class Option:
    """Something that can be voted for (選択肢), a project with its cost where a budget is divided."""

    code: str
    name: str
    cost: Number | None = None
    category: str = ""


@dataclass(frozen=True)
class BallotPaper:
    """What may be written on a ballot (投票用紙の決まり). Each method checks one ballot and gives its key."""

    kind: BallotKind
    options: tuple[Option, ...]
    #: How many options may be marked, ranked or given points.
    least: int = 0
    most: int | None = None
    #: How many points one option may be given.
    lowest: Number = 0
    highest: Number | None = None
    #: How many points one ballot may give altogether.
    total_least: Number | None = None
    total_most: Number | None = None
    #: How much the marked options may cost altogether.
    cost_most: Number | None = None
    #: Whether options may share a rank.
    may_tie: bool = True
    #: Names of the categories, best first, where options are put into categories.
    categories: tuple[str, ...] = ()

    @cached_property
    def positions(self) -> dict[str, int]:
        """Position of each option by its code."""
        return {option.code: position for position, option in enumerate(self.options)}

    def position(self, code: str) -> int:
        """Return where an option stands in the list; raises BadBallot for one that is not in it."""
        try:
            return self.positions[code]
        except KeyError:
            raise BadBallot(f"「{shortened(code)}」という選択肢はありません。") from None

    def marks(self, codes: Iterable[str]) -> Marks:
        """Return the key of a ballot that marks these options."""
        found = [self.position(code) for code in codes]
        if len(set(found)) < len(found):
            raise BadBallot(f"{self._twice(found)}が2回選ばれています。")
        if self.kind is BallotKind.CHOICE and len(found) > 1:
            raise BadBallot("選べるのは一つだけです。")
        self._check_number(len(found), "選べる")
        cost = sum(self.options[position].cost or 0 for position in found)
        if self.cost_most is not None and cost > self.cost_most:
            raise BadBallot(
                f"選んだ案の費用の合計（{in_words(cost)}）が{in_words(self.cost_most)}をこえています。"
            )
        return tuple(sorted(found))

    def points(self, given: Iterable[tuple[str, Number]]) -> Points:
        """Return the key of a ballot that gives these options points."""
        found = [(self.position(code), number) for code, number in given]
        if len({position for position, _ in found}) < len(found):
            raise BadBallot(f"{self._twice([position for position, _ in found])}に点が2回つけられています。")
        self._check_number(len(found), "点をつけられる")
        for position, number in found:
            if number < self.lowest:
                raise BadBallot(
                    f"「{self.options[position].name}」の点（{in_words(number)}）が、"
                    f"いちばん低い点（{in_words(self.lowest)}）より低くなっています。"
                )
            if self.highest is not None and number > self.highest:
                raise BadBallot(
                    f"「{self.options[position].name}」の点（{in_words(number)}）が、"
                    f"いちばん高い点（{in_words(self.highest)}）をこえています。"
                )
        self._check_total(sum(number for _, number in found))
        return tuple(sorted((position, whole(number)) for position, number in found))

    def ranking(self, groups: Iterable[Sequence[str]]) -> Ranking:
        """Return the key of a ballot that ranks groups of options, best first."""
        ranks = bytearray([UNRANKED]) * len(self.options)
        rank = ranked = 0
        for group in groups:
            if len(group) > 1 and not self.may_tie:
                raise BadBallot("同じ順位に二つ以上の選択肢は書けません。")
            for code in group:
                position = self.position(code)
                if ranks[position] != UNRANKED:
                    raise BadBallot(f"「{self.options[position].name}」が2回書かれています。")
                ranks[position] = rank
            ranked += len(group)
            # A category may be empty; a rank without options is none.
            rank += bool(group) or self.kind is BallotKind.CATEGORIES
        if self.kind is BallotKind.CATEGORIES and rank > len(self.categories):
            raise BadBallot(f"段階は{len(self.categories)}つですが、{rank}つ書かれています。")
        self._check_number(ranked, "順位をつけられる")
        return bytes(ranks)

    def _check_number(self, number: int, verb: str) -> None:
        if number < self.least:
            raise BadBallot(f"{verb}のは{self.least}個以上ですが、{number}個です。")
        if self.most is not None and number > self.most:
            raise BadBallot(f"{verb}のは{self.most}個までですが、{number}個です。")

    def _check_total(self, total: Number) -> None:
        if self.total_most is not None and total > self.total_most:
            raise BadBallot(f"点の合計（{in_words(total)}）が{in_words(self.total_most)}をこえています。")
        if self.total_least is not None and total < self.total_least:
            raise BadBallot(f"点の合計（{in_words(total)}）が{in_words(self.total_least)}に足りません。")

    def _twice(self, found: Sequence[int]) -> str:
        first = next(position for position in found if found.count(position) > 1)
        return f"「{self.options[first].name}」"


@dataclass(frozen=True)
class Election:
    """The ballots of one vote (一つの投票の票の全部): equal ballots are kept once, with their number."""

    paper: BallotPaper
    marks: Mapping[Marks, int] = field(default_factory=dict)
    points: Mapping[Points, int] = field(default_factory=dict)
    rankings: Mapping[Ranking, int] = field(default_factory=dict)
    title: str = ""
    #: What can be spent (予算), where a budget is divided, and in which currency.
    budget: Number | None = None
    unit: str = "円"

    @property
    def kind(self) -> BallotKind:
        """What is written on the ballots."""
        return self.paper.kind

    @property
    def options(self) -> tuple[Option, ...]:
        """What could be voted for."""
        return self.paper.options

    @cached_property
    def voters(self) -> int:
        """How many ballots there are, blank ones with them."""
        return sum(sum(counted.values()) for counted in (self.marks, self.points, self.rankings))

    def money(self, amount: Number) -> str:
        """Return an amount as residents read it."""
        return in_words(amount) + self.unit

    def name(self, position: int) -> str:
        """Return the name of an option, in Japanese brackets."""
        return f"「{self.options[position].name}」"

    def names(self, positions: Iterable[int]) -> str:
        """Return the names of options, one after the other."""
        return "".join(self.name(position) for position in positions)


def groups_of(ranking: Ranking) -> list[list[int]]:
    """Return the positions on a ranking, those that share a rank together, best first."""
    found: dict[int, list[int]] = {}
    for position, rank in enumerate(ranking):
        if rank != UNRANKED:
            found.setdefault(rank, []).append(position)
    return [found[rank] for rank in sorted(found)]


def whole(number: Number) -> Number:
    """Return a number as an int where it is whole, so that equal numbers read alike."""
    if isinstance(number, Fraction) and number.denominator == 1:
        return number.numerator
    return number


def in_words(number: Number) -> str:
    """Return a number as residents read it: 1,234, or 12.5, or 約12.33 where no short decimal is exact."""
    number = whole(number)
    if isinstance(number, int):
        return f"{number:,}"
    hundredths = number * 100
    if hundredths.denominator == 1:
        text = f"{abs(hundredths.numerator):03d}"
        sign = "-" if number < 0 else ""
        return f"{sign}{int(text[:-2]):,}.{text[-2:]}".rstrip("0")
    nearest = round(hundredths)
    sign = "-" if nearest < 0 else ""
    return f"約{sign}{abs(nearest) // 100:,}.{abs(nearest) % 100:02d}"


def shortened(text: str) -> str:
    """Return what somebody wrote, short enough for a message."""
    text = text if len(text) <= 40 else text[:39] + "…"
    return "".join(character if character.isprintable() else "?" for character in text)
