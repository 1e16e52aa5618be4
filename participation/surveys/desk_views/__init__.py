"""Staff pages of surveys."""

from participation.surveys.desk_views import (
    crosstab,
    editor,
    exports,
    files,
    inviting,
    paper,
    paper_entry,
    results,
    trial,
    weighting,
)
from participation.surveys.desk_views.desk import bp

__all__ = [
    "bp",
    "crosstab",
    "editor",
    "exports",
    "files",
    "inviting",
    "paper",
    "paper_entry",
    "results",
    "trial",
    "weighting",
]
