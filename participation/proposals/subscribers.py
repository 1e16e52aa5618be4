"""What proposals does at start-up: it says where a proposal, as something to talk about, is shown."""

from __future__ import annotations

from flask import Flask

from participation.subjects.domain import register_kind


def register(_app: Flask) -> None:
    """Tell the subjects where proposals stand."""
    register_kind("proposal", proposal_path)


def proposal_path(reference: str) -> str:
    """Return the path of a proposal's page from the subject's reference."""
    return f"/proposals/{reference}"
