"""Receipts for people who brought paper (受付の控え): those that were entered, printed together, each once."""

from __future__ import annotations

from typing import Any

import segno
from flask import render_template, request, url_for

from participation.consultations import queries as consultations
from participation.foundation.errors import Refused
from participation.opinions import commands, forms
from participation.opinions.desk_views.register import bp
from participation.opinions.queries import receipts
from participation.opinions.queries.own import OwnSubmission
from participation.web.access import current_actor, requires
from participation.web.addresses import full_url
from participation.web.submissions import one_submission


@bp.route("/consultations/<code>/receipts", methods=["GET", "POST"])
@requires("opinions.print_receipts")
def print_receipts(code: str) -> Any:
    """Show what waits to be printed and what was; print the next ones."""
    consultation = consultations.get_procedure(code).consultation
    form, area_id = forms.PlainForm(), current_actor().only_area_id
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                chosen = receipts.list_to_print(consultation.id, area_id=area_id)
                printed_at = commands.note_receipts(consultation, chosen, by=current_actor())
                answer.location = url_for(".receipt_sheets", code=code, at=printed_at.isoformat())
            if answer.given:
                return answer.redirect()
        except Refused as refusal:
            form.refuse(refusal)
    page = render_template(
        "opinions/desk/receipts.html",
        consultation=consultation,
        form=form,
        waiting=receipts.count_to_print(consultation.id, area_id=area_id),
        at_once=receipts.SHEETS_AT_ONCE,
        printings=receipts.list_printings(consultation.id, area_id=area_id),
    )
    return page, form.status


@bp.get("/consultations/<code>/receipts/sheets")
@requires("opinions.print_receipts")
def receipt_sheets(code: str) -> str:
    """Show the receipts of one printing as sheets of paper, each with its secret and its QR code."""
    consultation = consultations.get_procedure(code).consultation
    own = receipts.list_printed(
        consultation.id, request.args.get("at", ""), area_id=current_actor().only_area_id
    )
    return render_template(
        "opinions/receipt_sheets.html", consultation=consultation, sheets=[_sheet(each) for each in own]
    )


def _sheet(own: OwnSubmission) -> dict[str, Any]:
    follow_up = full_url("opinions.receipts", number=own.submission.receipt_number)
    code = segno.make(follow_up, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff")
    return {"own": own, "follow_up": follow_up, "code": str(code)}
