"""Questionnaires as XLSForm (XLSXの調査票): the sheets survey, choices and settings that survey tools share.

`columns` says which columns there are, `rows`, `structure` and `specs` read what stands in them, `xpath` reads and
writes conditions, `reading` makes a questionnaire of sheets, `writing` makes sheets of a questionnaire. Nothing here
knows files: sheets are rows of text.
"""

from participation.surveys.domain.xlsform.columns import CellFault, Form, Sheet, Sheets
from participation.surveys.domain.xlsform.reading import Reading, read_form
from participation.surveys.domain.xlsform.writing import CannotExpress, write_form

__all__ = [
    "CannotExpress",
    "CellFault",
    "Form",
    "Reading",
    "Sheet",
    "Sheets",
    "read_form",
    "write_form",
]
