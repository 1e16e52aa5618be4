"""The manifest with which a slice (a package of one domain) introduces itself to app.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from click import Group
    from flask import Blueprint


@dataclass(frozen=True)
class MenuItem:
    """An entry of a menu: shown to those who may do `action` (None: everybody)."""

    title: str
    endpoint: str
    action: str | None = None
    order: int = 100


@dataclass(frozen=True)
class Slice:
    """What a slice offers: pages for residents, for staff and for both, commands, subscribers."""

    name: str
    title: str
    public: tuple[Blueprint, ...] = ()
    desk: tuple[Blueprint, ...] = ()
    #: On every surface: staff log in and keep their account on theirs.
    shared: tuple[Blueprint, ...] = ()
    cli: tuple[Group, ...] = ()
    subscribers: tuple[ModuleType, ...] = ()
    desk_menu: tuple[MenuItem, ...] = field(default=())
    public_menu: tuple[MenuItem, ...] = field(default=())
    footer_menu: tuple[MenuItem, ...] = field(default=())
