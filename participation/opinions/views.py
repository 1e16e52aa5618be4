"""Pages of opinions for residents: the form, the receipt, one's own opinions."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from participation.foundation.paging import Edge
from participation.opinions import queries
from participation.web.access import current_actor, signed_in

bp = Blueprint("opinions", __name__)


@bp.get("/my/opinions")
@signed_in
def my_opinions() -> str:
    """Show what the reader handed in, and how far each opinion is."""
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    return render_template("opinions/my_opinions.html", page=queries.list_own(current_actor(), edge))
