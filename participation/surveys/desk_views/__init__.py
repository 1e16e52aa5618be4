"""Staff pages of surveys."""

from participation.surveys.desk_views import editor, files, results, trial
from participation.surveys.desk_views.desk import bp

__all__ = ["bp", "editor", "files", "results", "trial"]
