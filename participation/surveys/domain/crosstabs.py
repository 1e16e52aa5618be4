"""A table of two questions (クロス集計): shares, intervals, whether the two hang together.

A question is laid out in categories. Where everybody falls into one category at most, the table is a contingency
table and Pearson's χ² may be asked of it. Where one person may fall into several (いくつでも選ぶ), only the shares
are: the cells then do not add up to the people, and χ² has no meaning.

Sources of the definitions:

* χ² of independence and its expected counts: K. Pearson 1900; the warning follows W. G. Cochran, Some methods for
  strengthening the common χ² tests, Biometrics 10 (1954): no expected count under 1, at most a fifth under 5.
* Cramér's V = √(χ² / (n · (min(R, C) − 1))): H. Cramér, Mathematical Methods of Statistics (1946).
* First-order correction for weighted data: J. N. K. Rao & A. J. Scott, On chi-squared tests for multiway contingency
  tables with cell proportions estimated from survey data, Annals of Statistics 12 (1984). The statistic of the
  weighted shares, times n, is divided by the mean of the generalised design effects
  δ = [ Σ(1−p_rc)·d_rc − Σ(1−p_r+)·d_r − Σ(1−p_+c)·d_c ] / ((R−1)(C−1)),
  d being the variance of a weighted share by linearisation, Σw²(y−p)²/(Σw)², over p(1−p)/n. The weights are taken
  as given, which is on the careful side after raking.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from participation.foundation.lazily import lazily
from participation.surveys.domain.intervals import Mass, Share, share_of

# Files are written without a test, and in little memory.
if TYPE_CHECKING:
    from scipy import special
else:
    special = lazily("scipy.special")

#: Cochran: below this in one cell, or below `FEW` in more than a fifth of them, χ² is no longer to be trusted.
LEAST_EXPECTED, FEW, MOST_FEW = 1.0, 5.0, 0.2
FEW_EXPECTED = (
    "期待度数が5に満たないマスが2割を超える（または1に満たないマスがある）ため、検定の結果は目安です。"
)
NOT_FOR_SEVERAL = "いくつでも選べる設問では、同じ人が何度も数えられるため、独立性の検定をしません。"
TOO_SMALL = "区分が2つずつそろわないため、独立性の検定をしません。"


@dataclass(frozen=True)
class Category:
    """One row or column of a table (区分)."""

    code: str
    label: str


@dataclass(frozen=True)
class Axis:
    """A question or attribute laid out in categories; `several` where one person may fall into more than one."""

    key: str
    title: str
    categories: tuple[Category, ...]
    several: bool = False

    def label(self, code: str) -> str:
        """Return the name of a category."""
        return next(category.label for category in self.categories if category.code == code)


@dataclass(frozen=True)
class ChiSquare:
    """A test of independence (独立性の検定)."""

    statistic: float
    freedom: int
    p: float
    v: float
    smallest_expected: float
    share_few: float
    #: By what the statistic was divided for the weights; 1 without any.
    correction: float = 1.0

    @property
    def is_doubtful(self) -> bool:
        """Whether Cochran's conditions are missed."""
        return self.smallest_expected < LEAST_EXPECTED or self.share_few > MOST_FEW

    @property
    def words(self) -> str:
        """What may be read from it, in a sentence."""
        strength = next(word for bound, word in _STRENGTHS if self.v >= bound)
        if self.p < 0.05:
            return f"2つの答えには関わりがありそうです（関わりの強さは{strength}）。原因と結果を示すものではありません。"
        return (
            "この人数では、2つの答えに関わりがあるとは言えません。関わりがないことを示すものでもありません。"
        )


#: Usual words for V (Cohen 1988, for tables with two rows or columns).
_STRENGTHS = ((0.5, "強め"), (0.3, "中くらい"), (0.1, "弱め"), (0.0, "ごくわずか"))


@dataclass
class Tally:
    """The people behind a table: by cell, by row, by column, and in all.

    Rows and columns have tallies of their own, because people who chose several options stand in several cells.
    """

    cells: dict[tuple[str, str], Mass] = field(default_factory=dict)
    rows: dict[str, Mass] = field(default_factory=dict)
    columns: dict[str, Mass] = field(default_factory=dict)
    whole: Mass = field(default_factory=Mass)

    def add(self, rows: Sequence[str], columns: Sequence[str], mass: Mass) -> None:
        """Add people who all fall into these rows and these columns; nobody who misses either."""
        if not rows or not columns:
            return
        self.whole += mass
        for row in rows:
            self.rows[row] = self.rows.get(row, NOBODY) + mass
            for column in columns:
                self.cells[row, column] = self.cells.get((row, column), NOBODY) + mass
        for column in columns:
            self.columns[column] = self.columns.get(column, NOBODY) + mass

    def cell(self, row: str, column: str) -> Mass:
        """Return who stands in a cell."""
        return self.cells.get((row, column), NOBODY)


NOBODY = Mass()


@dataclass(frozen=True)
class Crosstab:
    """A table of two questions with everything that is read from it."""

    rows: Axis
    columns: Axis
    tally: Tally
    test: ChiSquare | None
    why_no_test: str = ""

    @property
    def whole(self) -> Mass:
        """Everybody who answered both."""
        return self.tally.whole

    def share(self, row: str, column: str) -> Share | None:
        """Return the share of a row among the people of a column (縦の割合), with its interval."""
        return share_of(self.tally.cell(row, column), self.tally.columns.get(column, NOBODY))

    def row_share(self, row: str) -> Share | None:
        """Return the share of a row among everybody."""
        return share_of(self.tally.rows.get(row, NOBODY), self.whole)


def crosstab(rows: Axis, columns: Axis, tally: Tally) -> Crosstab:
    """Return the table, tested where that has a meaning."""
    if rows.several or columns.several:
        return Crosstab(rows, columns, tally, None, NOT_FOR_SEVERAL)
    test = chi_square(tally, [c.code for c in rows.categories], [c.code for c in columns.categories])
    return Crosstab(rows, columns, tally, test, "" if test else TOO_SMALL)


def chi_square(tally: Tally, rows: Iterable[str], columns: Iterable[str]) -> ChiSquare | None:
    """Return the test of independence over rows and columns that anybody stands in; None with fewer than two."""
    used_rows = [row for row in rows if tally.rows.get(row, NOBODY).weight > 0]
    used_columns = [column for column in columns if tally.columns.get(column, NOBODY).weight > 0]
    if len(used_rows) < 2 or len(used_columns) < 2:
        return None
    n, whole = tally.whole.n, tally.whole.weight
    row_shares = {row: tally.rows[row].weight / whole for row in used_rows}
    column_shares = {column: tally.columns[column].weight / whole for column in used_columns}
    statistic, smallest, few = 0.0, math.inf, 0
    for row in used_rows:
        for column in used_columns:
            expected = n * row_shares[row] * column_shares[column]
            seen = n * tally.cell(row, column).weight / whole
            statistic += (seen - expected) ** 2 / expected
            smallest, few = min(smallest, expected), few + (expected < FEW)
    freedom = (len(used_rows) - 1) * (len(used_columns) - 1)
    correction = _rao_scott(tally, row_shares, column_shares, freedom)
    least = min(len(used_rows), len(used_columns)) - 1
    return ChiSquare(
        statistic=statistic / correction,
        freedom=freedom,
        p=float(special.gammaincc(freedom / 2, statistic / correction / 2)),
        v=math.sqrt(statistic / (n * least)),
        smallest_expected=smallest,
        share_few=few / (len(used_rows) * len(used_columns)),
        correction=correction,
    )


def _rao_scott(tally: Tally, rows: Mapping[str, float], columns: Mapping[str, float], freedom: int) -> float:
    """Return the mean generalised design effect; 1 where everybody weighs the same."""
    whole = tally.whole

    def spread(mass: Mass) -> float:
        """(1−p)·d of one share: its variance by linearisation over p/n."""
        share = mass.weight / whole.weight
        if share >= 1:
            return 0.0
        if share <= 0:  # Nobody there: the limit, with weights like those of all.
            return whole.n * whole.squares / whole.weight**2
        variance = (
            mass.squares * (1 - share) ** 2 + (whole.squares - mass.squares) * share**2
        ) / whole.weight**2
        return variance * whole.n / share

    found = (
        math.fsum(spread(tally.cell(row, column)) for row in rows for column in columns)
        - math.fsum(spread(tally.rows[row]) for row in rows)
        - math.fsum(spread(tally.columns[column]) for column in columns)
    ) / freedom
    return found if found > 0 else 1.0


def in_lines(plain: Crosstab, weighted: Crosstab | None = None) -> tuple[list[str], list[list[Any]]]:
    """Return a table as lines for a file, one for each cell and one for each row among everybody.

    Shares are of the people of the column, in percent to two places; weighted figures stand beside.
    """
    header = ["行", "行のコード", "列", "列のコード", "人数", "列の人数", "割合", "割合の下限", "割合の上限"]
    if weighted is not None:
        header += ["重みつきの割合", "重みつきの下限", "重みつきの上限", "有効な人数"]
    lines: list[list[Any]] = []
    for row in plain.rows.categories:
        for column in (*plain.columns.categories, None):
            line: list[Any] = [
                row.label,
                row.code,
                column.label if column else "全体",
                column.code if column else "",
            ]
            found = plain.share(row.code, column.code) if column else plain.row_share(row.code)
            line += [found.part.n if found else 0, found.whole.n if found else 0, *_percents(found)]
            if weighted is not None:
                found = weighted.share(row.code, column.code) if column else weighted.row_share(row.code)
                line += [*_percents(found), round(found.whole.effective, 1) if found else None]
            lines.append(line)
    return header, lines


def _percents(share: Share | None) -> list[float | None]:
    if share is None:
        return [None, None, None]
    return [round(part * 100, 2) for part in (share.share, share.interval.low, share.interval.high)]
