"""What votes does at start-up: the page of a consultation leads to its votes."""

from __future__ import annotations

from flask import Flask

from participation.consultations.domain import offer_ways
from participation.votes import queries


def register(app: Flask) -> None:
    """Offer the votes as ways to take part in a consultation."""
    offer_ways("votes", queries.ways_into)
