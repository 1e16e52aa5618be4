"""The manifest of a slice."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from participation.foundation.slices import MenuItem, Slice


def test_a_slice_may_offer_nothing_but_its_name() -> None:
    slice_ = Slice(name="places", title="地区")
    assert (slice_.public, slice_.desk, slice_.cli, slice_.subscribers, slice_.desk_menu) == (
        (),
        (),
        (),
        (),
        (),
    )


def test_a_manifest_does_not_change_after_it_was_made() -> None:
    with pytest.raises(FrozenInstanceError):
        Slice(name="places", title="地区").name = "other"  # type: ignore[misc]


def test_a_menu_entry_is_for_everybody_unless_it_names_an_action() -> None:
    assert MenuItem("計画", "plans.index").action is None
