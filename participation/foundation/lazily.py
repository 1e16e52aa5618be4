"""Modules that are loaded when they are first used, not when the program starts.

A command or a page that writes no Word file need not wait for what writes Word files. The import
still stands at the top of the module, where readers and tools look for it:

    if TYPE_CHECKING:
        import openpyxl
    else:
        openpyxl = lazily("openpyxl")
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class _Later:
    """Stands for a module; importing is Python's own, so that two threads load it once."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)

    def __repr__(self) -> str:
        return f"<{self._name}, loaded when it is used>"


def lazily(name: str) -> Any:
    """Return what behaves as the module of this name and loads it at the first use."""
    return _Later(name)
