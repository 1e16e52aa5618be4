"""Addresses: where a reader may be sent after logging in, and ids that an address may carry."""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import quote, urlsplit

from flask import current_app

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


def full_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page as it stands in a letter or on paper: with PUBLIC_URL before it."""
    return str(current_app.config["PUBLIC_URL"]) + path_to(endpoint, **values)


def path_to(endpoint: str, *, anchor: str | None = None, **values: Any) -> str:
    """Return the path of a page, also where no request is under way (jobs, the command line)."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return f"{path}#{quote(anchor)}" if anchor else path
