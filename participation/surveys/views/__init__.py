"""Public pages of surveys."""

from participation.surveys.views import answering, lists, results, resuming
from participation.surveys.views.pages import bp

__all__ = ["answering", "bp", "lists", "results", "resuming"]
