"""Staff pages of reading: topics, their comparison with people, who is missing, what is alike, what a machine proposes."""

from participation.reading.desk_views import comparing, coverage, desk, drafting, finding, topics

BLUEPRINTS = (coverage.bp, finding.bp, drafting.bp, desk.bp)

__all__ = ["BLUEPRINTS", "comparing", "topics"]
