"""Facts announced about discussions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PostPublished:
    """A post can be read by everybody for the first time: at once, or after staff looked at it."""

    contribution_id: int
    opens_thread: bool


@dataclass(frozen=True)
class ReplyReceived:
    """Somebody answered a post: `contribution_id` is the answer, `answered_id` what it answers."""

    contribution_id: int
    answered_id: int
