"""Menus: slices say what they offer (in their manifest), the layouts show what the reader may open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from participation.access import rules
from participation.foundation.slices import MenuItem
from participation.web.access import current_actor


@dataclass(frozen=True)
class MenuLink:
    """One entry as shown: title, address, whether it is the page being read."""

    title: str
    address: str
    is_current: bool
    count: int | None = None


def init_app(app: Flask) -> None:
    """Give templates the menus."""
    app.extensions["menus"] = {"public": [], "desk": [], "footer": []}
    app.jinja_env.globals.update(
        public_menu=lambda: menu("public"),
        desk_menu=lambda: menu("desk"),
        footer_menu=lambda: menu("footer"),
    )


def offer(app: Flask, which: str, items: tuple[MenuItem, ...]) -> None:
    """Add entries to a menu (app.py, at start-up)."""
    entries: list[MenuItem] = app.extensions["menus"][which]
    entries.extend(items)
    entries.sort(key=lambda item: item.order)


def menu(which: str) -> list[MenuLink]:
    """Return the entries of a menu that the reader may open."""
    actor = current_actor()
    return [
        MenuLink(item.title, url_for(item.endpoint), request.endpoint == item.endpoint)
        for item in current_app.extensions["menus"][which]
        if item.endpoint in current_app.view_functions
        and (item.action is None or rules.can_ever(actor, item.action))
    ]
