"""Setting up a project, gathering, publishing and ending it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.projects import queries
from participation.projects.domain import CODE, MOST_ENTRIES
from participation.projects.events import ProjectEnded, ProjectPublished
from participation.projects.models import Project, ProjectEntry
from participation.subjects.models import Subject

CHANGED_MEANWHILE = "ほかの職員が先に直しました。画面を開き直し、書いた内容を写してから続けてください。"


@dataclass(frozen=True)
class ProjectDraft:
    """A project as it is written (プロジェクトの下書き)."""

    code: str
    title: str
    summary: str
    section_id: int


def draft_project(draft: ProjectDraft, *, by: Actor) -> Project:
    """Begin a project; only staff see it."""
    access.require(by, "projects.write")
    _refuse_unfit(draft)
    taken = db.session.scalar(select(Project.id).where(Project.code == draft.code))
    if taken is not None:
        raise Refused("その住所は、ほかのプロジェクトが使っています。", field="code")
    project = Project(
        code=draft.code,
        title=draft.title.strip(),
        summary=draft.summary.strip(),
        section_id=draft.section_id,
        created_at=clock.now(),
    )
    db.session.add(project)
    db.session.flush()
    audit.record(by, "projects.write", project)
    return project


def revise_project(project: Project, draft: ProjectDraft, seen_version: int, *, by: Actor) -> None:
    """Change what a project says; its address stays. Raises Conflict where somebody was faster."""
    access.require(by, "projects.write", project)
    _lock(project)
    if project.version != seen_version:
        raise Conflict(CHANGED_MEANWHILE)
    _refuse_unfit(draft)
    project.title, project.summary = draft.title.strip(), draft.summary.strip()
    project.section_id = draft.section_id
    audit.record(by, "projects.write", project)


def gather(project: Project, subject_ids: Collection[int], note: str, *, by: Actor) -> None:
    """Add what belongs to a project, with why; what is there already stays as it is."""
    access.require(by, "projects.write", project)
    _lock(project)
    if not subject_ids:
        raise Refused("集めるものを選んでください。", field="chosen")
    if queries.count_entries(project) + len(subject_ids) > MOST_ENTRIES:
        raise Refused(f"一つのプロジェクトに集められるのは{MOST_ENTRIES}件までです。", field="chosen")
    for subject_id in sorted(subject_ids):
        if db.session.get_one(Subject, subject_id).kind not in queries.GATHERED:
            raise Refused("一覧から選び直してください。", field="chosen")
        values = {
            "project_id": project.id,
            "subject_id": subject_id,
            "note": note.strip(),
            "added_at": clock.now(),
        }
        insert_once(ProjectEntry, values, unique=["project_id", "subject_id"])
    audit.record(by, "projects.write", project, {"gathered": len(subject_ids)})


def leave_out(entry: ProjectEntry, project: Project, *, by: Actor) -> None:
    """Take something out of a project; it stays where it is."""
    access.require(by, "projects.write", project)
    db.session.delete(entry)
    audit.record(by, "projects.write", project, {"left_out": entry.subject_id})


def publish_project(project: Project, *, by: Actor) -> None:
    """Publish a project's page."""
    access.require(by, "projects.publish", project)
    _lock(project)
    access.require(by, "projects.publish", project)  # Somebody else may have been faster.
    project.published_at = clock.now()
    audit.record(by, "projects.publish", project)
    events.publish(ProjectPublished(project.id))


def end_project(project: Project, outcome: str, *, by: Actor) -> None:
    """End a project, with what came of it; its page stays."""
    access.require(by, "projects.end", project)
    _lock(project)
    access.require(by, "projects.end", project)
    if not outcome.strip():
        raise Refused("結果を書いてください。公開のページに載ります。", field="outcome")
    project.ended_at, project.outcome = clock.now(), outcome.strip()
    audit.record(by, "projects.end", project)
    events.publish(ProjectEnded(project.id))


def _refuse_unfit(draft: ProjectDraft) -> None:
    if not CODE.fullmatch(draft.code):
        raise Refused("住所は、半角の小文字・数字・ハイフンで書いてください（40文字まで）。", field="code")
    for name, words in (("title", draft.title), ("summary", draft.summary)):
        if not words.strip():
            raise Refused("書いてください。", field=name)


def _lock(project: Project) -> None:
    db.session.scalars(
        select(Project)
        .where(Project.id == project.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
