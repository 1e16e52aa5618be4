"""Public pages of surveys."""

from participation.surveys.views import answering, images, lists, results, resuming, sheets
from participation.surveys.views.pages import bp

__all__ = ["answering", "bp", "images", "lists", "results", "resuming", "sheets"]
