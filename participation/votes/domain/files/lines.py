"""What all readers of ballot files share: what is wrong and where, decoding, and exact numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from participation.votes.domain.ballots import Number, shortened, whole

#: After so many the rest is not told: whoever mends these will try again.
MOST_PROBLEMS = 20
#: Digits of a number in a file; more is a mistake or mischief.
MOST_DIGITS = 15
#: Options and projects in one file.
MOST_OPTIONS_IN_FILE = 5000

_NUMBER = re.compile(rf"([+-]?)([0-9]{{1,{MOST_DIGITS}}})(?:[.,]([0-9]{{1,{MOST_DIGITS}}}))?")
_COUNT = re.compile(rf"[0-9]{{1,{MOST_DIGITS}}}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file (読めないところ), and in which line; 0 where it is the file as a whole."""

    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.line}行目：{self.words}" if self.line else self.words


class BadFile(ValueError):
    """A file that cannot be counted (読めないファイル), with everything that is wrong in it."""

    def __init__(self, problems: list[Problem]) -> None:
        """Take the problems in the order of the lines."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


class Reading:
    """Collects what is wrong while a file is read, so that all of it is told at once."""

    def __init__(self) -> None:
        """Begin without problems."""
        self.problems: list[Problem] = []

    def wrong(self, line: int, words: str) -> None:
        """Note a problem; gives up after many."""
        self.problems.append(Problem(line, words))
        if len(self.problems) >= MOST_PROBLEMS:
            self.problems.append(Problem(0, "まちがいが多いので、ここで読むのをやめました。"))
            raise BadFile(self.problems)

    def stop_if_wrong(self) -> None:
        """Raise BadFile where anything was noted."""
        if self.problems:
            raise BadFile(self.problems)


def lines_of(content: bytes) -> list[str]:
    """Return the lines of a file in UTF-8, without their ends; raises BadFile."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile(
            [Problem(line, "文字コードがUTF-8ではありません。UTF-8で保存し直してください。")]
        ) from None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not text.strip():
        raise BadFile([Problem(0, "ファイルに何も書かれていません。")])
    if _CONTROL.search(text.replace("\r", "")):
        for number, each in enumerate(lines, start=1):
            if _CONTROL.search(each):
                raise BadFile([Problem(number, "使えない文字（制御文字）が入っています。")])
    return lines


def is_text(value: object) -> bool:
    """Return whether something is text on one line without characters that cannot be shown."""
    return isinstance(value, str) and "\n" not in value and _CONTROL.search(value) is None


def number_of(text: str) -> Number | None:
    """Return an exact number written in digits, or None: no exponents, no NaN, no endless digits."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    sign, before, after = found.groups()
    number = Fraction(int(before + (after or "")), 10 ** len(after or ""))
    return whole(-number if sign == "-" else number)


def count_of(text: str) -> int | None:
    """Return a whole number from 0, or None."""
    return int(text) if _COUNT.fullmatch(text.strip()) else None


def told(text: str) -> str:
    """Return what stands in the file, for a message."""
    return f"「{shortened(text.strip())}」"
