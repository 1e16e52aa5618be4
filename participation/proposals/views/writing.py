"""Pages on which an organisation writes its proposal: drafting together, approving, documents, items."""

from __future__ import annotations

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.agreements import queries as agreements
from participation.agreements.domain import STANCE_NAMES, Stance
from participation.agreements.forms import VoiceForm
from participation.foundation import files
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.foundation.text import excerpt
from participation.organisations import queries as organisations
from participation.plans.domain.text_diff import Part, difference
from participation.proposals import commands, queries
from participation.proposals.domain import (
    EXTRA_PARTS,
    FILE_ROOM,
    PART_NAMES,
    PARTS,
    changes_between,
    stages,
    text_key,
)
from participation.proposals.forms import (
    AttachForm,
    NewForm,
    PlainForm,
    TextForm,
    TieForm,
    text_form,
)
from participation.proposals.models import Proposal
from participation.proposals.views.pages import ask_first, bp
from participation.web.access import current_actor, requires, signed_in
from participation.web.submissions import one_submission


@bp.route("/proposals/new", methods=["GET", "POST"])
@signed_in
def new() -> ResponseReturnValue:
    """Begin a proposal; the organisation's proposals and drafts stand beside it. Others read who may."""
    actor = current_actor()
    if not access.can_ever(actor, "proposals.draft"):
        return render_template("proposals/who_may.html"), 200 if request.method == "GET" else 403
    about = queries.find_subject_id(request.args.get("about", ""))
    own = queries.list_own_organisations(actor)
    title = request.args.get("title", "")[:100]
    form = NewForm(data={"about": about, "organisation": own[0].public_id if own else "", "title": title})
    form.organisation.choices = [(each.public_id, each.name) for each in own]
    form.about.choices = queries.list_subject_choices()
    similar = []
    if form.validate_on_submit():
        similar = queries.list_similar(form.title.data, actor)
    if form.validate_on_submit() and (not similar or form.saw_similar.data):
        organisation = organisations.get_organisation(form.organisation.data)
        with one_submission(form) as sent:
            proposal = commands.draft_proposal(organisation, form.about.data, form.title.data, by=actor)
            sent.location = url_for(".edit", public_id=proposal.public_id)
        if sent.given:
            return sent.redirect()
    rows = queries.list_of_organisations(actor)
    page = render_template("proposals/new.html", form=form, rows=rows, stages=stages(), similar=similar)
    return page, form.status


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
    try:
        with one_submission(form) as sent:
            sent.location = url_for(".show", public_id=public_id)
            if proposal.submitted_at is not None and agreements.asks_first(proposal.organisation_id):
                words, seen = form.text().as_dict(), form.seen_version
                sent.location = ask_first(
                    proposal.organisation_id, "proposals.revise", words, public_id, row_version=seen
                )
            elif proposal.submitted_at is not None:
                commands.revise_proposal(proposal, form.text(), form.seen_version, by=actor)
            elif act == "submit":
                commands.submit_proposal(proposal, form.text(), form.seen_version, by=actor)
            else:
                commands.write_draft(proposal, form.text(), form.seen_version, by=actor)
                sent.location = url_for(".edit", public_id=public_id, saved=1)
    except commands.EditConflict as conflict:
        return _both_texts(public_id, form, conflict), 409
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
    try:
        with transaction():
            commands.write_draft(proposal, form.text(), form.seen_version, by=actor)
    except commands.EditConflict:
        return jsonify(saved=False), 409
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
    location = url_for(".show", public_id=public_id)
    with transaction():
        if agreements.asks_first(proposal.organisation_id):
            location = ask_first(proposal.organisation_id, "proposals.withdraw", {}, public_id)
        else:
            commands.withdraw_proposal(proposal, by=current_actor())
    return redirect(location, 303)


@bp.get("/proposals/<public_id>/drafts/<int:number>")
@requires("proposals.draft")
def revision(public_id: str, number: int) -> ResponseReturnValue:
    """A wording of a draft, compared with the one before it; for the organisation's delegates."""
    proposal = queries.get_draft(public_id, current_actor())
    before, after, line = queries.get_revision_pair(proposal, number)
    return render_template(
        "proposals/revision.html",
        proposal=proposal,
        line=line,
        changes=changes_between(before, after),
        lines=queries.list_revision_lines(proposal),
    )


@bp.route("/proposals/<public_id>/approval", methods=["GET", "POST"])
@requires("proposals.approve")
def approval(public_id: str) -> ResponseReturnValue:
    """Read the draft as it would go out, and say whether it may."""
    proposal, actor = queries.get_draft(public_id, current_actor()), current_actor()
    form = VoiceForm().offer()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.approve_draft(
                proposal,
                Stance(form.stance.data),
                form.note.data,
                is_note_public=bool(form.is_note_public.data),
                by=actor,
            )
            sent.location = url_for(".approval", public_id=public_id)
        if sent.given:
            return sent.redirect()
    text = queries.text_of(proposal)
    page = render_template(
        "proposals/approval.html",
        proposal=proposal,
        text=text,
        parts=(*PARTS, *EXTRA_PARTS),
        form=form,
        lines=agreements.list_voices_about(
            proposal.organisation_id, "proposals.submit", public_id, text_key(text)
        ),
        agreed=_agreed(proposal),
        needed=agreements.needed(proposal.organisation_id),
        stance_names=STANCE_NAMES,
    )
    return page, form.status


@bp.route("/proposals/<public_id>/items", methods=["GET", "POST"])
@requires("proposals.equip")
def items(public_id: str) -> ResponseReturnValue:
    """Choose which other items of the plan it is about."""
    proposal = queries.get_draft(public_id, current_actor())
    form = TieForm(data={"ties": queries.list_tied_ids(proposal)})
    form.ties.choices = [
        (subject_id, excerpt(title, 40))
        for subject_id, title in queries.list_subject_choices()
        if subject_id != proposal.about_id
    ]
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.tie_proposal(proposal, form.ties.data or [], by=current_actor())
            sent.location = url_for(".documents", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return render_template("proposals/items.html", proposal=proposal, form=form), form.status


@bp.route("/proposals/<public_id>/documents", methods=["GET", "POST"])
@requires("proposals.equip")
def documents(public_id: str) -> ResponseReturnValue:
    """The documents of a proposal and what it is about besides; add a document."""
    proposal = queries.get_draft(public_id, current_actor())
    form = AttachForm()
    if form.validate_on_submit():
        try:
            file, content = form.upload()
            files.keep(content, FILE_ROOM)
            with one_submission(form) as sent:
                commands.attach_file(proposal, file, form.description.data, by=current_actor())
                sent.location = url_for(".documents", public_id=public_id)
            if sent.given:
                return sent.redirect()
        except Refused as refusal:
            form.refuse(refusal)
    page = render_template(
        "proposals/documents.html",
        proposal=proposal,
        form=form,
        plain=PlainForm(formdata=None),
        attachments=queries.list_attachments(proposal),
        ties=queries.list_ties(proposal),
    )
    return page, form.status


@bp.post("/proposals/<public_id>/documents/<attachment_id>/remove")
@requires("proposals.equip")
def remove_document(public_id: str, attachment_id: str) -> ResponseReturnValue:
    """Take a document away."""
    with transaction():
        proposal = queries.get_draft(public_id, current_actor())
        kept = queries.get_attachment(proposal, attachment_id)
        commands.remove_attachment(kept, proposal, by=current_actor())
    return redirect(url_for(".documents", public_id=public_id), 303)


def _both_texts(public_id: str, form: TextForm, conflict: commands.EditConflict) -> str:
    """Show the writer their own words in the fields and the other's beside them; nothing was saved."""
    form.take_over(conflict.merged.text, conflict.version)
    differences = [
        (PART_NAMES[part], theirs, difference(theirs, mine))
        for part, (theirs, mine) in conflict.merged.conflicts.items()
    ]
    proposal = queries.get_draft(public_id, current_actor())
    return _render_edit(proposal, form, differences)


def _edit_page(proposal: Proposal, form: TextForm) -> ResponseReturnValue:
    return _render_edit(proposal, form, []), form.status


def _render_edit(proposal: Proposal, form: TextForm, differences: list[tuple[str, str, list[Part]]]) -> str:
    return render_template(
        "proposals/edit.html",
        proposal=proposal,
        form=form,
        plain=PlainForm(),
        parts=(*PARTS, *EXTRA_PARTS),
        saved="saved" in request.args and not form.errors,
        differences=differences,
        lines=queries.list_revision_lines(proposal),
        agreed=_agreed(proposal),
        needed=agreements.needed(proposal.organisation_id),
    )


def _agreed(proposal: Proposal) -> int:
    """Return how many delegates agree to the draft as it stands."""
    words = queries.text_of(proposal).as_dict()
    return agreements.count_agreeing(
        agreements.find_agreement(proposal.organisation_id, "proposals.submit", words, proposal.public_id)
    )
