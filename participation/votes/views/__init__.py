"""Public pages of votes: the list and each vote, casting, results, and checking."""

from participation.votes.views import casting, checking, reading, results, stances
from participation.votes.views.page import bp

__all__ = ["bp", "casting", "checking", "reading", "results", "stances"]
