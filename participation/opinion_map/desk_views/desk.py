"""Staff pages of opinion maps: the list, a new one, its settings, taking in."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.consultations import queries as consultations
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Refused
from participation.opinion_map import commands, queries
from participation.opinion_map.domain import polis_files
from participation.opinion_map.domain.maps import ADVISORY, AUDIENCE_NAMES, RESULTS_NAMES, MapStatus
from participation.opinion_map.forms import MapForm, PlainForm, TakeInForm, map_values
from participation.subjects import queries as subjects
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

bp = Blueprint("opinion_map_desk", __name__, url_prefix="/desk/opinion-maps")
A_FORTNIGHT = timedelta(days=14)


@bp.get("")
@requires("opinion_map.read_desk")
def index() -> ResponseReturnValue:
    """All maps, drafts included."""
    return render_template(
        "opinion_map/desk/index.html", maps=queries.list_maps(current_actor(), with_drafts=True)
    )


@bp.route("/new", methods=["GET", "POST"])
@requires("opinion_map.draft")
def new() -> ResponseReturnValue:
    """Begin a map."""
    today = clock.today()
    start = {"opens_on": today, "closes_on": today + A_FORTNIGHT, "audience": "anyone"}
    form = _offer(MapForm(data={**start, "results_shown": "live", "takes_statements": True}))
    if form.validate_on_submit():
        with one_submission(form) as sent:
            opinion_map = commands.draft_map(form.draft(), by=current_actor())
            sent.location = url_for(".show", public_id=opinion_map.public_id)
        if sent.given:
            return sent.redirect()
    return render_template("opinion_map/desk/form.html", form=form, map=None), form.status


@bp.get("/<public_id>")
@requires("opinion_map.read_desk")
def show(public_id: str) -> ResponseReturnValue:
    """One map: its settings, how far it is, and what can be done with it."""
    return _page_of(public_id)


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
@requires("opinion_map.change")
def edit(public_id: str) -> ResponseReturnValue:
    """Change a draft."""
    opinion_map = queries.get_map(public_id)
    if opinion_map.status is not MapStatus.DRAFT:
        raise Refused("公開した意見の地図の問いと期間は変えられません。")
    form = _offer(MapForm(data=map_values(opinion_map)))
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                commands.change_map(opinion_map, form.draft(), by=current_actor())
                sent.location = url_for(".show", public_id=public_id)
        except Conflict as refusal:
            # What was typed stays, beside what stands now; saving again is then a decision.
            now = queries.get_map(public_id)
            form.version.data = str(now.version)
            page = render_template("opinion_map/desk/form.html", form=form, map=now, stale=refusal.reason)
            return page, 409
        if sent.given:
            return sent.redirect()
    return render_template("opinion_map/desk/form.html", form=form, map=opinion_map), form.status


@bp.post("/<public_id>/open")
@requires("opinion_map.open")
def open_map(public_id: str) -> ResponseReturnValue:
    """Let people vote."""
    opinion_map = queries.get_map(public_id)
    try:
        with transaction():
            commands.open_map(opinion_map, by=current_actor())
    except Refused as refusal:
        return _page_of(public_id, refusal.reason), 422
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.post("/<public_id>/close")
@requires("opinion_map.close")
def close(public_id: str) -> ResponseReturnValue:
    """Take no more votes."""
    opinion_map = queries.get_map(public_id)
    with transaction():
        commands.close_map(opinion_map, by=current_actor())
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.route("/<public_id>/take-in", methods=["GET", "POST"])
@requires("opinion_map.take_in")
def take_in(public_id: str) -> ResponseReturnValue:
    """Take in a conversation that was held elsewhere."""
    opinion_map, form = queries.get_map(public_id), TakeInForm()
    if form.validate_on_submit():
        try:
            taken = polis_files.read_files(*form.contents())
            with one_submission(form) as sent:
                commands.take_in(opinion_map, taken, by=current_actor())
                sent.location = url_for(".show", public_id=public_id)
            if sent.given:
                return sent.redirect()
        except Refused as refusal:
            form.refuse(refusal)
    return render_template("opinion_map/desk/take_in.html", form=form, map=opinion_map), form.status


def _page_of(public_id: str, refused: str = "") -> str:
    opinion_map = queries.get_map(public_id)
    return render_template(
        "opinion_map/desk/show.html",
        shown=queries.show_map(opinion_map, current_actor()),
        counts=queries.count_statements(opinion_map),
        progress=queries.progress_of(opinion_map),
        form=PlainForm(),
        refused=refused,
        advisory=ADVISORY,
        audiences=AUDIENCE_NAMES,
        results=RESULTS_NAMES,
    )


def _offer(form: MapForm) -> MapForm:
    return form.offer(subjects.list_open_choices(), consultations.list_choices())
