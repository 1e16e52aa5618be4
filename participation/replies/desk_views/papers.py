"""Papers for the ward's document system: what is enclosed with a proposal, and the numbers that come back."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, url_for

from participation.consultations.models import Consultation
from participation.consultations.queries import get_consultation
from participation.foundation import clock
from participation.foundation.csv_text import as_text
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.replies import commands
from participation.replies.desk_views.working_page import bp, do
from participation.replies.forms import ConfirmNumbersForm, NumbersForm
from participation.replies.queries.decision_paper import decision_package
from participation.replies.queries.numbers import NumbersPreview, preview_numbers, read_numbers_file
from participation.replies.queries.report import get_report
from participation.web.access import current_actor, requires
from participation.web.forms import Form
from participation.web.paper_files import private_package

#: More are counted, not listed.
SHOWN = 100


@bp.get("/publish/<code>/package.zip")
@requires("replies.export_package")
def package(code: str) -> Any:
    """Give everything that is enclosed with a proposal as one file; the look is recorded."""
    config = current_app.config
    report = get_report(code, is_preview=True)
    issuer = config["SITE"]["ward"]
    enclosed = decision_package(report, issuer=issuer, site=config["PUBLIC_URL"])
    with transaction():
        commands.note_package(code, by=current_actor())
    return private_package(
        enclosed,
        name=f"起案_{code}_{clock.today():%Y%m%d}",
        title=f"「{report.consultation.title}」の起案に付ける文書",
        issuer=issuer,
    )


@bp.get("/publish/<code>/numbers")
@requires("replies.record_number")
def numbers(code: str) -> Any:
    """Show the form that takes in the numbers of many decisions."""
    return _numbers_page(get_consultation(code), NumbersForm(formdata=None))


@bp.post("/publish/<code>/numbers")
@requires("replies.record_number")
def preview_of_numbers(code: str) -> Any:
    """Show what a file of numbers would change; nothing changes yet."""
    consultation = get_consultation(code)
    form = NumbersForm()
    if not form.validate_on_submit():
        return _numbers_page(consultation, form)
    try:
        read, problems = read_numbers_file(form.content())
    except Refused as refusal:
        form.refuse(refusal)
        return _numbers_page(consultation, form)
    preview = preview_numbers(consultation.id, read, problems)
    return _numbers_page(consultation, form, preview=preview, status=200)


@bp.post("/publish/<code>/numbers/confirm")
@requires("replies.record_number")
def record_numbers(code: str) -> Any:
    """Write the numbers that were shown in."""
    consultation = get_consultation(code)
    form = ConfirmNumbersForm()
    read, problems = read_numbers_file((form.lines.data or "").encode())
    preview = preview_numbers(consultation.id, read, problems)
    return do(
        form,
        "",
        lambda: commands.record_decision_numbers(
            code, [line.read for line in preview.lines], by=current_actor()
        ),
        location=url_for(".publication", code=code),
    ) or _numbers_page(consultation, NumbersForm(formdata=None), mend=form)


def _numbers_page(
    consultation: Consultation,
    form: NumbersForm,
    *,
    preview: NumbersPreview | None = None,
    status: int = 0,
    mend: Form | None = None,
) -> Any:
    lines = [
        (str(each.read.point), each.read.number, each.read.decided_on.isoformat())
        for each in (preview.changes if preview else ())
    ]
    text = render_template(
        "replies/desk/numbers.html",
        consultation=consultation,
        form=form,
        to_mend=mend or form,
        preview=preview,
        shown=SHOWN,
        confirm_form=ConfirmNumbersForm(
            formdata=None, lines=as_text(("論点番号", "決裁番号", "決裁日"), lines) if lines else ""
        ),
    )
    return text, status or (mend or form).status
