"""A paper as a Word file (DOCX): real headings, tables whose header is repeated, a Japanese typeface.

python-docx makes the file with its styles, header and footer; the body is then written into it row
by row, because a document of 20,000 rows as a tree of elements would not fit into memory.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from participation.papers.paper import (
    Cell,
    Column,
    Facts,
    Grid,
    Heading,
    Marked,
    Paper,
    Part,
    Read,
    Words,
    text_of,
    written,
)

#: On the machines of an office since 2014; a machine without it takes its own Japanese typeface.
TYPEFACE = "游ゴシック"
_BODY = "word/document.xml"
#: Points; a reading above words is half as high, and half points are what Word counts in.
_BODY_SIZE = 10
#: Twentieths of a point between the margins of an A4 page.
_WIDTH = 9_865
_CELL = '<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{paragraphs}</w:tc>'
_SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="E8E8E8"/>'


def write(paper: Paper, path: Path) -> None:
    """Write the file at `path`."""
    empty = io.BytesIO()
    _empty(paper).save(empty)
    with (
        zipfile.ZipFile(empty) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for entry in source.infolist():
            if entry.filename != _BODY:
                target.writestr(entry.filename, source.read(entry))
        head, mark, tail = source.read(_BODY).decode("utf-8").partition("<w:sectPr")
        with target.open(_BODY, "w", force_zip64=True) as body:
            body.write(head.encode())
            for piece in _body(paper):
                body.write(piece.encode("utf-8"))
            body.write((mark + tail).encode())


def _empty(paper: Paper) -> DocumentType:
    """The document with its styles, page, header and footer, and nothing in it."""
    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.language = paper.whole_title, paper.issuer, "ja-JP"
    properties.comments, properties.keywords = paper.address, ""
    _speak_japanese(document)
    for name, size in (
        ("Normal", _BODY_SIZE),
        ("Heading 1", 18),
        ("Heading 2", 14),
        ("Heading 3", 11),
        ("Caption", 10),
    ):
        style: Any = document.styles[name]
        style.font.size, style.font.color.rgb, style.font.name = Pt(size), RGBColor(0, 0, 0), TYPEFACE
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{kind}"), TYPEFACE)
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(20)
    mark = f"【{paper.mark}】" if paper.mark else ""
    section.header.paragraphs[0].text = written(f"{mark}{paper.over}　{paper.issuer}")
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(footer, "PAGE")
    footer.add_run(" / ")
    _field(footer, "NUMPAGES")
    return document


def _speak_japanese(document: DocumentType) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "ja-JP")
        language.set(qn("w:eastAsia"), "ja-JP")


def _field(paragraph: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _body(paper: Paper) -> Iterator[str]:
    numbers = count(1)
    if paper.mark:
        yield _paragraph(f"【{paper.mark}】", is_strong=True)
    yield _paragraph(paper.over)
    yield _paragraph(paper.title, style="Heading1")
    yield _paragraph(paper.issuer)
    yield _paragraph(paper.address)
    above = paper.title
    for part in paper.parts():
        above = part.text if isinstance(part, Heading) else above
        yield from _part(part, above, numbers)


def _part(part: Part, above: str, numbers: Iterator[int]) -> Iterator[str]:
    if isinstance(part, Heading):
        bookmark = _bookmark(part.anchor, next(numbers)) if part.anchor else ""
        yield _paragraph(part.text, style=f"Heading{part.level}", before=bookmark)
    elif isinstance(part, Words):
        for line in written(part.text).split("\n"):
            yield _paragraph(line)
    elif isinstance(part, Facts):
        columns = (Column("項目", 1), Column("内容", 3))
        rows = ((name, says) for name, says in part.rows)
        yield _paragraph(part.caption, style="Caption", keep=True)
        yield from _table(part.caption, columns, ((cells, "") for cells in rows), numbers)
    elif isinstance(part, Grid):
        if part.caption:
            yield _paragraph(part.caption, style="Caption", keep=True)
        yield from _table(
            part.caption or above, part.columns, ((row.cells, row.anchor) for row in part.rows()), numbers
        )


def _table(
    caption: str,
    columns: tuple[Column, ...],
    rows: Iterator[tuple[tuple[Cell, ...], str]],
    numbers: Iterator[int],
) -> Iterator[str]:
    whole = sum(column.width for column in columns)
    widths = [_WIDTH * column.width // whole for column in columns]
    yield (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1"/>'
        f"<w:tblCaption w:val={quoteattr(written(caption))}/></w:tblPr><w:tblGrid>"
        + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        + "</w:tblGrid>"
    )
    heads = "".join(
        _CELL.format(width=width, shade=_SHADE, paragraphs=_paragraph(column.title, is_strong=True))
        for column, width in zip(columns, widths, strict=True)
    )
    yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"
    for cells, anchor in rows:
        bookmark = _bookmark(anchor, next(numbers)) if anchor else ""
        yield (
            "<w:tr>"
            + "".join(
                _CELL.format(
                    width=width,
                    shade="",
                    paragraphs=_cell(cell, before="" if place else bookmark, is_number=column.is_number),
                )
                for place, (cell, width, column) in enumerate(zip(cells, widths, columns, strict=True))
            )
            + "</w:tr>"
        )
    yield "</w:tbl>" + _paragraph("")


def _cell(cell: Cell, *, before: str, is_number: bool) -> str:
    if isinstance(cell, Read):
        runs = "".join(
            _ruby(written(words), written(reading)) if reading else _run(written(words), "")
            for words, reading in cell.parts
        )
        return f"<w:p>{before}{runs}</w:p>"
    if not isinstance(cell, Marked):
        return _paragraph(text_of(cell), before=before, is_right=is_number)
    looks = {"remove": "<w:strike/>", "add": '<w:b/><w:u w:val="single"/>'}
    runs = "".join(_run(written(words), looks.get(kind, "")) for kind, words in cell.parts)
    return f"<w:p>{before}{runs}</w:p>"


def _paragraph(
    text: str,
    *,
    style: str = "",
    before: str = "",
    is_strong: bool = False,
    is_right: bool = False,
    keep: bool = False,
) -> str:
    properties = (
        (f'<w:pStyle w:val="{style}"/>' if style else "")
        + ("<w:keepNext/>" if keep else "")
        + ('<w:jc w:val="right"/>' if is_right else "")
    )
    head = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{head}{before}{_run(written(text), '<w:b/>' if is_strong else '')}</w:p>"


def _run(text: str, look: str) -> str:
    if not text:
        return ""
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    words = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{properties}{words}</w:r>"


def _ruby(words: str, reading: str) -> str:
    """Words with their reading above them (ルビ), as Word knows them."""
    small = f'<w:sz w:val="{_BODY_SIZE}"/>'
    return (
        f'<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="distributeSpace"/><w:hps w:val="{_BODY_SIZE}"/>'
        f'<w:hpsRaise w:val="{_BODY_SIZE * 2 - 2}"/><w:hpsBaseText w:val="{_BODY_SIZE * 2}"/>'
        '<w:lid w:val="ja-JP"/></w:rubyPr>'
        f"<w:rt>{_run(reading, small)}</w:rt>"
        f"<w:rubyBase>{_run(words, '')}</w:rubyBase></w:ruby></w:r>"
    )


def _bookmark(anchor: str, number: int) -> str:
    name = quoteattr(anchor.replace("-", "_"))
    return f'<w:bookmarkStart w:id="{number}" w:name={name}/><w:bookmarkEnd w:id="{number}"/>'
