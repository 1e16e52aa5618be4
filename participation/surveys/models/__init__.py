"""Tables of surveys: what is asked, what was answered."""

from participation.surveys.models.imports import AnswerImport
from participation.surveys.models.invitations import Invitation, InvitationBatch
from participation.surveys.models.paper import PaperForm, PaperScan, PaperSettings
from participation.surveys.models.responses import Answer, AnswerCount, Response, ResponseDraft
from participation.surveys.models.surveys import Question, Survey, SurveySection
from participation.surveys.models.weighting import ResponseWeight, WeightingRun

__all__ = [
    "Answer",
    "AnswerCount",
    "AnswerImport",
    "Invitation",
    "InvitationBatch",
    "PaperForm",
    "PaperScan",
    "PaperSettings",
    "Question",
    "Response",
    "ResponseDraft",
    "ResponseWeight",
    "Survey",
    "SurveySection",
    "WeightingRun",
]
