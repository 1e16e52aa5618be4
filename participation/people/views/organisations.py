"""Pages of delegates: registering an organisation, its delegates, invitations, handing over."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from participation.access import rules as access
from participation.access.actors import RIGHT_NAMES, Right
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.errors import NotFound, Refused
from participation.organisations import queries as organisations
from participation.organisations.commands import OrganisationDraft
from participation.organisations.domain import (
    STATE_NAMES,
    STEP_NAMES,
    kind_name,
    kinds,
    list_pending,
)
from participation.organisations.forms import OrganisationForm, ReasonForm, organisation_form
from participation.organisations.models import CommunityOrganisation
from participation.people import commands, queries
from participation.people.forms import DelegateForm, EmptyForm, HandoverForm, OwnOrganisationForm
from participation.people.views.accounts import bp
from participation.web.access import current_actor, public, requires, signed_in
from participation.web.submissions import one_submission


@bp.route("/organisations/register", methods=["GET", "POST"])
@requires("people.register_organisation")
def register_organisation() -> ResponseReturnValue:
    """Ask for one's own organisation to be registered."""
    form = OwnOrganisationForm().offer()
    assert isinstance(form, OwnOrganisationForm)
    if form.validate_on_submit():

        def save(draft: OrganisationDraft) -> str:
            made = commands.register_own_organisation(draft, form.last_day(), by=current_actor())
            return url_for(".organisation", public_id=made.public_id)

        if answer := form.hand_in(save):
            return answer
    return render_template("people/register_organisation.html", form=form, kinds=kinds()), form.status


@bp.route("/my/organisations/<public_id>", methods=["GET", "POST"])
@signed_in
def organisation(public_id: str) -> ResponseReturnValue:
    """Show a delegate their organisation: its registration, delegates, what is pending; invite another."""
    own = _own(public_id)
    form = DelegateForm(data={"rights": [right.value for right in Right], "begins_on": clock.today()})
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.invite_delegate(own, form.email.data, form.term(), by=current_actor())
            answer.location = url_for(".organisation", public_id=public_id, _anchor="delegates")
        if answer.given:
            return answer.redirect()
    place, steps = organisations.registration_of(own)
    invitations, handovers = queries.list_officers_to_come(own)
    return render_template(
        "people/organisation.html",
        form=form,
        organisation=own,
        kind_name=kind_name(own.kind),
        place=place,
        represented=organisations.represented(own),
        state=STATE_NAMES[own.state_on(clock.today())],
        steps=steps,
        step_names=STEP_NAMES,
        delegates=queries.list_delegates(own),
        invitations=invitations,
        handovers=handovers,
        pending=list_pending(own.id),
        right_names=RIGHT_NAMES,
        end_form=EmptyForm(formdata=None),
    ), form.status


@bp.route("/my/organisations/<public_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_organisation(public_id: str) -> ResponseReturnValue:
    """Change what is registered."""
    own = _own(public_id)
    form = (OrganisationForm() if request.method == "POST" else organisation_form(own)).offer()
    if form.validate_on_submit():

        def save(draft: OrganisationDraft) -> str:
            commands.change_own_organisation(own, draft, form.seen_version, by=current_actor())
            return url_for(".organisation", public_id=public_id)

        if answer := form.hand_in(save):
            return answer
    return render_template("people/edit_organisation.html", form=form, organisation=own), form.status


@bp.route("/my/organisations/<public_id>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw_organisation(public_id: str) -> ResponseReturnValue:
    """End the registration of one's organisation."""
    own = _own(public_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.withdraw_own_organisation(own, form.reason.data, by=current_actor())
            answer.location = url_for("front.my_page")
        if answer.given:
            return answer.redirect()
    return render_template("people/withdraw_organisation.html", form=form, organisation=own), form.status


@bp.route("/my/organisations/<public_id>/hand-over", methods=["GET", "POST"])
@signed_in
def hand_over(public_id: str) -> ResponseReturnValue:
    """Hand the delegation over: who goes, who comes, from which moment on."""
    own = _own(public_id)
    lines = [line for line in queries.list_delegates(own) if line.runs]
    actor = current_actor()
    form = HandoverForm(
        data={
            "leaving": [line.person.public_id for line in lines if line.person.id == actor.person_id],
            "rights": [right.value for right in Right],
        }
    )
    form.leaving.choices = [(line.person.public_id, line.person.nickname) for line in lines]
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                commands.hand_over(
                    own,
                    [queries.get_membership(own, each) for each in form.leaving.data or []],
                    form.addresses(),
                    form.effective_at() or clock.now(),
                    form.last_day(),
                    form.note.data,
                    form.chosen_rights(),
                    by=actor,
                )
                answer.location = url_for(".handed_over")
            if answer.given:
                return answer.redirect()
        except Refused as refusal:
            form.refuse(refusal)
    return render_template(
        "people/hand_over.html", form=form, organisation=own, pending=list_pending(own.id)
    ), form.status


@bp.get("/my/handed-over")
@signed_in
def handed_over() -> str:
    """Say that the hand-over is on record; who goes may see nothing of the organisation by now."""
    return render_template("people/handed_over.html")


@bp.get("/my/organisations/<public_id>/hand-over/sheet")
@signed_in
def handover_sheet(public_id: str) -> str:
    """The hand-over on one page to print: who acts until when, what is pending, where to go."""
    own = _own(public_id)
    invitations, handovers = queries.list_officers_to_come(own)
    return render_template(
        "people/handover_sheet.html",
        organisation=own,
        kind_name=kind_name(own.kind),
        delegates=[line for line in queries.list_delegates(own) if line.runs or line.is_to_come],
        invitations=invitations,
        handovers=handovers,
        pending=list_pending(own.id),
        right_names=RIGHT_NAMES,
        now=clock.now(),
    )


@bp.post("/my/organisations/<public_id>/delegates/<person_id>/end")
@signed_in
def end_delegation(public_id: str, person_id: str) -> Response:
    """End another delegate's rights, or one's own, at this moment."""
    actor = current_actor()
    with transaction():
        own = organisations.get_organisation(public_id)
        membership = queries.get_membership(own, person_id)
        if membership.person_id == actor.person_id:
            commands.resign(membership, by=actor)
            return redirect(url_for(".handed_over"), 303)
        commands.end_delegation(membership, own, by=actor)
    return redirect(url_for(".organisation", public_id=public_id, _anchor="delegates"), 303)


@bp.post("/my/organisations/<public_id>/invitations/<invitation_id>/cancel")
@signed_in
def cancel_invitation(public_id: str, invitation_id: str) -> Response:
    """Take an invitation back."""
    with transaction():
        own = organisations.get_organisation(public_id)
        invitation = queries.get_invitation(own, invitation_id)
        commands.cancel_invitation(invitation, own, by=current_actor())
    return redirect(url_for(".organisation", public_id=public_id, _anchor="delegates"), 303)


@bp.route("/delegations/<token>", methods=["GET", "POST"])
@public
def accept_invitation(token: str) -> ResponseReturnValue:
    """Show what one is invited to do, and take it on with one's own account."""
    invitation, invited_by = queries.find_invitation(token)
    form = EmptyForm()
    if request.method == "POST":
        access.require(current_actor(), "people.accept_invitation")
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.accept_invitation(token, by=current_actor())
            answer.location = url_for(".organisation", public_id=invited_by.public_id)
        if answer.given:
            return answer.redirect()
    return render_template(
        "people/accept_invitation.html",
        form=form,
        invitation=invitation,
        organisation=invited_by,
        rights=[RIGHT_NAMES[Right(right)] for right in invitation.rights],
        is_over=bool(invitation.accepted_at or invitation.cancelled_at)
        or invitation.expires_at <= clock.now(),
        token=token,
    ), form.status


def _own(public_id: str) -> CommunityOrganisation:
    """Return an organisation of which the reader is a delegate; others do not learn whether it exists.

    A delegate of one that waits for its confirmation, or whose confirmation ran out, sees it too.
    """
    for own, _ in queries.list_delegations(current_actor().person_id or 0):
        if own.public_id == public_id:
            return own
    raise NotFound
