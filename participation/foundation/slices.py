"""The manifest with which a slice (a package of one domain) introduces itself to app.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from click import Group
    from flask import Blueprint


class DeskGroup(StrEnum):
    """A part of the staff's work (仕事のまとまり), in the order in which opinions pass through it."""

    LISTEN = "listen"
    THINK = "think"
    DECIDE = "decide"
    OPEN = "open"
    KEEP = "keep"


DESK_GROUP_NAMES = {
    DeskGroup.LISTEN: "聴く",
    DeskGroup.THINK: "考える",
    DeskGroup.DECIDE: "決める・届ける",
    DeskGroup.OPEN: "ひらく",
    DeskGroup.KEEP: "整える",
}


@dataclass(frozen=True)
class MenuItem:
    """An entry of a menu: shown to those who may do `action` (None: everybody)."""

    title: str
    endpoint: str
    action: str | None = None
    order: int = 100
    #: Where it stands in the desk's menu.
    group: DeskGroup = DeskGroup.LISTEN
    #: Pages that belong to it beside those below its own address, by how their addresses begin.
    beside: tuple[str, ...] = ()


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
