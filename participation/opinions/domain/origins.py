"""Where something was said (聞いた場所): slices above name the occasions at which opinions are heard.

A submission carries the code of its origin, as "gathering:k7mw3fpxrt"; whoever owns the occasion says
which ones a consultation has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """An occasion at which opinions of a consultation are heard: its code, and its name for staff."""

    code: str
    name: str


_finders: dict[str, Callable[[int], Sequence[Origin]]] = {}


def offer_origins(name: str, finder: Callable[[int], Sequence[Origin]]) -> None:
    """Say who knows the occasions of a consultation (by its id), the newest first."""
    _finders[name] = finder


def list_origins(consultation_id: int) -> list[Origin]:
    """Return the occasions at which opinions of a consultation are heard."""
    return [origin for finder in _finders.values() for origin in finder(consultation_id)]
