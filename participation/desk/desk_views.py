"""Pages for staff on which slices meet: today's work, the register of everything said, the queue of opinions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from participation.desk import commands, queries
from participation.desk.domain import DONE_WORDS, SaidFilter
from participation.desk.forms import ActForm, FilterForm, filter_from
from participation.foundation import clock
from participation.foundation.csv_text import as_text
from participation.foundation.db import transaction
from participation.foundation.paging import Edge
from participation.jobs import long_runs
from participation.jobs.models import RUN_STATUS_NAMES
from participation.moderation.queries import list_clauses
from participation.organisations.queries import list_sections
from participation.web.access import can, current_actor, requires
from participation.web.csv_files import csv_response
from participation.web.forms import Form
from participation.web.submissions import one_submission

bp = Blueprint("desk", __name__, url_prefix="/desk")


@bp.get("/")
@requires("desk.open")
def index() -> Any:
    """Show today's work; to who works at the office of a 地区, what can be taken in there."""
    if current_actor().only_area_id is not None:
        return redirect(url_for("opinions_desk.office"), 303)
    return render_template(
        "desk/index.html", work=queries.todays_work(current_actor()), kinds=queries.tally_kinds()
    )


@bp.get("/register")
@requires("desk.read_register")
def register() -> str:
    """Show everything said, in whatever slice."""
    chosen = filter_from(request.args)
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    return render_template(
        "desk/register.html",
        said=queries.list_register(chosen, edge),
        count=queries.count_register(chosen),
        chosen=chosen,
        filter=_filter_form(chosen),
    )


@bp.get("/register.csv")
@requires("desk.export_register")
def register_csv() -> Any:
    """Give the filtered register as a file, without who said it; the look is recorded."""
    rows = list(queries.export_register(filter_from(request.args)))
    encoding = "cp932" if request.args.get("encoding") == "cp932" else "utf-8"
    with transaction():
        commands.note_export(len(rows), by=current_actor())
    name = f"受付簿-{clock.today().isoformat()}.csv"
    return csv_response(name, as_text(queries.EXPORT_HEADER, rows), encoding=encoding)


@bp.get("/opinions")
@requires("desk.read_register")
def opinions() -> Any:
    """Show the queue from its beginning."""
    return _queue_page(None)


@bp.get("/opinions/filter")
@requires("desk.read_register")
def opinions_filter() -> str:
    """Choose what the queue shows."""
    chosen = filter_from(request.args)
    return render_template("desk/opinions_filter.html", chosen=chosen, filter=_filter_form(chosen))


@bp.get("/opinions/<public_id>")
@requires("desk.read_register")
def opinion(public_id: str) -> Any:
    """Show one opinion of the queue with what can be done."""
    return _queue_page(public_id)


@bp.post("/opinions/act")
@requires("desk.act")
def act() -> Any:
    """Do something with the ticked opinions, or with the one shown; then show the next."""
    chosen = filter_from(request.args)
    form = ActForm().offer(_clauses())
    current = (form.current.data or "")[:16]
    ticked = request.form.getlist("opinion") or [current]
    following = queries.next_of(chosen, current, ticked)
    if form.validate_on_submit():
        with one_submission(form) as answer:
            asked = form.request(request.form.get("action", ""), request.form.get("point", "")[:16], ticked)
            commands.act(asked, by=current_actor())
            answer.location = url_for(".opinion", public_id=following or current, **chosen.as_query())
        if answer.given:
            return answer.redirect()
    return _queue_page(current, form)


@bp.post("/opinions/undo/<public_id>")
@requires("desk.undo")
def undo(public_id: str) -> Any:
    """Undo one's own last action."""
    form = Form()
    if form.validate_on_submit():
        with transaction():
            undone = commands.undo(public_id, by=current_actor())
        flash(undone.in_words(), "success" if not undone.changed_since else "warning")
    return redirect(url_for(".opinions", **filter_from(request.args).as_query()), 303)


@bp.get("/runs")
@requires("desk.see_runs")
def runs() -> str:
    """Show all long runs, and how far they are."""
    return render_template("desk/runs.html", runs=queries.list_runs(), status_names=RUN_STATUS_NAMES)


@bp.get("/runs/<public_id>")
@requires("desk.see_runs")
def run(public_id: str) -> str:
    """Show how far one long run is."""
    return render_template(
        "desk/run.html",
        page=queries.show_run(long_runs.get(public_id)),
        form=Form(),
        status_names=RUN_STATUS_NAMES,
    )


@bp.post("/runs/<public_id>/cancel")
@requires("desk.steer_run")
def cancel_run(public_id: str) -> Any:
    """End a long run."""
    form = Form()
    if form.validate_on_submit():
        with transaction():
            commands.cancel_run(long_runs.get(public_id), by=current_actor())
        flash("取りやめます。始まっているときは、少しあとで止まります。", "success")
    return redirect(url_for(".run", public_id=public_id), 303)


@bp.post("/runs/<public_id>/again")
@requires("desk.steer_run")
def run_again(public_id: str) -> Any:
    """Ask once more for a long run that did not come to its end."""
    form = Form()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            again = commands.run_again(long_runs.get(public_id), by=current_actor())
            answer.location = url_for(".run", public_id=again.public_id)
        return answer.redirect()
    return redirect(url_for(".run", public_id=public_id), 303)


def _queue_page(public_id: str | None, form: ActForm | None = None) -> Any:
    chosen = filter_from(request.args)
    queue = queries.get_queue(chosen, public_id, current_actor())
    clauses = _clauses() if can("moderation.see") else []
    shown = form or ActForm(formdata=None, current=queue.item.opinion.public_id if queue.item else "").offer(
        clauses
    )
    page = render_template(
        "desk/opinions.html",
        queue=queue,
        item=queue.item,
        chosen=chosen,
        query=chosen.as_query(),
        act_form=shown,
        form=form,
        ticked=request.form.getlist("opinion") if form else [],
        done_words=DONE_WORDS,
    )
    return page, form.status if form else 200


def _filter_form(chosen: SaidFilter) -> FilterForm:
    return FilterForm.showing(
        chosen,
        consultations=queries.list_consultations(),
        places=queries.list_places(),
        sections=[(section.code, section.name) for section in list_sections()],
    )


def _clauses() -> list[tuple[str, str]]:
    return [(str(clause.number), f"{clause.number} {clause.title}") for clause in list_clauses()]
