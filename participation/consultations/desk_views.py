"""Pages of consultations for staff: writing, scheduling, opening, extending, closing."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from participation.access import rules as access
from participation.consultations import commands, queries
from participation.consultations.domain import PhaseKind, is_too_short
from participation.consultations.forms import (
    ButtonForm,
    ConsultationForm,
    ExtendForm,
    MaterialForm,
    NotConductForm,
    PhasesForm,
    SubjectsForm,
)
from participation.foundation import clock
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.foundation.paging import Edge
from participation.organisations import queries as organisations
from participation.plans import queries as plans
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

bp = Blueprint("consultations_desk", __name__, url_prefix="/desk/consultations")

View = Response | tuple[str, int]


@bp.get("/")
@requires("consultations.read_desk")
def index() -> str:
    """List all consultations, those still being written too."""
    return render_template("consultations/desk/index.html", groups=queries.list_consultations(drafts=True))


@bp.route("/new", methods=["GET", "POST"])
@requires("consultations.draft")
def new() -> View:
    """Begin a consultation."""
    form = ConsultationForm(data={"section": str(current_actor().section_id or "")})
    _offer_sections(form)
    if form.validate_on_submit():
        with one_submission(form) as answer:
            consultation = commands.draft_consultation(form.draft(), by=current_actor())
            answer.location = url_for(".show", code=consultation.code)
        if answer.given:
            return answer.redirect()
    return render_template("consultations/desk/edit.html", form=form, procedure=None, saved=None), form.status


@bp.get("/<code>")
@requires("consultations.read_desk")
def show(code: str) -> str:
    """Show where a consultation stands and what can be done next."""
    page = queries.get_page(code, drafts=True)
    period = page.procedure.open_period
    overlapping = (
        queries.list_overlapping(period, besides=page.consultation.id)
        if period is not None and not period.is_endless
        else []
    )
    return render_template(
        "consultations/desk/show.html",
        page=page,
        consultation=page.consultation,
        is_too_short=is_too_short(page.consultation.kind, page.procedure.phases),
        overlapping=[
            (
                each.consultation.title,
                url_for(".show", code=each.consultation.code),
                each.procedure.open_period.in_words() if each.procedure.open_period else "",
            )
            for each in overlapping
        ],
        button_form=ButtonForm(),
    )


@bp.route("/<code>/edit", methods=["GET", "POST"])
@requires("consultations.change")
def edit(code: str) -> View:
    """Change what a consultation says; whoever was slower sees both, and keeps what they typed."""
    procedure = queries.get_procedure(code)
    access.require(current_actor(), "consultations.change", procedure.consultation)
    form = ConsultationForm(data=ConsultationForm.of(procedure.consultation))
    _offer_sections(form)
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                consultation = queries.get_consultation(code)
                draft, seen = form.draft(), form.seen_version
                commands.change_consultation(consultation, draft, seen, by=current_actor())
                answer.location = url_for(".show", code=consultation.code)
            if answer.given:
                return answer.redirect()
        except Conflict as conflict:
            return _conflict_page(code, form, conflict)
    return render_template(
        "consultations/desk/edit.html", form=form, procedure=procedure, saved=None
    ), form.status


def _conflict_page(code: str, form: ConsultationForm, conflict: Conflict) -> tuple[str, int]:
    """Show what was typed beside what stands there now; sending once more is then a decision."""
    procedure = queries.get_procedure(code)
    saved = ConsultationForm.of(procedure.consultation)
    differing = [
        (field.label.text, str(saved[field.name]), str(field.data))
        for field in form
        if field.name in saved and field.name != "version" and str(saved[field.name]) != str(field.data)
    ]
    form.version.data = saved["version"]
    form.refuse(Refused(conflict.reason))
    return render_template(
        "consultations/desk/edit.html", form=form, procedure=procedure, saved=differing
    ), 409


@bp.route("/<code>/phases", methods=["GET", "POST"])
@requires("consultations.change")
def phases(code: str) -> View:
    """Set the days of the procedure."""
    procedure = queries.get_procedure(code)
    access.require(current_actor(), "consultations.change", procedure.consultation)
    form = PhasesForm(data=PhasesForm.of(procedure.phases))
    if form.validate_on_submit():
        with one_submission(form) as answer:
            consultation = queries.get_consultation(code)
            commands.schedule_phases(consultation, form.phases(consultation.kind), by=current_actor())
            answer.location = url_for(".show", code=code)
        if answer.given:
            return answer.redirect()
    return render_template("consultations/desk/phases.html", form=form, procedure=procedure), form.status


@bp.route("/<code>/extend", methods=["GET", "POST"])
@requires("consultations.extend")
def extend(code: str) -> View:
    """Let the call end later."""
    procedure = queries.get_procedure(code)
    form = ExtendForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            consultation = queries.get_consultation(code)
            closes_at = clock.end_of(form.last_day())
            commands.extend_phase(consultation, PhaseKind.OPEN, closes_at, by=current_actor())
            answer.location = url_for(".show", code=code)
        if answer.given:
            return answer.redirect()
    return render_template("consultations/desk/extend.html", form=form, procedure=procedure), form.status


@bp.post("/<code>/open")
@requires("consultations.open")
def open_call(code: str) -> View:
    """Begin to receive opinions."""
    form = ButtonForm()
    with one_submission(form) as answer:
        commands.open_consultation(queries.get_consultation(code), by=current_actor())
        answer.location = url_for(".show", code=code)
    return answer.redirect() if answer.given else _refused_page(code, form)


@bp.post("/<code>/close")
@requires("consultations.close")
def close(code: str) -> View:
    """Stop receiving opinions."""
    form = ButtonForm()
    with one_submission(form) as answer:
        commands.close_consultation(queries.get_consultation(code), by=current_actor())
        answer.location = url_for(".show", code=code)
    return answer.redirect() if answer.given else _refused_page(code, form)


@bp.route("/<code>/not-conduct", methods=["GET", "POST"])
@requires("consultations.not_conduct")
def not_conduct(code: str) -> View:
    """Say that the ward does not ask after all, and why."""
    consultation = queries.get_consultation(code)
    form = NotConductForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.not_conduct(queries.get_consultation(code), form.reason.data, by=current_actor())
            answer.location = url_for(".show", code=code)
        if answer.given:
            return answer.redirect()
    return render_template(
        "consultations/desk/not_conduct.html", form=form, consultation=consultation
    ), form.status


@bp.route("/<code>/subjects", methods=["GET", "POST"])
@requires("consultations.change")
def subjects(code: str) -> View:
    """Choose what the call asks about, from the items of a plan."""
    consultation = queries.get_consultation(code)
    access.require(current_actor(), "consultations.change", consultation)
    published = plans.list_published()
    slug = request.args.get("plan") or (published[0].slug if published else "")
    form = SubjectsForm()
    offered = queries.list_offered(slug, consultation.id, _edge("offered"))
    form.subjects.choices = [(each.public_id, each.title) for each in offered.items]
    if form.validate_on_submit():
        ids = {each.public_id: each.id for each in offered.items}
        with one_submission(form) as answer:
            chosen = [ids[public_id] for public_id in form.subjects.data or ()]
            commands.add_subjects(queries.get_consultation(code), chosen, by=current_actor())
            answer.location = url_for(".subjects", code=code, plan=slug)
        if answer.given:
            return answer.redirect()
    asked, asked_count = queries.list_chosen(consultation.id, _edge("chosen"))
    page = render_template(
        "consultations/desk/subjects.html",
        form=form,
        consultation=consultation,
        offered=offered,
        asked=asked,
        asked_count=asked_count,
        plan_choices=[(plan.slug, plan.short_title) for plan in published],
        slug=slug,
        button_form=ButtonForm(formdata=None),
    )
    return page, form.status


def _edge(which: str) -> Edge:
    """Where a page of one of two lists begins, by the address."""
    return Edge(after=request.args.get(f"{which}_after"), before=request.args.get(f"{which}_before"))


@bp.post("/<code>/subjects/<public_id>/remove")
@requires("consultations.change")
def remove_subject(code: str, public_id: str) -> View:
    """No longer ask about a subject."""
    form = ButtonForm()
    found = queries.find_asked(queries.get_consultation(code).id, public_id)
    if found is None:
        raise NotFound
    with one_submission(form) as answer:
        commands.remove_subject(queries.get_consultation(code), found.id, by=current_actor())
        answer.location = url_for(".subjects", code=code)
    return answer.redirect() if answer.given else _refused_page(code, form)


@bp.route("/<code>/materials", methods=["GET", "POST"])
@requires("consultations.change")
def materials(code: str) -> View:
    """Add documents that explain the matter."""
    consultation = queries.get_consultation(code)
    access.require(current_actor(), "consultations.change", consultation)
    form = MaterialForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.add_material(
                queries.get_consultation(code),
                form.title.data,
                source=form.source.data,
                address=form.address.data,
                body=form.body.data,
                by=current_actor(),
            )
            answer.location = url_for(".materials", code=code)
        if answer.given:
            return answer.redirect()
    page = render_template(
        "consultations/desk/materials.html",
        form=form,
        consultation=consultation,
        materials=queries.list_materials(consultation.id),
        button_form=ButtonForm(),
    )
    return page, form.status


@bp.post("/<code>/materials/<int:material_id>/remove")
@requires("consultations.change")
def remove_material(code: str, material_id: int) -> View:
    """Take a document away."""
    form = ButtonForm()
    with one_submission(form) as answer:
        commands.remove_material(queries.get_consultation(code), material_id, by=current_actor())
        answer.location = url_for(".materials", code=code)
    return answer.redirect() if answer.given else _refused_page(code, form)


def _refused_page(code: str, form: ButtonForm) -> tuple[str, int]:
    consultation = queries.get_consultation(code)
    return render_template("consultations/desk/refused.html", form=form, consultation=consultation), 422


def _offer_sections(form: ConsultationForm) -> None:
    form.section.choices = [
        ("", "決めていない"),
        *((str(each.id), each.name) for each in organisations.list_sections()),
    ]
