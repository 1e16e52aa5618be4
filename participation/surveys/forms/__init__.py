"""Forms of surveys: the answer form is made from the questions, the staff's forms make the questions."""

from participation.surveys.forms.answering import AnswerForm, MarkedRequired, TapForm, answer_form
from participation.surveys.forms.editing import PlainForm, SurveyForm, last_day, survey_values
from participation.surveys.forms.editing_copies import (
    BankSearch,
    CopyForm,
    CorrectionForm,
    ReasonForm,
    SheetForm,
    TakeForm,
    TemplateForm,
    correction_form,
)
from participation.surveys.forms.editing_logic import ConditionForm, GroupFields, JumpForm, RowFields
from participation.surveys.forms.editing_questions import (
    QUESTION_FORMS,
    PlaceForm,
    QuestionForm,
    question_values,
)
from participation.surveys.forms.editing_sections import ImageForm, PutForm, SectionForm, section_values

__all__ = [
    "QUESTION_FORMS",
    "AnswerForm",
    "BankSearch",
    "ConditionForm",
    "CopyForm",
    "CorrectionForm",
    "GroupFields",
    "ImageForm",
    "JumpForm",
    "MarkedRequired",
    "PlaceForm",
    "PlainForm",
    "PutForm",
    "QuestionForm",
    "ReasonForm",
    "RowFields",
    "SectionForm",
    "SheetForm",
    "SurveyForm",
    "TakeForm",
    "TapForm",
    "TemplateForm",
    "answer_form",
    "correction_form",
    "last_day",
    "question_values",
    "section_values",
    "survey_values",
]
