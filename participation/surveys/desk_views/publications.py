"""Publishing tables, weighted figures and comparisons, for staff: one prepares, another decides."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain.disclosure import WITHHELD_WORDS
from participation.surveys.domain.publications import KIND_TITLES, MOST_TABLES
from participation.surveys.domain.releases import STATUS_NAMES
from participation.surveys.forms import PlainForm, PublicationForm, TablesForm
from participation.surveys.queries import Prepared, SurveyPage
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@bp.get("/<public_id>/publications")
@requires("surveys.read_desk")
def publications(public_id: str) -> ResponseReturnValue:
    """What was published, what waits for a second person, and what more can be prepared."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    return render_template(
        "surveys/desk/publications.html",
        page=page,
        publications=queries.list_publications(page.survey),
        run=queries.find_current_run(page.survey),
        kind_titles=KIND_TITLES,
        status_names=STATUS_NAMES,
    )


@bp.route("/<public_id>/publications/tables", methods=["GET", "POST"])
@requires("surveys.prepare_publication")
def prepare_tables(public_id: str) -> ResponseReturnValue:
    """Choose which tables everybody may see; each is held against all others before it is kept."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    rows, columns, filters = (
        [(each.key, each.title) for each in some] for some in queries.list_table_choices(page)
    )
    form = TablesForm().offer(rows, columns, filters)

    def prepare() -> Prepared:
        return queries.prepare_tables(
            page, form.rows.data or [], form.columns.data or [], form.only.data or ""
        )

    return _prepared(page, form, prepare) or (
        render_template(
            "surveys/desk/publication_tables.html",
            page=page,
            form=form,
            has_choices=len(rows) > 1 and bool(columns),
            most=MOST_TABLES,
        ),
        form.status,
    )


@bp.route("/<public_id>/publications/weighted", methods=["GET", "POST"])
@requires("surveys.prepare_publication")
def prepare_weighted(public_id: str) -> ResponseReturnValue:
    """Put the weighted figures beside the plain ones for everybody."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    form = PublicationForm()
    return _prepared(page, form, lambda: queries.prepare_weighted(page)) or (
        render_template(
            "surveys/desk/publication_weighted.html",
            page=page,
            form=form,
            run=queries.find_current_run(page.survey),
        ),
        form.status,
    )


@bp.route("/<public_id>/publications/comparison/<code>", methods=["GET", "POST"])
@requires("surveys.prepare_publication")
def prepare_comparison(public_id: str, code: str) -> ResponseReturnValue:
    """Put one question beside its other askings for everybody."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    form = PublicationForm()
    issuer = current_app.config["SITE"]["ward"]
    return _prepared(page, form, lambda: queries.prepare_comparison(page, code, issuer=issuer)) or (
        render_template("surveys/desk/publication_comparison.html", page=page, form=form, code=code),
        form.status,
    )


def _prepared(
    page: SurveyPage, form: PublicationForm, prepare: Callable[[], Prepared]
) -> ResponseReturnValue | None:
    """Compute outside of the transaction, keep inside; None where the form is to be shown."""
    if not form.validate_on_submit():
        return None
    try:
        prepared = prepare()
    except Refused as refusal:
        form.refuse(refusal)
        return None
    public_id = page.survey.public_id
    with one_submission(form) as sent:
        kept = commands.prepare_publication(page.survey, prepared, note=form.note.data, by=current_actor())
        sent.location = url_for(".publication", public_id=public_id, publication_id=kept.public_id)
    return sent.redirect() if sent.given else None


@bp.get("/<public_id>/publications/<publication_id>")
@requires("surveys.read_desk")
def publication(public_id: str, publication_id: str) -> ResponseReturnValue:
    """One of them as everybody would see it, and the decision."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    found = queries.get_publication(page.survey, publication_id)
    content = found.content
    tables = content.get("tables", [])
    number = min(max(request.args.get("table", 1, type=int), 1), max(1, len(tables)))
    part = request.args.get("part", type=int)
    return render_template(
        "surveys/desk/publication.html",
        page=page,
        publication=found,
        content=content,
        number=number,
        table=queries.public_table(tables[number - 1], part) if tables else None,
        weighted=queries.weighted_in(content) if "questions" in content else [],
        comparison=queries.comparison_in(content) if "askings" in content else None,
        form=PlainForm(),
        kind_titles=KIND_TITLES,
        status_names=STATUS_NAMES,
        withheld_words=WITHHELD_WORDS,
        who=queries.who_answered(page.survey),
    )


@bp.post("/<public_id>/publications/<publication_id>/decide")
@requires("surveys.decide_publication")
def decide_publication(public_id: str, publication_id: str) -> ResponseReturnValue:
    """Publish it, or not."""
    with transaction():
        found = queries.get_publication(queries.get_public_survey(public_id), publication_id)
        publishes = request.form.get("decision") == "publish"
        commands.decide_publication(found, publishes=publishes, by=current_actor())
    return redirect(url_for(".publication", public_id=public_id, publication_id=publication_id), 303)


@bp.post("/<public_id>/publications/<publication_id>/withdraw")
@requires("surveys.withdraw_publication")
def withdraw_publication(public_id: str, publication_id: str) -> ResponseReturnValue:
    """Show it no more."""
    with transaction():
        found = queries.get_publication(queries.get_public_survey(public_id), publication_id)
        commands.withdraw_publication(found, by=current_actor())
    return redirect(url_for(".publication", public_id=public_id, publication_id=publication_id), 303)
