"""What people does at start-up: it answers the web's question whose a session is."""

from __future__ import annotations

from flask import Flask

from participation.people import queries
from participation.web import identity


def register(app: Flask) -> None:
    """Tell the web who knows whose a session is."""
    identity.use_loader(app, queries.find_account)
