"""Reading texts from a file with the columns id and comment, however long they are and whatever they hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from participation.foundation.csv_text import unguarded
from participation.foundation.encodings import WrongEncoding, decode
from participation.foundation.errors import Refused
from participation.foundation.text import fold

ID_NAMES = frozenset(["id", "comment-id", "comment_id", "番号", "受付番号"])
TEXT_NAMES = frozenset(["comment", "comment-body", "comment_body", "text", "body", "意見", "本文"])
#: A cell may hold so many characters.
LONGEST = 20_000_000


@dataclass(frozen=True)
class Text:
    """One text and the id under which it came."""

    id: str
    words: str


@dataclass(frozen=True)
class ReadTexts:
    """The texts of a file, in an order that does not depend on that of its rows, and what was odd about it."""

    texts: tuple[Text, ...]
    warnings: tuple[str, ...] = ()


def read_texts(path: Path) -> ReadTexts:
    """Read a file; raises Refused if it holds no table of texts."""
    usual = csv.field_size_limit(LONGEST)
    try:
        return _read_file(path)
    finally:
        csv.field_size_limit(usual)  # It holds for the whole process: other readers keep theirs.


def _read_file(path: Path) -> ReadTexts:
    try:
        # Most files are UTF-8: read in a stream, a large one is never held twice.
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return _read(csv.reader(stream))
    except UnicodeDecodeError:
        pass
    except csv.Error as error:
        raise _unreadable(error) from error
    try:
        text = decode(path.read_bytes()).text
        return _read(csv.reader(io.StringIO(text, newline="")))
    except WrongEncoding as wrong:
        raise Refused(wrong.message) from wrong
    except csv.Error as error:
        raise _unreadable(error) from error


def _unreadable(error: csv.Error) -> Refused:
    if "field limit" in str(error):
        return Refused(f"{LONGEST:,}文字より長い欄があります。引用符が閉じているか確かめてください。")
    return Refused("表として読めません。CSVの形かどうか確かめてください。")


def _read(rows: Iterator[list[str]]) -> ReadTexts:
    header = [fold(name) for name in next(rows, [])]
    if not any(header):
        raise Refused("ファイルに何も書いてありません。1行目に id と comment の列名が要ります。")
    at = next((place for place, name in enumerate(header) if name in ID_NAMES), None)
    body = next((place for place, name in enumerate(header) if name in TEXT_NAMES), None)
    if at is None or body is None:
        missing = "id" if at is None else "comment"
        raise Refused(f"1行目に {missing} の列がありません。コンマで区切った id と comment の2つが要ります。")
    found: dict[str, str] = {}
    unnamed = repeated = 0
    for row in rows:
        name = row[at].strip() if at < len(row) else ""
        if not name:
            unnamed += any(cell.strip() for cell in row)
            continue
        repeated += name in found
        found[name] = unguarded(row[body]) if body < len(row) else ""
    warnings = []
    if unnamed:
        warnings.append(f"id のない行が{unnamed:,}行あります。読んでいません。")
    if repeated:
        warnings.append(f"同じ id の行が{repeated:,}行あります。後の行を読みました。")
    return ReadTexts(tuple(Text(name, found[name]) for name in sorted(found, key=_order)), tuple(warnings))


def _order(name: str) -> tuple[int, int, str]:
    """Ids that are numbers by their number, others as text."""
    is_number = name.isascii() and name.isdigit() and len(name) < 19
    return (0, int(name), name) if is_number else (1, 0, name)
