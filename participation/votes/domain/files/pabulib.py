"""pabulib files (参加型予算の研究用ファイル): .pb, read and written.

Three parts, META, PROJECTS and VOTES, each a table with semicolons under a line of column names. Of a
voter, only the ballot is kept: number, age and sex are looked at for repeats and then forgotten.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from participation.votes.domain.ballots import (
    MOST_RANKED,
    BadBallot,
    BallotKind,
    BallotPaper,
    Election,
    Marks,
    Number,
    Option,
    Points,
    Ranking,
    groups_of,
    whole,
)
from participation.votes.domain.files.lines import (
    MOST_OPTIONS_IN_FILE,
    Reading,
    lines_of,
    number_of,
    told,
)

PABULIB = ("pb",)
VOTE_TYPES = {
    "approval": BallotKind.APPROVAL,
    "choose-1": BallotKind.CHOICE,
    "ordinal": BallotKind.RANKING,
    "cumulative": BallotKind.POINTS,
    "scoring": BallotKind.SCORE,
}
_PARTS = ("META", "PROJECTS", "VOTES")
_YEN = "JPY"


@dataclass(frozen=True)
class _Row:
    """A row of a table with the line that it ends on."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "").strip()


def read_pabulib(content: bytes) -> Election:
    """Return the ballots of a pabulib file; raises BadFile."""
    reading = Reading()
    parts = _parts(lines_of(content), reading)
    for part in _PARTS:
        if part not in parts:
            reading.wrong(0, f"「{part}」の部分がありません。")
    reading.stop_if_wrong()
    meta = _Meta({row["key"].lower(): row for row in _meta_rows(parts["META"], reading)}, reading)
    kind = meta.kind()
    budget = meta.number("budget", needed=True)
    if budget is not None and budget <= 0:
        reading.wrong(meta.line("budget"), "予算（budget）は0より大きい数にしてください。")
    options = _projects(parts["PROJECTS"], reading)
    meta.check_count("num_projects", len(options), "PROJECTS の案")
    if kind is BallotKind.RANKING and len(options) > MOST_RANKED:
        reading.wrong(0, f"順位をつけられる案は{MOST_RANKED}個までです。")
    reading.stop_if_wrong()
    assert kind is not None
    election = _votes(parts["VOTES"], meta.paper(kind, options), meta.number("default_score") or 0, reading)
    meta.check_count("num_votes", election.voters, "VOTES の票")
    if not election.voters:
        reading.wrong(0, "票が1票もありません。")
    reading.stop_if_wrong()
    title = " ".join(filter(None, (meta["description"], meta["unit"], meta["instance"])))
    unit = "円" if meta["currency"].upper() == _YEN else f" {meta['currency']}".rstrip()
    return Election(election.paper, election.marks, election.points, election.rankings, title, budget, unit)


class _Meta:
    """What the part META says."""

    def __init__(self, rows: Mapping[str, _Row], reading: Reading) -> None:
        self.rows = rows
        self.reading = reading

    def __getitem__(self, key: str) -> str:
        return self.rows[key]["value"] if key in self.rows else ""

    def line(self, key: str) -> int:
        return self.rows[key].line if key in self.rows else 0

    def kind(self) -> BallotKind | None:
        said = self["vote_type"].lower()
        if said not in VOTE_TYPES:
            self.reading.wrong(
                self.line("vote_type"),
                f"「vote_type」は {'、'.join(VOTE_TYPES)} のどれかにしてください。{told(said)}は読めません。",
            )
        return VOTE_TYPES.get(said)

    def number(self, key: str, *, needed: bool = False) -> Number | None:
        if not self[key]:
            if needed:
                self.reading.wrong(self.line(key), f"META に「{key}」がありません。")
            return None
        number = number_of(self[key])
        if number is None:
            self.reading.wrong(
                self.line(key), f"「{key}」には数を書いてください。{told(self[key])}は読めません。"
            )
        return number

    def count(self, key: str) -> int | None:
        number = self.number(key)
        if number is not None and (not isinstance(number, int) or number < 0):
            self.reading.wrong(
                self.line(key), f"「{key}」には0以上の整数を書いてください。{told(self[key])}は読めません。"
            )
            return None
        return number if isinstance(number, int) else None

    def check_count(self, key: str, counted: int, what: str) -> None:
        said = self.count(key)
        if said is not None and said != counted and not self.reading.problems:
            self.reading.wrong(
                self.line(key),
                f"「{key}」は{said}ですが、{what}は{counted}です。ファイルが途中で切れていないか確かめてください。",
            )

    def paper(self, kind: BallotKind, options: tuple[Option, ...]) -> BallotPaper:
        """Return what may be written on a ballot of this file."""
        least, most = self.count("min_length") or 0, self.count("max_length")
        if kind is BallotKind.CHOICE:
            return BallotPaper(kind, options, least=least, most=1)
        if kind not in (BallotKind.SCORE, BallotKind.POINTS):
            most_cost = self.number("max_sum_cost")
            return BallotPaper(kind, options, least=least, most=most, may_tie=False, cost_most=most_cost)
        lowest = self.number("min_points")
        is_score = kind is BallotKind.SCORE
        return BallotPaper(
            kind,
            options,
            least=least,
            most=most,
            # Points that are divided are never negative; a score may be, where the file says so.
            lowest=lowest if lowest is not None and (is_score or lowest > 0) else 0,
            highest=self.number("max_points"),
            total_least=self.number("min_sum_points"),
            total_most=self.number("max_sum_points"),
        )


def _parts(lines: list[str], reading: Reading) -> dict[str, list[_Row]]:
    """Return the rows of each part."""
    parts: dict[str, list[_Row]] = {}
    part = ""
    columns: list[str] = []
    for line, cells in _cells(lines, reading):
        if len([cell for cell in cells if cell]) == 1 and cells[0].upper() in _PARTS:
            part, columns = cells[0].upper(), []
            if part in parts:
                reading.wrong(line, f"「{part}」の部分が2回あります。")
            parts.setdefault(part, [])
        elif not any(cells):
            continue
        elif not part:
            reading.wrong(line, f"はじめの行は「META」にしてください。{told(cells[0])}は読めません。")
            reading.stop_if_wrong()
        elif not columns:
            columns = [cell.lower() for cell in cells]
            _check_columns(part, columns, line, reading)
        elif any(cells[len(columns) :]):
            reading.wrong(line, f"列が{len(cells)}個ありますが、列の名前は{len(columns)}個です。")
        else:
            parts[part].append(_Row(line, dict(zip(columns, cells, strict=False))))
    return parts


def _check_columns(part: str, columns: list[str], line: int, reading: Reading) -> None:
    wanted = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("vote",)}[part]
    for column in wanted:
        if columns.count(column) != 1:
            reading.wrong(line, f"「{part}」の列の名前に「{column}」が1つ必要です。")
    reading.stop_if_wrong()


def _cells(lines: list[str], reading: Reading) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader((line + "\n" for line in lines), delimiter=";")
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            reading.wrong(
                rows.line_num, 'この行は、表として読めません。「"」の数と、長すぎる文を確かめてください。'
            )
            continue
        yield rows.line_num, [cell.strip() for cell in cells] or [""]


def _meta_rows(rows: list[_Row], reading: Reading) -> Iterator[_Row]:
    seen: set[str] = set()
    for row in rows:
        key = row["key"].lower()
        if key in seen:
            reading.wrong(row.line, f"META に{told(key)}が2回書かれています。")
        seen.add(key)
        yield row


def _projects(rows: list[_Row], reading: Reading) -> tuple[Option, ...]:
    found: dict[str, Option] = {}
    for row in rows:
        code, cost = row["project_id"], number_of(row["cost"])
        if not code or "," in code:
            reading.wrong(row.line, "案の番号（project_id）がないか、「,」が入っています。")
        elif code in found:
            reading.wrong(row.line, f"案の番号{told(code)}が2回書かれています。")
        elif cost is None or cost <= 0:
            reading.wrong(
                row.line,
                f"案{told(code)}の費用（cost）は0より大きい数にしてください。{told(row['cost'])}は読めません。",
            )
        else:
            found[code] = Option(code, row["name"] or code, cost, row["category"])
    if not rows:
        reading.wrong(0, "PROJECTS に案が1つもありません。")
    if len(found) > MOST_OPTIONS_IN_FILE:
        reading.wrong(0, f"案は{MOST_OPTIONS_IN_FILE}個までです。")
    return tuple(found.values())


def _votes(rows: list[_Row], paper: BallotPaper, default: Number, reading: Reading) -> Election:
    marks: dict[Marks, int] = {}
    points: dict[Points, int] = {}
    rankings: dict[Ranking, int] = {}
    voters: set[str] = set()
    for row in rows:
        voter = row["voter_id"]
        if voter and voter in voters:
            reading.wrong(row.line, f"投票した人の番号{told(voter)}が2回あります。1人1票です。")
            continue
        voters.add(voter)
        codes = [code.strip() for code in row["vote"].split(",")] if row["vote"] else []
        try:
            if paper.kind in (BallotKind.CHOICE, BallotKind.APPROVAL):
                key = paper.marks(codes)
                marks[key] = marks.get(key, 0) + 1
            elif paper.kind is BallotKind.RANKING:
                ranking = paper.ranking([code] for code in codes)
                rankings[ranking] = rankings.get(ranking, 0) + 1
            else:
                given = paper.points(_given(codes, row["points"]))
                if default and paper.kind is BallotKind.SCORE:
                    scored = {position for position, _ in given}
                    rest = [(at, default) for at in range(len(paper.options)) if at not in scored]
                    given = tuple(sorted((*given, *rest)))
                points[given] = points.get(given, 0) + 1
        except BadBallot as error:
            reading.wrong(row.line, str(error))
    return Election(paper, marks=marks, points=points, rankings=rankings)


def _given(codes: list[str], written: str) -> list[tuple[str, Number]]:
    numbers = [number_of(text) for text in written.split(",")] if written else []
    if None in numbers:
        raise BadBallot(f"点（points）には数を書いてください。{told(written)}は読めません。")
    if len(numbers) != len(codes):
        raise BadBallot(f"案は{len(codes)}個ですが、点（points）は{len(numbers)}個です。")
    return [(code, number) for code, number in zip(codes, numbers, strict=True) if number is not None]


def write_pabulib(election: Election) -> str:
    """Return the .pb file that holds these ballots; raises ValueError where no budget is divided.

    Voters are numbered in the order of their ballots, so that the numbers tell nothing about them.
    """
    kinds = {kind: name for name, kind in VOTE_TYPES.items()}
    if election.budget is None or election.kind not in kinds or not all(o.cost for o in election.options):
        raise ValueError("予算と費用のない投票は、pabulibのファイルにできません。")
    if any(len(group) > 1 for ranking in election.rankings for group in groups_of(ranking)):
        raise ValueError("同じ順位のある票は、pabulibのファイルにできません。")
    paper = election.paper
    meta: list[tuple[str, object]] = [
        ("description", election.title),
        ("num_projects", len(election.options)),
        ("num_votes", election.voters),
        ("budget", decimal(election.budget)),
        ("currency", _YEN if election.unit == "円" else election.unit.strip()),
        ("vote_type", kinds[election.kind]),
        ("min_length", paper.least),
        ("max_length", paper.most),
        ("max_sum_cost", None if paper.cost_most is None else decimal(paper.cost_most)),
    ]
    if election.kind in (BallotKind.SCORE, BallotKind.POINTS):
        meta += [
            ("min_points", decimal(paper.lowest)),
            ("max_points", None if paper.highest is None else decimal(paper.highest)),
            ("min_sum_points", None if paper.total_least is None else decimal(paper.total_least)),
            ("max_sum_points", None if paper.total_most is None else decimal(paper.total_most)),
        ]
    text = io.StringIO()
    table = csv.writer(text, delimiter=";", lineterminator="\n")
    table.writerows([["META"], ["key", "value"]])
    table.writerows([key, value] for key, value in meta if value not in (None, ""))
    table.writerows([["PROJECTS"], ["project_id", "cost", "name", "category"]])
    table.writerows([o.code, decimal(o.cost or 0), o.name, o.category] for o in election.options)
    with_points = election.kind in (BallotKind.SCORE, BallotKind.POINTS)
    table.writerows([["VOTES"], ["voter_id", "vote", "points"] if with_points else ["voter_id", "vote"]])
    rows = sorted(_written(election))
    number = 0
    for *cells, count in rows:
        for _ in range(count):
            number += 1
            table.writerow([number, *cells])
    return text.getvalue()


def decimal(number: Number) -> str:
    """Return a number as a file writes it; raises ValueError where no decimal is exact."""
    number = whole(number)
    if isinstance(number, int):
        return str(number)
    for places in range(1, 16):
        scaled = whole(number * 10**places)
        if isinstance(scaled, int):
            digits = f"{abs(scaled):0{places + 1}d}"
            return f"{'-' if scaled < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    raise ValueError(f"{number}は、小数で正確に書けません。")


def _written(election: Election) -> Iterator[tuple[str, int] | tuple[str, str, int]]:
    codes = [option.code for option in election.options]
    for marks, count in election.marks.items():
        yield ",".join(codes[position] for position in marks), count
    for ranking, count in election.rankings.items():
        yield ",".join(codes[position] for (position,) in groups_of(ranking)), count
    for given, count in election.points.items():
        vote = ",".join(codes[position] for position, _ in given)
        yield vote, ",".join(decimal(number) for _, number in given), count
