"""Threads, their posts in order, reactions and drafts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.discussion.domain import PostKind, ReactionKind
from participation.foundation.db import Base, enum_text, public_id


class Thread(Base):
    """A discussion about a subject (話し合い); its first post opens it."""

    __tablename__ = "threads"
    __table_args__ = (
        Index("ix_threads_subject_active", "subject_id", "last_post_at", "id"),
        Index("ix_threads_subject_opened", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    #: Part of the opening post's words: shown only while that post is.
    title: Mapped[str] = mapped_column(String(200))
    #: The contribution of the opening post.
    opening_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), unique=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    #: Why nobody can write in it any more: everybody reads it. Empty while it is open.
    closing_reason: Mapped[str] = mapped_column(Text, default="")
    #: How many posts below the opening one anybody can read.
    post_count: Mapped[int] = mapped_column(default=0)
    #: How many numbers were given to posts, whether or not they can still be read.
    numbered: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[datetime]


class Branch(Base):
    """A post to the thread with all replies to it (枝): what 「返信の多い順」 sorts."""

    __tablename__ = "branches"
    __table_args__ = (
        UniqueConstraint("thread_id", "number"),
        Index("uq_branches_rank", "thread_id", "reply_count", "number", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    #: The first number of the path of every post in it.
    number: Mapped[int]
    #: How many replies anybody can read.
    reply_count: Mapped[int] = mapped_column(default=0)


class Post(Base):
    """A post in a discussion (投稿): its place in the thread; the words are its contribution's."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("thread_id", "path"),
        UniqueConstraint("thread_id", "newest_path"),
        UniqueConstraint("branch_id", "path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), unique=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    #: None: the opening post.
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    kind: Mapped[PostKind] = enum_text(PostKind)
    #: The place in reading order, oldest first ("" for the opening post), see domain.path_below.
    path: Mapped[str] = mapped_column(String(24))
    newest_path: Mapped[str] = mapped_column(String(24))
    #: Whom it answers, where the tree is not deep enough to show it.
    answered_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    #: How many replies below it anybody can read.
    reply_count: Mapped[int] = mapped_column(default=0)
    #: How many numbers were given to direct replies.
    numbered: Mapped[int] = mapped_column(default=0)
    understood_count: Mapped[int] = mapped_column(default=0)
    helpful_count: Mapped[int] = mapped_column(default=0)
    #: Set when everybody could read it for the first time.
    published_at: Mapped[datetime | None]


class PostReaction(Base):
    """One person's reaction to a post (反応): one of each kind."""

    __tablename__ = "post_reactions"
    __table_args__ = (
        UniqueConstraint("post_id", "person_id", "kind"),
        Index("ix_post_reactions_person", "person_id", "post_id"),
        {"info": {"quiet": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[ReactionKind] = enum_text(ReactionKind)
    at: Mapped[datetime]


class Draft(Base):
    """What somebody has written and not yet posted (下書き): one per person and place."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person_id", "place"), {"info": {"quiet": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    #: Where it would be posted: "subject:…", "thread:…" or "post:…" with the public id.
    place: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(20), default="")
    saved_at: Mapped[datetime]
