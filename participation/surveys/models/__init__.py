"""Tables of surveys: what is asked, what was answered."""

from participation.surveys.models.files import AnswerFile, CodeAttempt
from participation.surveys.models.responses import Answer, AnswerCount, Response, ResponseDraft
from participation.surveys.models.surveys import Question, Survey, SurveySection

__all__ = [
    "Answer",
    "AnswerCount",
    "AnswerFile",
    "CodeAttempt",
    "Question",
    "Response",
    "ResponseDraft",
    "Survey",
    "SurveySection",
]
