"""Menus show what the reader may open and what this deployment has, in the order that slices ask for."""

from __future__ import annotations

import pytest
from flask import g

from participation.access.actors import Actor, Role, visitor
from participation.foundation.slices import DeskGroup, MenuItem
from participation.web import navigation


@pytest.fixture
def menus(app, monkeypatch):
    monkeypatch.setitem(app.extensions, "menus", {"public": [], "desk": [], "footer": []})
    return app


def titles(app, actor, which="public", path="/"):
    with app.test_request_context(path):
        g.actor = actor
        return [link.title for link in navigation.menu(which)]


def test_entries_stand_in_their_order_whoever_offered_first(menus):
    navigation.offer(menus, "public", (MenuItem("あと", "people.log_in", order=20),))
    navigation.offer(menus, "public", (MenuItem("さき", "people.sign_up", order=10),))
    assert titles(menus, visitor()) == ["さき", "あと"]


def test_nobody_sees_an_entry_that_they_could_not_open(menus):
    navigation.offer(menus, "desk", (MenuItem("職員", "people.log_in", action="people.list_staff"),))
    assert titles(menus, visitor(), "desk") == []
    assert titles(menus, Actor(frozenset({Role.EDITOR}), 1), "desk") == []
    assert titles(menus, Actor(frozenset({Role.ADMINISTRATOR}), 1), "desk") == ["職員"]


def test_an_entry_whose_page_this_surface_lacks_is_left_out(menus):
    navigation.offer(menus, "footer", (MenuItem("ない", "people_desk.not_here"),))
    assert titles(menus, visitor(), "footer") == []


def test_the_page_being_read_is_marked(menus):
    navigation.offer(
        menus, "public", (MenuItem("ログイン", "people.log_in"), MenuItem("登録", "people.sign_up"))
    )
    with menus.test_request_context("/log-in"):
        g.actor = visitor()
        assert [(link.title, link.is_current) for link in navigation.menu("public")] == [
            ("ログイン", True),
            ("登録", False),
        ]


def test_every_menu_entry_of_the_site_leads_to_a_page(app):
    entries = [item for items in app.extensions["menus"].values() for item in items]
    assert entries
    assert [item for item in entries if item.endpoint not in app.view_functions] == []


def test_the_desk_shows_the_parts_of_the_work_and_where_in_it_the_page_stands(menus):
    navigation.offer(
        menus,
        "desk",
        (
            MenuItem("論点", "replies_desk.points", group=DeskGroup.THINK, order=40),
            MenuItem("受付簿", "desk.register", order=20, beside=("/desk/submissions/",)),
            MenuItem("きょうの仕事", "desk.index", order=10),
            MenuItem("職員", "people_desk.index", "people.list_staff", group=DeskGroup.KEEP),
        ),
    )

    def shown(path):
        with menus.test_request_context(path):
            g.actor = Actor(frozenset({Role.EDITOR}), 1)
            return {
                (group.title, group.is_around): [link.title for link in group.links if link.is_around]
                for group in navigation.desk_menu()
            }

    assert shown("/desk/") == {("聴く", True): ["きょうの仕事"], ("考える", False): []}
    assert shown("/desk/points/abc/versions") == {("聴く", False): [], ("考える", True): ["論点"]}
    assert shown("/desk/submissions/abc") == {("聴く", True): ["受付簿"], ("考える", False): []}
    assert shown("/desk/pointless") == {("聴く", False): [], ("考える", False): []}
