"""Tables that people hand in: CSV in the usual encodings and separators, and the first sheet of an Excel file.

Everything is read as text, with the line on which it stands. What could do harm (a zip bomb, an
entity in XML) or mislead (a formula, a broken letter) is refused with that line.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from participation.foundation.csv_text import unguarded
from participation.foundation.encodings import WrongEncoding, decode
from participation.foundation.lazily import lazily

if TYPE_CHECKING:
    import openpyxl
    import openpyxl.utils.exceptions as openpyxl_errors
else:
    openpyxl = lazily("openpyxl")
    openpyxl_errors = lazily("openpyxl.utils.exceptions")

MAX_BYTES = 32 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_SHEETS = 50
#: An Excel file is a ZIP of XML: what it may unfold to, how many parts it may have, how tightly packed.
MAX_UNFOLDED = 160 * 1024 * 1024
MAX_PARTS = 2_000
MAX_RATIO = 200
_RATIO_COUNTS_FROM = 1024 * 1024

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NOT_TABLES = (
    (b"%PDF", "PDFは読めません。CSVかExcel（.xlsx）にしてください。"),
    (b"\x89PNG", "画像は読めません。CSVかExcel（.xlsx）にしてください。"),
    (b"\xff\xd8\xff", "画像は読めません。CSVかExcel（.xlsx）にしてください。"),
    (
        _OLD_OFFICE,
        "古い形のExcel（.xls）か、パスワードの付いたExcelは読めません。パスワードを外し、.xlsx かCSVで保存し直してください。",
    ),
)
_SEPARATORS = {",": "コンマ区切り", "\t": "タブ区切り", ";": "セミコロン区切り"}
_FORMULA = "式が入っています。Excelで「値として貼り付け」をしてから、もう一度選んでください。"
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


class BadTable(Exception):
    """The file cannot be read as a table; `line` is where it goes wrong, if it is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.line = message, line


@dataclass(frozen=True)
class TableRow:
    """One row as text; `wrong` says why it cannot be used, if so."""

    line: int
    cells: tuple[str, ...]
    wrong: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self.wrong and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class TableFile:
    """A table: in which form it was, in words, and its rows."""

    form: str
    rows: Iterator[TableRow]


def read_table(content: bytes, *, most_rows: int | None = None) -> TableFile:
    """Return the rows of a CSV or Excel file; raises BadTable, also while the rows are read.

    The row of the titles is one of the `most_rows`.
    """
    if len(content) > MAX_BYTES:
        raise BadTable(
            f"ファイルが大きすぎます。{MAX_BYTES // 1024 // 1024}MBまでにし、分けて取り込んでください。"
        )
    for start, message in _NOT_TABLES:
        if content.startswith(start):
            raise BadTable(message)
    if content.startswith(_ZIP):
        _check_zip(content)
        return TableFile("Excel（最初のシート）", _limited(_excel_rows(content), most_rows or MAX_ROWS))
    return _read_csv(content, most_rows or MAX_ROWS)


def read_sheets(content: bytes, names: Collection[str], *, most_rows: int) -> dict[str, list[TableRow]]:
    """Return the rows of the named sheets of an Excel file (small letters), each with its line; raises BadTable."""
    if len(content) > MAX_BYTES:
        raise BadTable(f"ファイルが大きすぎます。{MAX_BYTES // 1024 // 1024}MBまでにしてください。")
    for start, message in _NOT_TABLES:
        if content.startswith(start):
            raise BadTable(message)
    if not content.startswith(_ZIP):
        raise BadTable("Excel（.xlsx）ではありません。Excelで開いて、.xlsx で保存し直してください。")
    _check_zip(content)
    with _opened(content) as book:
        return {
            sheet.title.strip().lower(): _rows_of_sheet(sheet, most_rows)
            for sheet in book.worksheets[:MAX_SHEETS]
            if sheet.title.strip().lower() in names
        }


def _rows_of_sheet(sheet: Any, most_rows: int) -> list[TableRow]:
    sheet.reset_dimensions()
    rows: list[TableRow] = []
    for line, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
        row = _excel_row(line, cells)
        if row.is_empty:
            if line > most_rows * 2:
                raise BadTable(
                    f"「{sheet.title}」のシートの行が多すぎます。{most_rows:,}行までにしてください。", line
                )
            continue
        if len(row.cells) > MAX_COLUMNS:
            raise BadTable(
                f"「{sheet.title}」のシートの列が多すぎます。{MAX_COLUMNS}列までにしてください。", line
            )
        if len(rows) >= most_rows:
            raise BadTable(
                f"「{sheet.title}」のシートの行が多すぎます。{most_rows:,}行までにしてください。", line
            )
        rows.append(row)
    return rows


def _limited(rows: Iterator[TableRow], most_rows: int) -> Iterator[TableRow]:
    count = 0
    for row in rows:
        if row.is_empty:
            continue
        count += 1
        if count > most_rows:
            raise BadTable(f"行が多すぎます。{most_rows:,}行までにし、分けて取り込んでください。", row.line)
        if len(row.cells) > MAX_COLUMNS:
            raise BadTable(f"列が多すぎます。{MAX_COLUMNS}列までにしてください。", row.line)
        yield row


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────


def _read_csv(content: bytes, most_rows: int) -> TableFile:
    try:
        decoded = decode(content)
    except WrongEncoding as wrong:
        raise BadTable(wrong.message, wrong.line) from wrong
    text = decoded.text
    if not text.strip():
        raise BadTable("ファイルが空です。")
    separator = _separator_of(text)
    return TableFile(
        f"CSV（{decoded.encoding}、{_SEPARATORS[separator]}）",
        _limited(_csv_rows(text, separator), most_rows),
    )


def _separator_of(text: str) -> str:
    """Return what separates the cells of the first line that has any: what stands there most often, unquoted."""
    start = text.lstrip()[:20_000]
    line = re.split(r"[\r\n]", re.sub(r'"[^"]*"', "", start), maxsplit=1)[0]
    counts = {each: line.count(each) for each in _SEPARATORS}
    return max(counts, key=lambda each: counts[each])


def _csv_rows(text: str, separator: str) -> Iterator[TableRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadTable(_why_csv(error), line) from error
        yield TableRow(line, tuple(unguarded(cell) for cell in cells))


def _why_csv(error: csv.Error) -> str:
    if "end of data" in str(error):
        return 'この行から始まる「"」が閉じていません。閉じるか、文中の「"」を2つ重ねて「""」にしてください。'
    if "expected after" in str(error):
        return '「"」で囲んだ後ろに、区切りでない文字があります。文中の「"」は2つ重ねて「""」にしてください。'
    return "1つのセルの文字が多すぎて読めません。"


# ── Excel ───────────────────────────────────────────────────────────────────────────────────


def _check_zip(content: bytes) -> None:
    """Refuse what would unfold to something huge, and what is no workbook, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNFOLDED:
                raise BadTable("展開すると大きくなりすぎるファイルです。CSVにするか、分けてください。")
            for part in parts:
                if part.file_size > max(_RATIO_COUNTS_FROM, part.compress_size * MAX_RATIO):
                    raise BadTable("展開すると大きくなりすぎるファイルです。CSVにするか、分けてください。")
                if part.flag_bits & 1:
                    raise BadTable("パスワードの付いたファイルは読めません。パスワードを外してください。")
            if "xl/workbook.xml" not in packed.namelist():
                raise BadTable("Excel（.xlsx）ではありません。.xlsx かCSVで保存し直してください。")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with packed.open(part) as opened:
                        if _DECLARES.search(opened.read(2048)):
                            raise BadTable("使えない宣言が入ったファイルです。Excelで保存し直してください。")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        raise BadTable("ファイルが壊れています。Excelで開いて、保存し直してください。") from error


#: A broken workbook fails inside of the reader in ways of its own; whatever it is, nothing was taken in.
_BROKEN_BOOK = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    SyntaxError,
    OverflowError,
    EOFError,
)


def _excel_rows(content: bytes) -> Iterator[TableRow]:
    with _opened(content) as book:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for line, row in enumerate(sheet.iter_rows(), start=1):
            yield _excel_row(line, row)


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    """Open a workbook for reading, and say plainly that it is broken, whenever that shows."""
    book: Any = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # It warns of styles and checks that are of no use here.
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        yield book
    except (openpyxl_errors.InvalidFileException, *_BROKEN_BOOK) as error:
        raise BadTable("Excelのファイルを読み取れません。Excelで開いて、保存し直してください。") from error
    finally:
        if book is not None:
            book.close()


def _excel_row(line: int, row: tuple[Any, ...]) -> TableRow:
    cells, wrong = [], ""
    for cell in row:
        kind = getattr(cell, "data_type", None)
        if kind == "f":
            wrong = wrong or _FORMULA
        elif kind == "e":
            wrong = wrong or f"Excelの誤り（{cell.value}）が入っています。直してください。"
        cells.append(_as_text(cell.value))
    while cells and not cells[-1]:
        cells.pop()
    return TableRow(line, tuple(cells), wrong)


def _as_text(value: Any) -> str:
    """Return a cell as a person reads it: 12.0 is 12, a day is a day."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
