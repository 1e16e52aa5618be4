"""Tables of surveys: what is asked, what was answered."""

from participation.surveys.models.editing import QuestionCorrection, SheetUpload, SurveyImage, SurveyTemplate
from participation.surveys.models.responses import Answer, AnswerCount, Response, ResponseDraft
from participation.surveys.models.surveys import Question, Survey, SurveySection

__all__ = [
    "Answer",
    "AnswerCount",
    "Question",
    "QuestionCorrection",
    "Response",
    "ResponseDraft",
    "SheetUpload",
    "Survey",
    "SurveyImage",
    "SurveySection",
    "SurveyTemplate",
]
