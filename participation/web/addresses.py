"""Addresses: where a reader may be sent after logging in, and ids that an address may carry."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Blueprint, Flask, current_app
from werkzeug.routing import MapAdapter

MAX_ADDRESS = 500


def safe_next(target: str | None, default: str = "/") -> str:
    """Return `target` if it is a plain path on this site, else `default`.

    Everything that a browser or a server might read as another site is refused: //, /\\, control
    characters, encoded hosts (reliability.md 4.3).
    """
    if not target or len(target) > MAX_ADDRESS or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return default
    if any(ord(c) <= 32 or ord(c) == 127 or c in '\\"<>' for c in target):
        return default
    if any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") for c in target):
        return default
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or parts.path.startswith(("/log-out", "/log-in")):
        return default
    return target


def know_pages_elsewhere(app: Flask, blueprints: Iterable[Blueprint]) -> None:
    """Let a process that lacks the residents' pages lead to them all the same, on the site that has them."""
    elsewhere = Flask("elsewhere", static_folder=None)
    for blueprint in blueprints:
        elsewhere.register_blueprint(blueprint)
    app.extensions["pages_elsewhere"] = elsewhere.url_map.bind("")
    app.url_build_error_handlers.append(_address_elsewhere)


def _address_elsewhere(_error: Exception, endpoint: str, values: dict[str, Any]) -> str:
    """A name that neither site knows raises BuildError here, which Flask turns into the first error."""
    given = {name: value for name, value in values.items() if not name.startswith("_")}
    return full_url(endpoint, anchor=values.get("_anchor"), **given)


def _elsewhere() -> MapAdapter:
    adapter: MapAdapter = current_app.extensions["pages_elsewhere"]
    return adapter


def full_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page as it stands in a letter or on paper: with PUBLIC_URL before it."""
    return str(current_app.config["PUBLIC_URL"]) + path_to(endpoint, **values)


def path_to(endpoint: str, *, anchor: str | None = None, **values: Any) -> str:
    """Return the path of a page, also where no request is under way (jobs, the command line)."""
    here = current_app.url_map.bind("")
    is_elsewhere = endpoint not in current_app.view_functions and "pages_elsewhere" in current_app.extensions
    path = (_elsewhere() if is_elsewhere else here).build(endpoint, values)
    return f"{path}#{quote(anchor)}" if anchor else path
