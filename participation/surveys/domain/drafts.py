"""What staff decide about a survey, its sections and its questions (作成中のアンケート)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from participation.surveys.domain.answers import Jump
from participation.surveys.domain.conditions import AnyCondition
from participation.surveys.domain.kinds import AnySpec
from participation.surveys.domain.states import Audience, Layout, ResultsShown


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
    #: The name by which commands and files call it ("johou-2026"); "" for its public id.
    code: str = ""
    layout: Layout = Layout.WHOLE
    #: The survey to which a one-tap question leads (くわしいアンケート).
    leads_to_id: int | None = None
    #: By what its waves are found (第1回、第2回…); "" for none.
    series: str = ""
    wave: int | None = None
    #: The same words in やさしい日本語 (see the table); None: there are none.
    easy: dict[str, Any] | None = None


@dataclass(frozen=True)
class SectionDraft:
    """What staff decide about a section."""

    title: str
    intro: str = ""
    starts_page: bool = True
    condition: AnyCondition | None = None
    jumps: tuple[Jump, ...] = ()
    shuffles: bool = False
    #: The same words in やさしい日本語 (see the table); None: there are none.
    easy: dict[str, Any] | None = None


@dataclass(frozen=True)
class QuestionDraft:
    """What staff decide about a question."""

    text: str
    help: str
    is_required: bool
    spec: AnySpec
    condition: AnyCondition | None = None
    is_attribute: bool = False
    results_shown: ResultsShown | None = None
    bank_key: str = ""
    image: str = ""
    image_text: str = ""
    #: The same words in やさしい日本語 (see the table); None: there are none.
    easy: dict[str, Any] | None = None
