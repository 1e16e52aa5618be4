"""Addresses of what plans own."""

from __future__ import annotations

from flask import Flask

from participation.plans import queries
from participation.plans.subscribers import node_path, path_of_node, plan_path, tree_nodes
from participation.subjects.domain import path_of


def test_a_node_is_shown_at_its_code_and_a_passage_at_its_anchor(app: Flask):
    with app.test_request_context():
        assert node_path("p/MP-2-2-2").endswith("/plans/p/MP-2-2-2")
        assert node_path("p/MP-2-2-2#MP-2-2-2-1").endswith("/plans/p/MP-2-2-2#MP-2-2-2-1")
        assert path_of("plan_node", "p/MP-1") == path_of_node("p", "MP-1")


def test_a_plan_is_shown_under_its_name(app: Flask):
    with app.test_request_context():
        assert plan_path("meguro-vision") == "/plans/meguro-vision" == path_of("plan", "meguro-vision")


def test_a_process_without_the_public_pages_gives_the_public_address(app: Flask, monkeypatch):
    monkeypatch.setattr(app, "view_functions", {})
    with app.test_request_context():
        assert path_of_node("p", "MP-1", "MP-1-1") == "http://localhost/plans/p/MP-1#MP-1-1"
        assert plan_path("p") == "http://localhost/plans/p"


def test_the_tree_for_the_page_links_every_node(app: Flask):
    with app.test_request_context():
        nodes = tree_nodes(queries.get_plan_tree("meguro-basic-plan").lines, "meguro-basic-plan")
    assert nodes[0]["href"].endswith("/plans/meguro-basic-plan/MP-1")
    assert nodes[0]["children"][0]["children"][0]["children"][0]["href"].endswith("MP-1-1-1#MP-1-1-1-1")
