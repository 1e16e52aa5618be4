"""Staff pages of opinion maps: maps and statements, runs and versions."""

from participation.opinion_map.desk_views import runs, statements
from participation.opinion_map.desk_views.desk import bp

__all__ = ["bp", "runs", "statements"]
