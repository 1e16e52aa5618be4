"""Staff pages of surveys."""

from participation.surveys.desk_views import (
    copies,
    corrections,
    crosstab,
    editor,
    exports,
    files,
    forms_in_files,
    inviting,
    logic,
    paper,
    paper_entry,
    questions,
    results,
    sections,
    trial,
    weighting,
)
from participation.surveys.desk_views.desk import bp

__all__ = [
    "bp",
    "copies",
    "corrections",
    "crosstab",
    "editor",
    "exports",
    "files",
    "forms_in_files",
    "inviting",
    "logic",
    "paper",
    "paper_entry",
    "questions",
    "results",
    "sections",
    "trial",
    "weighting",
]
