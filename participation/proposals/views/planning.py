"""Pages on which delegates agree before their organisation rewrites, withdraws or answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.foundation.db import transaction
from participation.organisations import queries as organisations
from participation.proposals import commands, queries
from participation.proposals.domain import PLANNED_NAMES, STANCE_NAMES, PlannedKind, ProposalText, Stance
from participation.proposals.forms import ApprovalForm, PlainForm
from participation.proposals.models import Proposal
from participation.proposals.views.pages import bp, changes_between
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


def asks_first(proposal: Proposal) -> bool:
    """Whether the organisation wants its delegates to agree before anything goes out in its name."""
    return organisations.get_by_id(proposal.organisation_id).approvals_needed > 0


def ask_first(proposal: Proposal, kind: PlannedKind, words: Mapping[str, Any], target: str = "") -> str:
    """Ask the other delegates; return where they read and agree."""
    planned = commands.plan_act(proposal, kind, words, target, by=current_actor())
    return url_for("proposals.plan", public_id=proposal.public_id, plan_id=planned.public_id)


@bp.route("/proposals/<public_id>/plans/<plan_id>", methods=["GET", "POST"])
@requires("proposals.approve_plan")
def plan(public_id: str, plan_id: str) -> ResponseReturnValue:
    """What is about to go out, in the very words; say whether it may."""
    actor = current_actor()
    proposal = queries.get_draft(public_id, actor)
    planned = queries.get_plan(proposal, plan_id)
    form = ApprovalForm().offer()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.approve_plan(
                planned,
                proposal,
                Stance(form.stance.data),
                form.note.data,
                is_note_public=bool(form.is_note_public.data),
                by=actor,
            )
            sent.location = url_for(".plan", public_id=public_id, plan_id=plan_id)
        if sent.given:
            return sent.redirect()
    is_rewriting = planned.kind is PlannedKind.REVISE and planned.settled_at is None
    changes = (
        changes_between(queries.text_of(proposal), ProposalText(**planned.words)) if is_rewriting else []
    )
    shown = render_template(
        "proposals/plan.html",
        proposal=proposal,
        planned=planned,
        name=PLANNED_NAMES[planned.kind],
        changes=changes,
        form=form,
        plain=PlainForm(formdata=None),
        lines=queries.list_plan_approvals(planned),
        agreed=queries.count_plan_approvals(planned, proposal),
        needed=organisations.get_by_id(proposal.organisation_id).approvals_needed,
        stance_names=STANCE_NAMES,
        may_carry_out=access.can(actor, "proposals.plan", proposal, planned.kind),
    )
    return shown, form.status


@bp.post("/proposals/<public_id>/plans/<plan_id>/carry-out")
@requires("proposals.plan")
def carry_out(public_id: str, plan_id: str) -> ResponseReturnValue:
    """Do what was agreed to."""
    actor = current_actor()
    proposal = queries.get_draft(public_id, actor)
    with transaction():
        commands.carry_out(queries.get_plan(proposal, plan_id), proposal, by=actor)
    return redirect(url_for(".show", public_id=public_id), 303)
