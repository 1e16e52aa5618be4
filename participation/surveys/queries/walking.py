"""One respondent on their way through a survey: what they answered so far, and the pages before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.surveys.domain import (
    Page,
    Progress,
    Questionnaire,
    Reading,
    Respondent,
    given_of,
    merged,
    only_of,
    pages_of,
    pages_on,
    progress,
    question_of,
    read_answers,
)
from participation.surveys.models import Question, ResponseDraft, Survey
from participation.surveys.queries.answers import OwnAnswer, find_answer_of, find_draft_of
from participation.surveys.queries.finding import SurveyPage, get_questionnaire

#: What forms sent, by name of the field.
Given = Mapping[str, Sequence[str]]
#: Under which key somebody answered a survey, None if it is not known.
KeyIn = Callable[[Survey], str | None]


@dataclass(frozen=True)
class Walk:
    """One respondent's way through a survey (回答の途中)."""

    page: SurveyPage
    respondent: Respondent | None
    draft: ResponseDraft | None
    own: OwnAnswer | None
    #: What the forms sent so far, by name of the field.
    given: Given
    seed: int
    #: Questions that came with a correction of the survey, after this draft was begun.
    new_codes: frozenset[str]
    #: What was asked before and is asked no more.
    has_lost: bool = False
    #: Codes of questions whose answer came from a one-tap question.
    carried: frozenset[str] = frozenset()

    @property
    def survey(self) -> Survey:
        """The survey."""
        return self.page.survey

    @property
    def questionnaire(self) -> Questionnaire:
        """All that is asked."""
        return self.page.questionnaire

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """All pages of the survey."""
        return pages_of(self.questionnaire, self.survey.layout)

    @cached_property
    def reading(self) -> Reading:
        """What was answered so far, with faults; what is required may be missing."""
        return read_answers(self.questionnaire, self.given, complete=False)

    @cached_property
    def whole_reading(self) -> Reading:
        """What was answered so far, and everything that keeps it from being sent."""
        return read_answers(self.questionnaire, self.given)

    @cached_property
    def met(self) -> tuple[Page, ...]:
        """The pages on the way that these answers take."""
        return pages_on(self.pages, self.reading.way)

    def get_page(self, code: str) -> Page:
        """Return a page of the survey; raises NotFound."""
        found = next((page for page in self.pages if page.code == code), None)
        if found is None:
            raise NotFound
        return found

    def page_of(self, question: str) -> Page:
        """Return the page on which a question stands; raises NotFound."""
        found = next((page for page in self.pages if question in page.codes), None)
        if found is None:
            raise NotFound
        return found

    def progress(self, page: Page) -> Progress:
        """Return how far a page is along the way."""
        return progress(self.pages, self.reading.way, page)

    def after(self, page: Page) -> Page | None:
        """Return the next page on the way, None behind the last."""
        return self._beside(page, forward=True)

    def before(self, page: Page) -> Page | None:
        """Return the page before on the way, None before the first."""
        return self._beside(page, forward=False)

    def _beside(self, page: Page, *, forward: bool) -> Page | None:
        codes = [each.code for each in self.pages]
        here = codes.index(page.code)
        if forward:
            return next((each for each in self.met if codes.index(each.code) > here), None)
        return next((each for each in reversed(self.met) if codes.index(each.code) < here), None)

    @cached_property
    def latest(self) -> Page | None:
        """The page that was reached last, if it is still on the way; else the first."""
        reached = self.draft.section if self.draft else ""
        return next((page for page in self.met if page.code == reached), self.met[0] if self.met else None)

    def with_given(self, given: Given, page: Page) -> Walk:
        """Return the walk as it would be with what a page's form sent."""
        return replace(self, given=merged(self.given, given, page.codes))

    @property
    def shares_texts(self) -> bool:
        """Whether they let their words into the register when they answered before."""
        return self.own is not None and self.own.shares_texts

    @property
    def takes_words(self) -> bool:
        """Whether words of one's own were written on the way."""
        return bool(self.texts())

    def texts(self) -> list[tuple[str, str]]:
        """Return (question, words) of what was answered in words of one's own."""
        return [
            (question.text, text)
            for question in self.reading.questions
            if question.code in self.reading.answers
            and (text := question.spec.free_text(self.reading.answers[question.code]))
        ]


def _nobody(_survey: Survey) -> str | None:
    return None


def walk_of(page: SurveyPage, respondent: Respondent | None, *, key_in: KeyIn = _nobody) -> Walk:
    """Return where somebody stands: their draft, or the answer that they gave, or the beginning.

    `key_in` says under which key they answered another survey: the one-tap question that led here.
    """
    if respondent is None:
        return Walk(page, None, None, None, {}, 0, frozenset())
    draft = find_draft_of(page.survey, respondent.key)
    own = None if respondent.is_trial else find_answer_of(page.survey, respondent.key)
    new_codes: frozenset[str] = frozenset()
    carried: frozenset[str] = frozenset()
    has_lost = False
    if draft is not None:
        given: Given = only_of(draft.given, page.questionnaire)
        if draft.form_version < page.survey.form_version:
            answered = {question_of(name) for name in given}
            new_codes = list_new_codes(page.survey, draft.form_version) - answered
            has_lost = len(given) < len(draft.given)
    elif own is not None:
        given = given_of(page.questions, own.answers)
    else:
        given = _carried_over(page, key_in)
        carried = frozenset(given)
    seed = draft.seed if draft is not None else own.seed if own is not None else respondent.seed
    return Walk(page, respondent, draft, own, given, seed, new_codes, has_lost, carried)


def list_new_codes(survey: Survey, after_version: int) -> frozenset[str]:
    """Return the codes of the questions that came after a version of the questionnaire."""
    return frozenset(
        db.session.scalars(
            select(Question.code).where(
                Question.survey_id == survey.id,
                Question.first_version > after_version,
                Question.last_version.is_(None),
            )
        )
    )


def _carried_over(page: SurveyPage, key_in: KeyIn) -> Given:
    """Return the answer to a one-tap question that led here, where the same is asked again."""
    taps = db.session.scalars(
        select(Survey).where(Survey.leads_to_id == page.survey.id, Survey.is_one_tap).order_by(Survey.id)
    ).all()
    for tap in taps:
        key = key_in(tap)
        own = find_answer_of(tap, key) if key is not None else None
        if own is None:
            continue
        for question in get_questionnaire(tap).questions:
            same = next(
                (
                    each
                    for each in page.questions
                    if (each.bank_key and each.bank_key == question.bank_key) or each.text == question.text
                ),
                None,
            )
            value = own.answers.get(question.code)
            if same is not None and value is not None and same.spec == question.spec:
                return given_of([same], {same.code: value})
    return {}
