"""XLSForm as a file: workbooks that people hand in are read carefully, ours hold text only."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from participation.foundation.lazily import lazily
from participation.foundation.table_files import BadTable, read_sheets
from participation.surveys.domain.xlsform.columns import CellFault, Form
from participation.surveys.domain.xlsform.reading import MOST_FAULTS, Reading, read_form
from participation.surveys.domain.xlsform.writing import write_form

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = lazily("xlsxwriter")

SHEETS = ("survey", "choices", "settings")
MOST_ROWS = 3000
#: What a spreadsheet holds in one cell.
MOST_IN_CELL = 32_000
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_workbook(content: bytes) -> Reading:
    """Return what an XLSX file asks; what is wrong with the file itself is a fault, too."""
    try:
        found = read_sheets(content, SHEETS, most_rows=MOST_ROWS)
    except BadTable as bad:
        where = f"{bad.line}行目：" if bad.line else ""
        return Reading(None, (CellFault("ファイル", "", f"{where}{bad.message}"),))
    wrong = [
        CellFault(name, f"{row.line}行目", row.wrong)
        for name, rows in found.items()
        for row in rows
        if row.wrong
    ]
    if wrong:
        return Reading(None, tuple(wrong[:MOST_FAULTS]))
    return read_form({name: [(row.line, row.cells) for row in rows] for name, rows in found.items()})


def write_workbook(form: Form) -> bytes:
    """Return a form as an XLSX file; nothing in it is a formula or a link."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    bold, plain = (
        book.add_format({"bold": True}),
        book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
    )
    for name, rows in write_form(form).items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(rows[0]) - 1, 22)
        for line, cells in enumerate(rows):
            for column, text in enumerate(cells):
                if text:
                    sheet.write_string(line, column, text[:MOST_IN_CELL], bold if line == 0 else plain)
    book.close()
    return file.getvalue()
