"""Pages of plans for everybody: the library, the tree, versions, paper. A node's own page is composed in front."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from participation.foundation.errors import NotFound
from participation.plans import queries
from participation.web.access import public
from participation.web.page_cache import kept_for_everybody

bp = Blueprint("plans", __name__)


@bp.get("/plans")
@public
@kept_for_everybody
def index() -> str:
    """Show the library: the ward's own plans, then those of other wards for reference."""
    cards = queries.list_plans()
    return render_template(
        "plans/index.html",
        own=[card for card in cards if not card.plan.is_reference],
        reference=[card for card in cards if card.plan.is_reference],
    )


@bp.get("/plans/<plan>")
@public
@kept_for_everybody
def show(plan: str) -> str:
    """Show a plan as a tree, or what a search found in it."""
    page = queries.get_plan_tree(plan, _words(request.args.get("q", "")))
    return render_template("plans/show.html", page=page)


@bp.get("/plans/<plan>/print")
@public
@kept_for_everybody
def print_plan(plan: str) -> str:
    """Show a whole plan for paper."""
    shown, version, nodes, levels = queries.list_print_pages(plan)
    return render_template("plans/print.html", plan=shown, version=version, nodes=nodes, levels=levels)


@bp.get("/plans/<plan>/versions")
@public
@kept_for_everybody
def versions(plan: str) -> str:
    """List the versions of a plan, each to be compared with the one before."""
    return render_template(
        "plans/versions.html", plan=queries.get_published_plan(plan), versions=queries.list_versions(plan)
    )


@bp.get("/plans/<plan>/versions/<span>")
@public
@kept_for_everybody
def compare(plan: str, span: str) -> str:
    """Show what changed between two versions: /versions/1...3."""
    old, new = _span(span)
    page = queries.get_version_difference(plan, old, new)
    return render_template("plans/compare.html", page=page)


@bp.get("/plans/<plan>/<code>/print")
@public
@kept_for_everybody
def print_node(plan: str, code: str) -> str:
    """Show one place of a plan for paper."""
    return render_template("plans/print_node.html", page=queries.get_node_page(plan, code))


@bp.get("/plans/<plan>/<code>/versions")
@public
@kept_for_everybody
def node_versions(plan: str, code: str) -> str:
    """Show what every version changed in one place of a plan."""
    page = queries.get_node_page(plan, code)
    return render_template(
        "plans/node_versions.html", page=page, versions=queries.list_node_versions(plan, code)
    )


def _words(search: str) -> str:
    return " ".join(search.replace("\x00", " ").split())[: queries.LONGEST_SEARCH]


def _span(span: str) -> tuple[int, int]:
    old, dots, new = span.partition("...")
    if not dots or not all(each.isascii() and each.isdigit() and len(each) <= 4 for each in (old, new)):
        raise NotFound("比べる版は「1...2」のように指定してください。")
    return int(old), int(new)
