"""Pages on which others offer changes and organisations answer; joining two proposals."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.access.actors import Right
from participation.agreements.queries import asks_first
from participation.foundation.errors import NotFound
from participation.people import queries as people
from participation.plans.domain.text_diff import difference
from participation.proposals import commands, queries
from participation.proposals.domain import AMENDMENT_NAMES, MERGE_NAMES, PART_NAMES
from participation.proposals.forms import AmendmentForm, AnswerForm, MergeForm
from participation.proposals.views.pages import ask_first, bp, organisation_of
from participation.web.access import current_actor, public, requires
from participation.web.submissions import one_submission


@bp.route("/proposals/<public_id>/amend/<part>", methods=["GET", "POST"])
@requires("proposals.amend")
def amend(public_id: str, part: str) -> ResponseReturnValue:
    """Offer other words for one part of a proposal."""
    actor = current_actor()
    page = queries.show_submitted(public_id, actor)
    proposal = page.proposal
    if part not in PART_NAMES or not page.is_readable:
        raise NotFound
    form = AmendmentForm(data={"after": page.text.as_dict()[part]})
    own = people.list_organisations(actor.person_id or 0)
    form.speaks_as.choices = [("", "個人として")] + [(each.public_id, each.name) for each, _ in own]
    decision = access.can(actor, "proposals.amend", proposal)
    if request.method == "POST":
        access.require(actor, "proposals.amend", proposal)
    if form.validate_on_submit():
        organisation = organisation_of(form.speaks_as.data)
        after, reason = form.after.data.strip(), form.reason.data.strip()
        with one_submission(form) as sent:
            if organisation is not None and asks_first(organisation.id):
                words = {"part": part, "after": after, "reason": reason}
                sent.location = ask_first(organisation.id, "proposals.amend", words, public_id)
            else:
                made = commands.offer_amendment(proposal, part, after, reason, organisation, by=actor)
                sent.location = url_for(".amendment", public_id=public_id, amendment_id=made.public_id)
        if sent.given:
            return sent.redirect()
    shown = render_template(
        "proposals/amend.html", page=page, part=part, name=PART_NAMES[part], form=form, decision=decision
    )
    return shown, form.status


@bp.route("/proposals/<public_id>/amendments/<amendment_id>", methods=["GET", "POST"])
@public
def amendment(public_id: str, amendment_id: str) -> ResponseReturnValue:
    """A change that was offered, with its difference; its answer, or the form for it."""
    actor = current_actor()
    page = queries.show_submitted(public_id, actor)
    proposal = page.proposal
    line = page.get_amendment(amendment_id)
    form = AnswerForm()
    if request.method == "POST":
        access.require(actor, "proposals.answer_amendment", proposal)
    if form.validate_on_submit():
        accept = request.form.get("act") == "accept"
        with one_submission(form) as sent:
            if asks_first(proposal.organisation_id):
                words = {"answer": form.answer.data.strip(), "accept": accept}
                sent.location = ask_first(
                    proposal.organisation_id, "proposals.answer_amendment", words, public_id, amendment_id
                )
            else:
                commands.answer_amendment(line.amendment, proposal, form.answer.data, accept=accept, by=actor)
                sent.location = url_for(".amendment", public_id=public_id, amendment_id=amendment_id)
        if sent.given:
            return sent.redirect()
    offered = line.amendment
    shown = render_template(
        "proposals/amendment.html",
        page=page,
        line=line,
        name=PART_NAMES[offered.part],
        state=AMENDMENT_NAMES[offered.state],
        changes=difference(offered.before, offered.after),
        is_stale=offered.answered_at is None and page.text.as_dict()[offered.part] != offered.before,
        form=form,
    )
    return shown, form.status


@bp.route("/proposals/<public_id>/join", methods=["GET", "POST"])
@requires("proposals.offer_merge")
def join(public_id: str) -> ResponseReturnValue:
    """Offer to join this proposal with one of another organisation."""
    proposal, actor = queries.get_draft(public_id, current_actor()), current_actor()
    form = MergeForm()
    form.other.choices = queries.list_merge_choices(proposal)
    if form.validate_on_submit():
        other = queries.get_submitted(form.other.data)
        ends, into = (proposal, other) if form.direction.data == "into_other" else (other, proposal)
        with one_submission(form) as sent:
            if asks_first(proposal.organisation_id):
                words = {"ends": ends.public_id, "message": form.message.data.strip()}
                sent.location = ask_first(
                    proposal.organisation_id, "proposals.offer_merge", words, public_id, other.public_id
                )
            else:
                commands.offer_merge(ends, into, form.message.data, by=actor)
                sent.location = url_for(".show", public_id=public_id, _anchor="lineage")
        if sent.given:
            return sent.redirect()
    return render_template("proposals/join.html", proposal=proposal, form=form), form.status


@bp.route("/proposals/<public_id>/join/<offer_id>", methods=["GET", "POST"])
@requires("proposals.answer_merge")
def answer_join(public_id: str, offer_id: str) -> ResponseReturnValue:
    """Agree to a joining, or not, as the organisation that was asked."""
    proposal, actor = queries.get_draft(public_id, current_actor()), current_actor()
    line = next((each for each in queries.list_merges(proposal) if each.offer.public_id == offer_id), None)
    if line is None or not line.is_asked or not actor.may_for(proposal.organisation_id, Right.SUBMIT):
        raise NotFound
    form = AnswerForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            accept = request.form.get("act") == "accept"
            if asks_first(proposal.organisation_id):
                words = {"answer": form.answer.data.strip(), "accept": accept}
                sent.location = ask_first(
                    proposal.organisation_id, "proposals.answer_merge", words, public_id, offer_id
                )
            else:
                commands.answer_merge(line.offer, form.answer.data, accept=accept, by=actor)
                sent.location = url_for(".show", public_id=public_id, _anchor="lineage")
        if sent.given:
            return sent.redirect()
    shown = render_template(
        "proposals/answer_join.html", proposal=proposal, line=line, form=form, merge_names=MERGE_NAMES
    )
    return shown, form.status
