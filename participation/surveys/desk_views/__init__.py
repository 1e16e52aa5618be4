"""Staff pages of surveys."""

from participation.surveys.desk_views import editor, results
from participation.surveys.desk_views.desk import bp

__all__ = ["bp", "editor", "results"]
