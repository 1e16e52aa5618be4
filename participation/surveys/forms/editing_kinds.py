"""Which form makes which kind of question (設問の種類)."""

from __future__ import annotations

from participation.surveys.domain import KIND_NAMES
from participation.surveys.forms.editing_choosing import (
    DropdownForm,
    MultipleForm,
    PlaceForm,
    ScaleForm,
    SingleForm,
    YesNoForm,
)
from participation.surveys.forms.editing_questions import QuestionForm
from participation.surveys.forms.editing_tables import MatrixForm, MatrixMultipleForm, PointsForm, RankingForm
from participation.surveys.forms.editing_writing import (
    DateForm,
    FileForm,
    InfoForm,
    LineForm,
    NumberForm,
    TextForm,
)

QUESTION_FORMS: dict[str, type[QuestionForm]] = {
    "single": SingleForm,
    "multiple": MultipleForm,
    "dropdown": DropdownForm,
    "yes_no": YesNoForm,
    "scale": ScaleForm,
    "matrix": MatrixForm,
    "matrix_multiple": MatrixMultipleForm,
    "ranking": RankingForm,
    "points": PointsForm,
    "place": PlaceForm,
    "line": LineForm,
    "text": TextForm,
    "number": NumberForm,
    "date": DateForm,
    "file": FileForm,
    "info": InfoForm,
}
assert list(QUESTION_FORMS) == list(KIND_NAMES)
