"""An address is made by the kind's owner."""

from __future__ import annotations

import pytest

from participation.subjects.domain import path_of, register_kind


def test_the_owner_of_a_kind_says_where_it_stands():
    register_kind("test-kind", lambda reference: f"/there/{reference}")
    assert path_of("test-kind", "x") == "/there/x"


def test_a_kind_nobody_registered_is_an_error():
    with pytest.raises(KeyError):
        path_of("nobody", "x")


def test_items_of_plans_stand_on_the_page_of_their_viewpoint(app):
    assert (
        path_of("plan_node", "meguro-basic-plan/MP-2-2-2#MP-2-2-2-1")
        == "/plans/meguro-basic-plan/MP-2-2-2#MP-2-2-2-1"
    )
