"""Ballots on paper and shows of hands (会場の票): written down by two people, compared, and held beside the count.

A line is a ballot, in the numbers of the options: "1 3" marks two, "2 1 3" ranks three, "1:5 2:5" gives points.
"1 3 x4" are four equal ballots, 「無効 x2」 two that cannot be counted. The order of the lines is not kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from participation.foundation.errors import Refused
from participation.votes.domain.ballots import BadBallot, BallotKind, BallotPaper
from participation.votes.domain.marking import in_lines, marked, pointed, ranked

MOST_LINES = 3_000
MOST_ON_A_LINE = 5_000
#: How an entry writes ballots that cannot be counted.
INVALID = "無効"
_TIMES = re.compile(r"\s*[x*×]\s*([0-9]{1,4})$")


class BatchStatus(StrEnum):
    """Where a batch of a room stands (会場の票の束の状態)."""

    EMPTY = "empty"
    ENTERED = "entered"
    DIFFERING = "differing"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


BATCH_STATUS_NAMES = {
    BatchStatus.EMPTY: "1人目の入力待ち",
    BatchStatus.ENTERED: "2人目の入力待ち",
    BatchStatus.DIFFERING: "合わないところがある",
    BatchStatus.ACCEPTED: "照合済み",
    BatchStatus.CANCELLED: "取り消し",
}
#: A batch that still has to be finished or cancelled before the vote is settled.
UNFINISHED = frozenset({BatchStatus.EMPTY, BatchStatus.ENTERED, BatchStatus.DIFFERING})


@dataclass(frozen=True)
class Difference:
    """Equal ballots of which two people wrote down different numbers (合わないところ)."""

    ballot: str
    first: int
    second: int


def read_entries(paper: BallotPaper, text: str) -> dict[str, int]:
    """Return content → how many, with the invalid ones under their word; raises Refused with the line."""
    counts: dict[str, int] = {}
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise Refused(f"一度に書けるのは{MOST_LINES:,}行までです。", field="entries")
    for number, raw in enumerate(lines, start=1):
        line = unicodedata.normalize("NFKC", raw).strip().lower()
        if not line:
            continue
        found = _TIMES.search(line)
        times = int(found.group(1)) if found else 1
        if not 1 <= times <= MOST_ON_A_LINE:
            raise Refused(f"{number}行目：枚数は1から{MOST_ON_A_LINE:,}までにしてください。", field="entries")
        line = line[: found.start()].strip() if found else line
        try:
            content = line if line == INVALID else _ballot(paper, line)
        except BadBallot as refusal:
            raise Refused(
                f"{number}行目：{refusal}（数えられない票は「{INVALID}」と書きます）", field="entries"
            ) from None
        counts[content] = counts.get(content, 0) + times
    if not counts:
        raise Refused("票が1枚も書かれていません。", field="entries")
    return dict(sorted(counts.items()))


def written_out(paper: BallotPaper, counts: Mapping[str, int]) -> str:
    """Return an entry as it could have been typed, to be mended."""
    places = {option.code: str(at) for at, option in enumerate(paper.options, start=1)}
    lines = []
    for content, count in counts.items():
        words = re.split(r"[,>]", content) if content != INVALID else [INVALID]
        told = " ".join(_with_place(word, places) for word in words)
        lines.append(told if count == 1 else f"{told} x{count}")
    return "\n".join(lines)


def differences(paper: BallotPaper, first: Mapping[str, int], second: Mapping[str, int]) -> list[Difference]:
    """Return where two entries do not agree."""
    return [
        Difference(_told(paper, content), first.get(content, 0), second.get(content, 0))
        for content in sorted(first.keys() | second.keys())
        if first.get(content, 0) != second.get(content, 0)
    ]


def _told(paper: BallotPaper, content: str) -> str:
    return content if content == INVALID else "、".join(in_lines(paper, content))


def _with_place(word: str, places: Mapping[str, str]) -> str:
    code, _, points = word.partition(":")
    return places.get(code, code) + (f":{points}" if points else "")


def _ballot(paper: BallotPaper, line: str) -> str:
    words = [word for word in re.split(r"[\s,、>]+", line) if word]
    if paper.kind in (BallotKind.SCORE, BallotKind.POINTS):
        return pointed(paper, _points(paper, words))
    codes = [_code(paper, word) for word in words]
    return ranked(paper, codes) if paper.kind is BallotKind.RANKING else marked(paper, codes)


def _points(paper: BallotPaper, words: list[str]) -> Iterator[tuple[str, int]]:
    for word in words:
        place, colon, points = word.partition(":")
        if not colon or not (points.isascii() and points.isdigit() and len(points) < 7):
            raise BadBallot(f"「{word[:20]}」が読めません。「番号:点」のように書いてください。")
        yield _code(paper, place), int(points)


def _code(paper: BallotPaper, word: str) -> str:
    if not (word.isascii() and word.isdigit() and len(word) < 4 and 1 <= int(word) <= len(paper.options)):
        raise BadBallot(f"「{word[:20]}」という番号の選択肢はありません。")
    return paper.options[int(word) - 1].code
