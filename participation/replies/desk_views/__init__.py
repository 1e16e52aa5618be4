"""Pages of replies for staff: the board of points, the working page of one, decisions, publication."""

from participation.replies.desk_views import (
    amending,
    approvals,
    boilerplates,
    composing,
    disposition_sets,
    gathering,
    points,
    publishing,
    writing,
)
from participation.replies.desk_views.working_page import bp

__all__ = [
    "amending",
    "approvals",
    "boilerplates",
    "bp",
    "composing",
    "disposition_sets",
    "gathering",
    "points",
    "publishing",
    "writing",
]
