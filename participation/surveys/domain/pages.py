"""The pages of a survey (画面) as a respondent meets them, and how far along the way one is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from participation.surveys.domain.answers import FIELD_NAME, Asked, Questionnaire, Section, Way, follow
from participation.surveys.domain.conditions import questions_of
from participation.surveys.domain.states import Layout


@dataclass(frozen=True)
class Page:
    """One page (画面): sections below each other, named after the first of them."""

    sections: tuple[Section, ...]

    @property
    def code(self) -> str:
        """By what the page is called in addresses: the code of its first section."""
        return self.sections[0].code

    @property
    def title(self) -> str:
        """The title of its first section that has one."""
        return next((section.title for section in self.sections if section.title), "")

    @property
    def questions(self) -> tuple[Asked, ...]:
        """All questions that may stand on it."""
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all questions that may stand on it."""
        return frozenset(question.code for question in self.questions)

    def is_on(self, way: Way) -> bool:
        """Whether somebody who goes this way meets the page: it shows a question, or something to read."""
        shown = {question.code for question in way.questions}
        sections = {section.code for section in way.sections}
        return any(
            section.code in sections
            and (section.intro or any(question.code in shown for question in section.questions))
            for section in self.sections
        )


class Reach(StrEnum):
    """What is counted of a page (画面ごとの人数): people who came that far, by what became of them."""

    #: It is on the way of an answer that was sent.
    SENT = "sent"
    #: An unfinished answer came that far.
    BEGUN = "begun"
    #: An unfinished answer stands there.
    STOPPED = "stopped"
    #: As BEGUN and STOPPED, of unfinished answers that were let go when their time was over.
    FORGOTTEN = "forgotten"
    LEFT = "left"


#: What follows from the rows that there are; the others remember rows that are gone.
RECOUNTED = (Reach.SENT, Reach.BEGUN, Reach.STOPPED)


@dataclass(frozen=True)
class Progress:
    """How far one is (いま何画面目か): the place among the pages of one's own way."""

    place: int
    total: int
    #: Whether no answer still to come can change the number of pages.
    is_certain: bool


def pages_of(questionnaire: Questionnaire, layout: Layout) -> tuple[Page, ...]:
    """Return the pages of a survey: one, or those at whose sections a new page starts."""
    if layout is Layout.WHOLE:
        return (Page(questionnaire.sections),) if questionnaire.sections else ()
    return tuple(Page(sections) for sections in questionnaire.pages)


def pages_on(pages: Iterable[Page], way: Way) -> tuple[Page, ...]:
    """Return the pages that somebody who goes this way meets."""
    return tuple(page for page in pages if page.is_on(way))


def progress(pages: Sequence[Page], way: Way, page: Page) -> Progress:
    """Return how far a page is along the way, and whether the number of pages may still change."""
    met = pages_on(pages, way)
    place = next((place for place, each in enumerate(met, start=1) if each.code == page.code), len(met))
    here = next(place for place, each in enumerate(pages) if each.code == page.code)
    open_codes = frozenset[str]().union(*(each.codes for each in pages[here:]))
    return Progress(place, len(met), not (_deciding(pages[here:]) & open_codes))


def _deciding(pages: Sequence[Page]) -> frozenset[str]:
    """Return the questions whose answers decide which of the pages after the first are met."""
    decide: set[str] = set()
    for place, page in enumerate(pages):
        for section in page.sections:
            for jump in section.jumps:
                decide |= questions_of(jump.condition)
            if place:
                decide |= questions_of(section.condition)
        if place and all(question.condition is not None for question in page.questions):
            for question in page.questions:
                decide |= questions_of(question.condition)
    return frozenset(decide)


def page_at(pages: Sequence[Page], section: str) -> Page:
    """Return the page on which a section stands; the first if it is none of theirs."""
    return next(
        (page for page in pages if any(each.code == section for each in page.sections)),
        pages[0],
    )


def reached_by(pages: Sequence[Page], way: Way, at: Page) -> list[str]:
    """Return the codes of the pages that somebody saw who stands on a page: those on the way before it, and
    whatever they answered something on (all questions may have stood on one page)."""
    met = pages_on(pages, way)
    places = [
        place for place, page in enumerate(met) if page.code == at.code or page.codes & way.answers.keys()
    ]
    seen = {page.code for page in met[: max(places, default=-1) + 1]} | {at.code}
    return [page.code for page in pages if page.code in seen]


def reached_in(questionnaire: Questionnaire, layout: Layout, answers: Mapping[str, Any]) -> list[str]:
    """Return the codes of the pages on the way of an answer that was sent; none where there is one page only."""
    pages = pages_of(questionnaire, layout)
    if len(pages) < 2:
        return []
    return [page.code for page in pages_on(pages, follow(questionnaire, answers))]


def merged(
    kept: Mapping[str, Sequence[str]], given: Mapping[str, Sequence[str]], codes: Collection[str]
) -> dict[str, list[str]]:
    """Return what was kept with everything about these questions replaced by what was given now.

    A box that is no longer ticked sends nothing, so nothing given means: taken back.
    """
    now = {name: list(values) for name, values in kept.items() if question_of(name) not in codes}
    for name, values in given.items():
        if question_of(name) in codes and any(values):
            now[name] = list(values)
    return now


def question_of(name: str) -> str:
    """Return the code of the question to which a form's field belongs, "" if it is none."""
    found = FIELD_NAME.fullmatch(name)
    return found[1] if found else ""


def only_of(kept: Mapping[str, Sequence[str]], questionnaire: Questionnaire) -> dict[str, list[str]]:
    """Return what was kept without answers to questions that are no longer asked (調査票の訂正のあと)."""
    codes = {question.code for question in questionnaire.questions}
    return {name: list(values) for name, values in kept.items() if question_of(name) in codes}
