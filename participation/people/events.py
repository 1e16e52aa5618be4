"""Facts announced about people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PersonRegistered:
    """Somebody confirmed their address and has an account."""

    person_id: int


@dataclass(frozen=True)
class PersonErased:
    """Somebody left, and what was known of them is gone."""

    person_id: int
