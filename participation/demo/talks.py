"""Casual talk (話し合い) of the demo: threads, replies, corrections, and what staff did about one post."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy import select

from participation.contributions.domain import RedactionReason, Visibility, places_of
from participation.contributions.models import Contribution
from participation.demo import reading
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.reading import Talk
from participation.demo.timeline import Timeline
from participation.discussion import commands
from participation.discussion.domain import PostDraft, PostKind, ReactionKind
from participation.discussion.models import Post, Thread
from participation.foundation.db import db
from participation.moderation import commands as moderation
from participation.moderation.queries import get_clause
from participation.subjects.queries import get_subject

#: Reactions that each post may get at most; they set no order, so a few are enough.
MOST_REACTIONS = 4


class Talks:
    """Plays the threads."""

    def __init__(self, timeline: Timeline, cast: Cast, places: Places) -> None:
        self.timeline, self.cast, self.places = timeline, cast, places
        self._threads: dict[str, int] = {}
        self._said: dict[str, int] = {}
        self._chance = random.Random("reactions")  # noqa: S311 (demo data, repeatable)

    def schedule(self) -> None:
        """Let every post be written on its day, after the one it answers."""
        for talk in reading.talks():
            began = self.timeline.some_time(talk.first.day, talk.first.key)
            self.timeline.add(began, self._start, talk)
            for reply in talk.first.replies:
                self._schedule_reply(talk.first.key, None, reply, began)
            self._schedule_reactions(talk.first, began)

    def _schedule_reply(self, thread: str, answered: str | None, post: reading.Post, after: datetime) -> None:
        moment = max(self.timeline.some_time(post.day, post.key), after + timedelta(minutes=23))
        self.timeline.add(moment, self._post, thread, answered, post)
        if post.edited:
            later = moment + timedelta(minutes=post.edited["after_minutes"])
            self.timeline.add(later, self._edit, post)
        if post.withdrawn:
            self.timeline.add(moment + timedelta(hours=2), self._withdraw, post)
        elif post.hidden:
            self.timeline.add(moment + timedelta(minutes=50), self._hide, post)
        elif post.redacted:
            self.timeline.add(moment + timedelta(minutes=40), self._propose_redaction, post)
            if "confirmed_by" in post.redacted:
                self.timeline.add(moment + timedelta(minutes=75), self._confirm_redaction, post)
        else:
            self._schedule_reactions(post, moment)
        for reply in post.replies:
            self._schedule_reply(thread, post.key, reply, moment)

    def _schedule_reactions(self, post: reading.Post, moment: datetime) -> None:
        others = [row["id"] for row in reading.table("people") if row["id"] != post.person]
        for person in self._chance.sample(others, self._chance.randrange(MOST_REACTIONS + 1)):
            kind = self._chance.choice(list(ReactionKind))
            when = moment + timedelta(minutes=self._chance.randrange(30, 90))
            self.timeline.add(when, self._react, post, person, kind)

    def _start(self, talk: Talk) -> None:
        subject = get_subject(self.places.public_id(talk.about))
        thread = commands.start_thread(
            subject, talk.title, self._draft(talk.first), by=self.cast.actor(talk.first.person)
        )
        self._threads[talk.first.key] = thread.id
        self._said[talk.first.key] = thread.opening_id

    def _post(self, thread: str, answered: str | None, post: reading.Post) -> None:
        said = commands.post(
            db.session.get_one(Thread, self._threads[thread]),
            self._placed(answered) if answered else None,
            self._draft(post),
            by=self.cast.actor(post.person),
        )
        self._said[post.key] = said.id

    def _edit(self, post: reading.Post) -> None:
        commands.edit(
            self._contribution(post.key), self._placed(post.key), post.text, by=self.cast.actor(post.person)
        )

    def _withdraw(self, post: reading.Post) -> None:
        commands.withdraw(self._contribution(post.key), by=self.cast.actor(post.person))

    def _hide(self, post: reading.Post) -> None:
        assert post.hidden is not None
        moderation.hide(
            self._contribution(post.key),
            get_clause(int(post.hidden["clause"])),
            post.hidden["reason"],
            by=self.cast.actor(post.hidden["by"]),
        )

    def _propose_redaction(self, post: reading.Post) -> None:
        assert post.redacted is not None
        said = self._contribution(post.key)
        passages = [
            place
            for words, reason in post.redacted["words"].items()
            for place in places_of(words, said.body, RedactionReason(reason))
        ]
        by = self.cast.actor(post.redacted["by"])
        moderation.propose_redaction(said, {said.revision: passages}, said.revision, by=by)

    def _confirm_redaction(self, post: reading.Post) -> None:
        assert post.redacted is not None
        said, by = self._contribution(post.key), self.cast.actor(post.redacted["confirmed_by"])
        moderation.confirm_redaction(said, by=by)
        if said.visibility is Visibility.HELD:  # It was held on arrival; now nothing stands against it.
            moderation.restore(said, by=by)

    def _react(self, post: reading.Post, person: str, kind: ReactionKind) -> None:
        commands.react(self._contribution(post.key), kind, True, by=self.cast.actor(person))

    def _draft(self, post: reading.Post) -> PostDraft:
        text = post.edited["before"] if post.edited else post.text
        return PostDraft(body=text, kind=PostKind(post.kind))

    def _contribution(self, key: str) -> Contribution:
        return db.session.get_one(Contribution, self._said[key])

    def _placed(self, key: str) -> Post:
        return db.session.scalars(select(Post).where(Post.contribution_id == self._said[key])).one()
