"""What surveys does at start-up: the page of a consultation leads to its surveys."""

from __future__ import annotations

from flask import Flask

from participation.consultations.domain import offer_ways
from participation.surveys import queries


def register(app: Flask) -> None:
    """Offer the surveys as ways to take part in a consultation."""
    offer_ways("surveys", queries.ways_into)
