"""CSV (表): one row a node, with a row of names at the top, in Japanese or English."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from participation.plans.domain.folding import fold
from participation.plans.domain.reading import naming
from participation.plans.domain.reading.fields import field_of
from participation.plans.domain.reading.naming import Draft, level_code
from participation.plans.domain.reading.rows import Row, named_levels, roots_of
from participation.plans.domain.tree import DocumentForm, LeftOut, PlanTree, Problem, Unreadable, short

MAXIMUM_COLUMNS = 100
#: A cell beyond this many letters is no plan text but a broken quotation mark.
MAXIMUM_CELL = 100_000


def read_table(text: str, *, title: str = "", prefix: str = "", encoding: str = "UTF-8") -> PlanTree:
    """Read a table of nodes; refuse it as a whole with the lines that are wrong."""
    delimiter = _delimiter(text)
    lines = list(_cells(text, delimiter))
    if not lines:
        raise Unreadable(Problem(None, "表が空です。"))
    heading_line, names = lines[0]
    columns = _level_columns(names)
    if columns:
        return _read_levels(lines, columns, title, prefix, encoding)
    fields = [field_of(name) for name in names]
    if "title" not in fields and "text" not in fields:
        raise Unreadable(
            Problem(
                heading_line,
                "1行目に列の名前が要ります。「コード」「親コード」「階層」「題名」「本文」などと書いてください。",
            )
        )
    _refuse_doubled(fields, names, heading_line)
    rows = [_row(line, cells, fields) for line, cells in lines[1:] if any(cell.strip() for cell in cells)]
    left_out = tuple(
        LeftOut(heading_line, short(name), "この列は計画の木に使いません")
        for name, field in zip(names, fields, strict=True)
        if field is None and name.strip()
    )
    if "code" not in fields:
        _number(rows, prefix)
    roots = roots_of(rows, parents_given="parent" in fields or "code" not in fields)
    levels = named_levels(roots)
    return PlanTree(
        title=title,
        roots=naming.frozen(roots),
        levels=levels,
        code_prefix=prefix,
        form=DocumentForm.CSV,
        encoding=encoding,
        left_out=left_out,
    )


#: Columns that stand beside the columns of levels: what they hold belongs to the last node of the row.
_BESIDE = ("text", "note", "summary")
_SIZES = ("大項目", "中項目", "小項目", "大分類", "中分類", "小分類", "細項目", "細分類")


def _level_columns(names: list[str]) -> dict[int, str]:
    """Columns that are the levels themselves (方針, 考え方, 視点, 項目), from the highest to the lowest."""
    if any(field_of(name) in ("code", "parent", "level", "title") for name in names):
        return {}
    found = {
        place: name.strip()
        for place, name in enumerate(names)
        if level_code(name) or name.strip() in _SIZES or field_of(name) == "children"
    }
    return found if len(found) >= 2 else {}


def _read_levels(
    lines: list[tuple[int, list[str]]], columns: dict[int, str], title: str, prefix: str, encoding: str
) -> PlanTree:
    """Read a table with one column a level; an empty cell goes on with what stands above it."""
    heading_line, names = lines[0]
    beside = {place: field for place, name in enumerate(names) if (field := field_of(name)) in _BESIDE}
    roots: list[Draft] = []
    path: list[Draft] = []
    for line, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(names) :]):
            raise _too_many_cells(line, cells, names)
        last: Draft | None = None
        for depth, (place, label) in enumerate(columns.items()):
            words = cells[place].strip() if place < len(cells) else ""
            if not words or (depth < len(path) and (path[depth].title or path[depth].text) == words):
                continue
            if depth > len(path):
                above = list(columns.values())[len(path)]
                raise Unreadable(
                    Problem(
                        line,
                        f"「{label}」の上の「{above}」が空です。同じものが続くときは、上の行に書いてください。",
                    )
                )
            last = Draft(family=f"={label}", label=label, line=line)
            if words.endswith("。") or "\n" in words:
                last.text = words
            else:
                last.title = words
            del path[depth:]
            (path[-1].children if path else roots).append(last)
            path.append(last)
        for place, field in beside.items():
            words = cells[place].strip() if place < len(cells) else ""
            if words and path:
                target = last or path[-1]
                setattr(target, field, "\n".join(filter(None, (getattr(target, field), words))))
    if not roots:
        raise Unreadable(Problem(None, "表が空です。"))
    naming.give_codes(roots, prefix)
    return PlanTree(
        title=title,
        levels=named_levels(roots),
        roots=naming.frozen(roots),
        code_prefix=prefix,
        form=DocumentForm.CSV,
        encoding=encoding,
        left_out=tuple(
            LeftOut(heading_line, short(name), "この列は計画の木に使いません")
            for place, name in enumerate(names)
            if place not in columns and place not in beside and name.strip()
        ),
    )


def _too_many_cells(line: int, cells: list[str], names: Sequence[object]) -> Unreadable:
    return Unreadable(Problem(line, f"欄が{len(cells)}あり、1行目の列の数{len(names)}より多くなっています。"))


def _delimiter(text: str) -> str:
    heading = text.partition("\n")[0]
    return max((",", "\t", ";"), key=heading.count)


def _cells(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins."""
    begins = 1
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if len(cells) > MAXIMUM_COLUMNS:
                raise Unreadable(
                    Problem(begins, f"列が{len(cells)}あります。{MAXIMUM_COLUMNS}列までにしてください。")
                )
            if any(len(cell) > MAXIMUM_CELL for cell in cells):
                raise Unreadable(
                    Problem(begins, 'とても長い欄があります。引用符（"）が閉じているか確かめてください。')
                )
            if cells:
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as broken:
        message = (
            "欄が長すぎます。" if "field larger" in str(broken) else '引用符（"）の付け方が正しくありません。'
        )
        raise Unreadable(Problem(begins, message)) from broken


def _refuse_doubled(fields: list[str | None], names: list[str], line: int) -> None:
    seen: dict[str, str] = {}
    for field, name in zip(fields, names, strict=True):
        if field is None:
            continue
        if field in seen:
            raise Unreadable(
                Problem(
                    line, f"列「{short(seen[field])}」と「{short(name)}」が同じ意味です。1つにしてください。"
                )
            )
        seen[field] = name


def _row(line: int, cells: list[str], fields: list[str | None]) -> Row:
    found = {field: cell.strip() for field, cell in zip(fields, cells, strict=False) if field}
    if len(cells) > len(fields) and any(cell.strip() for cell in cells[len(fields) :]):
        raise _too_many_cells(line, cells, fields)
    return Row(
        line=line,
        code=found.get("code", ""),
        parent=found.get("parent", ""),
        level=found.get("level", ""),
        title=found.get("title", ""),
        text=found.get("text", ""),
        order=_number_in(found.get("order", ""), line, "順"),
        source_line=_whole(found.get("line", ""), line),
        summary=found.get("summary", ""),
        note=found.get("note", ""),
        number=found.get("number", ""),
    )


def _number_in(words: str, line: int, name: str) -> float | None:
    if not words:
        return None
    folded = fold(words)
    if not folded.replace(".", "", 1).isdigit() or len(folded) > 9:
        raise Unreadable(Problem(line, f"「{name}」の欄「{short(words)}」は数ではありません。"))
    return float(folded)


def _whole(words: str, line: int) -> int | None:
    number = _number_in(words, line, "行")
    return None if number is None else int(number)


def _number(rows: list[Row], prefix: str) -> None:
    """Without a column of codes the levels in their first order make the tree."""
    heights: dict[str, int] = {}
    for row in rows:
        heights.setdefault(row.level, len(heights) + 1)
    counters: list[int] = []
    for row in rows:
        depth = min(heights[row.level], len(counters) + 1)
        counters = [*counters[: depth - 1], (counters[depth - 1] if len(counters) >= depth else 0) + 1]
        parts = [prefix] if prefix else []
        row.code = "-".join([*parts, *map(str, counters)])
        row.parent = "-".join([*parts, *map(str, counters[:-1])]) if depth > 1 else ""
