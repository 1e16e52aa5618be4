"""Pages for residents: the result of a consultation, one point, the amendments, the table as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from participation.consultations.queries import get_consultation
from participation.foundation.paging import Edge
from participation.foundation.remembering import remembered
from participation.papers.files import FORM_NAMES, Form, lost_in_table
from participation.papers.paper import Paper
from participation.replies.domain import WORDING_NAMES, Wording
from participation.replies.queries import published, workload
from participation.replies.queries.amendments import amendment_paper, get_amendments
from participation.replies.queries.report import NothingPublished, get_report
from participation.replies.queries.result_paper import result_paper
from participation.web.access import public
from participation.web.forms import whole_number
from participation.web.page_cache import kept_for_everybody
from participation.web.paper_files import public_paper

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
        "replies/results.html",
        results=published.get_results(consultation, chosen, edge),
        answered=workload.answered_of(consultation.id),
        chosen=chosen,
        wording=_wording(),
        wording_names=WORDING_NAMES,
        forms=_offered(code, chosen.heading),
    )


def _offered(code: str, heading: str) -> list[tuple[str, str, str]]:
    """(name, address, what it is good for) of the files, of the place that was chosen."""
    return [
        (
            name,
            url_for(".results_csv", code=code, about=heading or None)
            if form is Form.CSV
            else url_for(".results_file", code=code, form=form.value, about=heading or None),
            purpose,
        )
        for form, (name, purpose) in FORM_NAMES.items()
    ]


@bp.get("/consultations/<code>/results.csv")
@public
def results_csv(code: str) -> Any:
    """Give the table as CSV: UTF-8 with BOM, or CP932."""
    return _file(code, Form.CSV, in_cp932=request.args.get("encoding") == "cp932")


@bp.get("/consultations/<code>/results.<any(html,pdf,docx,xlsx,txt):form>")
@public
def results_file(code: str, form: str) -> Any:
    """Give the result as a file, whole or one place of the plan."""
    return _file(code, Form(form))


def _file(code: str, form: Form, *, in_cp932: bool = False) -> Any:
    chosen = request.args.get("about", "")[:60]
    try:
        return public_paper(
            lambda: _paper(code, chosen), form, key=("results", code, chosen), in_cp932=in_cp932
        )
    except NothingPublished:
        # Not an empty file: the page says what is known so far.
        return redirect(url_for(".results", code=code), 303)


def _paper(code: str, chosen: str = "") -> Paper:
    config = current_app.config
    report = get_report(code, viewpoint=chosen)
    return result_paper(report, issuer=config["SITE"]["ward"], site=config["PUBLIC_URL"])


@bp.get("/consultations/<code>/results/cp932")
@public
@kept_for_everybody
def lost_characters(code: str) -> Any:
    """Say which characters CP932 cannot write, before somebody downloads it."""
    try:
        lost = remembered(_lost_characters, code)
    except NothingPublished:
        return redirect(url_for(".results", code=code), 303)
    named = [(character, f"U+{ord(character):04X}", count) for character, count in lost]
    return render_template("replies/lost_characters.html", consultation=get_consultation(code), lost=named)


def _lost_characters(code: str) -> list[tuple[str, int]]:
    return lost_in_table(_paper(code)).most_common(500)


@bp.get("/consultations/<code>/amendments")
@public
@kept_for_everybody
def amendments(code: str) -> Any:
    """Show what the opinions changed in the plan (新旧対照・見え消し)."""
    return render_template(
        "replies/amendments.html",
        page=get_amendments(get_consultation(code)),
        forms=[
            (name, url_for(".amendments_file", code=code, form=form.value), purpose)
            for form, (name, purpose) in FORM_NAMES.items()
        ],
    )


@bp.get("/consultations/<code>/amendments.<any(html,pdf,docx,xlsx,csv,txt):form>")
@public
def amendments_file(code: str, form: str) -> Any:
    """Give the comparison of old and new as a file."""
    in_cp932 = form == Form.CSV and request.args.get("encoding") == "cp932"
    return public_paper(
        lambda: _amendment_paper(code), Form(form), key=("amendments", code), in_cp932=in_cp932
    )


def _amendment_paper(code: str) -> Paper:
    config = current_app.config
    page = get_amendments(get_consultation(code))
    return amendment_paper(page, issuer=config["SITE"]["ward"], site=config["PUBLIC_URL"])


@bp.get("/points/<public_id>")
@public
@kept_for_everybody
def point(public_id: str) -> Any:
    """Show a point with the ward's reply and its history."""
    found = published.get_public_point(public_id)
    if isinstance(found, str):
        return redirect(url_for(".point", public_id=found), 303)
    return render_template("replies/point.html", point=found, wording=_wording(), wording_names=WORDING_NAMES)


def _wording() -> Wording:
    """In which words the reader asked for; what is unknown is the formal ones."""
    asked = request.args.get("wording", "")
    return Wording(asked) if asked in set(Wording) else Wording.FORMAL
