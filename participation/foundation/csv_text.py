"""Tables as CSV text that a spreadsheet opens as it is, and what CP932 cannot write of it.

A cell that a spreadsheet would take for a formula gets an apostrophe before it (reliability I-12);
`unguarded` takes it off again, so a file that was exported can be read back to the letter.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence

Cell = str | int | None

#: Tells a spreadsheet that a file is UTF-8; the first characters of a file that is sent in parts.
BOM = "\ufeff"

#: First characters that begin a formula, full-width ones too.
_FORMULA = "=+-@＝＋－＠"
_UNSEEN = " 　\"'"
_BREAKS = "\t\r\n"

#: The same sign under another number in CP932: nothing is lost by writing it.
_SAME_SIGN = str.maketrans(
    {"〜": "～", "−": "－", "—": "―", "‖": "∥", "¢": "￠", "£": "￡", "¬": "￢", "\u00a0": " "}
)
#: Stands where CP932 has no character (下駄).
GETA = "〓"


def guarded(cell: Cell) -> str | int:
    """Return a cell that no spreadsheet runs."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return cell
    seen = cell.lstrip(_UNSEEN)
    if cell[:1] in tuple(_BREAKS) or seen[:1] in tuple(_FORMULA + _BREAKS):
        return "'" + cell
    return cell


def unguarded(cell: str) -> str:
    """Return the cell as it was before :func:`guarded`."""
    if cell.startswith("'") and guarded(cell[1:]) == cell:
        return cell[1:]
    return cell


def as_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as CSV: every text quoted, numbers as numbers, lines ended as spreadsheets expect."""
    return csv_line(header) + "".join(csv_line(row) for row in rows)


def csv_line(cells: Sequence[Cell]) -> str:
    """Return one line of a table, for files that are sent line by line."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerow(
        [guarded(cell) for cell in cells]
    )
    return buffer.getvalue()


def lost_in_cp932(text: str) -> Counter[str]:
    """Return the characters that CP932 cannot write, with how often each occurs."""
    plain = text.translate(_SAME_SIGN)
    if _encodes(plain):
        return Counter()
    return Counter(character for character in plain if not _encodes(character))


def to_cp932(text: str) -> bytes:
    """Return text in CP932; what cannot be written becomes 〓."""
    plain = text.translate(_SAME_SIGN)
    return plain.translate({ord(each): GETA for each in lost_in_cp932(text)}).encode("cp932")


def _encodes(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
