"""Facts announced about surveys."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SurveyPublished:
    """A survey may be answered from its opening on."""

    survey_id: int


@dataclass(frozen=True)
class SurveyAnswered:
    """Somebody answered, or changed their answer."""

    survey_id: int
    response_id: int


@dataclass(frozen=True)
class SurveyRescheduled:
    """A survey takes answers until another moment than was said."""

    survey_id: int


@dataclass(frozen=True)
class SurveyClosed:
    """A survey takes no more answers."""

    survey_id: int


@dataclass(frozen=True)
class SurveyWeighted:
    """A survey has new weights, or none any more."""

    survey_id: int
    run_id: int | None


@dataclass(frozen=True)
class SurveyReleased:
    """Answers of a survey are open data from now on."""

    survey_id: int
    release_id: int


@dataclass(frozen=True)
class SurveyFiguresPublished:
    """Tables, weighted figures or a comparison of a survey are public from now on."""

    survey_id: int
    publication_id: int
