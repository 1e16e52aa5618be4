"""Staff pages of surveys."""

from participation.surveys.desk_views import (
    copies,
    corrections,
    editor,
    forms_in_files,
    logic,
    questions,
    results,
    sections,
)
from participation.surveys.desk_views.desk import bp

__all__ = [
    "bp",
    "copies",
    "corrections",
    "editor",
    "forms_in_files",
    "logic",
    "questions",
    "results",
    "sections",
]
