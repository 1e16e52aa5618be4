"""Facts announced about projects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProjectPublished:
    """The ward published a project's page."""

    project_id: int


@dataclass(frozen=True)
class ProjectEnded:
    """The ward ended a project, with what came of it."""

    project_id: int
