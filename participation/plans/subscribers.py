"""What plans does at start-up: it says where a node and a plan are shown, so that links need no import."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app

from participation.plans.domain.reasons import reasons_between
from participation.plans.queries import TreeLine, anchors_of
from participation.subjects.domain import register_kind
from participation.web.addresses import path_to

NODE_ENDPOINT = "front.node"
PLAN_ENDPOINT = "plans.show"


def register(app: Flask) -> None:
    """Register the kinds of subject that plans own, and the same addresses for templates."""
    register_kind("plan_node", node_path)
    register_kind("plan", plan_path)
    app.jinja_env.globals["plan_node_path"] = path_of_node
    app.jinja_env.filters["plan_tree_nodes"] = tree_nodes
    app.jinja_env.globals["reasons_between"] = reasons_between
    app.jinja_env.globals["anchors_of"] = anchors_of


def node_path(reference: str) -> str:
    """The address of "meguro-basic-plan/MP-2-2-2#MP-2-2-2-1"."""
    page, _, anchor = reference.partition("#")
    plan, _, code = page.partition("/")
    return path_of_node(plan, code, anchor or None)


def path_of_node(plan: str, code: str, anchor: str | None = None) -> str:
    """The address of a node's page; a process without the public pages gives the full public address."""
    if NODE_ENDPOINT in current_app.view_functions:
        return path_to(NODE_ENDPOINT, plan=plan, code=code, anchor=anchor)
    address = f"{current_app.config['PUBLIC_URL']}/plans/{quote(plan)}/{quote(code)}"
    return f"{address}#{quote(anchor)}" if anchor else address


def plan_path(reference: str) -> str:
    """The address of a plan."""
    if PLAN_ENDPOINT in current_app.view_functions:
        return path_to(PLAN_ENDPOINT, plan=reference)
    return f"{current_app.config['PUBLIC_URL']}/plans/{quote(reference)}"


def tree_nodes(lines: Iterable[TreeLine], plan: str) -> list[dict[str, Any]]:
    """The lines of a plan's tree as components/tree.html wants them."""
    return [
        {
            "title": line.title,
            "number": line.number,
            "href": path_of_node(plan, line.page_code, line.anchor),
            "children": tree_nodes(line.children, plan),
        }
        for line in lines
    ]
