"""Builders of projects: through the commands."""

from __future__ import annotations

from participation.access.actors import Actor, Role
from participation.foundation.db import transaction
from participation.projects import commands
from participation.projects.commands import ProjectDraft
from participation.projects.models import Project
from tests.support.people import a_section

OFFICER = Actor(roles=frozenset({Role.OFFICER}), name="所管課")


def a_project(code: str = "midori", *subject_ids: int, is_published: bool = True) -> Project:
    """A project that gathers these subjects, published unless it is to be a draft."""
    draft = ProjectDraft(code, "みどりを育てる", "公園も庭も畑も、いっしょに育てます。", a_section().id)
    with transaction():
        project = commands.draft_project(draft, by=OFFICER)
        if subject_ids:
            commands.gather(project, subject_ids, "土をつくります", by=OFFICER)
        if is_published:
            commands.publish_project(project, by=OFFICER)
    return project
