"""Public pages of proposals."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.errors import Denied, NotFound
from participation.organisations import queries as organisations
from participation.organisations.models import CommunityOrganisation
from participation.plans.domain.text_diff import difference
from participation.proposals import commands, queries
from participation.proposals.domain import PARTS, stages
from participation.proposals.forms import NewForm, PlainForm, TextForm, text_form
from participation.proposals.models import Proposal
from participation.web import page_cache
from participation.web.access import current_actor, public, requires, signed_in
from participation.web.forms import whole_number
from participation.web.page_cache import cached_for_guests
from participation.web.submissions import one_submission

bp = Blueprint("proposals", __name__)


@bp.get("/proposals")
@public
@cached_for_guests
def index() -> ResponseReturnValue:
    """Submitted proposals: in the order of the day, or the newest first; never by popularity."""
    page_cache.expires(clock.start_of(clock.today() + timedelta(days=1)))
    stage, about = request.args.get("stage", ""), request.args.get("about", "")
    newest = request.args.get("order") == "new"
    found = queries.list_proposals(
        current_actor(),
        stage=stage,
        about=about,
        newest_first=newest,
        page=whole_number(request.args.get("page"), least=1, most=queries.MOST_PAGES, default=1),
    )
    known = {"stage": stage if stage in stages() else "", "about": about, "order": "new" if newest else ""}
    return render_template(
        "proposals/index.html", found=found, stages=stages(), known={k: v for k, v in known.items() if v}
    )


@bp.route("/proposals/new", methods=["GET", "POST"])
@signed_in
def new() -> ResponseReturnValue:
    """Begin a proposal; the organisation's proposals and drafts stand beside it. Others read who may."""
    actor = current_actor()
    if not access.can_ever(actor, "proposals.draft"):
        return render_template("proposals/who_may.html"), 200 if request.method == "GET" else 403
    about = queries.find_subject_id(request.args.get("about", ""))
    own = queries.list_own_organisations(actor)
    form = NewForm(data={"about": about, "organisation": own[0].public_id if own else ""})
    form.organisation.choices = [(each.public_id, each.name) for each in own]
    form.about.choices = queries.list_subject_choices()
    if form.validate_on_submit():
        organisation = organisations.get_organisation(form.organisation.data)
        with one_submission(form) as sent:
            proposal = commands.draft_proposal(organisation, form.about.data, form.title.data, by=actor)
            sent.location = url_for(".edit", public_id=proposal.public_id)
        if sent.given:
            return sent.redirect()
    rows = queries.list_of_organisations(actor)
    return render_template("proposals/new.html", form=form, rows=rows, stages=stages()), form.status


@bp.get("/proposals/<public_id>")
@public
def show(public_id: str) -> ResponseReturnValue:
    """One proposal, its stages with their reasons, and who endorses it."""
    page = queries.show_proposal(queries.get_submitted(public_id), current_actor())
    return render_template("proposals/show.html", page=page, parts=PARTS, stages=stages(), form=PlainForm())


@bp.get("/proposals/<public_id>/versions/<int:number>")
@public
def version(public_id: str, number: int) -> ResponseReturnValue:
    """An earlier text, compared with the one that followed it."""
    page = queries.show_proposal(queries.get_submitted(public_id), current_actor())
    if not page.is_readable:
        raise NotFound
    before, after = queries.get_texts_around(page.proposal, number)
    names = [("title", "題名"), *((code, name) for code, name, _ in PARTS)]
    changes = [
        (name, difference(getattr(before, code), getattr(after, code)))
        for code, name in names
        if getattr(before, code) != getattr(after, code)
    ]
    return render_template(
        "proposals/version.html", page=page, number=number, changes=changes, row=page.versions[number - 1]
    )


@bp.get("/proposals/<public_id>/edit")
@requires("proposals.draft")
def edit(public_id: str) -> ResponseReturnValue:
    """Write a draft, or change a submitted proposal."""
    proposal = queries.get_draft(public_id, current_actor())
    return _edit_page(proposal, text_form(proposal))


@bp.post("/proposals/<public_id>/edit")
@requires("proposals.draft")
def update(public_id: str) -> ResponseReturnValue:
    """Keep the draft, hand it in, or publish the changed words."""
    actor = current_actor()
    proposal = queries.get_draft(public_id, actor)
    form, act = TextForm(), request.form.get("act", "save")
    form.is_draft = proposal.submitted_at is None and act != "submit"
    if not form.validate_on_submit():
        return _edit_page(proposal, form)
    with one_submission(form) as sent:
        sent.location = url_for(".show", public_id=public_id)
        if proposal.submitted_at is not None:
            commands.revise_proposal(proposal, form.text(), form.seen_version, by=actor)
        elif act == "submit":
            commands.submit_proposal(proposal, form.text(), form.seen_version, by=actor)
        else:
            commands.write_draft(proposal, form.text(), form.seen_version, by=actor)
            sent.location = url_for(".edit", public_id=public_id, saved=1)
    return sent.redirect() if sent.given else _edit_page(proposal, form)


@bp.post("/proposals/<public_id>/draft")
@requires("proposals.draft")
def save_draft(public_id: str) -> ResponseReturnValue:
    """Keep the draft while it is written (the page's script)."""
    actor = current_actor()
    proposal = queries.get_draft(public_id, actor)
    form = TextForm()
    form.is_draft = True
    if not form.validate_on_submit():
        return jsonify(saved=False), 422
    with transaction():
        commands.write_draft(proposal, form.text(), form.seen_version, by=actor)
    return jsonify(saved=True)


@bp.post("/proposals/<public_id>/discard")
@requires("proposals.draft")
def discard(public_id: str) -> ResponseReturnValue:
    """Throw a draft away."""
    proposal = queries.get_draft(public_id, current_actor())
    with transaction():
        commands.discard_draft(proposal, by=current_actor())
    return redirect(url_for(".new"), 303)


@bp.post("/proposals/<public_id>/withdraw")
@requires("proposals.draft")
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take a submitted proposal back."""
    proposal = queries.get_submitted(public_id)
    with transaction():
        commands.withdraw_proposal(proposal, by=current_actor())
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.post("/proposals/<public_id>/endorse")
@requires("proposals.endorse")
def endorse(public_id: str) -> ResponseReturnValue:
    """Endorse as a person or for an organisation, or take it back."""
    proposal = queries.get_submitted(public_id)
    actor = current_actor()
    queries.show_proposal(proposal, actor)  # What the reader may not know of cannot be endorsed.
    organisation = _organisation(request.form.get("organisation", ""))
    act = commands.take_back_endorsement if request.form.get("act") == "back" else commands.endorse_proposal
    with transaction():
        act(proposal, organisation, by=actor)
    return redirect(url_for(".show", public_id=public_id, _anchor="endorsements"), 303)


def _organisation(public_id: str) -> CommunityOrganisation | None:
    if not public_id:
        return None
    try:
        return organisations.get_organisation(public_id)
    except NotFound as error:
        raise Denied("この団体の担当者だけができます。") from error


def _edit_page(proposal: Proposal, form: TextForm) -> ResponseReturnValue:
    rendered = render_template(
        "proposals/edit.html",
        proposal=proposal,
        form=form,
        plain=PlainForm(),
        parts=PARTS,
        saved="saved" in request.args and not form.errors,
    )
    return rendered, form.status
