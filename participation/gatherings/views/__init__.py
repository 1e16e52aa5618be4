"""Public pages of gatherings."""

from participation.gatherings.views import feeds, papers, records, registering, room
from participation.gatherings.views.pages import bp

__all__ = ["bp", "feeds", "papers", "records", "registering", "room"]
