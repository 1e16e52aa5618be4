"""Staff pages of surveys."""

from participation.surveys.desk_views import (
    comparison,
    copies,
    corrections,
    crosstab,
    editor,
    exports,
    files,
    inviting,
    logic,
    paper,
    paper_entry,
    questions,
    releases,
    results,
    sections,
    trial,
    weighting,
)
from participation.surveys.desk_views.desk import bp

__all__ = [
    "bp",
    "comparison",
    "copies",
    "corrections",
    "crosstab",
    "editor",
    "exports",
    "files",
    "inviting",
    "logic",
    "paper",
    "paper_entry",
    "questions",
    "releases",
    "results",
    "sections",
    "trial",
    "weighting",
]
