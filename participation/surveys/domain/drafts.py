"""What staff decide about a survey and its questions (作成中のアンケート)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from participation.surveys.domain.questions import MultipleSpec, ScaleSpec, SingleSpec, TextSpec
from participation.surveys.domain.states import Audience, ResultsShown


@dataclass(frozen=True)
class SurveyDraft:
    """What staff decide about a survey."""

    title: str
    intro: str
    subject_id: int
    consultation_id: int | None
    opens_at: datetime
    closes_at: datetime
    audience: Audience
    results_shown: ResultsShown
    is_one_tap: bool
    version: int = 1


@dataclass(frozen=True)
class QuestionDraft:
    """What staff decide about a question."""

    text: str
    help: str
    is_required: bool
    spec: SingleSpec | MultipleSpec | ScaleSpec | TextSpec
