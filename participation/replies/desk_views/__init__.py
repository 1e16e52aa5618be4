"""Pages of replies for staff: the board of points, the working page of one, decisions, publication."""

from participation.replies.desk_views import amending, approvals, points, publishing, writing
from participation.replies.desk_views.working_page import bp

__all__ = ["amending", "approvals", "bp", "points", "publishing", "writing"]
