"""Tables of surveys: what is asked, what was answered."""

from participation.surveys.models.analysis import ImportedFigures, ResponseWeight, WeightingRun
from participation.surveys.models.editing import (
    PeriodChange,
    QuestionCorrection,
    SheetUpload,
    SurveyImage,
    SurveyTemplate,
)
from participation.surveys.models.exports import AnswerExport
from participation.surveys.models.files import AnswerFile, CodeAttempt
from participation.surveys.models.imports import AnswerImport
from participation.surveys.models.invitations import Invitation, InvitationBatch
from participation.surveys.models.paper import PaperForm, PaperScan, PaperSettings
from participation.surveys.models.releases import SurveyPublication, SurveyRelease, SurveyReleasePart
from participation.surveys.models.responses import Answer, AnswerCount, PageCount, Response, ResponseDraft
from participation.surveys.models.surveys import Question, Survey, SurveySection

__all__ = [
    "Answer",
    "AnswerCount",
    "AnswerExport",
    "AnswerFile",
    "AnswerImport",
    "CodeAttempt",
    "ImportedFigures",
    "Invitation",
    "InvitationBatch",
    "PageCount",
    "PaperForm",
    "PaperScan",
    "PaperSettings",
    "PeriodChange",
    "Question",
    "QuestionCorrection",
    "Response",
    "ResponseDraft",
    "ResponseWeight",
    "SheetUpload",
    "Survey",
    "SurveyImage",
    "SurveyPublication",
    "SurveyRelease",
    "SurveyReleasePart",
    "SurveySection",
    "SurveyTemplate",
    "WeightingRun",
]
