"""Looking at a survey as residents will, and trying it out (下見・試し回答): nothing is stored or counted."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.surveys import commands, forms, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain import TRIAL, Page, Respondent, in_words
from participation.surveys.forms import EASY, AnswerForm, Course, PageForm, Sent
from participation.surveys.queries import SurveyPage, Walk
from participation.web.access import current_actor, requires

#: How a survey is looked at.
LOOKS = {"normal": "ふつうの画面", "phone": "スマートフォン", "print": "印刷", EASY: "やさしい日本語"}


@dataclass(frozen=True)
class Conditioned:
    """A question that only some see, and when (表示の条件)."""

    number: str
    words: str


@bp.get("/<public_id>/preview")
@requires("surveys.read_desk")
def preview(public_id: str) -> ResponseReturnValue:
    """The questions as residents see them: on a screen, on a telephone, on paper, in やさしい日本語."""
    page = queries.show_survey(queries.get_survey(public_id))
    look = request.args.get("look", "normal")
    look = look if look in LOOKS else "normal"
    walk = queries.walk_of(page, None)
    pages = walk.pages
    code = request.args.get("page", "")
    here = next((each for each in pages if each.code == code), pages[0] if pages else None)
    shown = forms.whole_page(walk) if look == "print" or here is None else here
    course = _course(page, is_easy=look == EASY)
    template = "surveys/desk/preview_print.html" if look == "print" else "surveys/desk/preview.html"
    return render_template(
        template,
        page=page,
        course=course,
        view=forms.view_of(course, walk, shown, everything=True),
        look=look,
        looks=LOOKS,
        pages=pages,
        here=here,
        conditions=_conditions(walk, shown),
        has_easy=forms.has_easy_words(walk),
    )


def _conditions(walk: Walk, page: Page) -> list[Conditioned]:
    """Return which questions of a page only some see."""
    specs, numbers = walk.questionnaire.specs, walk.questionnaire.numbers()
    found = [
        Conditioned(f"章「{section.title or section.code}」", in_words(section.condition, specs, numbers))
        for section in page.sections
        if section.condition is not None
    ]
    return found + [
        Conditioned(numbers.get(each.code, "説明"), in_words(each.condition, specs, numbers))
        for each in page.questions
        if each.condition is not None
    ]


@bp.get("/<public_id>/trial")
@requires("surveys.try_out")
def trial(public_id: str) -> ResponseReturnValue:
    """Begin a trial, or go on with it."""
    page = queries.show_survey(queries.get_survey(public_id))
    walk = _walk(page)
    return render_template(
        "surveys/desk/trial_start.html", page=page, walk=walk, course=_course(page), form=PageForm()
    )


@bp.post("/<public_id>/trial")
@requires("surveys.try_out")
def begin_trial(public_id: str) -> ResponseReturnValue:
    """Begin a trial anew: what was tried before is gone."""
    page = queries.show_survey(queries.get_survey(public_id))
    with transaction():
        commands.drop_trial(page.survey, respondent=_respondent(), by=current_actor())
    walk, course = _walk(page), _course(page)
    first = walk.met[0] if walk.met else None
    return redirect(course.url("page", code=first.code) if first else course.url("start"), 303)


@bp.get("/<public_id>/trial/pages/<code>")
@requires("surveys.try_out")
def trial_page(public_id: str, code: str) -> ResponseReturnValue:
    """One page of a trial."""
    page = queries.show_survey(queries.get_survey(public_id))
    walk = _walk(page)
    return forms.show_page(_course(page), walk, walk.get_page(code), AnswerForm())


@bp.post("/<public_id>/trial/pages/<code>")
@requires("surveys.try_out")
def trial_on(public_id: str, code: str) -> ResponseReturnValue:
    """Go on with a trial, as residents go on."""
    page = queries.show_survey(queries.get_survey(public_id))
    walk = _walk(page)
    return forms.go_on(_course(page), walk, walk.get_page(code))


@bp.get("/<public_id>/trial/review")
@requires("surveys.try_out")
def trial_review(public_id: str) -> ResponseReturnValue:
    """The last look of a trial."""
    page = queries.show_survey(queries.get_survey(public_id))
    return _review_page(page, _walk(page), AnswerForm())


@bp.post("/<public_id>/trial/review")
@requires("surveys.try_out")
def trial_end(public_id: str) -> ResponseReturnValue:
    """End a trial: what would be missing is said as to residents; else which questions were seen. All is forgotten."""
    page = queries.show_survey(queries.get_survey(public_id))
    walk = _walk(page)
    form = AnswerForm(walk.texts(), sending=True)
    if not form.validate_on_submit() or walk.whole_reading.faults:
        return _review_page(page, walk, form)
    course = _course(page)
    seen = {question.code for question in walk.reading.questions}
    unseen = [each for each in page.questions if each.code not in seen]
    rendered = render_template(
        "surveys/desk/trial_end.html",
        page=page,
        course=course,
        rows=forms.review_rows(course, walk),
        unseen=unseen,
        seen_pages=len(walk.met),
        numbers=walk.questionnaire.numbers(),
        form=PageForm(),
    )
    with transaction():
        commands.drop_trial(page.survey, respondent=_respondent(), by=current_actor())
    return rendered


def _review_page(page: SurveyPage, walk: Walk, form: AnswerForm) -> ResponseReturnValue:
    course = _course(page)
    rows = forms.review_rows(course, walk)
    faults = [row for row in rows if row.fault]
    was_sent = request.method == "POST"
    rendered = render_template(
        "surveys/desk/trial_review.html",
        page=page,
        course=course,
        walk=walk,
        form=form,
        rows=rows,
        mend=[forms.Mend(row.number or row.text, row.fault, row.href) for row in faults] if was_sent else [],
        has_errors=was_sent,
    )
    return rendered, 422 if was_sent else 200


def _respondent() -> Respondent:
    return Respondent(f"{TRIAL}{current_actor().person_id}")


def _walk(page: SurveyPage) -> Walk:
    return queries.walk_of(page, _respondent())


def _course(page: SurveyPage, *, is_easy: bool | None = None) -> Course:
    return Course(
        public_id=page.survey.public_id,
        endpoints={
            "start": "surveys_desk.trial",
            "page": "surveys_desk.trial_page",
            "review": "surveys_desk.trial_review",
            "saved": "surveys_desk.trial",
        },
        template="surveys/desk/trial_page.html",
        keep=_keep,
        is_easy=request.args.get("wording") == EASY if is_easy is None else is_easy,
        is_trial=True,
        autosaves=False,
    )


def _keep(walk: Walk, _page: Page, sent: Sent, section: str) -> Walk:
    """Keep how far the trial is; files are looked at as residents' are, and kept nowhere."""
    given = dict(walk.given) | {code: ["trial"] for code in sent.uploads}
    with transaction():
        commands.save_trial(walk.survey, given, section=section, respondent=_respondent(), by=current_actor())
    return _walk(walk.page)
