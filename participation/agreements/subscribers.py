"""What agreements does at start-up: it says what is pending, and lets go of what was never agreed to."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from participation.access.actors import system
from participation.agreements import commands, queries
from participation.jobs import retention
from participation.organisations.domain import register_pending


def register(_app: Flask) -> None:
    """Tell the organisations what waits for their delegates."""
    register_pending("agreements", queries.list_pending_of)


@retention.kept_for("agreements.waiting", 180, "団体の中の承認がそろわないままの手続きの文")
def forget_waiting(before: datetime) -> int:
    """Let go of the words of what nobody agreed to."""
    return commands.forget_waiting(before, by=system("agreements"))
