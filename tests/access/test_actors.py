"""Actors: plain data about on whose behalf something happens."""

from __future__ import annotations

import pytest

from participation.access.actors import EVERY_STAFF_ROLE, ROLE_NAMES, Actor, Role, system, visitor


def _actor(*roles: Role, person_id: int | None = 1) -> Actor:
    return Actor(roles=frozenset(roles), person_id=person_id)


def test_every_role_has_a_japanese_name() -> None:
    assert set(ROLE_NAMES) == set(Role)


@pytest.mark.parametrize("role", list(Role))
def test_staff_are_those_with_a_role_of_staff(role: Role) -> None:
    assert _actor(role).is_staff is (role in EVERY_STAFF_ROLE)


def test_a_visitor_and_the_system_are_neither_members_nor_staff() -> None:
    for actor in (visitor("key"), system("cli:tests")):
        assert (actor.is_member, actor.is_staff, actor.person_id) == (False, False, None)


def test_a_visitor_is_recognised_within_a_visit_and_the_system_by_name() -> None:
    assert visitor("key").guest_key == "key"
    assert system("cli:tests").name == "cli:tests"


def test_a_member_is_a_resident_with_an_account() -> None:
    assert _actor(Role.RESIDENT).is_member
    assert not _actor(Role.RESIDENT, person_id=None).is_member


def test_an_actor_has_a_role_if_any_of_those_asked_for() -> None:
    actor = _actor(Role.RESIDENT, Role.DELEGATE)
    assert actor.has(Role.DELEGATE, Role.EDITOR)
    assert not actor.has(Role.EDITOR)
