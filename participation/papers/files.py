"""Writing a paper into a file: whole or not at all, whatever happens in between."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from participation.foundation.csv_text import BOM, csv_line, lost_in_cp932, to_cp932
from participation.foundation.lazily import lazily
from participation.papers import plain, printed, web_page
from participation.papers.paper import Paper, text_of
from participation.papers.typefaces import NoTypefaces

if TYPE_CHECKING:
    from participation.papers import spreadsheet, word
else:
    spreadsheet = lazily("participation.papers.spreadsheet")
    word = lazily("participation.papers.word")


class Form(StrEnum):
    """In which form a paper is written (ファイルの形式)."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    CSV = "csv"
    TXT = "txt"


#: (name, for what it is good)
FORM_NAMES = {
    Form.PDF: ("PDF", "印刷して読む。読み上げにも対応"),
    Form.DOCX: ("Word", "文書として編集する"),
    Form.XLSX: ("Excel", "並べ替え・集計をする"),
    Form.HTML: ("HTML", "1つのファイルで、どの機械でも読める"),
    Form.TXT: ("テキスト", "読み上げソフトや点訳に"),
    Form.CSV: ("CSV", "ほかのソフトで使う（UTF-8）"),
}

CONTENT_TYPES = {
    Form.HTML: "text/html; charset=utf-8",
    Form.PDF: "application/pdf",
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv; charset=utf-8",
    Form.TXT: "text/plain; charset=utf-8",
}
#: The forms that are written in CP932 on choice.
IN_CP932 = frozenset({Form.CSV, Form.TXT})


class CannotWrite(Exception):
    """The file was not written; the message says why, and the old file stands as it was."""


@dataclass(frozen=True)
class Written:
    """What was written: how many bytes, and what the encoding had no sign for."""

    size: int
    lost: Counter[str] = field(default_factory=Counter)


def write(paper: Paper, form: Form, path: Path, *, in_cp932: bool = False) -> Written:
    """Write a paper to `path`; an older file is replaced in one moment, when the new one is whole."""
    folder = path.parent
    if not folder.is_dir():
        raise CannotWrite(f"フォルダ「{folder}」がありません。先に作ってください。")
    if path.is_dir():
        raise CannotWrite(f"「{path}」はフォルダです。ファイルの名前まで書いてください。")
    if in_cp932 and form not in IN_CP932:
        raise CannotWrite("文字コードを選べるのは、CSVとテキストだけです。")
    try:
        with _whole(path) as unfinished:
            lost = _write(paper, form, unfinished, in_cp932=in_cp932)
            size = unfinished.stat().st_size
    except OSError as error:
        raise CannotWrite(f"「{path}」に書けませんでした（{error.strerror or error}）。") from error
    except (NoTypefaces, printed.NotPrinted) as error:
        raise CannotWrite(str(error)) from error
    return Written(size, lost)


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give a path beside `path`; what was written there takes its place at the end."""
    with tempfile.TemporaryDirectory(prefix=".paper-", dir=path.parent) as folder:
        unfinished = Path(folder) / "unfinished"
        yield unfinished
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)


def _write(paper: Paper, form: Form, path: Path, *, in_cp932: bool) -> Counter[str]:
    if form is Form.PDF:
        printed.write(paper, path)
    elif form is Form.DOCX:
        word.write(paper, path)
    elif form is Form.XLSX:
        spreadsheet.write(paper, path)
    elif form is Form.HTML:
        _write_text(web_page.pieces(paper), path)
    elif form is Form.CSV:
        return _write_text(_csv(paper), path, start=BOM, in_cp932=in_cp932)
    else:
        lines = (line + "\r\n" for line in plain.lines(paper))
        return _write_text(lines, path, start=BOM, in_cp932=in_cp932)
    return Counter()


def lost_in_table(paper: Paper) -> Counter[str]:
    """Return the characters of the CSV file that CP932 cannot write, with how often each occurs."""
    lost: Counter[str] = Counter()
    for line in _csv(paper):
        lost += lost_in_cp932(line)
    return lost


def _csv(paper: Paper) -> Iterator[str]:
    sheet = paper.sheets[0]
    yield csv_line([column.title for column in sheet.columns])
    for row in sheet.rows():
        yield csv_line([cell if isinstance(cell, int) else text_of(cell) for cell in row.cells])


def _write_text(
    pieces: Iterable[str], path: Path, *, start: str = "", in_cp932: bool = False
) -> Counter[str]:
    lost: Counter[str] = Counter()
    with path.open("wb") as file:
        if start and not in_cp932:
            file.write(start.encode())
        for piece in pieces:
            if in_cp932:
                lost += lost_in_cp932(piece)
                file.write(to_cp932(piece))
            else:
                file.write(piece.encode("utf-8"))
    return lost
