"""Staff pages of reading."""

from participation.reading.desk_views.coverage import bp as coverage
from participation.reading.desk_views.finding import bp as finding

BLUEPRINTS = (coverage, finding)

__all__ = ["BLUEPRINTS"]
