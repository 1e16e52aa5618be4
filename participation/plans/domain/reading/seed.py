"""Seed folders (計画の登録ファイル): plan.toml, levels.csv, nodes.csv, texts.ja.csv, kept in the repository."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

from participation.plans.domain.encoding import decode
from participation.plans.domain.reading import naming
from participation.plans.domain.reading.rows import Row, roots_of
from participation.plans.domain.tree import (
    DocumentForm,
    Level,
    PlanKind,
    PlanTree,
    Problem,
    Unreadable,
    VersionStage,
    check,
)

SEED_FOLDER = Path(__file__).resolve().parents[2] / "seed"
_FILES = ("plan.toml", "levels.csv", "nodes.csv", "texts.ja.csv")


def seed_folders() -> tuple[Path, ...]:
    """The folders of the plans that come with the site, by name."""
    return tuple(sorted(folder for folder in SEED_FOLDER.iterdir() if (folder / "plan.toml").is_file()))


def read_seed(folder: Path) -> PlanTree:
    """Read one seed folder; refuse it with the file and the line that is wrong."""
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise Unreadable(Problem(None, f"フォルダに次のファイルがありません: {'、'.join(missing)}"))
    try:
        plan = tomllib.loads(decode((folder / "plan.toml").read_bytes()).text)
    except tomllib.TOMLDecodeError as broken:
        raise Unreadable(Problem(None, f"plan.toml の書き方が正しくありません（{broken}）。")) from broken
    levels = tuple(
        Level(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            depth=int(row["depth"]),
            marker=row["marker"],
            within=row["within"] == "1",
        )
        for _, row in _table(folder / "levels.csv", ("code", "name", "name_en", "depth", "marker", "within"))
    )
    roots = naming.frozen(_roots(folder, {level.code for level in levels}))
    tree = PlanTree(
        slug=plan.get("slug", folder.name),
        title=plan["title"],
        kind=PlanKind(plan["kind"]),
        ward=plan["ward"],
        code_prefix=plan["code_prefix"],
        introduction=plan["introduction"].strip(),
        source=plan["document"],
        stage=VersionStage(plan["stage"]),
        version_label=plan["version_label"],
        version_date=plan.get("version_date", ""),
        levels=levels,
        roots=roots,
        form=DocumentForm.SEED,
        details={
            "short_title": plan.get("short_title", plan["title"]),
            "talk_levels": " ".join(plan["talk"]["levels"]),
        },
    )
    return check(tree)


def _roots(folder: Path, level_codes: set[str]) -> list[naming.Draft]:
    texts = {
        row["code"]: row for _, row in _table(folder / "texts.ja.csv", ("code", "text", "summary", "note"))
    }
    rows: list[Row] = []
    for line, node in _table(
        folder / "nodes.csv", ("code", "parent", "level", "order", "number", "title", "line")
    ):
        if node["level"] not in level_codes:
            raise Unreadable(Problem(line, f"nodes.csv: 階層「{node['level']}」が levels.csv にありません。"))
        text = texts.pop(node["code"], {"text": "", "summary": "", "note": ""})
        rows.append(
            Row(
                line=line,
                code=node["code"],
                parent=node["parent"],
                level=node["level"],
                title=node["title"],
                text=text["text"],
                order=float(node["order"]),
                source_line=int(node["line"]),
                summary=text["summary"],
                note=text["note"],
                number=node["number"],
            )
        )
    if texts:
        raise Unreadable(
            Problem(None, f"texts.ja.csv のコード「{next(iter(texts))}」が nodes.csv にありません。")
        )
    roots = roots_of(rows, parents_given=True)
    waiting = list(roots)
    while waiting:
        draft = waiting.pop()
        draft.level = draft.label
        waiting.extend(draft.children)
    return roots


def _table(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(decode(path.read_bytes()).text.splitlines(keepends=True))
    if tuple(reader.fieldnames or ()) != columns:
        raise Unreadable(Problem(1, f"{path.name} の1行目は「{','.join(columns)}」にしてください。"))
    rows: list[tuple[int, dict[str, str]]] = []
    for row in reader:
        if None in row or None in row.values():
            raise Unreadable(Problem(reader.line_num, f"{path.name} の欄の数が合いません。"))
        rows.append((reader.line_num, row))
    return rows
