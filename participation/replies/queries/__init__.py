"""Reading points and replies: rows for commands, pages for residents, pages for staff."""

from participation.replies.queries.counting import Count, count_of_points
from participation.replies.queries.published import RepliesOnPage, on_subjects

__all__ = ["Count", "RepliesOnPage", "count_of_points", "on_subjects"]
