"""Reading the package's own source for the house-rule tests: modules, their place, their syntax trees."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "participation"

#: Packages without rooms: they serve the slices and know no domain.
SERVICES = frozenset(["foundation", "access", "i18n", "audit", "jobs", "mail", "papers", "web"])
ROOMS = frozenset(
    [
        "slice",
        "views",
        "desk_views",
        "cli",
        "datasets",
        "documents",
        "subscribers",
        "forms",
        "commands",
        "queries",
        "policies",
        "models",
        "events",
        "domain",
    ]
)


@dataclass(frozen=True)
class Module:
    """A module of the package: participation/opinions/commands.py, or a part of a room that is a package."""

    path: Path
    #: Stands in for the file's text where a test shows a rule what it must catch.
    text: str | None = None

    @property
    def name(self) -> str:
        """participation/opinions/commands.py, as a failing test shows it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def parts(self) -> tuple[str, ...]:
        """("opinions", "commands")"""
        return self.path.relative_to(PACKAGE).with_suffix("").parts

    @property
    def package(self) -> str:
        """The slice or service, or "" for app.py and its neighbours."""
        return self.parts[0] if len(self.parts) > 1 else ""

    @property
    def room(self) -> str:
        """The room: "commands" for commands.py and for everything in commands/."""
        return self.parts[1] if len(self.parts) > 1 else self.parts[0]

    @property
    def is_init(self) -> bool:
        """Whether this is an __init__.py."""
        return self.path.name == "__init__.py"

    @property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return _parse(self.path, self.text)


@cache
def _parse(path: Path, text: str | None) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8") if text is None else text, filename=str(path))


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the package."""
    return tuple(Module(path) for path in sorted(PACKAGE.rglob("*.py")))


def in_room(room: str) -> list[Module]:
    """Return the modules of a room, over all slices."""
    return [m for m in modules() if m.package and m.package not in SERVICES and m.room == room]


@cache
def slices() -> tuple[str, ...]:
    """Return the slices that exist."""
    found = {m.package for m in modules() if m.package} - SERVICES
    return tuple(sorted(found))


def floors() -> list[set[str]]:
    """Return the floors as pyproject.toml's import contract lists them, the highest first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["id"] == "floors"]
    return [{name.strip() for name in layer.split("|")} for layer in layers]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Yield every function below."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def public_functions(module: Module) -> list[ast.FunctionDef]:
    """Return the module's own public functions."""
    return [
        node
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def dotted(node: ast.AST) -> str:
    """Return access.require for the expression `access.require`, else ""."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def imported(module: Module) -> dict[str, str]:
    """Return what each imported name of the module stands for: {"access": "participation.access.rules"}."""
    names: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def listed(lines: list[str]) -> str:
    """Return all lines, so that a failing test shows every one."""
    return "\n" + "\n".join(lines)
