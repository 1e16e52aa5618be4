"""Builders of subjects that stand for themselves, with a page that every surface has."""

from __future__ import annotations

from itertools import count

from participation.foundation.db import transaction
from participation.subjects import commands
from participation.subjects.domain import register_kind
from participation.subjects.models import Subject

_numbers = count(1)
register_kind("sample", lambda _reference: "/healthz")


def a_subject(title: str = "情報発信力・収集力の強化") -> Subject:
    """A subject that people may speak about."""
    with transaction():
        subject = commands.add_subject("sample", f"sample-{next(_numbers)}", title)
        commands.open_subject(subject)
    return subject
