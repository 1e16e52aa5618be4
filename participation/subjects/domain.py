"""Where each kind of subject is shown: owners register it, so a link needs no import of the owner."""

from __future__ import annotations

from collections.abc import Callable

#: kind → a function from the owner's reference to the subject's path on this site.
_paths: dict[str, Callable[[str], str]] = {}


def register_kind(kind: str, path: Callable[[str], str]) -> None:
    """Say how the address of a subject of this kind is made from its reference."""
    _paths[kind] = path


def path_of(kind: str, reference: str) -> str:
    """Return the path of a subject's page; raises KeyError for a kind nobody registered."""
    return _paths[kind](reference)
