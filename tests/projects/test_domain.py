"""Addresses of projects."""

from __future__ import annotations

import pytest

from participation.projects.domain import CODE


@pytest.mark.parametrize(
    ("code", "is_fit"),
    [("midori", True), ("a", True), ("nou-2027", True), ("a-", False), ("Midori", False), ("", False)],
)
def test_an_address_is_small_letters_numbers_and_hyphens_within(code, is_fit):
    assert bool(CODE.fullmatch(code)) is is_fit
