"""Staff pages of who spoke and who is missing, of where nobody spoke, and of the population compared with."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.csv_text import as_text
from participation.foundation.errors import Refused
from participation.places.queries import list_areas
from participation.reading import commands
from participation.reading.domain.coverage import VERDICT_NAMES, WAY_NAMES, Way
from participation.reading.domain.population import PopulationFile, template_rows
from participation.reading.forms.coverage import PopulationForm
from participation.reading.queries import coverage as queries
from participation.surveys.domain.margins import COLUMNS
from participation.web.access import current_actor, requires
from participation.web.csv_files import csv_response
from participation.web.submissions import one_submission

bp = Blueprint("coverage_desk", __name__, url_prefix="/desk/coverage")


@bp.get("")
@requires("reading.see_coverage")
def board() -> str:
    """Show who spoke in a consultation by 地区 and age, against the population."""
    consultation = queries.find_consultation(request.args.get("consultation", ""))
    if consultation is None:
        return render_template("reading/desk/coverage.html", consultation=None)
    asked = request.args.get("way", "")
    way = Way(asked) if asked in set(Way) else None
    found = queries.get_coverage(consultation)
    return render_template(
        "reading/desk/coverage.html",
        consultation=consultation,
        consultations=queries.list_heard_consultations(),
        board=found.board(way),
        organisations=found.organisations,
        population=found.population,
        area_ids={name: number for number, name in found.areas},
        gatherings=queries.list_gatherings_to_come(found.areas),
        way=way,
        way_names=WAY_NAMES,
        verdict_names=VERDICT_NAMES,
    )


@bp.get("/silence")
@requires("reading.see_coverage")
def silence() -> str:
    """Show where in a plan nobody spoke."""
    plans = queries.list_plans()
    slug = request.args.get("plan") or (plans[0][0] if plans else "")
    level, few = request.args.get("level", ""), request.args.get("few") == "1"
    return render_template(
        "reading/desk/silence.html",
        plans=plans,
        quiet=queries.list_quiet(slug, level, few=few) if slug else None,
        slug=slug,
        level=level,
        few=few,
    )


@bp.route("/population", methods=["GET", "POST"])
@requires("reading.see_coverage")
def population() -> ResponseReturnValue:
    """The tables of the population, and the form for a newer one."""
    form, read = PopulationForm(), PopulationFile(None, ())
    if form.validate_on_submit():
        try:
            read = form.read([area.name for area in list_areas()])
            if not read.errors:
                with one_submission(form) as sent:
                    commands.set_population(form.table.data, by=current_actor())
                    sent.location = url_for(".population")
                if sent.given:
                    flash("人口の表を入れました。", "ok")
                    return sent.redirect()
        except Refused as refusal:
            form.refuse(refusal)
    page = render_template("reading/desk/population.html", form=form, read=read, tables=queries.list_tables())
    return page, 422 if read.errors else form.status


@bp.get("/population/template.csv")
@requires("reading.see_coverage")
def population_template() -> ResponseReturnValue:
    """A table to fill in, with the 地区 of the ward."""
    rows = template_rows([area.name for area in list_areas()])
    return csv_response("人口の表のひな形.csv", as_text(COLUMNS, rows))


@bp.get("/population/<public_id>.csv")
@requires("reading.see_coverage")
def population_file(public_id: str) -> ResponseReturnValue:
    """A table as the file it came from."""
    table = queries.get_table(public_id)
    return csv_response(f"人口の表-{table.as_of.isoformat()}.csv", queries.table_as_text(table))
