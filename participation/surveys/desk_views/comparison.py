"""The same question in several surveys side by side, for staff."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.foundation.errors import NotFound
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain.comparison import Comparison, compare
from participation.surveys.forms import FiguresForm, PlainForm
from participation.surveys.queries import SurveyPage
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@bp.get("/<public_id>/comparison")
@requires("surveys.read_desk")
def comparison(public_id: str) -> ResponseReturnValue:
    """One question in all surveys of the series, and in other wards' published figures."""
    return _page(queries.show_survey(queries.get_public_survey(public_id)), FiguresForm())


@bp.post("/<public_id>/comparison")
@requires("surveys.compare")
def import_figures(public_id: str) -> ResponseReturnValue:
    """Read in what another ward published."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    form = FiguresForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.import_figures(form.content(), by=current_actor())
            sent.location = url_for(".comparison", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(page, form), form.status


@bp.post("/<public_id>/comparison/<figures_id>/remove")
@requires("surveys.compare")
def forget_figures(public_id: str, figures_id: str) -> ResponseReturnValue:
    """Take a file of figures out again."""
    queries.get_public_survey(public_id)
    with transaction():
        commands.forget_figures(queries.get_figures(figures_id), by=current_actor())
    return redirect(url_for(".comparison", public_id=public_id), 303)


def _page(page: SurveyPage, form: FiguresForm) -> str:
    questions = queries.list_comparable(page)
    code = request.args.get("question", "") or (questions[0].code if questions else "")
    question = next((each for each in questions if each.code == code), None)
    if question is None and code:
        raise NotFound
    found = None
    if question is not None:
        askings = queries.list_askings(page, question, issuer=current_app.config["SITE"]["ward"])
        found = compare(askings)
    numbers = page.questionnaire.numbers()
    return render_template(
        "surveys/desk/comparison.html",
        page=page,
        form=form,
        plain=PlainForm(),
        questions=[(each.code, f"{numbers[each.code]} {each.text}") for each in questions],
        chosen=code,
        comparison=found,
        rows=_rows(found) if found else [],
        figures=queries.list_figures(),
    )


def _rows(found: Comparison) -> list[tuple[str, list[dict[str, Any]]]]:
    rows = []
    for label in found.labels:
        cells: list[dict[str, Any]] = []
        for place, asking in enumerate(found.askings):
            share, interval = asking.share(label), asking.interval(label)
            if share is None or interval is None:
                cells.append({"text": "―"})
                continue
            apart = found.differences[label][place - 1] if place else None
            note = f"{interval.low * 100:.1f}〜{interval.high * 100:.1f}%"
            if apart is not None:
                sure = "はっきりした違い" if apart.is_clear else "違うとは言えない"
                note = f"{apart.by * 100:+.1f}（{apart.interval.low * 100:+.1f}〜{apart.interval.high * 100:+.1f}）{sure}"
            cells.append({"text": f"{share * 100:.1f}%", "note": note, "share": share})
        rows.append((label, cells))
    return rows
