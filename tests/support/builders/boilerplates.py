"""Builders of 定型文, through the commands."""

from __future__ import annotations

from participation.access.actors import Actor, system
from participation.foundation.db import transaction
from participation.replies import commands
from participation.replies.domain import BoilerplateDraft
from participation.replies.models import Boilerplate

WORDS = "「{論点}」は、{課名}が{期限}までに検討します。"


def a_boilerplate(
    body: str = WORDS,
    *,
    title: str = "検討の時期と担当",
    category: str = "これからのこと",
    section: str | None = None,
    by: Actor | None = None,
) -> Boilerplate:
    """A 定型文, of the whole ward without a section's code."""
    with transaction():
        return commands.add_boilerplate(
            BoilerplateDraft(title, body, category, section), by=by or system("tests")
        )
