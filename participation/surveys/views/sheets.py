"""The questionnaire on paper (紙の調査票), for everybody, where staff take answers on paper from everybody."""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from participation.consultations.domain import State
from participation.foundation.errors import NotFound
from participation.surveys import queries
from participation.surveys.views.pages import bp
from participation.web.access import public
from participation.web.addresses import full_url
from participation.web.downloads import download_header

NO_SHEETS = "このアンケートの紙の調査票は、ここからは取り出せません。"


@bp.get("/surveys/<public_id>/sheet.pdf")
@public
def sheet(public_id: str) -> ResponseReturnValue:
    """The sheets as PDF, ordinary or in large print, while answers are taken."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    says = queries.show_paper_settings(page.survey)
    if page.state is State.CLOSED or not says.is_public:
        raise NotFound(NO_SHEETS)
    is_large = request.args.get("print") == "large"
    content = queries.set_sheet(
        page.survey,
        issuer=current_app.config["SITE"]["ward"],
        link=full_url("surveys.show", public_id=public_id, sheet=page.survey.form_version),
        folder=Path(current_app.config["DATA_DIR"]) / "papers",
        is_large=is_large,
    )
    response = Response(content, mimetype="application/pdf")
    name = f"{page.survey.title[:40]}-調査票{'-大活字' if is_large else ''}"
    response.headers["Content-Disposition"] = download_header(name, "pdf")
    return response
