"""Staff pages of gatherings."""

from participation.gatherings.desk_views import door, editing, inviting, recording, registrations
from participation.gatherings.desk_views.desk import bp

__all__ = ["bp", "door", "editing", "inviting", "recording", "registrations"]
