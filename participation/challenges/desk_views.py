"""Staff pages of challenges: writing and posting them, what is known, stages, and which ideas belong to them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.challenges import commands, queries
from participation.challenges.domain import FILE_ROOM, MATERIAL_NAMES, MaterialKind, stages
from participation.challenges.forms import (
    ChallengeForm,
    LinkForm,
    MaterialForm,
    PlainForm,
    StageForm,
    challenge_values,
)
from participation.challenges.models import Challenge
from participation.foundation import clock, files
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.organisations.queries import list_section_choices
from participation.web.access import current_actor, requires
from participation.web.forms import whole_number
from participation.web.submissions import one_submission

bp = Blueprint("challenges_desk", __name__, url_prefix="/desk/challenges")


@bp.get("")
@requires("challenges.read_desk")
def index() -> ResponseReturnValue:
    """All challenges, also those not posted, the newest first."""
    stage = request.args.get("stage", "")
    found = queries.list_challenges(
        stage=stage,
        is_desk=True,
        newest_first=True,
        page=whole_number(request.args.get("page"), least=1, most=queries.MOST_PAGES, default=1),
    )
    return render_template(
        "challenges/desk/index.html", found=found, stages=stages(), stage=stage, last_day=clock.last_day
    )


@bp.route("/new", methods=["GET", "POST"])
@requires("challenges.write")
def new() -> ResponseReturnValue:
    """Begin a challenge."""
    form = ChallengeForm(data={"section": current_actor().section_id})
    form.offer_choices(list_section_choices(), queries.list_plan_subjects())
    if form.validate_on_submit():
        with one_submission(form) as sent:
            challenge = commands.draft_challenge(form.draft(), by=current_actor())
            sent.location = url_for(".show", public_id=challenge.public_id)
        if sent.given:
            return sent.redirect()
    return render_template("challenges/desk/edit.html", form=form, challenge=None), form.status


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
@requires("challenges.write")
def edit(public_id: str) -> ResponseReturnValue:
    """Change what a challenge says."""
    challenge = queries.get_challenge(public_id)
    form = ChallengeForm(data=challenge_values(challenge, queries.list_tied_ids(challenge)))
    form.offer_choices(list_section_choices(), queries.list_plan_subjects())
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.revise_challenge(challenge, form.draft(), form.seen_version, by=current_actor())
            sent.location = url_for(".show", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return render_template("challenges/desk/edit.html", form=form, challenge=challenge), form.status


@bp.route("/<public_id>", methods=["GET", "POST"])
@requires("challenges.read_desk")
def show(public_id: str) -> ResponseReturnValue:
    """One challenge with what is known about it, and the form that moves it on."""
    actor, challenge = current_actor(), queries.get_challenge(public_id)
    if request.method == "POST":
        access.require(actor, "challenges.advance", challenge)
    form = StageForm(data={"section": challenge.section_id})
    form.offer(challenge.stage, list_section_choices())
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.advance_challenge(
                challenge, form.stage.data, form.reason.data, form.section.data or None, by=actor
            )
            sent.location = url_for(".show", public_id=public_id)
        if sent.given:
            return sent.redirect()
    page = queries.show_challenge(challenge, actor)
    shown = render_template(
        "challenges/desk/show.html",
        page=page,
        form=form,
        plain=PlainForm(formdata=None),
        material_names=MATERIAL_NAMES,
        last_day=clock.last_day,
    )
    return shown, form.status


@bp.post("/<public_id>/post")
@requires("challenges.post")
def post(public_id: str) -> ResponseReturnValue:
    """Post a challenge."""
    with transaction():
        commands.post_challenge(queries.get_challenge(public_id), by=current_actor())
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.route("/<public_id>/materials", methods=["GET", "POST"])
@requires("challenges.write")
def materials(public_id: str) -> ResponseReturnValue:
    """What is known about a challenge; add a figure, a link or a file."""
    challenge = queries.get_challenge(public_id)
    form = MaterialForm()
    if form.validate_on_submit():
        try:
            upload = form.upload() if form.kind.data == MaterialKind.FILE else None
            if upload is not None:
                files.keep(upload[1], FILE_ROOM)
            with one_submission(form) as sent:
                _add(challenge, form, upload)
                sent.location = url_for(".materials", public_id=public_id)
            if sent.given:
                return sent.redirect()
        except Refused as refusal:
            form.refuse(refusal)
    shown = render_template(
        "challenges/desk/materials.html",
        challenge=challenge,
        form=form,
        plain=PlainForm(formdata=None),
        materials=queries.list_materials(challenge),
        material_names=MATERIAL_NAMES,
    )
    return shown, form.status


@bp.post("/<public_id>/materials/<material_id>/remove")
@requires("challenges.write")
def remove_material(public_id: str, material_id: str) -> ResponseReturnValue:
    """Take something away."""
    with transaction():
        challenge = queries.get_challenge(public_id)
        material = queries.get_material(challenge, material_id)
        commands.remove_material(material, challenge, by=current_actor())
    return redirect(url_for(".materials", public_id=public_id), 303)


@bp.route("/<public_id>/candidates", methods=["GET", "POST"])
@requires("challenges.write")
def candidates(public_id: str) -> ResponseReturnValue:
    """Ideas that may belong to a challenge; nothing is linked before a person says so."""
    challenge, actor = queries.get_challenge(public_id), current_actor()
    found, linked = queries.list_idea_candidates(challenge), queries.list_ideas_of(challenge, actor)
    form = LinkForm().offer(
        [(each.public_id, each.title) for each in found],
        [(each.public_id, each.text.title) for each in linked],
    )
    if form.validate_on_submit():
        idea = queries.get_idea(form.chosen.data)
        with one_submission(form) as sent:
            if request.form.get("act") == "link":
                commands.link_idea(idea, challenge, by=actor)
            else:
                commands.refuse_link(idea, challenge, form.reason.data, by=actor)
            sent.location = url_for(".candidates", public_id=public_id)
        if sent.given:
            return sent.redirect()
    shown = render_template(
        "challenges/desk/candidates.html",
        challenge=challenge,
        form=form,
        linked=linked,
        found=found,
    )
    return shown, form.status


@bp.route("/ideas/<public_id>", methods=["GET", "POST"])
@requires("challenges.read_desk")
def idea(public_id: str) -> ResponseReturnValue:
    """One idea for staff; whom to ask is shown on demand, which stays on record."""
    actor = current_actor()
    page = queries.show_idea(public_id, actor)
    form, contact = PlainForm(), None
    if form.validate_on_submit():
        with transaction():
            contact = commands.read_contact(page.idea, by=actor)
    return render_template("challenges/desk/idea.html", page=page, form=form, contact=contact)


def _add(challenge: Challenge, form: MaterialForm, upload: object) -> None:
    if upload is not None:
        file, _ = form.upload()
        commands.add_file(challenge, file, form.title.data, form.source.data, by=current_actor())
        return
    kind = MaterialKind(form.kind.data)
    commands.add_material(
        challenge, kind, form.title.data, form.value.data, form.source.data, by=current_actor()
    )
