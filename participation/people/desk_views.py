"""Pages for staff: who works here with which role, and who may act for which organisation."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from participation.access import rules as access
from participation.access.actors import RIGHT_NAMES, ROLE_NAMES, Right, Role
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.organisations import queries as organisations
from participation.organisations.domain import SCOPE_NAMES, STATE_NAMES, STEP_NAMES, kind_name
from participation.people import commands, queries
from participation.people.forms import (
    NOT_SAID,
    AbsenceForm,
    ConfirmationForm,
    DelegateForm,
    EmptyForm,
    HoldingForm,
    InviteStaffForm,
    StaffForm,
)
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

bp = Blueprint("people_desk", __name__, url_prefix="/desk")


def _with_sections(form: StaffForm) -> None:
    form.section.choices = [
        (NOT_SAID[0], "なし"),
        *((str(s.id), s.name) for s in organisations.list_sections()),
    ]


@bp.get("/staff/")
@requires("people.list_staff")
def index() -> str:
    """List the staff."""
    sections = {section.id: section.name for section in organisations.list_sections()}
    return render_template(
        "people/desk/index.html", staff=queries.list_staff(), sections=sections, role_names=ROLE_NAMES
    )


@bp.route("/staff/invite", methods=["GET", "POST"])
@requires("people.invite_staff")
def invite() -> Response | tuple[str, int]:
    """Invite a member of staff."""
    form = InviteStaffForm()
    _with_sections(form)
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.invite_staff(
                form.email.data,
                form.name.data,
                form.chosen_roles(),
                form.section_id(),
                by=current_actor(),
            )
            answer.location = url_for(".index")
        if answer.given:
            return answer.redirect()
    return render_template("people/desk/invite.html", form=form), form.status


@bp.route("/staff/<public_id>", methods=["GET", "POST"])
@requires("people.change_roles")
def edit(public_id: str) -> Response | tuple[str, int]:
    """Change roles and section."""
    form = StaffForm()
    _with_sections(form)
    if form.validate_on_submit():
        with one_submission(form) as answer:
            person = queries.get_person(public_id)
            commands.change_roles(person, form.chosen_roles(), form.section_id(), by=current_actor())
            answer.location = url_for(".index")
        if answer.given:
            return answer.redirect()
    person = queries.get_person(public_id)
    if request.method == "GET":
        held = next((m.roles for m in queries.list_staff() if m.person.id == person.id), [])
        form.roles.data = [role.value for role in held]
        form.section.data = str(person.section_id or "")
    return render_template(
        "people/desk/edit.html", form=form, person=person, stop_form=EmptyForm(formdata=None)
    ), form.status


@bp.post("/staff/<public_id>/stop")
@requires("people.suspend")
def stop(public_id: str) -> Response:
    """Stop an account, or let it go on."""
    with transaction():
        person = queries.get_person(public_id)
        commands.suspend(person, stop=person.suspended_at is None, by=current_actor())
    return redirect(url_for(".edit", public_id=public_id), 303)


@bp.route("/organisations/<public_id>", methods=["GET", "POST"])
@requires("people.read_delegates")
def delegates(public_id: str) -> Response | tuple[str, int]:
    """Show an organisation and its delegates; appoint or invite another."""
    form = DelegateForm(data={"rights": [right.value for right in Right]})
    organisation = organisations.get_organisation(public_id)
    if request.method == "POST":
        access.require(current_actor(), "people.appoint_delegate", organisation)
    if form.validate_on_submit():
        with one_submission(form) as answer:
            term, by = form.term(), current_actor()
            if request.form.get("act") == "invite":
                commands.invite_delegate(organisation, form.email.data, term, by=by)
            else:
                commands.appoint_delegate(
                    organisation, form.email.data, term.begins_on, term.ends_on, term.rights, by=by
                )
            answer.location = url_for(".delegates", public_id=public_id)
        if answer.given:
            return answer.redirect()
    place, steps = organisations.registration_of(organisation)
    return render_template(
        "people/desk/delegates.html",
        form=form,
        organisation=organisation,
        kind_name=kind_name(organisation.kind),
        place=place,
        represented=organisations.represented(organisation),
        state=STATE_NAMES[organisation.state_on(clock.today())],
        steps=steps,
        step_names=STEP_NAMES,
        delegates=queries.list_delegates(organisation),
        invitations=queries.list_invitations(organisation),
        right_names=RIGHT_NAMES,
        end_form=EmptyForm(formdata=None),
    ), form.status


@bp.post("/organisations/<public_id>/delegates/<person_id>/end")
@requires("people.appoint_delegate")
def end_delegation(public_id: str, person_id: str) -> Response:
    """End a delegate's rights at this moment."""
    with transaction():
        organisation = organisations.get_organisation(public_id)
        membership = queries.get_membership(organisation, person_id)
        commands.end_delegation(membership, organisation, by=current_actor())
    return redirect(url_for(".delegates", public_id=public_id), 303)


@bp.post("/organisations/<public_id>/invitations/<invitation_id>/cancel")
@requires("people.appoint_delegate")
def cancel_invitation(public_id: str, invitation_id: str) -> Response:
    """Take an invitation back."""
    with transaction():
        organisation = organisations.get_organisation(public_id)
        invitation = queries.get_invitation(organisation, invitation_id)
        commands.cancel_invitation(invitation, organisation, by=current_actor())
    return redirect(url_for(".delegates", public_id=public_id), 303)


@bp.route("/staff/posts", methods=["GET", "POST"])
@requires("people.appoint_to_post")
def posts() -> Response | tuple[str, int]:
    """Show who holds which post; put somebody into one."""
    form = HoldingForm()
    staff, known = queries.list_staff_of(None), organisations.list_posts()
    sections = organisations.list_sections()
    form.person.choices = [(each.public_id, each.nickname) for each in staff]
    form.post.choices = [(each.code, each.name) for each in known]
    form.section.choices = [(each.code, each.name) for each in sections]
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.appoint_to_post(
                queries.get_person(form.person.data),
                next(each for each in organisations.list_posts() if each.code == form.post.data),
                next(each for each in organisations.list_sections() if each.code == form.section.data),
                *form.term(),
                by=current_actor(),
            )
            answer.location = url_for(".posts")
        if answer.given:
            return answer.redirect()
    return render_template(
        "people/desk/posts.html",
        form=form,
        holders=queries.list_holders(),
        scope_names=SCOPE_NAMES,
        end_form=EmptyForm(formdata=None),
    ), form.status


@bp.post("/staff/posts/<public_id>/end")
@requires("people.appoint_to_post")
def end_holding(public_id: str) -> Response:
    """End somebody's post today."""
    with transaction():
        commands.end_holding(queries.get_holding(public_id), by=current_actor())
    return redirect(url_for(".posts"), 303)


@bp.route("/confirmations", methods=["GET", "POST"])
@requires("people.confirm_standing")
def confirmations() -> Response | tuple[str, int]:
    """Confirm a standing by papers shown at a counter; no account is shown."""
    form = ConfirmationForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            if form.is_taken_back.data:
                commands.take_back_confirmation(form.number.data, by=current_actor())
            else:
                commands.confirm_standings(
                    form.number.data, form.chosen(), form.ledger.data, by=current_actor()
                )
            answer.location = url_for(".confirmations", done=1)
        if answer.given:
            return answer.redirect()
    return render_template(
        "people/desk/confirmations.html", form=form, is_done="done" in request.args
    ), form.status


@bp.route("/absences", methods=["GET", "POST"])
@requires("people.note_absence")
def absences() -> Response | tuple[str, int]:
    """Show who is away and who acts for them; note an absence."""
    form = AbsenceForm()
    actor = current_actor()
    staff = queries.list_staff_of(None)
    everybody = [(each.public_id, each.nickname) for each in staff]
    may_note_any = actor.has(Role.ADMINISTRATOR)
    form.person.choices = [
        (each.public_id, each.nickname) for each in staff if may_note_any or each.id == actor.person_id
    ]
    form.proxy.choices = everybody
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.note_absence(
                queries.get_person(form.person.data),
                queries.get_person(form.proxy.data),
                *form.term(),
                by=current_actor(),
            )
            answer.location = url_for(".absences")
        if answer.given:
            return answer.redirect()
    return render_template(
        "people/desk/absences.html",
        form=form,
        lines=queries.list_absences(),
        end_form=EmptyForm(formdata=None),
    ), form.status


@bp.post("/absences/<public_id>/cancel")
@requires("people.note_absence")
def cancel_absence(public_id: str) -> Response:
    """Take an absence back."""
    with transaction():
        commands.cancel_absence(queries.get_absence(public_id), by=current_actor())
    return redirect(url_for(".absences"), 303)
