"""Public pages of proposals: reading and endorsing, writing together, offering changes and answering."""

from participation.proposals.views import answering, writing
from participation.proposals.views.pages import bp

__all__ = ["answering", "bp", "writing"]
