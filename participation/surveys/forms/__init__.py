"""Forms of surveys: the answer form is made from the questions, the staff's forms make the questions."""

from participation.surveys.forms.answering import AnswerForm, MarkedRequired, TapForm, answer_form
from participation.surveys.forms.comparing import FiguresForm
from participation.surveys.forms.editing import (
    QUESTION_FORMS,
    MultipleForm,
    PlainForm,
    QuestionForm,
    ScaleForm,
    SingleForm,
    SurveyForm,
    TextForm,
    last_day,
    question_values,
    survey_values,
)
from participation.surveys.forms.releasing import ReleaseForm
from participation.surveys.forms.weighting import WeightingForm

__all__ = [
    "QUESTION_FORMS",
    "AnswerForm",
    "FiguresForm",
    "MarkedRequired",
    "MultipleForm",
    "PlainForm",
    "QuestionForm",
    "ReleaseForm",
    "ScaleForm",
    "SingleForm",
    "SurveyForm",
    "TapForm",
    "TextForm",
    "WeightingForm",
    "answer_form",
    "last_day",
    "question_values",
    "survey_values",
]
