"""What the site imports is what requirements/*.in ask for: nothing comes in by another's back door."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.architecture.source import ROOT, listed, modules

OWN = frozenset({"participation", "config"})
#: Werkzeug, Jinja, Click and MarkupSafe are Flask, under their own names.
FLASK = frozenset({"werkzeug", "jinja2", "click", "markupsafe"})


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found - sys.stdlib_module_names - OWN - FLASK


def _asked_for() -> set[str]:
    lines = [
        line
        for name in ("core.in", "encoder.in")
        for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    ]
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith(("#", "-")))
    return {_plain(name.group()) for name in names if name}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_everything_the_site_imports_is_asked_for_by_name() -> None:
    asked, distributions = _asked_for(), packages_distributions()
    missing = [
        f"{name} (imported by {path.relative_to(ROOT)})"
        for path in [
            *(module.path for module in modules()),
            ROOT / "config.py",
            ROOT / "migrations" / "env.py",
        ]
        for name in sorted(_imported(path))
        if not asked & {_plain(distribution) for distribution in distributions.get(name, [])}
    ]
    assert not missing, listed(missing)
