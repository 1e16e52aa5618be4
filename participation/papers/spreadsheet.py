"""The sheets of a paper as an Excel file (XLSX): rows are written as they come, text stays text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter

from participation.papers.paper import Paper, Sheet, text_of

#: What a cell of Excel holds at most.
MOST_CHARACTERS = 32_767
CUT = "…（長いため、続きはほかの形式のファイルにあります）"
TYPEFACE = "游ゴシック"


def write(paper: Paper, path: Path) -> None:
    """Write the file at `path`."""
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(path.parent),
        },
    )
    # Not with `with`: closing after an error would hide it behind another.
    book.set_properties({"title": paper.whole_title, "company": paper.issuer, "comments": paper.address})
    look = {"font_name": TYPEFACE, "font_size": 10, "valign": "top", "border": 1, "border_color": "#808080"}
    looks = {
        "head": book.add_format(look | {"bold": True, "text_wrap": True, "bg_color": "#E8E8E8"}),
        "text": book.add_format(look | {"text_wrap": True}),
        "number": book.add_format(look | {"num_format": "#,##0"}),
        "fraction": book.add_format(look),
    }
    for sheet in paper.sheets:
        _write_sheet(book.add_worksheet(sheet.name), sheet, paper, looks)
    book.close()


def _write_sheet(page: Any, sheet: Sheet, paper: Paper, looks: dict[str, Any]) -> None:
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    mark = f"【{paper.mark}】" if paper.mark else ""
    page.set_header(f"&L{mark}{paper.title[:60].replace('&', '&&')}&R&A")
    page.set_footer("&C&P / &N")
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.title, looks["head"])
    number = 0
    for number, row in enumerate(sheet.rows(), start=1):
        for place, cell in enumerate(row.cells):
            if isinstance(cell, int):
                page.write_number(number, place, cell, looks["number"])
            elif isinstance(cell, float):
                page.write_number(number, place, cell, looks["fraction"])
            elif cell is None:
                page.write_blank(number, place, None, looks["text"])
            else:
                page.write_string(number, place, fitting(text_of(cell)), looks["text"])
    page.autofilter(0, 0, number, len(sheet.columns) - 1)


def fitting(text: str) -> str:
    """Return a text as a cell can hold it; Excel counts characters beyond U+FFFF twice."""
    if len(text) * 2 <= MOST_CHARACTERS or len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS:
        return text
    room = (MOST_CHARACTERS - len(CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT
