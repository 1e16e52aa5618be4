"""Tables of surveys: what is asked, what was answered, how it was weighted."""

from participation.surveys.models.analysis import ResponseWeight, WeightingRun
from participation.surveys.models.editing import QuestionCorrection, SheetUpload, SurveyImage, SurveyTemplate
from participation.surveys.models.files import AnswerFile, CodeAttempt
from participation.surveys.models.invitations import Invitation, InvitationBatch
from participation.surveys.models.paper import PaperForm, PaperScan, PaperSettings
from participation.surveys.models.responses import Answer, AnswerCount, Response, ResponseDraft
from participation.surveys.models.surveys import Question, Survey, SurveySection

__all__ = [
    "Answer",
    "AnswerCount",
    "AnswerFile",
    "CodeAttempt",
    "Invitation",
    "InvitationBatch",
    "PaperForm",
    "PaperScan",
    "PaperSettings",
    "Question",
    "QuestionCorrection",
    "Response",
    "ResponseDraft",
    "ResponseWeight",
    "SheetUpload",
    "Survey",
    "SurveyImage",
    "SurveySection",
    "SurveyTemplate",
    "WeightingRun",
]
