"""Going through a survey page by page: the same for residents and for staff who try it out.

What differs stands in a :class:`Course`: the addresses, and where what was given is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.errors import Conflict, Denied, Refused
from participation.surveys import queries
from participation.surveys.domain import NOT_A_QUESTION, Page, Reading, question_of
from participation.surveys.forms.answering import (
    AnswerForm,
    Mend,
    Sent,
    joined_faults,
    sent_answers,
    to_mend,
)
from participation.surveys.queries import Walk
from participation.web.components import has_page

#: Keeps what a page sent, and returns the walk as it is kept.
Keep = Callable[[Walk, Page, Sent, str], Walk]
ALL = "all"
EASY = "easy"
STILL_HERE = "書いた内容は下に残っています。"


@dataclass(frozen=True)
class Course:
    """By which addresses somebody goes through a survey, and what keeps their answers on the way."""

    public_id: str
    endpoints: Mapping[str, str]
    template: str
    keep: Keep
    is_easy: bool = False
    is_trial: bool = False
    #: Where drafts are saved by the page's script; None: nowhere.
    autosaves: bool = True

    def url(self, what: str, **values: Any) -> str:
        """Return an address of this course: start, page, review, saved, draft."""
        wording = EASY if self.is_easy else None
        values.setdefault("wording", wording)
        return url_for(self.endpoints[what], public_id=self.public_id, **values)

    def in_other_words(self) -> Course:
        """Return the same course in やさしい日本語, or back in ordinary words."""
        return replace(self, is_easy=not self.is_easy)


@dataclass(frozen=True)
class View:
    """One page as it is drawn (画面の中身)."""

    walk: Walk
    page: Page
    sections: tuple[queries.ShownSection, ...]
    mend: list[Mend]
    rules: dict[str, Any] | None
    images: dict[str, str]
    #: The questions that the page shows: sent back with it.
    shown: str
    has_files: bool
    appeared: int


def whole_page(walk: Walk) -> Page:
    """Return all sections as one page."""
    return Page(walk.questionnaire.sections)


def view_of(
    course: Course,
    walk: Walk,
    page: Page,
    *,
    reading: Reading | None = None,
    appeared: Collection[str] = (),
    everything: bool = False,
) -> View:
    """Return a page as it is drawn."""
    has_files = any(question.spec.kind == "file" for question in page.questions)
    kept = (
        queries.list_kept_files(walk.survey, walk.respondent.key)
        if has_files and walk.respondent is not None
        else {}
    )
    sections = queries.show_sections(
        walk,
        page,
        easy=course.is_easy,
        reading=reading,
        appeared=appeared,
        everything=everything,
        kept=kept,
    )
    questions = [question for section in sections for question in section.questions]
    return View(
        walk=walk,
        page=page,
        sections=sections,
        mend=to_mend(sections, reading),
        rules=queries.rules_for(walk, page) if queries.has_rules(page) and not everything else None,
        images=images_in(questions),
        shown=" ".join(question.code for question in questions if question.is_shown),
        has_files=has_files,
        appeared=len(appeared),
    )


def images_in(questions: Collection[queries.ShownQuestion]) -> dict[str, str]:
    """Return the addresses of the pictures beside questions and options."""
    if not has_page("surveys.image"):
        return {}
    names = {question.image for question in questions} | {
        choice.image for question in questions for choice in (*question.choices, *question.rows)
    }
    return {name: url_for("surveys.image", public_id=name) for name in sorted(names) if name}


def has_easy_words(walk: Walk) -> bool:
    """Return whether the survey can be read in やさしい日本語."""
    return bool(walk.survey.easy) or any(
        section.easy or any(question.easy for question in section.questions)
        for section in walk.questionnaire.sections
    )


def show_page(
    course: Course,
    walk: Walk,
    page: Page,
    form: AnswerForm,
    *,
    reading: Reading | None = None,
    appeared: Collection[str] = (),
    closed: str = "",
    status: int | None = None,
) -> ResponseReturnValue:
    """Draw one page of the course."""
    view = view_of(course, walk, page, reading=reading, appeared=appeared)
    rendered = render_template(
        course.template,
        course=course,
        view=view,
        page=walk.page,
        walk=walk,
        form=form,
        progress=walk.progress(page) if len(walk.pages) > 1 else None,
        before=walk.before(page),
        has_easy=has_easy_words(walk),
        closed=closed,
        has_errors=bool(view.mend or form.errors),
    )
    return rendered, status or (409 if closed else 422 if view.mend else 200)


def go_on(course: Course, walk: Walk, page: Page) -> ResponseReturnValue:
    """Keep what a page sent and lead on: to the next page, back, or to the page again with what to mend."""
    sent = sent_answers(page.questions)
    typed = walk.with_given(sent.given, page)
    form = AnswerForm()
    if not form.validate_on_submit():
        return show_page(course, typed, page, form, status=422)
    reading = faults_on(typed, page, sent)
    newly = appeared_on(typed, page, sent)
    where = request.form.get("go", "next")
    after = typed.after(page)
    goes = where == "next" and not reading.faults and not newly
    try:
        kept = course.keep(typed, page, sent, after.code if goes and after else page.code)
    except (Conflict, Denied) as refusal:
        return show_page(course, typed, page, form, closed=refusal.reason + STILL_HERE)
    except Refused as refusal:
        reading.faults[refusal.field or ""] = refusal.reason
        return show_page(course, typed, page, form, reading=reading)
    if where in ("back", "save", EASY, "plain"):
        return redirect(_elsewhere(course, kept, page, where), 303)
    if reading.faults:
        # As it was typed: what is too long for a draft is still there.
        files = {code: kept.given[code] for code in sent.uploads if code in kept.given}
        again = replace(kept, given={**typed.given, **files})
        return show_page(course, again, page, form, reading=reading)
    if newly:
        return show_page(course, kept, page, form, appeared=newly, status=200)
    following = kept.after(page)
    return redirect(course.url("page", code=following.code) if following else course.url("review"), 303)


def _elsewhere(course: Course, walk: Walk, page: Page, where: str) -> str:
    if where == "back":
        before = walk.before(page)
        return course.url("page", code=before.code) if before else course.url("start")
    if where in (EASY, "plain"):
        return replace(course, is_easy=where == EASY).url("page", code=page.code)
    return course.url("saved")


def faults_on(walk: Walk, page: Page, sent: Sent, *, whole: bool = False) -> Reading:
    """Return what is wrong with what a page sent, questions that do not exist included."""
    # A file that was only now chosen counts as given.
    given = dict(walk.given) | {code: ["sent-now"] for code in sent.uploads}
    complete = replace(walk, given=given).whole_reading
    codes = page.codes if not whole else frozenset(each.code for each in walk.questionnaire.questions)
    reading = joined_faults(complete, sent.faults, codes)
    known = {question.code for question in walk.questionnaire.questions}
    if not {question_of(name) for name in sent.given} <= known and not _is_outdated(walk):
        reading.faults[""] = NOT_A_QUESTION
    return reading


def _is_outdated(walk: Walk) -> bool:
    """Whether the form was opened before the survey was corrected: it may ask what is asked no more."""
    version = request.form.get("form_version", "")
    return version.isascii() and version.isdigit() and int(version[:9]) < walk.survey.form_version


def appeared_on(walk: Walk, page: Page, sent: Sent) -> frozenset[str]:
    """Return the questions that the page's own answers brought up, and that it did not show yet."""
    if "shown" not in request.form:
        return frozenset()
    return frozenset(
        question.code
        for question in walk.reading.questions
        if question.code in page.codes
        and question.code not in sent.shown
        and question.code not in walk.reading.answers
    )


def kept_files(sent: Sent, attach: Callable[[str, Any], str]) -> dict[str, list[str]]:
    """Note the files that were sent, and return the public id of each by its question."""
    return {code: [attach(code, checked)] for code, (checked, _) in sent.uploads.items()}


@dataclass(frozen=True)
class ReviewRow:
    """One question on the last look (見直し): what was answered, and where it is changed."""

    number: str
    text: str
    words: str
    href: str
    fault: str
    is_new: bool


def review_rows(course: Course, walk: Walk) -> list[ReviewRow]:
    """Return what was answered, question by question on one's own way, each with its page."""
    reading = walk.whole_reading
    numbers = walk.questionnaire.numbers()
    rows = []
    for question in reading.questions:
        if question.spec.kind == "info":
            continue
        shown = queries.show_question(
            question,
            asked=walk.questionnaire.questions,
            answers=reading.answers,
            easy=course.is_easy,
            given=walk.given,
        )
        value = reading.answers.get(question.code)
        rows.append(
            ReviewRow(
                numbers.get(question.code, ""),
                shown.text,
                question.spec.words(value) if value is not None else "",
                course.url("page", code=walk.page_of(question.code).code, _anchor=f"{question.code}-box"),
                reading.faults.get(question.code, ""),
                question.code in walk.new_codes,
            )
        )
    return rows
