"""Who looked at names, addresses and scans, and why (閲覧の記録): for the auditor."""

from __future__ import annotations

from flask import render_template, request

from participation.foundation.paging import Edge
from participation.opinions.desk_views.register import bp
from participation.opinions.queries import looks
from participation.web.access import requires


@bp.get("/looks")
@requires("opinions.read_looks")
def list_looks() -> str:
    """List the looks, latest first."""
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    return render_template("opinions/desk/looks.html", page=looks.list_looks(edge))
