"""Menus: slices say what they offer (in their manifest), the layouts show what the reader may open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from participation.access import rules
from participation.foundation.slices import DESK_GROUP_NAMES, DeskGroup, MenuItem
from participation.web.access import current_actor

#: The desk's first page: every page of the desk stands below it.
DESK = "/desk/"


@dataclass(frozen=True)
class MenuLink:
    """One entry as shown: title, address, whether it is the page being read."""

    title: str
    address: str
    is_current: bool
    #: Whether the page being read belongs to it: itself, or one below it.
    is_around: bool = False


@dataclass(frozen=True)
class MenuGroup:
    """A part of the staff's work as shown: its name, its entries, whether the page being read is in it."""

    title: str
    links: tuple[MenuLink, ...]

    @property
    def address(self) -> str:
        """Where it begins: its first entry."""
        return self.links[0].address

    @property
    def is_around(self) -> bool:
        """Whether the page being read belongs to one of its entries."""
        return any(link.is_around for link in self.links)


def init_app(app: Flask) -> None:
    """Give templates the menus."""
    app.extensions["menus"] = {"public": [], "desk": [], "footer": []}
    app.jinja_env.globals.update(
        public_menu=lambda: menu("public"),
        desk_menu=desk_menu,
        footer_menu=lambda: menu("footer"),
    )


def offer(app: Flask, which: str, items: tuple[MenuItem, ...]) -> None:
    """Add entries to a menu (app.py, at start-up)."""
    entries: list[MenuItem] = app.extensions["menus"][which]
    entries.extend(items)
    entries.sort(key=lambda item: item.order)


def menu(which: str) -> list[MenuLink]:
    """Return the entries of a menu that the reader may open."""
    return [_link(item, None) for item in _offered(which)]


def desk_menu() -> list[MenuGroup]:
    """Return the desk's menu, by the parts of the work; parts in which the reader has nothing to do are left out."""
    items = _offered("desk")
    around = _around(items)
    groups = ((group, [item for item in items if item.group is group]) for group in DeskGroup)
    return [
        MenuGroup(DESK_GROUP_NAMES[group], tuple(_link(item, around) for item in some))
        for group, some in groups
        if some
    ]


def _offered(which: str) -> list[MenuItem]:
    actor = current_actor()
    return [
        item
        for item in current_app.extensions["menus"][which]
        if item.endpoint in current_app.view_functions
        and (item.action is None or rules.can_ever(actor, item.action))
    ]


def _link(item: MenuItem, around: MenuItem | None) -> MenuLink:
    return MenuLink(item.title, url_for(item.endpoint), request.endpoint == item.endpoint, item is around)


def _around(items: list[MenuItem]) -> MenuItem | None:
    """Return the entry to which the page being read belongs: the one with the longest address that it begins with."""
    path = request.path.rstrip("/") + "/"
    beginnings = [
        (len(beginning), place)
        for place, item in enumerate(items)
        for address in (url_for(item.endpoint), *item.beside)
        if path.startswith(beginning := address.rstrip("/") + "/") and (beginning != DESK or path == DESK)
    ]
    return items[max(beginnings)[1]] if beginnings else None
