"""Rows (行の一覧) to a tree: parents by code, in any order; cycles and unknown parents are refused with the line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from participation.plans.domain.reading import naming
from participation.plans.domain.reading.naming import Draft
from participation.plans.domain.tree import Level, Problem, Unreadable, short


@dataclass
class Row:
    """One node as a row of a table gives it."""

    line: int
    code: str
    parent: str
    level: str
    title: str
    text: str
    order: float | None = None
    source_line: int | None = None
    summary: str = ""
    note: str = ""
    number: str = ""


def roots_of(rows: list[Row], *, parents_given: bool) -> list[Draft]:
    """Hang every row under its parent; refuse doubled codes, unknown parents and circles."""
    problems: list[Problem] = []
    by_code: dict[str, Row] = {}
    for row in rows:
        if not row.code:
            problems.append(Problem(row.line, "コードが空です。"))
        elif row.code in by_code:
            problems.append(
                Problem(
                    row.line,
                    f"コード「{short(row.code)}」が2回使われています（1つ目は{by_code[row.code].line}行目）。",
                )
            )
        else:
            by_code[row.code] = row
        if not row.title and not row.text:
            problems.append(Problem(row.line, "題名も本文も空です。"))
    if not parents_given:
        for row in rows:
            row.parent = _parent_by_code(row.code, by_code)
    for row in rows:
        if row.parent and row.parent not in by_code:
            problems.append(Problem(row.line, f"親コード「{short(row.parent)}」の行がありません。"))
    problems.extend(_circles(rows, by_code))
    if problems:
        raise Unreadable(*problems[:50])
    return _hung(rows)


def _parent_by_code(code: str, known: dict[str, Row]) -> str:
    """Without a column of parents, MP-2-1 hangs under MP-2 when there is such a row."""
    for sign in "-.":
        above = code
        while sign in above:
            above = above.rpartition(sign)[0]
            if above in known:
                return above
    return ""


def _circles(rows: list[Row], by_code: dict[str, Row]) -> list[Problem]:
    problems: list[Problem] = []
    settled: set[str] = set()
    for row in rows:
        path: list[str] = []
        on_path: set[str] = set()
        code = row.code
        while code in by_code and code not in settled and code not in on_path:
            path.append(code)
            on_path.add(code)
            code = by_code[code].parent
        if code in on_path:
            circle = [*path[path.index(code) :], code]
            shown = "→".join(short(each, 20) for each in circle[:6])
            problems.append(Problem(by_code[code].line, f"親子がひと回りしています（{shown}）。"))
        settled.update(path)
    return problems


def _hung(rows: list[Row]) -> list[Draft]:
    drafts = {
        row.code: Draft(
            family=f"={row.level}",
            label=row.level,
            title=row.title,
            text=row.text,
            line=row.source_line or row.line,
            code=row.code,
            summary=row.summary,
            note=row.note,
            written=row.number,
        )
        for row in rows
    }
    below: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        below[row.parent].append(row)
    for parent, children in below.items():
        children.sort(key=lambda child: (child.order is None, child.order or 0.0))
        if parent:
            drafts[parent].children.extend(drafts[child.code] for child in children)
    return [drafts[row.code] for row in below[""]]


def named_levels(roots: list[Draft], known: tuple[Level, ...] = ()) -> tuple[Level, ...]:
    """Levels from the names the rows give; rows without one are named by their depth."""
    waiting = [(root, 1) for root in roots]
    while waiting:
        draft, depth = waiting.pop()
        if not draft.label:
            draft.label = f"{depth}段目"
        draft.family = f"={draft.label}"
        waiting.extend((child, depth + 1) for child in draft.children)
    by_name = {level.name: level for level in known} | {level.code: level for level in known}
    made = naming.levels_of(roots)
    if not known:
        return made
    waiting = [(root, 1) for root in roots]
    used: dict[str, Level] = {level.code: level for level in known}
    while waiting:
        draft, depth = waiting.pop()
        level = by_name.get(draft.label)
        if level is not None:
            draft.level = level.code
        elif draft.level not in used:
            used[draft.level] = next(each for each in made if each.code == draft.level)
        waiting.extend((child, depth + 1) for child in draft.children)
    return tuple(sorted(used.values(), key=lambda each: each.depth))
