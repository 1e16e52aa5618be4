"""Pages of the board of cooperation (協力ボード): reading, calling, applying, answering, closing."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.access.actors import Right
from participation.agreements.queries import asks_first
from participation.challenges import commands, queries
from participation.challenges.domain import (
    APPLICATION_NAMES,
    CALL_STATE_NAMES,
    SIDE_NAMES,
    CallDraft,
    CallEnd,
    resources,
)
from participation.challenges.forms import (
    AnswerForm,
    ApplyForm,
    CallForm,
    ChangeCallForm,
    CloseForm,
    PlainForm,
    call_values,
)
from participation.challenges.queries import CallPage
from participation.challenges.views.pages import (
    ask_first,
    bp,
    next_day,
    organisation_of,
    page_number,
    who_may,
)
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, NotFound
from participation.places import queries as places
from participation.plans.domain.text_diff import Part, difference
from participation.web import page_cache
from participation.web.access import current_actor, public, requires, signed_in
from participation.web.page_cache import cached_for_guests
from participation.web.submissions import one_submission


@bp.get("/cooperation")
@public
@cached_for_guests
def board() -> ResponseReturnValue:
    """Who needs what and who offers what: in the order of the day."""
    page_cache.expires(next_day())
    given = {key: request.args.get(key, "")[:40] for key in ("side", "resource", "area", "which")}
    found = queries.list_calls(
        current_actor(),
        side=given["side"],
        resource=given["resource"],
        area=given["area"],
        is_running=given["which"] != "all",
        page=page_number(),
    )
    return render_template(
        "challenges/board.html",
        found=found,
        known={key: value for key, value in given.items() if value},
        side_names=SIDE_NAMES,
        state_names=CALL_STATE_NAMES,
        resources=resources(),
        areas=places.list_areas(),
    )


@bp.get("/cooperation/<public_id>")
@public
def call(public_id: str) -> ResponseReturnValue:
    """One call; applications for those whom they concern."""
    page = queries.show_call(public_id, current_actor())
    return render_template(
        "challenges/call.html",
        page=page,
        form=PlainForm(),
        side_names=SIDE_NAMES,
        state_names=CALL_STATE_NAMES,
        application_names=APPLICATION_NAMES,
    )


@bp.route("/cooperation/new", methods=["GET", "POST"])
@signed_in
def new_call() -> ResponseReturnValue:
    """Open a call in an organisation's name; what its organisations applied to stands beside it."""
    actor = current_actor()
    if not access.can_ever(actor, "challenges.call"):
        return who_may("協力を募集する", for_delegates=True)
    own = queries.list_own_organisations(actor, Right.SUBMIT)
    form = CallForm().offer(
        [(each.public_id, each.name) for each in own],
        [(each.id, each.name) for each in places.list_areas()],
        queries.list_plan_subjects(with_challenges=True),
    )
    if form.validate_on_submit():
        organisation = organisation_of(form.organisation.data)
        assert organisation is not None
        with one_submission(form) as sent:
            if asks_first(organisation.id):
                words = form.draft().as_words()
                sent.location = ask_first(organisation.id, "challenges.call", words)
            else:
                made = commands.open_call(organisation, form.draft(), by=actor)
                sent.location = url_for(".call", public_id=made.public_id)
        if sent.given:
            return sent.redirect()
    shown = render_template(
        "challenges/new_call.html",
        form=form,
        applied=queries.list_applied(actor),
        application_names=APPLICATION_NAMES,
    )
    return shown, form.status


@bp.route("/cooperation/<public_id>/apply", methods=["GET", "POST"])
@signed_in
def apply_to(public_id: str) -> ResponseReturnValue:
    """Apply to a call in an organisation's name. Others read who may."""
    actor = current_actor()
    if not access.can_ever(actor, "challenges.apply"):
        return who_may("団体として応募する", for_delegates=True)
    page = queries.show_call(public_id, actor)
    form = ApplyForm()
    own = queries.list_own_organisations(actor, Right.SUBMIT)
    form.organisation.choices = [
        (each.public_id, each.name) for each in own if each.id != page.call.organisation_id
    ]
    if request.method == "POST":
        access.require(actor, "challenges.apply", page.call)
    if form.validate_on_submit():
        organisation = organisation_of(form.organisation.data)
        assert organisation is not None
        with one_submission(form) as sent:
            message, contact = form.message.data.strip(), form.contact.data.strip()
            if asks_first(organisation.id):
                words = {"message": message, "contact": contact}
                sent.location = ask_first(organisation.id, "challenges.apply", words, public_id)
            else:
                commands.apply_to_call(page.call, organisation, message, contact, by=actor)
                sent.location = url_for(".call", public_id=public_id, _anchor="applications")
        if sent.given:
            return sent.redirect()
    decision = access.can(actor, "challenges.apply", page.call)
    return render_template("challenges/apply.html", page=page, form=form, decision=decision), form.status


@bp.route("/cooperation/<public_id>/applications/<application_id>", methods=["GET", "POST"])
@requires("challenges.answer_application")
def application(public_id: str, application_id: str) -> ResponseReturnValue:
    """An application for the two organisations; its answer, or the form for it."""
    actor = current_actor()
    page = queries.show_call(public_id, actor)
    line = page.get_application(application_id)
    form = AnswerForm()
    if request.method == "POST":
        access.require(actor, "challenges.answer_application", page.call)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            accept = request.form.get("act") == "accept"
            answer, own_id = form.answer.data.strip(), page.call.organisation_id
            if asks_first(own_id):
                words, code = {"answer": answer, "accept": accept}, "challenges.answer_application"
                sent.location = ask_first(own_id, code, words, public_id, application_id)
            else:
                commands.answer_application(line.application, page.call, answer, accept=accept, by=actor)
                sent.location = url_for(".application", public_id=public_id, application_id=application_id)
        if sent.given:
            return sent.redirect()
    shown = render_template(
        "challenges/application.html",
        page=page,
        line=line,
        form=form,
        plain=PlainForm(),
        state=APPLICATION_NAMES[line.application.state],
    )
    return shown, form.status


@bp.post("/cooperation/<public_id>/applications/<application_id>/take-back")
@requires("challenges.take_back_application")
def take_back(public_id: str, application_id: str) -> ResponseReturnValue:
    """Take an application back before it is answered."""
    actor = current_actor()
    line = queries.show_call(public_id, actor).get_application(application_id)
    location = url_for(".call", public_id=public_id, _anchor="applications")
    with transaction():
        if asks_first(line.application.organisation_id):
            code = "challenges.take_back_application"
            location = ask_first(line.application.organisation_id, code, {}, public_id, application_id)
        else:
            commands.take_back_application(line.application, by=actor)
    return redirect(location, 303)


@bp.route("/cooperation/<public_id>/edit", methods=["GET", "POST"])
@requires("challenges.change_call")
def change_call(public_id: str) -> ResponseReturnValue:
    """Rewrite a call; what it was before stays readable, who applied is told."""
    actor = current_actor()
    page = queries.show_call(public_id, actor)
    if not page.is_mine:
        raise NotFound
    access.require(actor, "challenges.change_call", page.call)
    form = ChangeCallForm(data=call_values(page.draft, page.call.version)).offer(
        [(page.organisation.public_id, page.organisation.name)],
        [(each.id, each.name) for each in places.list_areas()],
        queries.list_plan_subjects(with_challenges=True),
    )
    differences: list[tuple[str, str, list[Part]]] = []
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                sent.location = _send_change(page, form)
            if sent.given:
                return sent.redirect()
        except Conflict as conflict:
            page = queries.show_call(public_id, actor)
            differences = _differences(page.draft, form.draft())
            form.version.data = str(page.call.version)
            form.form_errors.append(conflict.reason)
    shown = render_template("challenges/change_call.html", form=form, page=page, differences=differences)
    return shown, 409 if differences else form.status


def _send_change(page: CallPage, form: ChangeCallForm) -> str:
    """Rewrite the call, or ask the organisation's other delegates first; return where to go on."""
    call, draft, reason = page.call, form.draft(), form.reason.data.strip()
    if asks_first(call.organisation_id):
        if call.version != form.seen_version:
            raise Conflict(commands.CHANGED_MEANWHILE)
        words, code = {**draft.as_words(), "reason": reason}, "challenges.change_call"
        return ask_first(call.organisation_id, code, words, call.public_id, row_version=call.version)
    commands.revise_call(call, draft, reason, form.seen_version, by=current_actor())
    return url_for(".call", public_id=call.public_id)


def _differences(theirs: CallDraft, mine: CallDraft) -> list[tuple[str, str, list[Part]]]:
    """Return (what, as it stands now, difference to what the writer typed) of all that differs."""
    stands = {"題名": theirs.title, "くわしい内容": theirs.text, **queries.names_of_facts(theirs)}
    typed = {"題名": mine.title, "くわしい内容": mine.text, **queries.names_of_facts(mine)}
    return [
        (name, words, difference(words, typed[name]))
        for name, words in stands.items()
        if words != typed[name]
    ]


@bp.get("/cooperation/<public_id>/versions/<int:number>")
@public
def call_version(public_id: str, number: int) -> ResponseReturnValue:
    """What a call was before it was rewritten, compared with what it became."""
    page = queries.show_call(public_id, current_actor())
    before, after, change = queries.get_drafts_around(page, number)
    changes = [(name, parts) for name, _, parts in _differences(before, after)]
    return render_template("challenges/call_version.html", page=page, change=change, changes=changes)


@bp.route("/cooperation/<public_id>/close", methods=["GET", "POST"])
@requires("challenges.close_call")
def close(public_id: str) -> ResponseReturnValue:
    """Close a call with what came of it, or call it off."""
    actor = current_actor()
    page = queries.show_call(public_id, actor)
    if not page.is_mine:
        raise NotFound
    form = CloseForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            reason, how = form.reason.data.strip(), CallEnd(form.how.data)
            if asks_first(page.call.organisation_id):
                words, code = {"reason": reason, "how": how.value}, "challenges.close_call"
                sent.location = ask_first(page.call.organisation_id, code, words, public_id)
            else:
                commands.close_call(page.call, reason, how, by=actor)
                sent.location = url_for(".call", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return render_template("challenges/close_call.html", page=page, form=form), form.status
