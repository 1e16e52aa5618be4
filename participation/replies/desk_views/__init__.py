"""Pages of replies for staff: the board of points, the working page of one, decisions, publication."""

from participation.replies.desk_views import (
    amending,
    approvals,
    assigning,
    boilerplates,
    composing,
    disposition_sets,
    gathering,
    inquiring,
    papers,
    points,
    progress,
    publishing,
    routes,
    writing,
)
from participation.replies.desk_views.working_page import bp

__all__ = [
    "amending",
    "approvals",
    "assigning",
    "boilerplates",
    "bp",
    "composing",
    "disposition_sets",
    "gathering",
    "inquiring",
    "papers",
    "points",
    "progress",
    "publishing",
    "routes",
    "writing",
]
