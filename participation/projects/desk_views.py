"""Staff pages of projects."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.foundation.db import transaction
from participation.organisations.queries import list_section_choices
from participation.projects import commands, queries
from participation.projects.forms import EndForm, GatherForm, PlainForm, ProjectForm, project_values
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

bp = Blueprint("projects_desk", __name__, url_prefix="/desk/projects")


@bp.get("")
@requires("projects.read_desk")
def index() -> ResponseReturnValue:
    """All projects, also those not published."""
    return render_template("projects/desk/index.html", projects=queries.list_projects(is_desk=True))


@bp.route("/new", methods=["GET", "POST"])
@requires("projects.write")
def new() -> ResponseReturnValue:
    """Begin a project."""
    form = ProjectForm(data={"section": current_actor().section_id})
    form.section.choices = list_section_choices()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            project = commands.draft_project(form.draft(), by=current_actor())
            sent.location = url_for(".show", code=project.code)
        if sent.given:
            return sent.redirect()
    return render_template("projects/desk/edit.html", form=form, project=None), form.status


@bp.route("/<code>/edit", methods=["GET", "POST"])
@requires("projects.write")
def edit(code: str) -> ResponseReturnValue:
    """Change what a project says."""
    project = queries.get_project(code)
    form = ProjectForm(data=project_values(project))
    form.section.choices = list_section_choices()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.revise_project(project, form.draft(), form.seen_version, by=current_actor())
            sent.location = url_for(".show", code=code)
        if sent.given:
            return sent.redirect()
    return render_template("projects/desk/edit.html", form=form, project=project), form.status


@bp.route("/<code>", methods=["GET", "POST"])
@requires("projects.read_desk")
def show(code: str) -> ResponseReturnValue:
    """One project with what it gathers; look for more by words and add it."""
    actor, project = current_actor(), queries.get_project(code)
    words = request.args.get("words", "")[:60]
    form = GatherForm()
    form.chosen.choices = queries.find_subjects(project, words)
    if request.method == "POST":
        access.require(actor, "projects.write", project)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.gather(project, form.chosen.data or [], form.note.data, by=actor)
            sent.location = url_for(".show", code=code)
        if sent.given:
            return sent.redirect()
    page = queries.show_project(project, actor, with_replies=False)
    shown = render_template(
        "projects/desk/show.html", page=page, form=form, words=words, plain=PlainForm(formdata=None)
    )
    return shown, form.status


@bp.post("/<code>/entries/<int:entry_id>/remove")
@requires("projects.write")
def leave_out(code: str, entry_id: int) -> ResponseReturnValue:
    """Take something out of a project."""
    with transaction():
        project = queries.get_project(code)
        commands.leave_out(queries.get_entry(project, entry_id), project, by=current_actor())
    return redirect(url_for(".show", code=code), 303)


@bp.post("/<code>/publish")
@requires("projects.publish")
def publish(code: str) -> ResponseReturnValue:
    """Publish a project's page."""
    with transaction():
        commands.publish_project(queries.get_project(code), by=current_actor())
    return redirect(url_for(".show", code=code), 303)


@bp.route("/<code>/end", methods=["GET", "POST"])
@requires("projects.end")
def end(code: str) -> ResponseReturnValue:
    """End a project, with what came of it."""
    project = queries.get_project(code)
    form = EndForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.end_project(project, form.outcome.data, by=current_actor())
            sent.location = url_for(".show", code=code)
        if sent.given:
            return sent.redirect()
    return render_template("projects/desk/end.html", form=form, project=project), form.status
