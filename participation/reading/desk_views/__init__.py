"""Staff pages of reading."""

from participation.reading.desk_views.coverage import bp as coverage

BLUEPRINTS = (coverage,)

__all__ = ["BLUEPRINTS"]
