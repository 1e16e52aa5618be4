"""Staff pages of reading: topics, their comparison with people, who is missing, what is alike."""

from participation.reading.desk_views import comparing, coverage, desk, finding, topics

BLUEPRINTS = (coverage.bp, finding.bp, desk.bp)

__all__ = ["BLUEPRINTS", "comparing", "topics"]
