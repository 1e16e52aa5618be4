"""Preparing gatherings, changing, announcing and cancelling them, noting that they took place."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.consultations import queries as consultations
from participation.foundation.errors import Conflict, Refused
from participation.gatherings import commands, queries
from participation.gatherings.desk_views.desk import bp, page_of
from participation.gatherings.domain import GatheringKind
from participation.gatherings.forms import GatheringForm, PlainForm, ReasonForm, gathering_values
from participation.gatherings.models import Gathering
from participation.gatherings.queries.showing import time_in_words
from participation.organisations.queries import list_sections
from participation.places.queries import list_areas, list_districts
from participation.subjects.queries import list_titles
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

#: What a new gathering begins with.
USUAL: dict[str, Any] = {
    "kind": GatheringKind.BRIEFING,
    "starts_at": "14:00",
    "ends_at": "16:00",
    "needs_registration": True,
    "has_waiting_list": True,
    "languages": ["ja"],
}
AREA, DISTRICT = "area", "district"


@bp.route("/new", methods=["GET", "POST"])
@requires("gatherings.draft")
def new() -> ResponseReturnValue:
    """Prepare a gathering; another page may have said where, for which consultation, about what."""
    actor = current_actor()
    form = _offered(GatheringForm(data={**USUAL, "section_id": actor.section_id or 0, **_asked_for()}))
    if form.validate_on_submit():
        with one_submission(form) as sent:
            gathering = commands.draft_gathering(form.draft(_part(form)), by=actor)
            sent.location = url_for(".show", public_id=gathering.public_id)
        if sent.given:
            return sent.redirect()
    return render_template("gatherings/desk/form.html", form=form, gathering=None), form.status


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
@requires("gatherings.change")
def edit(public_id: str) -> ResponseReturnValue:
    """Change a gathering; whoever registered is told of another time or place."""
    gathering = queries.get_gathering(public_id)
    access.require(current_actor(), "gatherings.change", gathering)
    topics = queries.list_topic_ids(gathering)
    form = _offered(GatheringForm(data=gathering_values(gathering, topics, _part_of(gathering))))
    if form.validate_on_submit():
        try:
            letters = 0
            with one_submission(form) as sent:
                draft = form.draft(_part(form))
                letters = commands.change_gathering(gathering, draft, form.seen_version, by=current_actor())
                sent.location = url_for(".show", public_id=public_id)
            if sent.given:
                if letters:
                    flash(f"申し込んだ方に、変更のメールを{letters}通送ります。", "ok")
                return sent.redirect()
        except Conflict as conflict:  # Both are shown; sent again, what was typed takes its place.
            form.refuse(Refused(conflict.reason))
            gathering = queries.get_gathering(public_id)
            form.version.data = str(gathering.version)
            return _changed_meanwhile(form, gathering), 409
    return render_template("gatherings/desk/form.html", form=form, gathering=gathering), form.status


def _changed_meanwhile(form: GatheringForm, gathering: Gathering) -> str:
    current = [
        ("題名", gathering.title),
        ("日時", time_in_words(gathering.starts_at, gathering.ends_at)),
        ("会場", gathering.place),
        ("オンライン", gathering.online_url),
        ("定員", f"{gathering.capacity:,}人" if gathering.capacity else "決めていません"),
        ("問い合わせ先", gathering.contact),
        ("内容", gathering.description),
    ]
    return render_template("gatherings/desk/form.html", form=form, gathering=gathering, current=current)


@bp.post("/<public_id>/announce")
@requires("gatherings.announce")
def announce(public_id: str) -> ResponseReturnValue:
    """Make a gathering public."""
    form = PlainForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.announce_gathering(queries.get_gathering(public_id), by=current_actor())
            sent.location = url_for(".show", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return page_of(public_id, refused=form), 422


@bp.post("/<public_id>/held")
@requires("gatherings.note_held")
def held(public_id: str) -> ResponseReturnValue:
    """Note that a gathering took place."""
    form = PlainForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.note_held(queries.get_gathering(public_id), by=current_actor())
            sent.location = url_for(".show", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return page_of(public_id, refused=form), 422


@bp.route("/<public_id>/cancel", methods=["GET", "POST"])
@requires("gatherings.cancel")
def cancel(public_id: str) -> ResponseReturnValue:
    """Call a gathering off, with the reason."""
    desk, form = queries.show_desk(public_id), ReasonForm()
    access.require(current_actor(), "gatherings.cancel", desk.gathering)
    if form.validate_on_submit():
        letters = 0
        with one_submission(form) as sent:
            letters = commands.cancel_gathering(desk.gathering, form.reason.data, by=current_actor())
            sent.location = url_for(".show", public_id=public_id)
        if sent.given:
            flash(f"中止にしました。申し込んだ方に、メールを{letters}通送ります。", "ok")
            return sent.redirect()
    return render_template("gatherings/desk/cancel.html", desk=desk, form=form), form.status


def _asked_for() -> dict[str, Any]:
    """Return what the address says of a new gathering; what is not offered is not chosen."""
    topic, consultation = _number("topic"), _number("consultation")
    return {
        "consultation_id": consultation,
        "topics": [topic] if topic else [],
        "part": request.args.get("part", ""),
    }


def _number(name: str) -> int:
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _offered(form: GatheringForm) -> GatheringForm:
    parts = [(f"{AREA}:{each.id}", each.name) for each in list_areas()]
    parts += [(f"{DISTRICT}:{each.id}", f"　{each.name}") for each in list_districts()]
    topics = queries.list_topic_choices()
    known = {subject_id for subject_id, _ in topics}
    # What it is about already stays to be chosen, also what nobody else speaks about any more.
    topics += list_titles([each for each in form.topics.data or () if each not in known])
    sections = [(each.id, each.name) for each in list_sections()]
    return form.offer(consultations.list_choices(), topics, parts, sections)


def _part(form: GatheringForm) -> tuple[int | None, int | None]:
    """Return (area, district) of the part of the ward that was chosen."""
    kind, _, number = form.part.data.partition(":")
    if not number:
        return None, None
    if kind == AREA:
        return int(number), None
    found = next((each for each in list_districts() if each.id == int(number)), None)
    if found is None:
        raise Refused("地区・住区を選び直してください。", field="part")
    return found.area_id, found.id


def _part_of(gathering: Gathering) -> str:
    if gathering.district_id is not None:
        return f"{DISTRICT}:{gathering.district_id}"
    return f"{AREA}:{gathering.area_id}" if gathering.area_id is not None else ""
