"""The audit trail: who did what to which thing, in the same transaction, without anybody's words."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from participation.access.actors import Actor, Role, system
from participation.audit import trail
from participation.audit.models import AuditEntry
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.subjects.models import Subject
from tests.support.people import a_resident, actor_of


def _subject() -> Subject:
    with transaction():
        subject = Subject(kind="plan_node", reference="G1-2", title="公園")
        db.session.add(subject)
    return subject


def _entries() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_an_entry_says_who_did_what_to_which_row_and_when(app: Flask) -> None:
    subject, person = _subject(), a_resident()
    by = actor_of(person)
    before = len(_entries())
    with transaction():
        trail.record(by, "subjects.retitle", subject, changes={"title_length": 3})
    entry = _entries()[before]
    assert (entry.person_id, entry.action, entry.at) == (person.id, "subjects.retitle", clock.now())
    assert (entry.target_type, entry.target_id) == ("subjects", subject.id)
    assert entry.changes == {"title_length": 3}


def test_a_new_row_gets_its_id_before_it_is_named(app: Flask) -> None:
    with transaction():
        subject = Subject(kind="plan_node", reference="G1-3", title="学校")
        db.session.add(subject)
        trail.record(system("cli:tests"), "subjects.open", subject)
    assert _entries()[-1].target_id == subject.id is not None


def test_the_system_is_named_and_has_no_person(app: Flask) -> None:
    with transaction():
        trail.record(system("cli:tests"), "plans.import", "plans")
    entry = _entries()[-1]
    assert (entry.acted_as, entry.person_id, entry.target_type, entry.target_id) == (
        "system:cli:tests",
        None,
        "plans",
        None,
    )


def test_the_roles_in_which_somebody_acted_are_kept(app: Flask) -> None:
    person = a_resident()
    actor = Actor(roles=frozenset({Role.SCREENER, Role.EDITOR}), person_id=person.id)
    with transaction():
        trail.record(actor, "moderation.hide", "contributions")
    assert _entries()[-1].acted_as == "editor,screener"


def test_an_entry_disappears_with_the_change_that_was_undone(app: Flask) -> None:
    before = len(_entries())
    with pytest.raises(RuntimeError, match="undone"), transaction():
        trail.record(system("cli:tests"), "plans.import", "plans")
        raise RuntimeError("undone")
    assert len(_entries()) == before


def test_entries_about_a_row_come_newest_first(app: Flask) -> None:
    subject = _subject()
    with transaction():
        for action in ("subjects.open", "subjects.close"):
            trail.record(system("cli:tests"), action, subject)
    assert [entry.action for entry in trail.entries_about(subject)] == ["subjects.close", "subjects.open"]
    assert len(trail.entries_about(subject, limit=1)) == 1


def test_there_is_no_function_that_changes_or_deletes_entries() -> None:
    assert {name for name in vars(trail) if name.startswith(("delete", "update", "erase", "remove"))} == set()
