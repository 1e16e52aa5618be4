"""What the documents say is so: permissions, settings, words, commands, links."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote

import pytest
from click import Group
from flask import Flask
from flask_migrate.cli import db as database_commands

from config import VARIABLES
from participation.access import matrix
from participation.foundation.db import Base
from tests.architecture.source import ROOT, Module, listed, modules, slices

DOCS = ROOT / "docs"
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "bench").rglob("*.md")],
    key=lambda path: path.as_posix(),
)
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
HEADINGS_OF_A_DECISION = ("## Context", "## Decision", "## Consequences", "## What would make us change it")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# ── Permissions ─────────────────────────────────────────────────────────────────────────────


def test_the_permission_table_is_the_one_that_the_rules_make(app: Flask) -> None:
    assert _text(DOCS / "permissions.md") == matrix.as_markdown(), (
        "make it again: python3 run.py flask access matrix > docs/permissions.md"
    )


# ── Settings ────────────────────────────────────────────────────────────────────────────────


def test_every_setting_stands_in_the_table_of_settings_with_its_default() -> None:
    rows = {name: row for row in _text(DOCS / "configuration.md").splitlines() for name in _first_cell(row)}
    wrong = [
        variable.name
        for variable in VARIABLES
        if variable.name not in rows
        or (variable.default and f"`{variable.default}`" not in rows[variable.name])
    ]
    assert not wrong, listed(wrong)


def test_the_table_of_settings_names_no_setting_that_is_gone() -> None:
    named = {name for row in _text(DOCS / "configuration.md").splitlines() for name in _first_cell(row)}
    assert named - {variable.name for variable in VARIABLES} == set()


def _first_cell(row: str) -> list[str]:
    return re.findall(r"^\| `([A-Z_]+)` \|", row)


# ── Words ───────────────────────────────────────────────────────────────────────────────────


def test_the_glossary_has_every_model_enum_and_event_with_its_japanese(app: Flask) -> None:
    explained = {
        word
        for row in _text(DOCS / "glossary.md").splitlines()
        if row.startswith("|") and JAPANESE.search(row)
        for code in re.findall(r"`([^`]*)`", row)
        for word in re.findall(r"\w+", code)
    }
    missing = sorted(set(_words()) - explained)
    assert not missing, listed(missing)


def test_the_glossary_has_every_member_of_an_enum_in_the_row_of_the_enum(app: Flask) -> None:
    rows = [(row, set(re.findall(r"\w+", row))) for row in _text(DOCS / "glossary.md").splitlines()]
    missing = [
        f"{kind.__module__}.{kind.__name__}: {', '.join(member.name for member in kind)}"
        for kind in _enums()
        if not any(f"`{kind.__name__}`" in row and _members(kind) <= words for row, words in rows)
    ]
    assert not missing, listed(missing)


def _members(kind: type[Enum]) -> set[str]:
    return {member.name for member in kind}


def _words() -> Iterator[str]:
    for mapper in Base.registry.mappers:
        yield mapper.class_.__name__
    for kind in _enums():
        yield kind.__name__
    for module in _loaded("events"):
        yield from (name for name, _ in _classes_of(module))


def _enums() -> list[type[Enum]]:
    return [kind for module in _loaded("domain") for _, kind in _classes_of(module) if issubclass(kind, Enum)]


def _loaded(room: str) -> Iterator[Module]:
    for module in modules():
        if module.package in slices() and module.room == room:
            yield module


def _classes_of(module: Module) -> list[tuple[str, type]]:
    loaded = import_module(f"participation.{'.'.join(part for part in module.parts if part != '__init__')}")
    return [
        (name, found)
        for name, found in inspect.getmembers(loaded, inspect.isclass)
        if found.__module__ == loaded.__name__ and not name.startswith("_")
    ]


# ── Commands and links ──────────────────────────────────────────────────────────────────────


def test_flask_commands_in_the_documents_exist(app: Flask) -> None:
    unknown = []
    for path in DOCUMENTS:
        for group, command in re.findall(
            r"\bflask (?:--app [\w.]+ )?([a-z][a-z-]+) ([a-z][a-z-]+)", _text(path)
        ):
            known = database_commands if group == "db" else app.cli.commands.get(group)
            if not isinstance(known, Group) or command not in known.commands:
                unknown.append(f"{path.relative_to(ROOT)}: flask {group} {command}")
    assert not unknown, listed(unknown)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_in_a_document_lead_to_files_and_headings_that_exist(path: Path) -> None:
    assert list(_broken_links(path)) == []


def _broken_links(path: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", _text(path)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / unquote(file)).resolve() if file else path
        if not there.exists():
            yield f"{target}: no such file"
        elif anchor and unquote(anchor) not in _anchors(there):
            yield f"{target}: no such heading"


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


# ── Decisions ───────────────────────────────────────────────────────────────────────────────


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (DOCS / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", sorted((DOCS / "decisions").glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_a_decision_tells_context_consequences_and_what_would_change_it(path: Path) -> None:
    assert [heading for heading in HEADINGS_OF_A_DECISION if heading not in _text(path)] == []
