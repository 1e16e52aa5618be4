"""Staff pages of topics: all of a run as list, tree map and scatter; one topic; changing them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation import clock
from participation.foundation.csv_text import as_text
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Refused
from participation.foundation.paging import Edge
from participation.reading import commands
from participation.reading.desk_views.desk import bp
from participation.reading.domain.runs import TOPICS_STATUS_NAMES, stability_in_words
from participation.reading.forms import MergeForm, MoveForm, RenameForm, TopicFilterForm, filter_from
from participation.reading.models import Topic
from participation.reading.queries import maps, runs
from participation.web.access import current_actor, requires
from participation.web.csv_files import csv_response
from participation.web.forms import Form
from participation.web.submissions import one_submission

VIEWS = {"list": "一覧", "tree": "面積図", "scatter": "散布図"}


@bp.get("/<public_id>")
@requires("reading.read")
def show(public_id: str) -> ResponseReturnValue:
    """The topics of a run: as list, tree map or scatter."""
    run = runs.get_run(public_id)
    chosen = filter_from(request.args)
    view = request.args.get("view", "list")
    shown = maps.show_topics(run, chosen, sentences=view not in ("tree", "scatter"))
    drawn = (
        maps.draw_tree_map(shown)
        if view == "tree"
        else maps.draw_scatter(shown, chosen)
        if view == "scatter"
        else []
    )
    return render_template(
        "reading/desk/show.html",
        shown=shown,
        run=run,
        drawn=drawn,
        view=view if view in VIEWS else "list",
        views=VIEWS,
        chosen=chosen,
        query=chosen.as_query(),
        filter=TopicFilterForm.showing(chosen, maps.filter_choices(run)),
        state=runs.state_of(run),
        stability=stability_in_words(run.stability),
        status_names=TOPICS_STATUS_NAMES,
        form=Form(),
    )


@bp.get("/<public_id>/topics.csv")
@requires("reading.read")
def topics_file(public_id: str) -> ResponseReturnValue:
    """The topics under the filter as a table; what the page hides, the file hides."""
    run = runs.get_run(public_id)
    shown = maps.show_topics(run, filter_from(request.args), sentences=False)
    day = run.computed_at.astimezone(clock.JST).date().isoformat()
    return csv_response(f"話題-{day}.csv", as_text(maps.FILE_HEADER, maps.file_rows(shown)))


@bp.post("/<public_id>/join")
@requires("reading.sort")
def join(public_id: str) -> ResponseReturnValue:
    """Ask that opinions that came later join the topics."""
    form = Form()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            asked = commands.ask_to_join(runs.get_run(public_id), by=current_actor())
            sent.location = url_for("desk.run", public_id=asked.public_id)
        if sent.given:
            return sent.redirect()
        flash(str(form.form_errors[0]), "warning")
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.post("/<public_id>/sign-off")
@requires("reading.sign_off")
def sign_off(public_id: str) -> ResponseReturnValue:
    """Stand by the topics, or take that back."""
    form = Form()
    if form.validate_on_submit():
        try:
            with transaction():
                run = runs.get_run(public_id)
                if request.form.get("do") == "reopen":
                    commands.reopen_topics(run, by=current_actor())
                else:
                    commands.sign_off_topics(run, by=current_actor())
        except Refused as refusal:
            flash(refusal.reason, "warning")
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.get("/topics/<public_id>")
@requires("reading.read")
def topic(public_id: str) -> ResponseReturnValue:
    """One topic: its summary, its parts, its opinions."""
    found = runs.get_topic(public_id)
    if found.merged_into_id is not None:
        return redirect(url_for(".topic", public_id=runs.public_id_of(found.merged_into_id)), 303)
    return _topic_page(found)


@bp.post("/topics/<public_id>/rename")
@requires("reading.change_topics")
def rename(public_id: str) -> ResponseReturnValue:
    """Name a topic."""
    found, form = runs.get_topic(public_id), RenameForm()
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                commands.rename_topic(
                    found,
                    form.label.data,
                    form.note.data or "",
                    version=form.version_number,
                    by=current_actor(),
                )
                sent.location = url_for(".topic", public_id=public_id)
        except Conflict as refusal:
            # What was typed stays, beside what stands now; saving again is then a decision.
            now = runs.get_topic(public_id)
            form.version.data = str(now.version)
            return _topic_page(now, rename_form=form, stale=refusal.reason), 409
        if sent.given:
            return sent.redirect()
    return _topic_page(found, rename_form=form), form.status


@bp.post("/topics/<public_id>/merge")
@requires("reading.change_topics")
def merge(public_id: str) -> ResponseReturnValue:
    """Put a topic into another one."""
    found, form = runs.get_topic(public_id), MergeForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            into = runs.get_topic(form.into.data)
            commands.merge_topics(found, into, by=current_actor())
            sent.location = url_for(".topic", public_id=into.public_id)
        if sent.given:
            return sent.redirect()
    return _topic_page(found, merge_form=form), form.status


@bp.post("/topics/<public_id>/move")
@requires("reading.change_topics")
def move(public_id: str) -> ResponseReturnValue:
    """Move the ticked opinions, to a topic that there is or to a new one."""
    found, form = runs.get_topic(public_id), MoveForm()
    ticked = request.form.getlist("opinion")
    if form.validate_on_submit():
        with one_submission(form) as sent:
            if form.new_label.data:
                new = commands.split_topic(found, ticked, form.new_label.data, by=current_actor())
                sent.location = url_for(".topic", public_id=new.public_id)
            else:
                if not form.to.data:
                    raise Refused("移す先を選ぶか、新しい話題の名前を書いてください。", field="to")
                commands.move_opinions(runs.get_topic(form.to.data), ticked, by=current_actor())
                sent.location = url_for(".topic", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _topic_page(found, move_form=form, ticked=ticked), form.status


def _topic_page(
    topic: Topic,
    *,
    rename_form: RenameForm | None = None,
    merge_form: MergeForm | None = None,
    move_form: MoveForm | None = None,
    ticked: list[str] | None = None,
    stale: str = "",
) -> str:
    run = runs.run_of(topic)
    chosen = filter_from(request.args)
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    page = maps.show_topic(run, topic, chosen, edge)
    start = {"label": topic.label, "note": topic.note, "version": str(topic.version)}
    renaming = rename_form or RenameForm(formdata=None, data=start)
    merging, moving = merge_form or MergeForm(formdata=None), move_form or MoveForm(formdata=None)
    merging.into.choices = moving.to.choices = [("", "選んでください"), *page.others]
    return render_template(
        "reading/desk/topic.html",
        page=page,
        run=run,
        topic=topic,
        chosen=chosen,
        query=chosen.as_query(),
        rename_form=renaming,
        merge_form=merging,
        move_form=moving,
        faulty=rename_form or merge_form or move_form,
        ticked=ticked or [],
        stale=stale,
    )
