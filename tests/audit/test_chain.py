"""The chain of the audit trail: no entry goes, comes or changes without being named."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import event, select, text

from participation.access.actors import system
from participation.audit import chain, trail
from participation.audit.chain import BadAnchor
from participation.audit.models import AuditEntry
from participation.contributions.domain import Visibility
from participation.foundation.db import db, transaction

BY = system("tests")


@pytest.fixture
def entries(app: Flask) -> list[AuditEntry]:
    """Ten acts, each in a transaction of its own."""
    before = len(_all())
    for number in range(10):
        with transaction():
            trail.record(BY, "tests.act", f"thing{number}", {"number": number, "state": Visibility.HELD})
    return _all()[before:]


def _all() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def _tamper(statement: str, **values: Any) -> None:
    """Change the table behind the application's back."""
    with db.engine.connect() as connection, connection.begin():
        connection.execute(text(statement), values)
    db.session.rollback()  # So that what was read before is not read again.


def _place(entry: AuditEntry) -> tuple[int, int]:
    return entry.lane, entry.sequence


def _broken() -> tuple[int, int]:
    db.session.rollback()
    broken = chain.verify().broken
    assert broken is not None
    return broken.lane, broken.sequence


def _run(app: Flask, *words: str) -> Result:
    result = app.test_cli_runner().invoke(args=["audit", *words])
    db.session.rollback()
    return result


def test_each_entry_carries_the_hash_of_the_one_before_from_the_first_on(entries: list[AuditEntry]) -> None:
    by_lane: dict[int, list[AuditEntry]] = {}
    for entry in _all():
        by_lane.setdefault(entry.lane, []).append(entry)
    for lane in by_lane.values():
        assert [entry.sequence for entry in lane] == list(range(1, len(lane) + 1))
        assert [entry.previous for entry in lane] == [chain.BEGINNING, *(entry.hash for entry in lane[:-1])]


def test_what_was_written_verifies_as_it_is_read_again(entries: list[AuditEntry]) -> None:
    found = chain.verify()
    assert (found.broken, found.count) == (None, len(_all()))


def test_several_acts_of_one_transaction_are_links_in_their_order(app: Flask) -> None:
    with transaction():
        for number in range(3):
            trail.record(BY, f"tests.act{number}", "things")
    links = _all()[-3:]
    assert [entry.action for entry in links] == ["tests.act0", "tests.act1", "tests.act2"]
    assert [entry.previous for entry in links[1:]] == [entry.hash for entry in links[:-1]]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "tests.other"),
        ("person_id", 7),
        ("target_type", "x"),
        ("at", "2020-01-01 00:00:00.000000"),
        ("acted_as", "x"),
    ],
)
def test_a_changed_row_is_named(entries: list[AuditEntry], column: str, value: object) -> None:
    changed = entries[4]
    _tamper(f"UPDATE audit_entries SET {column} = :value WHERE id = :id", value=value, id=changed.id)
    assert _broken() == _place(changed)
    broken = chain.verify().broken
    assert broken is not None
    assert str(changed.id) in broken.message


def test_changed_details_are_named(entries: list[AuditEntry]) -> None:
    changed = entries[4]
    _tamper(
        "UPDATE audit_entries SET changes = :value WHERE id = :id", value='{"number": 5}', id=changed.id
    ) if db.engine.dialect.name == "sqlite" else _tamper(
        "UPDATE audit_entries SET changes = CAST(:value AS jsonb) WHERE id = :id",
        value='{"number": 5}',
        id=changed.id,
    )
    assert _broken() == _place(changed)


def test_a_changed_row_with_a_hash_made_to_fit_breaks_at_the_next(entries: list[AuditEntry]) -> None:
    changed = entries[4]
    row = {column.name: getattr(changed, column.name) for column in AuditEntry.__table__.columns}
    forged = chain.link_hash(row | {"action": "tests.other"})
    _tamper(
        "UPDATE audit_entries SET action = 'tests.other', hash = :hash WHERE id = :id",
        hash=forged,
        id=changed.id,
    )
    following = [
        entry for entry in _all() if entry.lane == changed.lane and entry.sequence == changed.sequence + 1
    ]
    if following:  # On PostgreSQL it may be the last of its lane: then only the anchor tells.
        assert _broken() == (changed.lane, changed.sequence + 1)


def test_a_row_taken_out_of_the_middle_is_named_by_its_place(entries: list[AuditEntry]) -> None:
    lane = entries[0].lane
    gone = next(entry for entry in _all() if entry.lane == lane)
    for _ in range(3):  # So that something stands behind it in its lane, on either database.
        with transaction():
            trail.record(BY, "tests.more", "things")
    while not [entry for entry in _all() if entry.lane == lane and entry.sequence > gone.sequence]:
        with transaction():
            trail.record(BY, "tests.more", "things")
    place = _place(gone)
    _tamper("DELETE FROM audit_entries WHERE id = :id", id=gone.id)
    assert _broken() == place
    broken = chain.verify().broken
    assert broken is not None
    assert "ありません" in broken.message


@pytest.mark.parametrize("hashed", ["0" * 64, "copied"])
def test_a_row_put_in_is_named(entries: list[AuditEntry], hashed: str) -> None:
    last = max((entry for entry in _all() if entry.lane == entries[0].lane), key=lambda entry: entry.sequence)
    _tamper(
        "INSERT INTO audit_entries (at, person_id, acted_as, action, target_type, target_id, changes, lane, sequence, previous, hash)"
        " SELECT at, person_id, acted_as, 'tests.forged', target_type, target_id, changes, lane, :sequence, :previous, :hash"
        " FROM audit_entries WHERE id = :id",
        sequence=last.sequence + 1,
        previous=last.hash,
        hash=last.hash if hashed == "copied" else hashed,
        id=last.id,
    )
    assert _broken() == (last.lane, last.sequence + 1)


def test_a_tail_cut_off_is_seen_by_the_anchor_alone(
    app: Flask, entries: list[AuditEntry], tmp_path: Path
) -> None:
    file = tmp_path / "anchors.jsonl"
    assert _run(app, "anchor", str(file)).exit_code == 0
    last = max((entry for entry in _all() if entry.lane == entries[0].lane), key=lambda entry: entry.sequence)
    cut = last.sequence
    _tamper("DELETE FROM audit_entries WHERE id = :id", id=last.id)
    assert _run(app, "verify").exit_code == 0
    found = _run(app, "verify", "--anchor", str(file))
    assert found.exit_code != 0
    assert "末尾が切られています" in found.output
    assert f"{cut:,}番まで" in found.output


def test_a_trail_that_was_made_anew_from_a_point_on_is_seen_by_the_anchor(
    app: Flask, entries: list[AuditEntry], tmp_path: Path
) -> None:
    file = tmp_path / "anchors.jsonl"
    _run(app, "anchor", str(file))
    last = max((entry for entry in _all() if entry.lane == entries[0].lane), key=lambda entry: entry.sequence)
    row = {column.name: getattr(last, column.name) for column in AuditEntry.__table__.columns}
    forged = chain.link_hash(row | {"action": "tests.other"})
    _tamper(
        "UPDATE audit_entries SET action = 'tests.other', hash = :hash WHERE id = :id",
        hash=forged,
        id=last.id,
    )
    assert _run(app, "verify").exit_code == 0
    found = _run(app, "verify", "--anchor", str(file))
    assert found.exit_code != 0
    assert "錨と違います" in found.output


def test_anchors_go_on_holding_while_the_trail_grows(
    app: Flask, entries: list[AuditEntry], tmp_path: Path
) -> None:
    file = tmp_path / "anchors.jsonl"
    for _ in range(3):
        assert _run(app, "anchor", str(file)).exit_code == 0
        with transaction():
            trail.record(BY, "tests.more", "things")
    found = _run(app, "verify", "--anchor", str(file))
    assert found.exit_code == 0
    assert "錨 3本とも合っています" in found.output
    said = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [each["count"] for each in said] == sorted(each["count"] for each in said)
    assert set(said[0]) == {"at", "count", "hash", "heads"}


def test_an_anchor_file_that_was_changed_is_refused_with_its_line(
    app: Flask, entries: list[AuditEntry], tmp_path: Path
) -> None:
    file = tmp_path / "anchors.jsonl"
    _run(app, "anchor", str(file))
    said = json.loads(file.read_text("utf-8"))
    file.write_text(file.read_text("utf-8") + json.dumps(said | {"count": 1}) + "\n", "utf-8")
    found = _run(app, "verify", "--anchor", str(file))
    assert found.exit_code != 0
    assert "2行目" in found.output
    with pytest.raises(BadAnchor, match="1行目"):
        chain.read_anchors(["nonsense"])


def test_the_shell_names_the_broken_row_and_takes_no_anchor_of_it(
    app: Flask, entries: list[AuditEntry], tmp_path: Path
) -> None:
    assert "欠けも書き換えもありません" in _run(app, "verify").output
    _tamper("UPDATE audit_entries SET action = 'x' WHERE id = :id", id=entries[4].id)
    found = _run(app, "verify")
    assert found.exit_code != 0
    assert f"行の番号 {entries[4].id}" in found.output
    assert _run(app, "anchor", str(tmp_path / "anchors.jsonl")).exit_code != 0
    assert not (tmp_path / "anchors.jsonl").exists()


def test_writers_at_once_leave_a_chain_without_gaps(app: Flask) -> None:
    before, faults = chain.verify().count, []

    def write(number: int) -> None:
        try:
            with app.app_context():
                for turn in range(15):
                    with transaction():
                        trail.record(BY, "tests.act", f"thing{number}", {"turn": turn})
                        trail.record(BY, "tests.act", f"thing{number}")
                db.session.remove()
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=Context().run, args=(write, number)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    found = chain.verify()
    assert faults == []
    assert (found.broken, found.count) == (None, before + 180)


def test_what_is_rolled_back_leaves_no_gap(app: Flask) -> None:
    before = chain.verify().count
    with pytest.raises(ZeroDivisionError), transaction():
        trail.record(BY, "tests.act", "things")
        raise ZeroDivisionError
    with transaction():
        trail.record(BY, "tests.act", "things")
    found = chain.verify()
    assert (found.broken, found.count) == (None, before + 1)


def test_the_lock_is_taken_after_everything_else_so_that_nobody_waits_for_another_act(
    app: Flask, statements: list[str]
) -> None:
    with transaction():
        trail.record(BY, "tests.act", "things")
        db.session.execute(text("SELECT 1"))
    assert [each for each in statements if "audit_entries" in each] == statements[-2:]


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """What is said to the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_an_entry_costs_one_statement_to_read_the_last_and_one_to_write(
    app: Flask, statements: list[str]
) -> None:
    with transaction():
        for _ in range(5):
            trail.record(BY, "tests.act", "things")
    about_audit = [each for each in statements if "audit_entries" in each]
    assert len(about_audit) == 2
