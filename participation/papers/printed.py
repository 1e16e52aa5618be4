"""A paper as PDF for people who see it and people who have it read aloud (PDF/UA-1)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from participation.papers import typefaces
from participation.papers.paper import (
    Cell,
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
from participation.papers.typefaces import GETA, NoTypefaces, printable

TEMPLATE = Path(__file__).with_name("paper.typ")
#: What templates share: readings above words.
RUBY = Path(__file__).with_name("ruby.typ")
#: Run in a process of its own, never imported: what it needs is loaded only there.
TYPESETTING = Path(__file__).with_name("typesetting.py")
#: An annex with more rows would make a volume of hundreds of pages that nobody opens.
MOST_ROWS_OF_ANNEX = 1_500
#: Seconds after which a paper is given up.
PATIENCE = 300
NAMED = 200

#: A word without a place to break runs out of its cell: addresses of pages, for the most part.
_LONG_WORD = re.compile(r"[!-~]{24,}")


class NotPrinted(Exception):
    """The paper could not be set in type."""


def write(paper: Paper, path: Path) -> None:
    """Write the PDF at `path`; raises NoTypefaces or NotPrinted."""
    set_in_type(TEMPLATE, _json(paper, Counter()), path)


def set_in_type(
    template: Path, data: Iterable[str], path: Path, *, files: Mapping[str, bytes] | None = None
) -> None:
    """Write the PDF that a template makes of data.json at `path`; raises NoTypefaces or NotPrinted.

    `files` are laid beside the template: pictures by the names that the data gives them.
    """
    with tempfile.TemporaryDirectory(prefix="paper-", dir=path.parent) as name:
        folder = Path(name)
        with (folder / "data.json").open("w", encoding="utf-8") as file:
            file.writelines(data)
        shutil.copyfile(template, folder / "paper.typ")
        shutil.copyfile(RUBY, folder / RUBY.name)
        for file_name, content in (files or {}).items():
            (folder / file_name).write_bytes(content)
        try:
            done = subprocess.run(  # noqa: S603 (this program's own file and folders)
                [sys.executable, "-I", str(TYPESETTING), str(folder), str(typefaces.FOLDER)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise NotPrinted(
                f"PDFを{PATIENCE}秒以内に作れませんでした。視点ごとに分けて作ってください。"
            ) from error
        if done.returncode != 0:
            why = done.stderr.decode("utf-8", "replace").strip()[-400:]
            raise NotPrinted(f"PDFを作れませんでした（終了コード {done.returncode}）。{why}")
        shutil.move(folder / "paper.pdf", path)


def _json(paper: Paper, lost: Counter[str]) -> Iterator[str]:
    """Return data.json piece by piece: the rows are never all in memory here."""

    def say(text: str) -> str:
        return printable(_breakable(written(text)), lost)

    head = {
        "title": say(paper.title),
        "over": say(paper.over),
        "issuer": say(paper.issuer),
        "mark": say(paper.mark),
        "whole": say(paper.whole_title),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "parts": ['
    above = paper.title
    for part in paper.parts():
        above = part.text if isinstance(part, Heading) else above
        yield from _part(part, paper, above, lost)
        yield ",\n"
    yield _dumped({"kind": "words", "text": _about_lost(lost), "note": True} if lost else _AT_THE_END)
    yield "]}"


#: Closes the list, where nothing is to be said.
_AT_THE_END = {"kind": "words", "text": "以上", "note": True}


def _part(part: Part, paper: Paper, above: str, lost: Counter[str]) -> Iterator[str]:
    def say(text: str) -> str:
        return printable(_breakable(written(text)), lost)

    if isinstance(part, Heading):
        yield _dumped({"kind": "heading", "level": part.level, "text": say(part.text), "anchor": part.anchor})
    elif isinstance(part, Words):
        yield _dumped({"kind": "words", "text": say(part.text), "note": part.is_note})
    elif isinstance(part, Facts):
        rows = [[say(name), say(says)] for name, says in part.rows]
        yield _dumped({"kind": "facts", "caption": say(part.caption), "rows": rows})
    elif part.is_annex and _is_too_long(part):
        words = (
            f"「{part.caption or above}」は{MOST_ROWS_OF_ANNEX:,}件を超えるため、このPDFには入れていません。"
            f"HTML・DOCX・XLSX・テキストのファイルで、すべて読めます。{paper.address}"
        )
        yield _dumped({"kind": "words", "text": say(words), "note": False})
    else:
        yield from _grid(part, lost)


def _grid(grid: Grid, lost: Counter[str]) -> Iterator[str]:
    columns = [
        {"title": printable(written(each.title), lost), "width": each.width, "number": each.is_number}
        for each in grid.columns
    ]
    caption = printable(written(grid.caption), lost)
    yield (
        json.dumps({"kind": "grid", "caption": caption, "columns": columns}, ensure_ascii=False)[:-1]
        + ', "rows": ['
    )
    for place, row in enumerate(grid.rows()):
        cells = [_cell(cell, lost) for cell in row.cells]
        yield ("," if place else "") + _dumped({"anchor": row.anchor, "cells": cells})
    yield "]}"


def _cell(cell: Cell, lost: Counter[str]) -> Any:
    if isinstance(cell, Read):
        return [
            ["ruby", printable(written(words), lost), printable(written(reading), lost)]
            if reading
            else ["same", printable(_breakable(written(words)), lost)]
            for words, reading in cell.parts
        ]
    if isinstance(cell, Marked):
        return [[kind, printable(_breakable(written(words)), lost)] for kind, words in cell.parts]
    return printable(_breakable(text_of(cell)), lost)


def _is_too_long(grid: Grid) -> bool:
    return sum(1 for _ in islice(grid.rows(), MOST_ROWS_OF_ANNEX + 1)) > MOST_ROWS_OF_ANNEX


def _breakable(text: str) -> str:
    return _LONG_WORD.sub(lambda found: "\u200b".join(found.group()), text)


def _about_lost(lost: Counter[str]) -> str:
    named = "、".join(f"U+{ord(each):04X}（{count}回）" for each, count in lost.most_common(NAMED))
    return f"「{GETA}」は、このPDFの書体にない文字です。もとの文字は、ほかの形式のファイルで読めます。文字の番号：{named}"


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


__all__ = ["NoTypefaces", "NotPrinted", "set_in_type", "write"]
