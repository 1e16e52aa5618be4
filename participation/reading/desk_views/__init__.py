"""Staff pages of reading: topics, one topic, the comparison of people and machine."""

from participation.reading.desk_views import comparing, topics
from participation.reading.desk_views.desk import bp

__all__ = ["bp", "comparing", "topics"]
