"""Staff pages of surveys."""

from participation.surveys.desk_views import (
    comparison,
    crosstab,
    editor,
    exports,
    releases,
    results,
    weighting,
)
from participation.surveys.desk_views.desk import bp

__all__ = ["bp", "comparison", "crosstab", "editor", "exports", "releases", "results", "weighting"]
