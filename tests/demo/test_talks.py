"""The casual talk of the demo."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import func, select

from participation.contributions.domain import ContributionKind, RedactionState, Visibility
from participation.contributions.models import Contribution, ContributionVersion, Redaction
from participation.demo import reading
from participation.discussion.domain import MAX_DEPTH, depth_of
from participation.discussion.models import Post, Thread
from participation.foundation.db import db
from participation.moderation.queries import count_concerns


def test_every_post_of_the_content_was_posted(demo_ward: Flask) -> None:
    posts = [post for talk in reading.talks() for _, post in talk.first.walk()]
    states = Counter(
        db.session.scalars(select(Contribution.visibility).where(Contribution.kind == ContributionKind.POST))
    )
    assert states == {
        Visibility.PUBLISHED: len(posts) - 3,
        Visibility.HELD: 1,
        Visibility.HIDDEN: 1,
        Visibility.WITHDRAWN: 1,
    }
    assert db.session.scalar(select(func.count()).select_from(Thread)) == len(reading.talks())


def test_replies_reach_the_greatest_depth(demo_ward: Flask) -> None:
    depths = {depth_of(path) for path in db.session.scalars(select(Post.path).where(Post.path != ""))}
    assert depths == set(range(MAX_DEPTH + 1))


def test_one_post_was_corrected_and_its_first_words_are_kept(demo_ward: Flask) -> None:
    of_posts = (
        select(ContributionVersion.body)
        .join(Contribution, Contribution.id == ContributionVersion.contribution_id)
        .where(Contribution.kind == ContributionKind.POST)
    )
    assert list(db.session.scalars(of_posts)) == ["見えます。昭和30年の木組みです。"]


def test_one_post_was_covered_by_two_people_and_one_waits_for_the_second(demo_ward: Flask) -> None:
    rows = db.session.execute(
        select(Redaction.state, Redaction.proposed_by_id, Redaction.decided_by_id, Contribution.body)
        .join(Contribution, Contribution.id == Redaction.contribution_id)
        .order_by(Redaction.id)
    ).all()
    assert Counter(row.state for row in rows) == {RedactionState.CONFIRMED: 2, RedactionState.PROPOSED: 1}
    for state, proposer, decider, body in rows:
        assert (decider is not None and decider != proposer) == (state is RedactionState.CONFIRMED)
        assert ("■" in body) == (state is RedactionState.CONFIRMED)


def test_every_queue_of_what_needs_care_has_something_in_it(demo_ward: Flask) -> None:
    assert all(count_concerns().values())
