"""Leaving and coming back: a secret link for those without an account, a code for those who were invited."""

from __future__ import annotations

import segno
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.consultations.domain import State
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.surveys import commands, queries
from participation.surveys.domain import Audience
from participation.surveys.forms import CodeForm, PageForm
from participation.surveys.models import Survey
from participation.surveys.queries import SurveyPage
from participation.surveys.views.pages import bp
from participation.surveys.views.respondents import (
    CODES,
    LINKS,
    RESUMED,
    course_of,
    forget,
    remember,
    respondent_for,
    walk_for,
)
from participation.web.access import current_actor, public
from participation.web.addresses import full_url

NO_SUCH_DRAFT = (
    "このリンクの書きかけは見つかりませんでした。すでに送ったか、保存の期間が過ぎたか、"
    "リンクが新しくなったのかもしれません。"
)


@bp.get("/surveys/<public_id>/saved")
@public
def saved(public_id: str) -> ResponseReturnValue:
    """What was answered is kept; how to come back. The secret link is shown this once."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    walk = walk_for(page)
    course = course_of(page.survey)
    if walk.draft is None:
        return redirect(course.url("start"), 303)
    secret = forget(LINKS, page.survey)
    link = full_url("surveys.resume", public_id=public_id, secret=secret) if secret else ""
    return render_template(
        "surveys/saved.html",
        page=page,
        walk=walk,
        course=course,
        form=PageForm(),
        link=link,
        code=_code_of(link) if link else "",
        is_invited=page.survey.audience is Audience.INVITED,
    )


def _code_of(link: str) -> str:
    return str(segno.make(link, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff"))


@bp.post("/surveys/<public_id>/link")
@public
def renew_link(public_id: str) -> ResponseReturnValue:
    """Make a new secret link; the one before ends."""
    survey = queries.get_public_survey(public_id)
    respondent = respondent_for(survey)
    form = PageForm()
    if not form.validate_on_submit() or respondent is None or respondent.is_invited:
        raise Refused("リンクをつくれませんでした。画面を開き直してください。")
    with transaction():
        remember(LINKS, survey, commands.give_link(survey, respondent=respondent, by=current_actor()))
    return redirect(url_for(".saved", public_id=public_id), 303)


@bp.get("/surveys/<public_id>/resume/<secret>")
@public
def resume(public_id: str, secret: str) -> ResponseReturnValue:
    """Go on with a draft from a secret link; a member is asked whether to take it into the account."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    draft = queries.find_draft_by_secret(page.survey, secret)
    if draft is None:
        raise NotFound(NO_SUCH_DRAFT)
    if current_actor().person_id is not None:
        return _adopt_page(page, PageForm(), secret)
    remember(RESUMED, page.survey, draft.respondent_key)
    return redirect(_latest(page), 303)


@bp.post("/surveys/<public_id>/resume/<secret>")
@public
def adopt(public_id: str, secret: str) -> ResponseReturnValue:
    """Take a draft into the account of whoever is logged in."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    form = PageForm()
    if not form.validate_on_submit():
        return _adopt_page(page, form, secret)
    respondent = respondent_for(page.survey)
    try:
        with transaction():
            draft = queries.find_draft_by_secret(page.survey, secret)
            if draft is None or respondent is None:
                raise NotFound(NO_SUCH_DRAFT)
            commands.adopt_draft(page.survey, draft, respondent=respondent, by=current_actor())
    except Conflict as refusal:
        return _adopt_page(page, form, secret, refused=refusal.reason), 409
    return redirect(_latest(page), 303)


def _adopt_page(page: SurveyPage, form: PageForm, secret: str, refused: str = "") -> str:
    return render_template("surveys/adopt.html", page=page, form=form, secret=secret, refused=refused)


def _latest(page: SurveyPage) -> str:
    """Return the address of the page that was reached last."""
    walk, course = walk_for(page), course_of(page.survey)
    if page.state is not State.OPEN or len(walk.pages) < 2 or walk.latest is None:
        return course.url("start")
    return course.url("page", code=walk.latest.code)


@bp.post("/surveys/<public_id>/code")
@public
def enter_code(public_id: str) -> ResponseReturnValue:
    """Let somebody in who was invited by post; wrong codes are counted."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    form = CodeForm()
    if form.validate_on_submit():
        admitted = _admit(page.survey, form)
        if admitted:
            return redirect(_latest(page), 303)
    return render_template("surveys/code.html", page=page, form=form), form.status


def _admit(survey: Survey, form: CodeForm) -> bool:
    network, by = request.remote_addr or "", current_actor()
    try:
        with transaction():
            commands.refuse_guessing(survey, network, by=by)
            admission = queries.admit(survey, form.code.data)
            if admission.respondent is None:
                commands.note_wrong_code(survey, network, by=by)
    except Refused as refusal:
        form.refuse(refusal)
        return False
    if admission.respondent is None:
        form.refuse(Refused(admission.words, field="code"))
        return False
    remember(CODES, survey, form.code.data.strip())
    return True
