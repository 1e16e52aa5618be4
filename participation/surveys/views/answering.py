"""Answering a survey: all on one page or page by page, the last look, and thanks."""

from __future__ import annotations

from collections.abc import Callable

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.consultations.domain import State
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Denied, NotFound
from participation.surveys import commands, forms, queries
from participation.surveys.domain import NOT_THE_WHOLE, Audience, Layout, Reading, merged
from participation.surveys.forms import STILL_HERE, AnswerForm, Course, Mend, Sent, TapForm
from participation.surveys.policies import OVER
from participation.surveys.queries import SurveyPage, Walk
from participation.surveys.views.pages import bp
from participation.surveys.views.respondents import course_of, keep, walk_for, with_files
from participation.web.access import current_actor, public
from participation.web.submissions import one_submission


@bp.get("/surveys/<public_id>")
@public
def show(public_id: str) -> ResponseReturnValue:
    """The beginning: what it is about, and the questions, or the way to the first page."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    walk = walk_for(page)
    return _start_page(course_of(page.survey), walk, AnswerForm(shares=walk.shares_texts))


@bp.post("/surveys/<public_id>")
@public
def answer(public_id: str) -> ResponseReturnValue:
    """Take the answers of a whole survey on one page; or keep them, or lead to the last look at them."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    course, walk = course_of(page.survey), walk_for(page)
    if request.form.get("go", "send") != "send":
        return _keep_whole(course, walk)
    whole = forms.whole_page(walk)
    sent = forms.sent_answers(page.questions)
    typed = walk.with_given(sent.given, whole)
    form = AnswerForm(typed.texts(), sending=True)
    reading = forms.faults_on(typed, whole, sent, whole=True)
    appeared = forms.appeared_on(typed, whole, sent)
    if not form.validate_on_submit() or reading.faults or (appeared and not form.warns):
        return _start_page(course, typed, form, reading=reading, appeared=appeared)
    return _send(course, typed, form, sent, lambda closed: _start_page(course, typed, form, closed=closed))


def _keep_whole(course: Course, walk: Walk) -> ResponseReturnValue:
    """Keep all that one page sent, and lead to where the reader wants to go."""
    whole = forms.whole_page(walk)
    sent = forms.sent_answers(whole.questions)
    typed = walk.with_given(sent.given, whole)
    form = AnswerForm(typed.texts())
    if not form.validate_on_submit():
        return _start_page(course, typed, form)
    try:
        keep(typed, whole, sent, whole.code)
    except (Conflict, Denied) as refusal:
        return _start_page(course, typed, form, closed=refusal.reason + STILL_HERE)
    where = request.form.get("go")
    if where in (forms.EASY, "plain"):
        return redirect(url_for(".show", public_id=course.public_id, all=1, wording=_wording(where)), 303)
    return redirect(course.url("review" if where == "review" else "saved"), 303)


def _wording(where: str | None) -> str | None:
    return forms.EASY if where == forms.EASY else None


@bp.get("/surveys/<public_id>/pages/<code>")
@public
def page(public_id: str, code: str) -> ResponseReturnValue:
    """One page of the questions, with what was answered so far."""
    survey = queries.show_survey(queries.get_public_survey(public_id))
    course, walk = course_of(survey.survey), walk_for(survey)
    here = walk.get_page(code)
    if survey.state is not State.OPEN or not _may_answer(walk):
        return redirect(course.url("start"), 303)
    if here not in walk.met:  # Hidden by an earlier answer.
        latest = walk.before(here) or walk.after(here)
        return redirect(course.url("page", code=latest.code) if latest else course.url("start"), 303)
    return forms.show_page(course, walk, here, AnswerForm())


@bp.post("/surveys/<public_id>/pages/<code>")
@public
def go_on(public_id: str, code: str) -> ResponseReturnValue:
    """Keep what was answered on a page, and go on, or back, or leave."""
    survey = queries.show_survey(queries.get_public_survey(public_id))
    walk = walk_for(survey)
    return forms.go_on(course_of(survey.survey), walk, walk.get_page(code))


@bp.get("/surveys/<public_id>/review")
@public
def review(public_id: str) -> ResponseReturnValue:
    """The last look: every answer, with a link to change it."""
    survey = queries.show_survey(queries.get_public_survey(public_id))
    course, walk = course_of(survey.survey), walk_for(survey)
    if walk.draft is None and walk.own is None:
        return redirect(course.url("start"), 303)
    return _review_page(course, walk, AnswerForm(walk.texts(), shares=walk.shares_texts))


@bp.post("/surveys/<public_id>/review")
@public
def send(public_id: str) -> ResponseReturnValue:
    """Take the answers as they were looked at."""
    survey = queries.show_survey(queries.get_public_survey(public_id))
    course, walk = course_of(survey.survey), walk_for(survey)
    form = AnswerForm(walk.texts(), sending=True)
    if not form.validate_on_submit() or walk.whole_reading.faults:
        return _review_page(course, walk, form)
    return _send(course, walk, form, None, lambda closed: _review_page(course, walk, form, closed=closed))


@bp.post("/surveys/<public_id>/draft")
@public
def save_draft(public_id: str) -> ResponseReturnValue:
    """Keep unfinished answers of one page, or of all: for the page's script."""
    survey = queries.show_survey(queries.get_public_survey(public_id))
    walk = walk_for(survey)
    code = request.form.get("page", forms.ALL)
    here = forms.whole_page(walk) if code == forms.ALL else walk.get_page(code)
    given = merged(walk.given, forms.sent_answers(()).given, here.codes)
    for_script = request.accept_mimetypes.best == "application/json"
    try:
        with transaction():
            commands.save_draft(
                survey.survey, given, section=here.code, respondent=walk.respondent, by=current_actor()
            )
    except (Conflict, Denied) as refusal:
        if not for_script:
            raise
        return jsonify(saved=False, reason=refusal.reason), 409
    if for_script:
        return jsonify(saved=True)
    return redirect(url_for(".saved", public_id=public_id), 303)


@bp.post("/surveys/<public_id>/tap")
@public
def tap(public_id: str) -> ResponseReturnValue:
    """Take the answer to a one-tap question from the subject's page."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    if not page.survey.is_one_tap:
        raise NotFound
    form, course = TapForm(), course_of(page.survey)
    if not form.validate_on_submit():
        return _start_page(course, walk_for(page), AnswerForm(), refused=form)
    try:
        with one_submission(form) as sent:
            commands.answer_survey(page.survey, form.given(page.questions[0]), by=current_actor())
            sent.location = url_for(".thanks", public_id=public_id)
    except Conflict as refusal:
        return _start_page(course, walk_for(page), AnswerForm(), closed=refusal.reason)
    if sent.given:
        return sent.redirect()
    return _start_page(course, walk_for(page), AnswerForm(), refused=form)


@bp.get("/surveys/<public_id>/thanks")
@public
def thanks(public_id: str) -> ResponseReturnValue:
    """Thanks, one's own answers, the figures where they are public, and the survey to which this one leads."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    walk = walk_for(page)
    if walk.own is None:
        return redirect(url_for(".show", public_id=public_id), 303)
    results = queries.show_results(page) if page.has_public_results else None
    return render_template(
        "surveys/thanks.html",
        page=page,
        own=walk.own,
        results=results,
        leads_to=queries.find_led_to(page.survey),
        not_the_whole=NOT_THE_WHOLE,
    )


def _may_answer(walk: Walk) -> access.Decision:
    return access.can(current_actor(), "surveys.answer", walk.survey, walk.respondent)


def _send(
    course: Course,
    walk: Walk,
    form: AnswerForm,
    sent: Sent | None,
    again: Callable[[str], ResponseReturnValue],
) -> ResponseReturnValue:
    """Store the answer once, and lead to the thanks; `again` draws the page once more, closed."""
    actor = current_actor()
    if sent is not None:
        forms.put_down(sent)
    try:
        with one_submission(form) as received:
            given = dict(walk.given) | (with_files(walk, sent) if sent is not None else {})
            commands.answer_survey(
                walk.survey,
                given,
                shares_texts=form.shares_texts.data,
                respondent=walk.respondent,
                by=actor,
            )
            received.location = url_for(".thanks", public_id=course.public_id)
    except Conflict as refusal:
        return again(refusal.reason + STILL_HERE)
    return received.redirect() if received.given else again("")


def _start_page(
    course: Course,
    walk: Walk,
    form: AnswerForm,
    *,
    reading: Reading | None = None,
    appeared: frozenset[str] = frozenset(),
    closed: str = "",
    refused: TapForm | None = None,
) -> ResponseReturnValue:
    page = walk.page
    was_sent = request.method == "POST"
    if page.state is State.CLOSED and not closed and was_sent:
        closed = OVER
    is_whole = page.survey.layout is Layout.WHOLE or "all" in request.args or (was_sent and refused is None)
    view = forms.view_of(course, walk, forms.whole_page(walk), reading=reading, appeared=appeared)
    if refused is not None:
        form.form_errors.extend(message for messages in refused.errors.values() for message in messages)
    period_change, paper = queries.show_first_page(page.survey)
    rendered = render_template(
        "surveys/show.html",
        page=page,
        course=course,
        walk=walk,
        view=view,
        form=form,
        own=walk.own,
        draft=walk.draft,
        closed=closed,
        is_whole=is_whole,
        has_easy=forms.has_easy_words(walk),
        needs_code=page.survey.audience is Audience.INVITED and walk.respondent is None,
        decision=_may_answer(walk),
        period_change=period_change,
        paper=paper,
        corrections=queries.list_corrections(page.survey) if page.survey.form_version > 1 else (),
        has_errors=bool(view.mend or form.errors),
    )
    return rendered, 409 if closed else 422 if was_sent and not appeared else 200


def _review_page(course: Course, walk: Walk, form: AnswerForm, *, closed: str = "") -> ResponseReturnValue:
    page: SurveyPage = walk.page
    rows = forms.review_rows(course, walk)
    is_late = page.state is State.CLOSED and request.method == "POST"
    faults = [row for row in rows if row.fault]
    rendered = render_template(
        "surveys/review.html",
        page=page,
        course=course,
        walk=walk,
        form=form,
        rows=rows,
        faults=faults,
        mend=[Mend(row.number or row.text, row.fault, row.href) for row in faults],
        closed=closed or (OVER if is_late else ""),
        decision=_may_answer(walk),
        has_easy=forms.has_easy_words(walk),
        has_errors=bool(faults or form.errors),
    )
    if closed or is_late:
        return rendered, 409
    return rendered, 422 if request.method == "POST" else 200
