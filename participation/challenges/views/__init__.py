"""Public pages: challenges, ideas, and the board of cooperation."""

from participation.challenges.views import board, ideas
from participation.challenges.views.pages import bp

__all__ = ["board", "bp", "ideas"]
