"""Staff pages of surveys."""

from participation.surveys.desk_views import editor, inviting, paper, paper_entry, results
from participation.surveys.desk_views.desk import bp

__all__ = ["bp", "editor", "inviting", "paper", "paper_entry", "results"]
