"""Reading votes from a file: rows of participant, statement, vote – or Polis's table with a row a participant.

The bytes are read as columns, not row by row, because a conversation may have millions of votes. What
is not a vote is left out and said with its line; nothing is guessed. Commas, line breaks and digits
are single bytes in UTF-8 and in CP932 alike, so only the ids are ever decoded.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from participation.foundation.csv_text import unguarded
from participation.foundation.encodings import WrongEncoding, decode
from participation.foundation.errors import Refused
from participation.foundation.text import excerpt, fold
from participation.opinion_map.domain.votes import AGREE, DISAGREE, PASS, Ints, Places, Signs, Votes, gather

#: Columns of Polis's table that hold no votes.
ABOUT_PARTICIPANT = frozenset(["group-id", "n-comments", "n-votes", "n-agree", "n-disagree"])
PARTICIPANT_NAMES = frozenset(
    ["participant", "participant-id", "participant_id", "voter-id", "参加者", "投票者"]
)
STATEMENT_NAMES = frozenset(["statement", "statement-id", "statement_id", "comment-id", "意見文"])
VOTE_NAMES = frozenset(["vote", "投票", "票"])
_WRITTEN = {
    AGREE: ("agree", "賛成", "1", "+1", "1.0"),
    PASS: ("pass", "パス", "わからない", "0", "0.0", "-0.0"),
    DISAGREE: ("disagree", "反対", "-1", "-1.0", "\N{MINUS SIGN}1"),
}
#: Which vote a cell means, written in any width and case.
ANSWERS = {fold(text): answer for answer, texts in _WRITTEN.items() for text in texts}
#: So many problems are told one by one; of the rest, only how many there are.
MOST_PROBLEMS = 20
MOST_PARTICIPANTS, MOST_STATEMENTS = 200_000, 10_000

_CHUNK = 1 << 20
_COMMA, _BREAK = ord(","), ord("\n")
#: Stand for a comma and a line break inside of a quoted cell while the bytes are cut into cells.
_INNER = {",": "\x1f", "\n": "\x1e"}
#: Never in a text; two of them are the signs above.
_NO_TEXT = (b"\x00", *(sign.encode() for sign in _INNER.values()))
_NOT_A_VOTE = 9
#: Longer cells than this many bytes are rare.
_LONG = 64
_EMPTY = 8

Bytes = NDArray[np.uint8]
Keys = NDArray[np.uint64]
#: The bytes of a file, and where the lines under its header begin.
Body = tuple[bytes, int]
#: Votes of a stretch: participant, statement, vote and line of each.
Part = tuple[Places, Places, Signs, Ints]


@dataclass(frozen=True)
class VoteProblem:
    """Something in the file that was left out, or that a reader should know of."""

    line: int
    message: str


@dataclass(frozen=True)
class ReadVotes:
    """The votes of a file, with what was wrong with it."""

    votes: Votes
    problems: tuple[VoteProblem, ...] = ()
    #: How many problems there were, those that are not listed included.
    problem_count: int = 0


@dataclass
class _Found:
    """What one way of reading found, before it is put in order."""

    participants: list[str]
    statements: list[str]
    rows: Places
    columns: Places
    values: Signs
    #: The line of each vote.
    lines: Ints
    problems: _Problems


@dataclass
class _Problems:
    listed: list[VoteProblem] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, message: str) -> None:
        self.add_all([line], lambda _: message)

    def add_all(self, lines: Sequence[int] | Places | Ints, message: Callable[[int], str]) -> None:
        """Take the first ones word for word, and count all; `message` is asked for the n-th line."""
        for place, line in enumerate(lines[: MOST_PROBLEMS + 1]):
            self.listed.append(VoteProblem(int(line), message(place)))
        self.count += len(lines)


def read_votes(content: bytes) -> ReadVotes:
    """Read a file; raises Refused if it holds no table of votes at all."""
    content = _plain(content)
    start = len(content) - len(content.lstrip(b"\n"))
    end = content.find(b"\n", start)
    header = _header(content[start : len(content) if end < 0 else end])
    body = (content, end + 1 if end >= 0 else len(content))
    first_line = content[:start].count(b"\n") + 2
    by_name = {fold(name.strip()): place for place, name in reversed(list(enumerate(header)))}
    participant = _place(by_name, PARTICIPANT_NAMES)
    statement, vote = _place(by_name, STATEMENT_NAMES), _place(by_name, VOTE_NAMES)
    if participant is None:
        hint = "" if len(header) > 1 else "列は「,」で区切ります。"
        raise Refused(
            f"1行目に participant（参加者）の列がありません。{hint}票のファイルかどうか確かめてください。"
        )
    if statement is not None and vote is not None:
        found = _read_rows(body, header, (participant, statement, vote), first_line)
    elif statement is None and vote is None:
        found = _read_table(body, header, participant, first_line)
    else:
        missing = "vote（投票）" if vote is None else "statement（意見文）"
        raise Refused(f"1行目に{missing}の列がありません。participant,statement,vote の3つが要ります。")
    return _finished(found)


def _place(by_name: dict[str, int], names: frozenset[str]) -> int | None:
    return next((by_name[fold(name)] for name in sorted(names) if fold(name) in by_name), None)


def _finished(found: _Found) -> ReadVotes:
    for kind, most, count in (
        ("参加者", MOST_PARTICIPANTS, len(found.participants)),
        ("意見文", MOST_STATEMENTS, len(found.statements)),
    ):
        if count > most:
            raise Refused(f"{kind}が{count:,}あります。{most:,}までにし、分けてください。")
    votes, replaced = gather(found.participants, found.statements, found.rows, found.columns, found.values)
    found.problems.add_all(
        found.lines[replaced[: MOST_PROBLEMS + 1]],
        lambda each: (
            f"参加者「{_short(found.participants[found.rows[replaced[each]]])}」の"
            f"意見文「{_short(found.statements[found.columns[replaced[each]]])}」への票は、後の行にもあります。後の票を数えます。"
        ),
    )
    found.problems.count += max(len(replaced) - MOST_PROBLEMS - 1, 0)
    listed = sorted(found.problems.listed, key=lambda each: each.line)[:MOST_PROBLEMS]
    return ReadVotes(votes, tuple(listed), found.problems.count)


def read_removed(content: bytes) -> list[str]:
    """Return the ids of the statements that a table of statements (comments.csv) marks as removed."""
    try:
        rows = csv.reader(io.StringIO(decode(content).text, newline=""), strict=True)
        header = [fold(name.strip()) for name in next(rows, [])]
        if "comment-id" not in header or "moderated" not in header:
            raise Refused("意見文の表に comment-id と moderated の列がありません。")
        name, mark = header.index("comment-id"), header.index("moderated")
        return [row[name].strip() for row in rows if len(row) > max(name, mark) and row[mark].strip() == "-1"]
    except (csv.Error, WrongEncoding) as wrong:
        raise Refused("意見文の表を読めません。CSV（UTF-8）で保存し直してください。") from wrong


# ── Bytes ───────────────────────────────────────────────────────────────────────────────────


def _plain(content: bytes) -> bytes:
    """Return the file as UTF-8 without quotes, with \\n between lines, or as it is where that is the same."""
    if not content.isascii():
        try:
            content = decode(content).text.encode("utf-8")
        except WrongEncoding as wrong:
            where = f"{wrong.line}行目：" if wrong.line else ""
            raise Refused(where + wrong.message) from wrong
    if any(sign in content for sign in _NO_TEXT):
        raise Refused("文字でないデータが入っています。CSV（UTF-8）で保存し直してください。")
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b'"' in content:
        content = _unquoted(content.decode("utf-8")).encode("utf-8")
    if not content.strip():
        raise Refused("ファイルが空です。")
    return content


def _unquoted(text: str) -> str:
    """Take quotes off; a cell's own commas and breaks are kept under other signs, lines keep their numbers."""
    lines: list[str] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return "\n".join(lines)
        except csv.Error as error:
            raise Refused(f'{before + 1}行目：「"」の使い方が正しくありません。') from error
        for sign, inner in _INNER.items():
            cells = [cell.replace(sign, inner) if sign in cell else cell for cell in cells]
        lines.append(",".join(cells))
        lines.extend([""] * (reader.line_num - before - 1))
        before = reader.line_num


def _text(cell: bytes) -> str:
    text = cell.decode("utf-8").strip()
    if not text.isprintable():
        for sign, inner in _INNER.items():
            text = text.replace(inner, sign)
    return unguarded(text) if text[:1] == "'" else text


def _short(text: str) -> str:
    """Return what of a cell a message names: a cell may be a book."""
    return excerpt(text, 40)


def _header(line: bytes) -> list[str]:
    return [_text(cell) for cell in line.split(b",")]


class _Cells:
    """The cells of a stretch of whole lines that are not empty: where each begins and ends, its line and column."""

    def __init__(self, stretch: bytes, first_line: int) -> None:
        self.stretch = stretch
        # Eight bytes more, so that a word can be read from any place.
        self.bytes: Bytes = np.frombuffer(stretch + b"\n" * 9, dtype=np.uint8)
        signs = self.bytes[: len(stretch) + (not stretch.endswith(b"\n"))]
        is_break = signs == _BREAK
        ends = np.flatnonzero(is_break | (signs == _COMMA))
        last = np.flatnonzero(is_break[ends])
        #: How many cells each line has.
        self.widths: Ints = np.diff(last, prepend=-1)
        self.count = len(last)
        starts = np.empty_like(ends)
        starts[0], starts[1:] = 0, ends[:-1] + 1
        filled = np.flatnonzero(ends > starts)
        self.starts: Ints = starts[filled]
        self.ends: Ints = ends[filled]
        self.rows: Places = np.repeat(np.arange(self.count, dtype=np.int32), self.widths)[filled]
        begins = np.concatenate([[0], last[:-1] + 1])
        self.columns: Ints = filled - begins[self.rows]
        self.is_blank = (self.widths == 1) & (ends[last] == starts[last])
        self.first_line = first_line

    def keys(self, which: Ints | slice) -> list[Keys]:
        """Return these cells as numbers, eight bytes each: equal numbers are equal cells."""
        starts, lengths = self.starts[which], self.ends[which] - self.starts[which]
        words = np.ndarray((len(self.bytes) - 8,), dtype="<u8", buffer=self.bytes, strides=(1,))
        found = []
        longest = int(lengths.max(initial=0))
        if longest > _LONG:
            # A cell may be a book: long ones are told apart as a whole, not word by word.
            books: dict[bytes, int] = {}
            number = np.zeros(len(lengths), dtype=np.uint64)
            for each in np.flatnonzero(lengths > _LONG).tolist():
                cell = self.stretch[starts[each] : starts[each] + lengths[each]]
                number[each] = books.setdefault(cell, len(books) + 1)
            found.append(number)
        for offset in range(0, max(min(longest, _LONG), 1), 8):
            left = np.clip(lengths - offset, 0, 8)
            word = words[np.minimum(starts + offset, len(words) - 1)]
            found.append(word & _MASKS[left])
        return found

    def text(self, which: int) -> str:
        """Return one cell."""
        return _text(self.stretch[self.starts[which] : self.ends[which]])


_MASKS = np.array([(1 << (8 * count)) - 1 for count in range(9)], dtype=np.uint64)


def _stretches(body: Body, first_line: int) -> Iterator[_Cells]:
    """Cut the lines into stretches of a megabyte or so: of a large file, only one is unfolded at a time."""
    content, begin = body
    while begin < len(content):
        end = content.find(b"\n", min(begin + _CHUNK, len(content) - 1)) + 1 or len(content)
        cells = _Cells(content[begin:end], first_line)
        yield cells
        first_line += cells.count
        begin = end


def _numbered(keys: list[Keys]) -> tuple[Ints, Ints]:
    """Return where each different cell occurs first, and for each cell the number of what stands in it."""
    first, codes = _different(keys[0])
    for word in keys[1:]:
        _, number = _different(word)
        first, codes = _different(codes * (int(number.max(initial=0)) + 1) + number)
    return first, codes


def _different(keys: NDArray[np.uint64] | Ints) -> tuple[Ints, Ints]:
    """Like np.unique, but quick where the same follows the same, or where few are different."""
    changes = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=changes[1:])
    runs = np.flatnonzero(changes)
    if len(runs) * 2 < len(keys):
        first, number = _different_of(keys[runs])
        return runs[first], np.repeat(number, np.diff(np.append(runs, len(keys))))
    return _different_of(keys)


def _different_of(keys: NDArray[np.uint64] | Ints) -> tuple[Ints, Ints]:
    known = np.unique(keys[:50_000])
    if len(keys) > 200_000 and len(known) < 20_000:
        number = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        if (known[number] == keys).all():
            first = np.empty(len(known), dtype=np.int64)
            first[number[::-1]] = np.arange(len(keys))[::-1]
            return first, number
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    return first, number.reshape(-1)


def _answers(cells: _Cells, which: Ints) -> NDArray[np.int8]:
    """Return the vote in each of these cells, or _NOT_A_VOTE."""
    first, number = _numbered(cells.keys(which))
    known = [ANSWERS.get(fold(cells.text(int(which[each]))), _NOT_A_VOTE) for each in first]
    blank = [not cells.text(int(which[each])) for each in first]
    answers = np.array(
        [_EMPTY if empty else each for each, empty in zip(known, blank, strict=True)], dtype=np.int8
    )
    return answers[number]


NOT_A_VOTE = "票「{}」は読めません。賛成は1かagree、パスは0かpass、反対は-1かdisagreeと書いてください。この票は数えません。"


# ── Rows of participant, statement, vote ────────────────────────────────────────────────────


class _Names:
    """Numbers for ids, over all stretches. What was met before is known by its bytes and not decoded again."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.known: Keys = np.empty(0, dtype=np.uint64)
        self.known_numbers: Places = np.empty(0, dtype=np.int32)

    def of(self, cells: _Cells, which: Ints) -> Places:
        """Return the number of the id in each of these cells; -1 where only blanks stand."""
        keys = cells.keys(which)
        first, number = _numbered(keys)
        if len(keys) > 1:
            return self._met(cells, which[first])[number]
        different = keys[0][first]
        place = np.searchsorted(self.known, different)
        is_known = np.zeros(len(different), dtype=bool)
        if len(self.known):
            is_known = self.known[np.minimum(place, len(self.known) - 1)] == different
        numbers = np.empty(len(different), dtype=np.int32)
        numbers[is_known] = self.known_numbers[place[is_known]]
        if not is_known.all():
            numbers[~is_known] = self._met(cells, which[first[~is_known]])
            known = np.concatenate([self.known, different[~is_known]])
            order = np.argsort(known)
            self.known = known[order]
            self.known_numbers = np.concatenate([self.known_numbers, numbers[~is_known]])[order]
        return numbers[number]

    def _met(self, cells: _Cells, which: Ints) -> Places:
        names = (cells.text(each) for each in which.tolist())
        return np.array(
            [self.numbers.setdefault(name, len(self.numbers)) if name else -1 for name in names],
            dtype=np.int32,
        )


def _read_rows(body: Body, header: list[str], wanted: tuple[int, int, int], first_line: int) -> _Found:
    people, texts, problems = _Names(), _Names(), _Problems()
    parts = [
        _votes_of_rows(cells, len(header), wanted, (people, texts), problems)
        for cells in _stretches(body, first_line)
    ]
    return _together(list(people.numbers), list(texts.numbers), parts, problems)


def _votes_of_rows(
    cells: _Cells, width: int, wanted: tuple[int, int, int], names: tuple[_Names, _Names], problems: _Problems
) -> Part:
    usable = _of_right_width(cells, width, problems) & ~cells.is_blank
    # For each line the cells of participant, statement and vote.
    at = np.full((3, cells.count), -1, dtype=np.int64)
    for place, column in enumerate(wanted):
        which = np.flatnonzero(cells.columns == column)
        at[place, cells.rows[which]] = which
    is_full = usable & (at >= 0).all(axis=0)
    lines = np.flatnonzero(is_full)
    answers = _answers(cells, at[2, lines])
    wrong = lines[answers == _NOT_A_VOTE]
    problems.add_all(
        wrong + cells.first_line, lambda each: NOT_A_VOTE.format(_short(cells.text(int(at[2, wrong[each]]))))
    )
    rows, columns = (kind.of(cells, at[place, lines]) for place, kind in enumerate(names))
    is_named = (rows >= 0) & (columns >= 0) & (answers != _EMPTY)
    lacking = np.sort(np.concatenate([np.flatnonzero(usable & ~is_full), lines[~is_named]]))
    problems.add_all(
        lacking + cells.first_line, lambda _: "参加者・意見文・投票のどれかが空です。この行は数えません。"
    )
    good = is_named & (answers != _NOT_A_VOTE)
    return rows[good], columns[good], answers[good], lines[good] + cells.first_line


def _of_right_width(cells: _Cells, width: int, problems: _Problems) -> NDArray[np.bool_]:
    """Return which lines have as many cells as the header, or none at all; say which have not."""
    usable: NDArray[np.bool_] = (cells.widths == width) | cells.is_blank
    wrong = np.flatnonzero(~usable)
    problems.add_all(
        wrong + cells.first_line,
        lambda each: f"列が{cells.widths[wrong[each]]:,}あります（1行目は{width:,}列）。この行は数えません。",
    )
    return usable


def _together(
    people: list[str],
    texts: list[str],
    parts: list[Part],
    problems: _Problems,
) -> _Found:
    empty = (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int8), np.empty(0, np.int64))
    rows, columns, values, lines = (np.concatenate(each) for each in zip(*(parts or [empty]), strict=True))
    return _Found(people, texts, rows, columns, values, lines, problems)


# ── A row a participant ─────────────────────────────────────────────────────────────────────


def _read_table(body: Body, header: list[str], participant: int, first_line: int) -> _Found:
    places = [
        place
        for place, name in enumerate(header)
        if place != participant and fold(name) not in ABOUT_PARTICIPANT
    ]
    texts = [header[place] for place in places]
    if not texts:
        raise Refused("意見文の列がありません。1行目に、意見文の番号を並べてください。")
    name, times = Counter(texts).most_common(1)[0]
    if times > 1 or "" in texts:
        raise Refused(f"1行目の意見文の番号「{name if times > 1 else ''}」が空か、重なっています。")
    statement_of = np.full(len(header), -1, dtype=np.int32)
    statement_of[places] = np.arange(len(places), dtype=np.int32)
    people, problems = _Names(), _Problems()
    parts = [
        _votes_of_table(cells, header, (participant, statement_of), people, problems)
        for cells in _stretches(body, first_line)
    ]
    return _together(list(people.numbers), texts, parts, problems)


def _votes_of_table(
    cells: _Cells, header: list[str], at: tuple[int, Places], people: _Names, problems: _Problems
) -> Part:
    participant, statement_of = at
    usable = _of_right_width(cells, len(header), problems) & ~cells.is_blank
    named = np.flatnonzero((cells.columns == participant) & usable[cells.rows])
    person_of = np.full(cells.count, -1, dtype=np.int32)
    person_of[cells.rows[named]] = people.of(cells, named)
    nameless = np.flatnonzero((person_of < 0) & usable)
    problems.add_all(nameless + cells.first_line, lambda _: "参加者が空です。この行は数えません。")
    columns = statement_of[np.minimum(cells.columns, len(header) - 1)]
    which = np.flatnonzero((columns >= 0) & (person_of[cells.rows] >= 0))
    answers = _answers(cells, which)
    wrong = which[answers == _NOT_A_VOTE]
    problems.add_all(
        cells.rows[wrong] + cells.first_line,
        lambda each: (
            f"意見文「{_short(header[cells.columns[wrong[each]]])}」への"
            + NOT_A_VOTE.format(_short(cells.text(int(wrong[each]))))
        ),
    )
    which, answers = which[answers < _EMPTY], answers[answers < _EMPTY]
    lines = cells.rows[which]
    return person_of[lines], columns[which], answers, lines.astype(np.int64) + cells.first_line
