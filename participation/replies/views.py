"""Pages for residents: the result of a consultation, one point, the amendments, the table as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.consultations.queries import get_consultation
from participation.foundation.csv_text import lost_in_cp932
from participation.foundation.paging import Edge
from participation.replies.queries import published, tables
from participation.web.access import public
from participation.web.csv_files import csv_response
from participation.web.forms import whole_number
from participation.web.page_cache import kept_for_everybody

bp = Blueprint("replies", __name__)


@bp.get("/consultations/<code>/results")
@public
@kept_for_everybody
def results(code: str) -> Any:
    """Show the table 意見の概要と区の考え方."""
    consultation = get_consultation(code)
    number = whole_number(request.args.get("disposition"), least=0, most=10**9, default=0)
    chosen = published.Filter(heading=request.args.get("about", "")[:16], disposition=number or None)
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    return render_template(
        "replies/results.html", results=published.get_results(consultation, chosen, edge), chosen=chosen
    )


@bp.get("/consultations/<code>/results.csv")
@public
@kept_for_everybody
def results_csv(code: str) -> Any:
    """Give the table as CSV: UTF-8 with BOM, or CP932."""
    consultation = get_consultation(code)
    encoding = "cp932" if request.args.get("encoding") == "cp932" else "utf-8"
    text = tables.results_csv(consultation)
    return csv_response(f"{consultation.code}-意見の概要と区の考え方.csv", text, encoding=encoding)


@bp.get("/consultations/<code>/results/cp932")
@public
@kept_for_everybody
def lost_characters(code: str) -> Any:
    """Say which characters CP932 cannot write, before somebody downloads it."""
    consultation = get_consultation(code)
    lost = lost_in_cp932(tables.results_csv(consultation)).most_common(500)
    named = [(character, f"U+{ord(character):04X}", count) for character, count in lost]
    return render_template("replies/lost_characters.html", consultation=consultation, lost=named)


@bp.get("/consultations/<code>/amendments")
@public
@kept_for_everybody
def amendments(code: str) -> Any:
    """Show what the opinions changed in the plan (新旧対照)."""
    consultation = get_consultation(code)
    return render_template(
        "replies/amendments.html",
        consultation=consultation,
        amendments=published.list_amendments(consultation.id),
    )


@bp.get("/points/<public_id>")
@public
@kept_for_everybody
def point(public_id: str) -> Any:
    """Show a point with the ward's reply and its history."""
    found = published.get_public_point(public_id)
    if isinstance(found, str):
        return redirect(url_for(".point", public_id=found), 303)
    return render_template("replies/point.html", point=found)
