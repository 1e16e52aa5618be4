"""Counting how far people come, page by page (画面ごとの人数): in step with drafts and answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import delete, select

from participation.foundation.db import add_counts, db
from participation.surveys import queries
from participation.surveys.domain import (
    RECOUNTED,
    Origin,
    Questionnaire,
    Reach,
    Respondent,
    page_at,
    pages_of,
    reached_by,
    reached_in,
    read_answers,
)
from participation.surveys.models import PageCount, Response, ResponseDraft, Survey

#: (page, what is counted of it) → how many.
Reached = Counter[tuple[str, Reach]]


def _sent(pages: Iterable[str]) -> Reached:
    """Return what an answer on these pages adds to the counts."""
    return Counter((page, Reach.SENT) for page in pages)


def _begun(questionnaire: Questionnaire, survey: Survey, section: str, reached: Sequence[str]) -> Reached:
    """Return what a draft that came to these pages and stands at a section adds to the counts."""
    if not reached:
        return Counter()
    stop = page_at(pages_of(questionnaire, survey.layout), section).code
    return Counter([*((page, Reach.BEGUN) for page in reached), (stop, Reach.STOPPED)])


def _pages_so_far(
    survey: Survey,
    questionnaire: Questionnaire,
    given: Mapping[str, Sequence[str]],
    section: str,
    before: Sequence[str],
) -> list[str]:
    """Return the pages to which a draft came: a page that was seen once stays among them."""
    pages = pages_of(questionnaire, survey.layout)
    if len(pages) < 2:
        return []
    way = read_answers(questionnaire, given, complete=False).way
    seen = {*before, *reached_by(pages, way, page_at(pages, section))}
    return [page.code for page in pages if page.code in seen]


def _is_counted(survey: Survey, respondent: Respondent) -> bool:
    """Whether pages of this respondent's draft count: not a trial, nor a change of what was sent."""
    if respondent.is_trial:
        return False
    sent = select(Response.id).where(
        Response.survey_id == survey.id, Response.respondent_key == respondent.key
    )
    return db.session.scalar(sent) is None


def _move_reached(survey_id: int, before: Reached, after: Reached) -> None:
    """Move the counts from what somebody added to them to what they add now; the rows in one order."""
    steps = {key: after[key] - before[key] for key in before.keys() | after.keys()}
    add_counts(
        PageCount,
        [
            {"survey_id": survey_id, "page": page, "reach": reach, "count": step}
            for (page, reach), step in sorted(steps.items())
            if step
        ],
        unique=["survey_id", "page", "reach"],
        counter="count",
    )


def _forget_reached(gone: Iterable[tuple[int, str, Sequence[str]]]) -> None:
    """Let the counts remember drafts (survey, section, pages) that are let go: that somebody left stays known."""
    before: dict[int, Reached] = {}
    for survey_id, section, reached in gone:
        survey = db.session.get_one(Survey, survey_id)
        added = before.setdefault(survey_id, Counter())
        added.update(_begun(queries.get_asked(survey)[0], survey, section, reached))
    becomes = {Reach.BEGUN: Reach.FORGOTTEN, Reach.STOPPED: Reach.LEFT}
    for survey_id, added in sorted(before.items()):
        after = Counter({(page, becomes[reach]): count for (page, reach), count in added.items()})
        _move_reached(survey_id, added, after)


def _recount_reached(
    survey: Survey, asked: Mapping[int, Questionnaire], sent: Reached, *, check_only: bool
) -> int:
    """Compare the counts of pages with the answers that were read and the drafts that there are; return how
    many were wrong, and mend them."""
    true = Counter(sent)
    drafts = select(ResponseDraft.section, ResponseDraft.reached).where(ResponseDraft.survey_id == survey.id)
    for section, reached in db.session.execute(drafts):
        true.update(_begun(asked[survey.form_version], survey, section, reached))
    kept = {key: n for key, n in queries.count_pages(survey).items() if key[1] in RECOUNTED}
    wrong = {key for key in true.keys() | kept.keys() if true[key] != kept.get(key, 0)}
    if wrong and not check_only:
        db.session.execute(
            delete(PageCount).where(PageCount.survey_id == survey.id, PageCount.reach.in_(RECOUNTED))
        )
        _move_reached(survey.id, Counter(), true)
    return len(wrong)


class _Answered(Protocol):
    """An answer, whole: as it is taken out, or as it came in a file."""

    @property
    def origin(self) -> Origin: ...

    @property
    def form_version(self) -> int: ...

    @property
    def answers(self) -> Mapping[str, Any]: ...


def _pages_sent(row: _Answered, survey: Survey, asked: Mapping[int, Questionnaire]) -> Reached:
    """Return what an answer adds to the counts of pages: only of those given here it is known what was seen."""
    if row.origin is not Origin.WEB:
        return Counter()
    return _sent(reached_in(asked[row.form_version], survey.layout, row.answers))
