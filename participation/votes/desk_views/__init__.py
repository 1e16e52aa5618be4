"""Staff pages of votes: making them, who may vote, running them."""

from participation.votes.desk_views import drafting, electorate, rooms, running
from participation.votes.desk_views.page import bp

__all__ = ["bp", "drafting", "electorate", "rooms", "running"]
