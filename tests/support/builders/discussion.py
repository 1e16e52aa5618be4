"""Builders of discussions: a thread, posts, replies, as people would write them."""

from __future__ import annotations

from sqlalchemy import select

from participation.contributions.models import Contribution
from participation.discussion import commands
from participation.discussion.domain import PostDraft, PostKind
from participation.discussion.models import Post, Thread
from participation.foundation.db import db, transaction
from participation.people.models import Person
from participation.subjects.models import Subject
from tests.support.builders.moderation import a_subject
from tests.support.people import a_resident, actor_of

__all__ = ["a_post", "a_subject", "a_thread", "place_of"]


def a_thread(
    title: str = "お知らせの届け方",
    said: str = "回覧板とアプリのどちらも残してほしいです。",
    *,
    about: Subject | None = None,
    by: Person | None = None,
    kind: PostKind = PostKind.REASON,
) -> Thread:
    """A discussion with its opening post."""
    subject, actor = about or a_subject(), actor_of(by or a_resident())
    with transaction():
        return commands.start_thread(
            db.session.get_one(Subject, subject.id), title, PostDraft(said, kind), by=actor
        )


def a_post(
    thread: Thread,
    said: str = "わたしもそう思います。",
    *,
    to: Contribution | None = None,
    by: Person | None = None,
    kind: PostKind = PostKind.REASON,
    organisation_id: int | None = None,
) -> Contribution:
    """A post in a discussion, or an answer to one in it."""
    actor = actor_of(by or a_resident())
    with transaction():
        answered = place_of(to) if to is not None else None
        return commands.post(
            db.session.get_one(Thread, thread.id),
            answered,
            PostDraft(said, kind, organisation_id),
            by=actor,
        )


def place_of(said: Contribution) -> Post:
    """Where somebody's words stand in their discussion."""
    return db.session.scalars(select(Post).where(Post.contribution_id == said.id)).one()
