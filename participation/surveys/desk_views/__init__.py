"""Staff pages of surveys."""

from participation.surveys.desk_views import editor, importing, inviting, paper, paper_entry, results
from participation.surveys.desk_views.desk import bp

__all__ = ["bp", "editor", "importing", "inviting", "paper", "paper_entry", "results"]
