"""Words are added, revised with their history, shown, hidden and erased."""

from __future__ import annotations

import pytest

from participation.contributions import commands, queries
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.events import ContributionSaid, VisibilityChanged
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict
from participation.subjects import commands as subjects

heard: list[object] = []
events.subscribe(ContributionSaid, heard.append)
events.subscribe(VisibilityChanged, heard.append)


def said(body="公園に木陰がほしい", visibility=Visibility.PUBLISHED, **more):
    with transaction():
        return commands.say(
            ContributionKind.POST, body, subject_id=a_subject_id(), visibility=visibility, **more
        )


def a_subject_id():
    subject = subjects.add_subject("test", "x", "公園")
    db.session.flush()
    return subject.id


def test_saying_something_is_announced(app):
    heard.clear()
    post = said()
    assert heard == [ContributionSaid(post.id)]


def test_the_words_before_a_revision_are_kept_in_order(app):
    post = said("一")
    for body in ("二", "三"):
        with transaction():
            commands.revise(queries.get_contribution(post.public_id), body)
    post = queries.get_contribution(post.public_id)
    assert post.body == "三"
    assert [(v.revision, v.body) for v in queries.list_versions(post)] == [(0, "一"), (1, "二")]


def test_revising_to_the_same_words_makes_no_version(app):
    post = said("一")
    with transaction():
        commands.revise(queries.get_contribution(post.public_id), "一")
    assert queries.list_versions(queries.get_contribution(post.public_id)) == []


def test_a_change_that_the_state_no_longer_allows_is_a_conflict(app):
    post = said()
    with transaction():
        commands.change_visibility(queries.get_contribution(post.public_id), Visibility.WITHDRAWN)
    with pytest.raises(Conflict), transaction():
        commands.change_visibility(queries.get_contribution(post.public_id), Visibility.PUBLISHED)


def test_hiding_is_announced_with_what_was_before(app):
    post = said()
    heard.clear()
    with transaction():
        commands.change_visibility(
            queries.get_contribution(post.public_id), Visibility.HIDDEN, reason="第2条"
        )
    assert heard == [VisibilityChanged(post.id, Visibility.PUBLISHED, Visibility.HIDDEN)]


def test_erasing_takes_the_words_and_all_older_ones_but_leaves_the_row(app):
    post = said("秘密の一")
    with transaction():
        commands.revise(queries.get_contribution(post.public_id), "秘密の二")
    with transaction():
        commands.erase(queries.get_contribution(post.public_id))
    gone = queries.get_contribution(post.public_id)
    assert (gone.body, gone.visibility) == ("", Visibility.ERASED)
    assert queries.list_versions(gone) == []
