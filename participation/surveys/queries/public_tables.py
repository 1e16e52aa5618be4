"""Tables of two questions for everybody (公開のクロス集計): laid out without single people, held against each other.

A table is laid out once, when staff prepare it, of everybody who has answered by then; afterwards it is read as it
was approved. All tables of a survey that ever were in public are of the same people.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from participation.foundation.lazily import lazily
from participation.surveys.domain.columns import ATTRIBUTE
from participation.surveys.domain.disclosure import (
    CANNOT_BE_SHOWN,
    LEAST_CELL,
    LEAST_PEOPLE,
    MOST_CELLS,
    TOO_FEW,
    Shown,
    merge_small,
    suppress_three,
    suppress_two,
    with_totals,
    withheld_at_least,
)
from participation.surveys.domain.linked import GIVEN_AWAY, Laid, People, WeightedShares, prove, withhold_more
from participation.surveys.domain.variables import ATTRIBUTE as OF_RESPONDENTS
from participation.surveys.domain.variables import Variable
from participation.surveys.models import Survey
from participation.surveys.queries.crosstabs import find_variable, list_groups

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazily("numpy")

NO_ANSWER = "無回答"
REST = "そのほか（10人に満たない区分の合計）"
#: Between a question of several choices and one of them: each choice is chosen or not.
CHOICE = "="
CHOSEN = ("はい", "いいえ")
#: Where a table is not safe beside the others, it is tried once more with all smaller numbers than this withheld.
COARSER = LEAST_PEOPLE
IN_OPEN_DATA = "公開データ（1行が1人）から同じ表を数えられるため、少ない数を隠せません。"


@dataclass(frozen=True)
class Side:
    """One side of a public table: everybody stands at exactly one place of it."""

    labels: tuple[str, ...]
    places: Mapping[tuple[str, ...], int]
    #: Whether categories were put together.
    is_merged: bool

    def place(self, codes: tuple[str, ...]) -> int:
        """Return where an answer stands."""
        return self.places[codes]


@dataclass
class Crowd:
    """Everybody whom the public tables of a survey are of: who answered up to a response."""

    survey: Survey
    variables: Sequence[Variable]
    up_to: int | None
    #: The weighting whose shares are in public, and what decides on its weights.
    run_id: int | None = None
    weighted_by: Sequence[str] = ()
    #: Columns of the open data in public: whoever has the lines counts them.
    columns_given_out: frozenset[str] = frozenset()
    _sides: dict[str, Side | None] = field(default_factory=dict)
    _people: dict[tuple[tuple[str, ...], bool], People] = field(default_factory=dict)

    def variable(self, key: str) -> tuple[Variable, str]:
        """Return the variable that a key names, and the choice, where it names one of several."""
        name, _, choice = key.partition(CHOICE)
        return find_variable(self.variables, name), choice

    def side(self, key: str) -> Side | None:
        """Return the places of a question; None where it cannot be broken down."""
        if key not in self._sides:
            variable, choice = self.variable(key)
            counts: dict[tuple[str, ...], int] = {}
            for group in list_groups(self.survey, [variable], up_to=self.up_to):
                counts[group.places[0]] = counts.get(group.places[0], 0) + group.mass.n
            self._sides[key] = _of_choice(choice, counts) if choice else _of_one(variable, counts)
        return self._sides[key]

    def people(self, keys: Sequence[str]) -> People:
        """Return the people by their places in these questions, with their weights apart."""
        known = (tuple(keys), self.run_id is not None)
        if known not in self._people:
            self._people[known] = self._counted(tuple(keys))
        return self._people[known]

    def _counted(self, keys: tuple[str, ...]) -> People:
        sides = [self.side(key) for key in keys]
        variables = [self.variable(key)[0] for key in keys]
        by = [self.variable(key)[0] for key in self.weighted_by] if self.run_id is not None else []
        found: dict[tuple[tuple[int, ...], float], int] = {}
        for group in list_groups(self.survey, [*variables, *by], run_id=self.run_id, up_to=self.up_to):
            places = tuple(
                side.place(codes) if side is not None else 0
                for side, codes in zip(sides, group.places, strict=False)
            )
            weight = group.weighted.weight / group.mass.n
            found[places, weight] = found.get((places, weight), 0) + group.mass.n
        order = sorted(found)
        return People(
            keys,
            np.array([places for places, _ in order], dtype=int).reshape(len(order), len(keys)),
            np.array([found[each] for each in order], dtype=float),
            np.array([weight for _, weight in order], dtype=float),
        )

    def counts(self, keys: Sequence[str]) -> np.ndarray:
        """Return the table of these questions."""
        people = self.people(keys)
        sides = [self.side(key) for key in keys]
        table = np.zeros([len(side.labels) if side else 1 for side in sides], dtype=np.int64)
        np.add.at(table, tuple(people.places.T), people.counts.astype(np.int64))
        return table


def _of_one(variable: Variable, counts: Mapping[tuple[str, ...], int]) -> Side | None:
    codes: list[tuple[str, ...]] = [(category.code,) for category in variable.axis.categories]
    names = {code: category.label for code, category in zip(codes, variable.axis.categories, strict=True)}
    codes.append(())
    names[()] = NO_ANSWER
    joined = merge_small([counts.get(code, 0) for code in codes])
    if joined is None:
        return None
    labels = [names[codes[group[0]]] if len(group) == 1 else REST for group in joined]
    places = {codes[place]: number for number, group in enumerate(joined) for place in group}
    return Side(tuple(labels), places, any(len(group) > 1 for group in joined))


def _of_choice(choice: str, counts: Mapping[tuple[str, ...], int]) -> Side | None:
    places = {codes: 0 if choice in codes else 1 for codes in counts}
    sums = [sum(count for codes, count in counts.items() if places[codes] == number) for number in (0, 1)]
    return None if min(sums) < LEAST_PEOPLE else Side(CHOSEN, places, is_merged=False)


@dataclass(frozen=True)
class Wanted:
    """A table that somebody wants to publish: keys of rows, columns, and of what it may be filtered by."""

    rows: str
    columns: str
    only: str = ""


def lay_tables(
    crowd: Crowd,
    wanted: Iterable[Wanted],
    published: Sequence[Laid],
    shares: Sequence[WeightedShares] = (),
) -> tuple[list[dict[str, Any]], list[list[str]]]:
    """Return the tables that may be published together with all before, and what not: [title, why]."""
    known: list[tuple[Laid, frozenset[str]]] = []
    for laid in published:
        proof = prove(laid, [each for each in published if each is not laid], crowd.people, shares)
        known.append((laid, frozenset(laid.keys) if proof.left else proof.pivots))
    tables: list[dict[str, Any]] = []
    refused: list[list[str]] = []
    for each in wanted:
        title = title_of(crowd, each)
        parts, why = _lay(crowd, each, known, shares)
        if why:
            refused.append([title, why])
        else:
            tables.append(_written(crowd, each, title, parts))
    return tables, refused


def title_of(crowd: Crowd, wanted: Wanted) -> str:
    """Return what a table is of, in a line."""
    rows, columns = (crowd.variable(key)[0].title for key in (wanted.rows, wanted.columns))
    by = f"（{crowd.variable(wanted.only)[0].title}でしぼりこめます）" if wanted.only else ""
    return f"{rows} × {columns}{by}"


def _lay(
    crowd: Crowd,
    wanted: Wanted,
    known: list[tuple[Laid, frozenset[str]]],
    shares: Sequence[WeightedShares],
) -> tuple[list[tuple[str, Laid | None]], str]:
    rows, _ = crowd.variable(wanted.rows)
    fixed = [wanted.columns, *([wanted.only] if wanted.only else [])]
    if any(crowd.side(key) is None for key in fixed):
        return [], CANNOT_BE_SHOWN
    if crowd.counts(fixed).sum() < LEAST_PEOPLE:
        return [], TOO_FEW
    before = list(known)
    laid: list[tuple[str, Laid | None]] = []
    why = CANNOT_BE_SHOWN
    for label, key in _row_keys(rows, wanted.rows):
        added = None
        if crowd.side(key) is not None:
            added, why = _safe(crowd, (key, *fixed), known, shares)
        laid.append((label, added))
    if not any(each for _, each in laid):
        known[:] = before
        return [], why
    return laid, ""


def _row_keys(rows: Variable, key: str) -> Iterator[tuple[str, str]]:
    """A question of several choices is as many tables: of each choice, chosen or not."""
    if not rows.axis.several:
        yield "", key
        return
    for category in rows.axis.categories:
        yield category.label, f"{key}{CHOICE}{category.code}"


def _safe(
    crowd: Crowd,
    keys: tuple[str, ...],
    known: list[tuple[Laid, frozenset[str]]],
    shares: Sequence[WeightedShares],
) -> tuple[Laid | None, str]:
    """Add a table to what is known, if it and everything known stay safe; withhold more if that helps."""
    why = CANNOT_BE_SHOWN
    others = [laid for laid, _ in known]
    can_be_counted = {column_of(key) for key in keys} <= crowd.columns_given_out
    for start in _starts(keys, crowd.counts(keys)):
        why = GIVEN_AWAY
        added, proof = withhold_more(start, others, crowd.people, shares)
        if proof.left:
            continue
        if can_be_counted and added.protected():
            return None, IN_OPEN_DATA
        again: dict[int, frozenset[str]] = {}
        for place, (laid, pivots) in enumerate(known):
            # Only who answers a question of the new table anew can be noticed by it.
            if pivots & set(keys):
                rest = [each for each in others if each is not laid]
                found = prove(laid, [*rest, added], crowd.people, shares)
                if found.left:
                    break
                again[place] = found.pivots
        else:
            for place, pivots in again.items():
                known[place] = (known[place][0], pivots)
            known.append((added, proof.pivots))
            return added, ""
    return None, why


def column_of(key: str) -> str:
    """Return what a question of a table is called among the columns of open data."""
    if key.startswith(OF_RESPONDENTS):
        return ATTRIBUTE + key.removeprefix(OF_RESPONDENTS)
    return key.replace(CHOICE, "-")


def _starts(keys: tuple[str, ...], counts: np.ndarray) -> Iterator[Laid]:
    """Yield what is withheld to begin with: as the table alone needs it, then more."""
    suppress: Callable[..., Shown | None] = suppress_three if len(keys) == 3 else suppress_two
    for least in (LEAST_CELL, COARSER):
        shown = suppress(counts, least=least)
        if shown is None and len(keys) == 3 and counts.size <= MOST_CELLS:
            # The boxes of `disclosure` are one kind of proof; another world may be found without them.
            withheld = withheld_at_least(counts, least=least)
            shown = None if withheld is None else Shown(with_totals(counts), ~withheld)
        if shown is not None:
            yield Laid(keys, shown)


def _written(
    crowd: Crowd, wanted: Wanted, title: str, laid: Sequence[tuple[str, Laid | None]]
) -> dict[str, Any]:
    rows, _ = crowd.variable(wanted.rows)
    sides = [crowd.side(key) for key in (wanted.columns, *([wanted.only] if wanted.only else []))]
    own = crowd.side(wanted.rows) if not rows.axis.several else None
    return {
        "title": title,
        "rows": wanted.rows,
        "columns": wanted.columns,
        "only": wanted.only,
        "row_title": rows.title,
        "column_title": crowd.variable(wanted.columns)[0].title,
        "several": rows.axis.several,
        "labels": [list(side.labels) for side in (own, *sides) if side is not None]
        if own
        else [list(CHOSEN), *(list(side.labels) for side in sides if side is not None)],
        "laid": [
            {"label": label, "keys": list(each.keys), "counts": _with_gaps(each.table)}
            if each is not None
            else {"label": label, "keys": [], "counts": []}
            for label, each in laid
        ],
    }


def _with_gaps(table: Shown) -> Any:
    counts = table.counts.astype(object)
    counts[~table.shown] = None
    return counts.tolist()


def read_laid(crowd: Crowd, tables: Iterable[Mapping[str, Any]]) -> list[Laid]:
    """Return tables in public with their true counts."""
    found = []
    for table, each in itertools.chain.from_iterable(((t, one) for one in t["laid"]) for t in tables):
        if each["keys"]:
            shown = np.array(each["counts"], dtype=object)
            counts = with_totals(crowd.counts(each["keys"]))
            if counts.shape != shown.shape:
                raise ValueError(f"{table['title']} is not of these people")
            found.append(Laid(tuple(each["keys"]), Shown(counts, shown != None)))  # noqa: E711 (by element)
    return found


@dataclass(frozen=True)
class PublicCell:
    """A number of a table in public, with its share of the column; None where it is withheld."""

    count: int | None
    percent: int | None


@dataclass(frozen=True)
class PublicTable:
    """A table of two questions as everybody sees it, of everybody or of one part of them."""

    title: str
    row_title: str
    column_labels: tuple[str, ...]
    totals: tuple[PublicCell, ...]
    body: tuple[tuple[str, tuple[PublicCell, ...]], ...]
    #: Categories by which it may be filtered.
    parts: tuple[str, ...]
    #: The place of the category it is filtered by; None: everybody.
    part: int | None
    several: bool

    @property
    def withholds(self) -> bool:
        """Whether any number is withheld."""
        return any(cell.count is None for _, cells in self.body for cell in cells)


def public_table(table: Mapping[str, Any], part: int | None = None) -> PublicTable:
    """Return an approved table as it is shown."""
    labels = table["labels"]
    columns = range(len(labels[1]) + 1)
    parts = tuple(labels[2]) if len(labels) == 3 else ()

    def at(counts: Sequence[Any], row: int, column: int) -> int | None:
        found: Any = counts[row][column]
        number: int | None = found[-1 if part is None else part] if parts else found
        return number

    several = bool(table["several"])
    body: list[tuple[str, list[int | None]]] = []
    totals: list[int | None] = [None for _ in columns]
    for each in table["laid"]:
        counts = each["counts"]
        if not counts:
            body.append((each["label"], [None for _ in columns]))
            continue
        totals = [at(counts, -1, column) for column in columns]
        rows = [each["label"]] if several else labels[0]
        body += [(label, [at(counts, row, column) for column in columns]) for row, label in enumerate(rows)]
    return PublicTable(
        title=table["title"],
        row_title=table["row_title"],
        column_labels=(*labels[1], "全体"),
        totals=tuple(PublicCell(count, None) for count in totals),
        body=tuple(
            (label, tuple(_cell(n, whole) for n, whole in zip(cells, totals, strict=True)))
            for label, cells in body
        ),
        parts=parts,
        part=part,
        several=several,
    )


def _cell(count: int | None, whole: int | None) -> PublicCell:
    if count is None or not whole or whole < LEAST_CELL:
        return PublicCell(count, None)
    return PublicCell(count, (count * 200 + whole) // (2 * whole))


def table_lines(tables: Iterable[Mapping[str, Any]]) -> Iterator[list[str | int]]:
    """Yield approved tables as lines of a file: table, part, row, column, number ("" where withheld)."""
    for table in tables:
        whole = public_table(table)
        for part in (None, *range(len(whole.parts))):
            shown = public_table(table, part)
            name = "全員" if part is None else shown.parts[part]
            for label, cells in (*shown.body, ("人数", shown.totals)):
                for column, cell in zip(shown.column_labels, cells, strict=True):
                    yield [
                        shown.title,
                        name,
                        label,
                        column,
                        "" if cell.count is None else cell.count,
                        "" if cell.percent is None else cell.percent,
                    ]
