"""Who answers a point, by when, and what waits for the reader."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from participation.people.queries import list_staff_of
from participation.replies import commands
from participation.replies.desk_views.working_page import bp, do, sections
from participation.replies.forms import AssignForm, HandBackForm, PersonForm
from participation.replies.queries import one_point, workload
from participation.web.access import can, current_actor, requires
from participation.web.forms import Form


@bp.get("/work")
@requires("replies.read")
def my_work() -> str:
    """Show what waits for the reader: points, turns, questions."""
    return render_template("replies/desk/my_work.html", work=workload.my_work(current_actor()))


@bp.get("/points/<public_id>/assignment")
@requires("replies.read")
def assignment(public_id: str) -> Any:
    """Show who answers a point, by when, and how it went from hand to hand."""
    return _assignment_page(public_id)


@bp.post("/points/<public_id>/section")
@requires("replies.assign_section")
def assign(public_id: str) -> Any:
    """Say which section answers, and by when."""
    form = AssignForm().offer(sections())
    return do(
        form,
        public_id,
        lambda: commands.assign_section(
            public_id,
            form.section.data or None,
            cooperating=form.cooperating.data or [],
            due_on=form.deadline(),
            by=current_actor(),
        ),
        location=url_for(".assignment", public_id=public_id),
    ) or _assignment_page(public_id, assign_form=form)


@bp.post("/points/<public_id>/person")
@requires("replies.assign_person")
def assign_person(public_id: str) -> Any:
    """Say who of the section answers."""
    form = PersonForm().offer(_people(public_id))
    return do(
        form,
        public_id,
        lambda: commands.assign_person(
            public_id, form.person.data or "", form.note.data or "", by=current_actor()
        ),
        location=url_for(".assignment", public_id=public_id),
    ) or _assignment_page(public_id, person_form=form)


@bp.post("/points/<public_id>/hand-back")
@requires("replies.hand_back")
def hand_back(public_id: str) -> Any:
    """Hand a point back, saying why."""
    form = HandBackForm()
    return do(
        form,
        public_id,
        lambda: commands.hand_back(
            public_id,
            form.reason.data or "",
            to_editors=form.back_to.data == "editors",
            by=current_actor(),
        ),
        location=url_for(".assignment", public_id=public_id),
    ) or _assignment_page(public_id, back_form=form)


def _people(public_id: str) -> list[tuple[str, str]]:
    section_id = one_point.get_written_point(public_id, current_actor()).point.section_id
    staff = list_staff_of(section_id) if section_id is not None else []
    return [(each.public_id, each.nickname) for each in staff]


def _assignment_page(public_id: str, **forms: Form) -> Any:
    page = one_point.get_point_page(public_id, current_actor())
    staff = list_staff_of(page.point.section_id) if page.point.section_id is not None else []
    to_mend = next(iter(forms.values()), None)
    given: dict[str, Any] = {
        "assign_form": AssignForm(
            formdata=None,
            section=page.section_code,
            cooperating=[each.code for each in page.cooperating],
            due_on=page.point.due_on,
        ).offer([(each.code, each.name) for each in page.sections]),
        "person_form": PersonForm(formdata=None).offer([(each.public_id, each.nickname) for each in staff]),
        "back_form": HandBackForm(formdata=None),
    }
    text = render_template(
        "replies/desk/assignment.html",
        page=page,
        beside=page.beside,
        handovers=workload.handovers_of(page.point),
        may_assign=can("replies.assign_section", page.belongs_to) and not page.point.merged_into_id,
        form=to_mend,
        **{**given, **forms},
    )
    return text, to_mend.status if to_mend is not None else 200
