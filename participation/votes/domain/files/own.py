"""Our own file of ballots (投票データ): JSON, every kind of ballot, read and written without loss.

    {"format": "participation-ballots", "version": 1, "title": "…", "kind": "ranking",
     "options": [{"id": "a", "name": "公園", "cost": 1000000}, …], "budget": 3000000,
     "limits": {"most": 3},
     "ballots": [
       {"count": 2, "ranking": [["a"], ["b", "c"]]},
       …]}

A ballot has `choice` (one id or none), `approved` (ids), `scores` or `points` (id → number), `ranking`
(lists of ids, best first) or `categories` (a list of ids for each category), by its kind. Numbers that are
not whole may be decimals, or fractions as text ("7/2").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from json import scanner
from json.decoder import JSONObject  # type: ignore[attr-defined]
from typing import Any

from participation.votes.domain.ballots import (
    MOST_RANKED,
    UNRANKED,
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
    BadFile,
    Problem,
    Reading,
    is_text,
    lines_of,
    number_of,
    told,
)
from participation.votes.domain.outcomes import written

FORMAT = "participation-ballots"
VERSION = 1
#: Under which key a ballot of each kind keeps what is written on it.
CONTENT = {
    BallotKind.CHOICE: "choice",
    BallotKind.APPROVAL: "approved",
    BallotKind.SCORE: "scores",
    BallotKind.POINTS: "points",
    BallotKind.RANKING: "ranking",
    BallotKind.CATEGORIES: "categories",
}
#: Longer than decimals may be: what is written exactly is read again exactly.
_FRACTION = re.compile(r"(-?[0-9]{1,80})/([1-9][0-9]{0,79})")


@dataclass(frozen=True)
class _Unreadable:
    """A number in the file that cannot be read: it is refused where it is used."""

    text: str


class _Lines:
    """In which line the objects of a JSON text begin; looked for only where something is wrong."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[tuple[str, int], int] | None = None

    def of(self, part: str, place: int) -> int:
        """Return the line of the object at a place in a list of the file."""
        if self._found is None:
            try:
                self._found = self._look()
            except RecursionError:
                self._found = {}
        offset = self._found.get((part, place))
        return 0 if offset is None else self._text.count("\n", 0, offset) + 1

    def _look(self) -> dict[tuple[str, int], int]:
        decoder = _reader()
        beginnings: dict[int, int] = {}

        def parse_object(s_and_end: tuple[str, int], *rest: Any) -> tuple[Any, int]:
            value, end = JSONObject(s_and_end, *rest)
            beginnings[id(value)] = s_and_end[1]
            return value, end

        decoder.parse_object = parse_object
        decoder.scan_once = scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]
        read = decoder.decode(self._text)
        return {
            (part, place): beginnings[id(item)]
            for part in ("options", "ballots")
            for place, item in enumerate(read[part])
            if id(item) in beginnings
        }


def read_own(content: bytes) -> Election:
    """Return the ballots of our own JSON file; raises BadFile."""
    text = "\n".join(lines_of(content))
    data = _parsed(text)
    reading = Reading()
    lines = _Lines(text)
    if data.get("format") != FORMAT or data.get("version") != VERSION:
        reading.wrong(1, f"「format」が「{FORMAT}」、「version」が{VERSION}のファイルだけ読めます。")
        reading.stop_if_wrong()
    for part in ("options", "ballots"):
        if not isinstance(data.get(part), list):
            reading.wrong(0, f"「{part}」の並び（[ ]）がありません。")
    known = [kind.value for kind in BallotKind]
    if data.get("kind") not in known:
        reading.wrong(0, f"「kind」は {'、'.join(known)} のどれかにしてください。")
    reading.stop_if_wrong()
    kind = BallotKind(data["kind"])
    options = _options(data["options"], reading, lines)
    if kind in (BallotKind.RANKING, BallotKind.CATEGORIES) and len(options) > MOST_RANKED:
        reading.wrong(0, f"順位をつけられる選択肢は{MOST_RANKED}個までです。")
    budget = _optional(data, "budget", reading)
    if budget is not None and budget <= 0:
        reading.wrong(0, "「budget」は0より大きい数にしてください。")
    paper = _paper(kind, options, data, reading)
    reading.stop_if_wrong()
    marks: dict[Marks, int] = {}
    points: dict[Points, int] = {}
    rankings: dict[Ranking, int] = {}
    for place, ballot in enumerate(data["ballots"]):
        try:
            count, content_of = _ballot(ballot, kind)
            if kind in (BallotKind.CHOICE, BallotKind.APPROVAL):
                key = paper.marks(_marked(content_of, kind))
                marks[key] = marks.get(key, 0) + count
            elif kind in (BallotKind.SCORE, BallotKind.POINTS):
                given = paper.points(_given(content_of))
                points[given] = points.get(given, 0) + count
            else:
                ranking = paper.ranking(_groups(content_of))
                rankings[ranking] = rankings.get(ranking, 0) + count
        except BadBallot as error:
            reading.wrong(lines.of("ballots", place), f"{place + 1}番目の票：{error}")
    reading.stop_if_wrong()
    title = data.get("title", "")
    return Election(paper, marks, points, rankings, title if is_text(title) else "", budget, _unit(data))


def _parsed(text: str) -> dict[str, Any]:
    try:
        data = _reader().decode(text)
    except json.JSONDecodeError as error:
        raise BadFile(
            [Problem(error.lineno, f"JSONとして読めません（{error.colno}文字目のあたり）。")]
        ) from None
    except _Repeated as error:
        raise BadFile([Problem(0, f"{told(str(error))}が同じところに2回書かれています。")]) from None
    except RecursionError:
        raise BadFile([Problem(0, "かっこの入れ子が深すぎます。")]) from None
    if not isinstance(data, dict):
        raise BadFile([Problem(1, "ファイルの全体を { } で囲んでください。")])
    return data


class _Repeated(Exception):
    """A key that stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Repeated(next(key for key in keys if keys.count(key) > 1))
    return found


def _reader() -> Any:
    def exact(text: str) -> Number | _Unreadable:
        number = number_of(text)
        return _Unreadable(text) if number is None else number

    return json.JSONDecoder(
        object_pairs_hook=_once,
        parse_float=exact,
        parse_int=exact,
        parse_constant=_Unreadable,
    )


def _options(rows: list[Any], reading: Reading, lines: _Lines) -> tuple[Option, ...]:
    found: dict[str, Option] = {}
    if not rows:
        reading.wrong(0, "選択肢が1つもありません。")
    for place, row in enumerate(rows[: MOST_OPTIONS_IN_FILE + 1]):
        code = row.get("id") if isinstance(row, dict) else None
        if not isinstance(code, str) or not code:
            reading.wrong(
                lines.of("options", place), f"{place + 1}番目の選択肢に「id」（文字）がありません。"
            )
            continue
        name, category, cost = row.get("name", code), row.get("category", ""), row.get("cost")
        exact = None if cost is None else _number(cost)
        if code in found:
            reading.wrong(lines.of("options", place), f"選択肢の「id」{told(code)}が2回書かれています。")
        elif not (is_text(code) and is_text(name) and is_text(category)):
            reading.wrong(
                lines.of("options", place),
                f"選択肢{told(code)}のidと名前と分類は、改行のない文字で書いてください。",
            )
        elif cost is not None and (exact is None or exact <= 0):
            reading.wrong(
                lines.of("options", place), f"選択肢{told(code)}の費用（cost）は0より大きい数にしてください。"
            )
        else:
            found[code] = Option(code, name or code, exact, category)
    if len(rows) > MOST_OPTIONS_IN_FILE:
        reading.wrong(0, f"選択肢は{MOST_OPTIONS_IN_FILE}個までです。")
    return tuple(found.values())


def _paper(
    kind: BallotKind, options: tuple[Option, ...], data: Mapping[str, Any], reading: Reading
) -> BallotPaper:
    limits = data.get("limits", {})
    if not isinstance(limits, dict):
        reading.wrong(0, "「limits」は { } で囲んでください。")
        limits = {}
    categories = data.get("categories", [])
    if kind is BallotKind.CATEGORIES and (
        not isinstance(categories, list)
        or not 1 <= len(categories) <= UNRANKED
        or not all(is_text(name) and name for name in categories)
    ):
        reading.wrong(0, "「categories」に、段階の名前をよい順に並べてください。")
        categories = []
    least, most = _optional(limits, "least", reading), _optional(limits, "most", reading)
    for key, number in (("least", least), ("most", most)):
        if number is not None and (not isinstance(number, int) or number < 0):
            reading.wrong(0, f"「{key}」には0以上の整数を書いてください。")
    return BallotPaper(
        kind,
        options,
        least=least if isinstance(least, int) else 0,
        most=most if isinstance(most, int) else None,
        lowest=_optional(limits, "lowest", reading) or 0,
        highest=_optional(limits, "highest", reading),
        total_least=_optional(limits, "total_least", reading),
        total_most=_optional(limits, "total_most", reading),
        cost_most=_optional(limits, "cost_most", reading),
        may_tie=limits.get("may_tie") is not False,
        categories=tuple(categories) if kind is BallotKind.CATEGORIES else (),
    )


def _unit(data: Mapping[str, Any]) -> str:
    unit = data.get("unit", "円")
    return unit[:20] if is_text(unit) else "円"


def _optional(data: Mapping[str, Any], key: str, reading: Reading) -> Number | None:
    if data.get(key) is None:
        return None
    number = _number(data[key])
    if number is None:
        reading.wrong(0, f"「{key}」には数を書いてください。")
    return number


def _number(value: Any) -> Number | None:
    """Return an exact number; None for anything else, true and false included."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, Fraction)):
        return value
    found = _FRACTION.fullmatch(value) if isinstance(value, str) else None
    return whole(Fraction(int(found.group(1)), int(found.group(2)))) if found else None


def _ballot(ballot: Any, kind: BallotKind) -> tuple[int, Any]:
    if not isinstance(ballot, dict):
        raise BadBallot("票は { } で囲んでください。")
    key = CONTENT[kind]
    others = [other for other in CONTENT.values() if other != key and other in ballot]
    if key not in ballot or others:
        raise BadBallot(f"この投票（{kind}）の票には「{key}」だけを書いてください。")
    count = ballot.get("count", 1)
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise BadBallot("「count」は1以上の整数にしてください。")
    return count, ballot[key]


def _marked(value: Any, kind: BallotKind) -> list[str]:
    if kind is BallotKind.CHOICE:
        value = [] if value is None else [value]
    return _codes(value)


def _given(value: Any) -> Iterator[tuple[str, Number]]:
    if not isinstance(value, dict):
        raise BadBallot('点は { "id": 数 } の形で書いてください。')
    for code, points in value.items():
        number = _number(points)
        if number is None:
            raise BadBallot(f"{told(code)}の点が読めません。数を書いてください。")
        yield code, number


def _groups(value: Any) -> list[list[str]]:
    if not isinstance(value, list):
        raise BadBallot('順位は [["id"], ["id", "id"]] の形で書いてください。')
    return [_codes([group] if isinstance(group, str) else group) for group in value]


def _codes(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise BadBallot('選択肢は ["id", "id"] の形で書いてください。')
    return value


def write_own(election: Election) -> str:
    """Return our own file of these ballots, a ballot a line, in an order that tells nothing of the voters."""
    paper = election.paper
    head: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "title": election.title,
        "kind": election.kind.value,
        "unit": election.unit,
    }
    if election.budget is not None:
        head["budget"] = written(election.budget)
    limits = {
        "least": paper.least or None,
        "most": paper.most,
        "lowest": written(paper.lowest) if paper.lowest else None,
        "highest": _or_none(paper.highest),
        "total_least": _or_none(paper.total_least),
        "total_most": _or_none(paper.total_most),
        "cost_most": _or_none(paper.cost_most),
        "may_tie": None if paper.may_tie else False,
    }
    head["limits"] = {key: value for key, value in limits.items() if value is not None}
    if paper.categories:
        head["categories"] = list(paper.categories)
    options = [
        {
            "id": option.code,
            "name": option.name,
            **({} if option.cost is None else {"cost": written(option.cost)}),
            **({"category": option.category} if option.category else {}),
        }
        for option in election.options
    ]
    rows = [_line(row) for row in options]
    ballots = sorted(_line(ballot) for ballot in _ballots(election))
    parts = [f" {_line(key)}: {_line(value)}" for key, value in head.items()]
    parts.append(' "options": [\n  ' + ",\n  ".join(rows) + "]")
    parts.append(' "ballots": [\n  ' + ",\n  ".join(ballots) + "]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _ballots(election: Election) -> Iterator[dict[str, Any]]:
    codes = [option.code for option in election.options]
    key = CONTENT[election.kind]
    for marks, count in election.marks.items():
        chosen = [codes[position] for position in marks]
        is_choice = election.kind is BallotKind.CHOICE
        yield {"count": count, key: (chosen[0] if chosen else None) if is_choice else chosen}
    for given, count in election.points.items():
        yield {"count": count, key: {codes[position]: written(number) for position, number in given}}
    for ranking, count in election.rankings.items():
        groups = groups_of(ranking)
        if election.kind is BallotKind.CATEGORIES:
            groups = [
                [position for position, rank in enumerate(ranking) if rank == place]
                for place in range(len(election.paper.categories))
            ]
        yield {"count": count, key: [[codes[position] for position in group] for group in groups]}


def _or_none(number: Number | None) -> int | str | None:
    return None if number is None else written(number)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
