"""Forms of surveys: the answer form is made from the questions, the staff's forms make the questions."""

from participation.surveys.forms.answering import (
    AnswerForm,
    CodeForm,
    Mend,
    PageForm,
    Sent,
    TapForm,
    put_down,
    sent_answers,
)
from participation.surveys.forms.comparing import FiguresForm
from participation.surveys.forms.course import (
    ALL,
    EASY,
    STILL_HERE,
    Course,
    appeared_on,
    faults_on,
    go_on,
    has_easy_words,
    images_in,
    kept_files,
    review_rows,
    show_page,
    view_of,
    whole_page,
)
from participation.surveys.forms.editing import (
    CloseForm,
    PeriodForm,
    PlainForm,
    SurveyForm,
    survey_values,
)
from participation.surveys.forms.editing_choosing import PlaceForm
from participation.surveys.forms.editing_copies import (
    BankSearch,
    CopyForm,
    CorrectionForm,
    ReasonForm,
    SheetForm,
    TakeForm,
    TemplateForm,
    WordingForm,
    correction_form,
)
from participation.surveys.forms.editing_kinds import QUESTION_FORMS
from participation.surveys.forms.editing_logic import ConditionForm, GroupFields, JumpForm, RowFields
from participation.surveys.forms.editing_questions import QuestionForm
from participation.surveys.forms.editing_sections import (
    ImageChangeForm,
    ImageForm,
    PutForm,
    SectionForm,
    section_values,
)
from participation.surveys.forms.editing_values import question_values, values_as
from participation.surveys.forms.publishing import ExportFileForm, PublicationForm, TablesForm
from participation.surveys.forms.releasing import ReleaseForm
from participation.surveys.forms.weighting import WeightingForm

__all__ = [
    "ALL",
    "EASY",
    "QUESTION_FORMS",
    "STILL_HERE",
    "AnswerForm",
    "BankSearch",
    "CloseForm",
    "CodeForm",
    "ConditionForm",
    "CopyForm",
    "CorrectionForm",
    "Course",
    "ExportFileForm",
    "FiguresForm",
    "GroupFields",
    "ImageChangeForm",
    "ImageForm",
    "JumpForm",
    "Mend",
    "PageForm",
    "PeriodForm",
    "PlaceForm",
    "PlainForm",
    "PublicationForm",
    "PutForm",
    "QuestionForm",
    "ReasonForm",
    "ReleaseForm",
    "RowFields",
    "SectionForm",
    "Sent",
    "SheetForm",
    "SurveyForm",
    "TablesForm",
    "TakeForm",
    "TapForm",
    "TemplateForm",
    "WeightingForm",
    "WordingForm",
    "appeared_on",
    "correction_form",
    "faults_on",
    "go_on",
    "has_easy_words",
    "images_in",
    "kept_files",
    "put_down",
    "question_values",
    "review_rows",
    "section_values",
    "sent_answers",
    "show_page",
    "survey_values",
    "values_as",
    "view_of",
    "whole_page",
]
