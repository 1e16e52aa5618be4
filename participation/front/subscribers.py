"""What front does at start-up: it says which opinions of an organisation are pending (引き継ぐこと)."""

from __future__ import annotations

from flask import Flask

from participation.front import queries
from participation.organisations.domain import register_pending


def register(_app: Flask) -> None:
    """Tell the organisations which of their opinions wait for an answer."""
    register_pending("opinions", queries.list_unanswered_opinions)
