"""Files on the disk: whole or not at all, unreadable without the key, and never silently another."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from participation.foundation import files


def _place(app: Flask, name: str) -> Path:
    return Path(app.config["DATA_DIR"]) / "files" / name[:2] / name


def test_what_was_kept_comes_back_the_same_under_its_hash(app: Flask) -> None:
    name = files.keep(b"%PDF-1.7 letter")
    assert name == files.hash_of(b"%PDF-1.7 letter") == files.keep(b"%PDF-1.7 letter")
    assert files.read(name) == b"%PDF-1.7 letter"


def test_on_the_disk_it_cannot_be_read(app: Flask) -> None:
    name = files.keep(b"%PDF-1.7 " + "架空 花子".encode())
    assert "架空".encode() not in _place(app, name).read_bytes()


def test_what_is_gone_or_was_changed_is_said_to_be_lost(app: Flask) -> None:
    name, other = files.keep(b"one"), files.keep(b"two")
    _place(app, name).write_bytes(_place(app, other).read_bytes())
    with pytest.raises(files.Lost):
        files.read(name)
    _place(app, name).write_bytes(b"nonsense")
    with pytest.raises(files.Lost):
        files.read(name)
    files.remove(name)
    with pytest.raises(files.Lost):
        files.read(name)
    files.remove(name)


def test_a_write_that_fails_leaves_nothing_behind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("participation.foundation.files.os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        files.keep(b"three")
    folder = _place(app, files.hash_of(b"three")).parent
    assert [path.name for path in folder.iterdir() if path.name.startswith(".part")] == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "", "a" * 63])
def test_only_a_hash_names_a_file(app: Flask, name: str) -> None:
    with pytest.raises(ValueError, match="hash"):
        files.read(name)


def test_two_owners_keep_the_same_content_apart(app: Flask) -> None:
    name = files.keep(b"%PDF-1.7 photo", "survey-files")
    assert files.keep(b"%PDF-1.7 photo") == name
    files.remove(name)
    assert files.read(name, "survey-files") == b"%PDF-1.7 photo"
    with pytest.raises(files.Lost):
        files.read(name)


@pytest.mark.parametrize("room", ["", "..", "../files", "a/b", "A"])
def test_a_room_is_one_plain_word(app: Flask, room: str) -> None:
    with pytest.raises(ValueError, match="room"):
        files.keep(b"content", room)
