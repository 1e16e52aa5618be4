"""Tables of surveys: what is asked, what was answered, how it was weighted."""

from participation.surveys.models.analysis import ImportedFigures, ResponseWeight, WeightingRun
from participation.surveys.models.releases import SurveyRelease, SurveyReleasePart
from participation.surveys.models.responses import Answer, AnswerCount, Response, ResponseDraft
from participation.surveys.models.surveys import Question, Survey, SurveySection

__all__ = [
    "Answer",
    "AnswerCount",
    "ImportedFigures",
    "Question",
    "Response",
    "ResponseDraft",
    "ResponseWeight",
    "Survey",
    "SurveyRelease",
    "SurveyReleasePart",
    "SurveySection",
    "WeightingRun",
]
