"""A paper as plain text (テキスト版): for those who have it read aloud, and for every machine."""

from __future__ import annotations

from collections.abc import Iterator

from participation.papers.paper import Facts, Grid, Heading, Paper, Part, Words, text_of, written

_UNDER = {2: "=", 3: "-"}


def lines(paper: Paper) -> Iterator[str]:
    """Return the paper line by line, without line ends."""
    if paper.mark:
        yield f"【{paper.mark}】"
    yield from (written(paper.over), written(paper.title), paper.issuer, paper.address, "")
    for part in paper.parts():
        yield from _lines_of(part)
        yield ""


def _lines_of(part: Part) -> Iterator[str]:
    if isinstance(part, Heading):
        yield from ("", written(part.text), _UNDER[part.level] * 40)
    elif isinstance(part, Words):
        yield from written(part.text).split("\n")
    elif isinstance(part, Facts):
        for name, says in part.rows:
            yield from _named(name, says)
    else:
        yield from _rows(part)


def _rows(grid: Grid) -> Iterator[str]:
    """Every cell under its own name: a table drawn with characters cannot be listened to."""
    for row in grid.rows():
        for column, cell in zip(grid.columns, row.cells, strict=True):
            text = text_of(cell)
            if text:
                yield from _named(column.title, text)
        yield ""


def _named(name: str, says: str) -> Iterator[str]:
    text = written(says)
    if "\n" in text:
        yield f"{name}："
        yield from (f"　{line}" for line in text.split("\n"))
    else:
        yield f"{name}：{text}"
