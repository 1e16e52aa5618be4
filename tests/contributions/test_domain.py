"""Which state of a contribution may follow which."""

from __future__ import annotations

import pytest

from participation.contributions.domain import (
    KIND_NAMES,
    VISIBILITY_NAMES,
    ContributionKind,
    Visibility,
    may_follow,
)


def test_what_is_erased_stays_erased():
    assert not any(may_follow(Visibility.ERASED, after) for after in Visibility)


def test_what_its_author_withdrew_is_not_shown_again_by_staff():
    assert {after for after in Visibility if may_follow(Visibility.WITHDRAWN, after)} == {Visibility.ERASED}


@pytest.mark.parametrize("after", [Visibility.PUBLISHED, Visibility.RECEIVED, Visibility.HELD])
def test_what_was_hidden_can_be_restored(after):
    assert may_follow(Visibility.HIDDEN, after)


def test_every_kind_and_state_has_its_japanese():
    assert set(KIND_NAMES) == set(ContributionKind)
    assert set(VISIBILITY_NAMES) == set(Visibility)
