"""How far people came through a survey, page by page (どこまで進んだか), from the kept counts only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from participation.foundation.db import db
from participation.surveys.domain import Reach, pages_of
from participation.surveys.models import PageCount, Survey
from participation.surveys.queries.finding import SurveyPage


@dataclass(frozen=True)
class Reached:
    """How far people came (途中でやめた人): one page of the questionnaire.

    Who looked at the first page only and answered nothing on it is not known, and counted nowhere.
    """

    code: str
    title: str
    #: Whose answer was sent, or begun and kept, and came to this page.
    reached: int
    #: Whose answer was kept and not sent, and stands on this page: some may still go on.
    stopped: int


def count_pages(survey: Survey) -> dict[tuple[str, Reach], int]:
    """Return (page, what is counted of it) → how many, from the kept counts."""
    rows = db.session.execute(
        select(PageCount.page, PageCount.reach, PageCount.count).where(PageCount.survey_id == survey.id)
    )
    return {(page, reach): count for page, reach, count in rows}


def list_reached(page: SurveyPage) -> list[Reached]:
    """Return how far people came, page by page, in one query; empty where there is only one page."""
    pages = pages_of(page.questionnaire, page.survey.layout)
    if len(pages) < 2:
        return []
    counts = count_pages(page.survey)
    return [
        Reached(
            code=each.code,
            title=each.title or f"{place}ページ目",
            reached=sum(
                counts.get((each.code, reach), 0) for reach in (Reach.SENT, Reach.BEGUN, Reach.FORGOTTEN)
            ),
            stopped=sum(counts.get((each.code, reach), 0) for reach in (Reach.STOPPED, Reach.LEFT)),
        )
        for place, each in enumerate(pages, start=1)
    ]
