"""Fixtures for components: the application as it is developed, and a pencil that draws macros."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from participation.app import create_app
from tests.support.page import Node, PageClient, read

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = {path.stem for path in (ROOT / "templates" / "components").glob("*.html")}

Draw = Callable[..., Node]


@pytest.fixture(scope="session")
def developed(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application as it is developed: with the gallery. Nothing here asks the database."""
    app = create_app(
        {
            "APP_ENV": "development",
            "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "MAIL_TRANSPORT": "memory",
            "PUBLIC_URL": "http://localhost",
            "SECRET_KEY": "tests-only-tests-only-tests-only-tests-only",
        }
    )
    app.testing = True
    if not any(rule.rule == "/" for rule in app.url_map.iter_rules()):
        app.add_url_rule("/", "front_page", lambda: "")  # Every header leads there.
    return app


@pytest.fixture
def gallery(developed: Flask) -> PageClient:
    """A reader of the gallery."""
    return PageClient(developed)


@pytest.fixture
def draw(developed: Flask) -> Iterator[Draw]:
    """Draw a piece of template: draw('{{ tag("提案") }}'). Components that it names are imported."""

    def drawn(source: str, **context: Any) -> Node:
        named = sorted(name for name in COMPONENTS if re.search(rf"\b{name}\(", source))
        imports = "".join(f'{{% from "components/{name}.html" import {name} %}}' for name in named)
        root, problems = read(developed.jinja_env.from_string(imports + source).render(**context))
        assert problems == []
        return root

    with developed.test_request_context("/"):
        yield drawn
