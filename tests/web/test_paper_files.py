"""Papers as downloads."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from participation.foundation import clock
from participation.papers.files import Form
from participation.web import change_probe, paper_files
from participation.web.paper_files import private_paper, public_paper
from tests.support.papers import a_paper


@pytest.fixture
def folder(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "DATA_DIR", str(tmp_path))
    return tmp_path / "papers"


@pytest.fixture
def changed(monkeypatch):
    """Says what the cheap question answers."""
    stamps = [("one",)]
    monkeypatch.setattr(change_probe, "stamp", lambda: stamps[-1])
    return stamps


def body(response):
    """What is sent, piece by piece."""
    return b"".join(response.response)


def asked(app, paper, form=Form.TXT, headers=None):
    """The answer, and how often the paper was made for it."""
    made = []

    def make():
        made.append(1)
        return paper

    with app.test_request_context("/", headers=headers or {}):
        response = public_paper(make, form, key=("a",))
        return response, len(made)


def test_a_paper_is_made_once_and_kept_until_something_changes(app, folder, changed):
    first, made = asked(app, a_paper())
    first_body = body(first)
    assert made == 1
    second, made = asked(app, a_paper())
    assert (body(second), made) == (first_body, 0)
    changed.append(("two",))
    third, made = asked(app, a_paper())
    assert (body(third), made) == (first_body, 1)
    assert len(list(folder.iterdir())) == 1
    changed.append(("three",))
    fourth, _ = asked(app, a_paper([(1, "ほかの意見", 1)]))
    assert "ほかの意見" in body(fourth).decode()
    assert len(list(folder.iterdir())) == 2


def test_whoever_has_the_newest_file_gets_it_not_again(app, folder, changed):
    response, _ = asked(app, a_paper())
    tag = response.headers["ETag"]
    body(response)
    again, _ = asked(app, a_paper(), headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == "no-cache"


def test_a_file_that_was_cleared_away_is_written_again(app, folder, changed):
    body(asked(app, a_paper())[0])
    for path in folder.iterdir():
        path.unlink()
    response, made = asked(app, a_paper())
    assert made == 1
    assert "票ではありません" in body(response).decode()


def test_only_so_many_files_are_kept_the_oldest_go_first(app, folder, changed, monkeypatch):
    monkeypatch.setattr(paper_files, "MOST_FILES", 2)
    for number in range(4):
        changed.append((number,))
        body(asked(app, a_paper([(number, "い", 1)]))[0])
        for age, path in enumerate(sorted(folder.iterdir(), key=lambda each: -each.stat().st_mtime_ns)):
            moment = time.time() - 60 * (age + 1)
            os.utime(path, (moment, moment))
    assert len(list(folder.iterdir())) == 2


def test_what_a_killed_process_left_half_written_is_cleared_away(app, folder, changed):
    (folder / ".paper-old").mkdir(parents=True)
    (folder / ".paper-new").mkdir()
    now = clock.now().timestamp()
    for name, moment in ((".paper-old", now - 10 * 24 * 3600), (".paper-new", now)):
        os.utime(folder / name, (moment, moment))
    body(asked(app, a_paper())[0])
    assert not (folder / ".paper-old").exists()
    assert (folder / ".paper-new").exists()


def test_a_private_paper_leaves_nothing_behind_and_may_not_be_kept(app, folder):
    with app.test_request_context("/"):
        response = private_paper(a_paper(mark="公表前"), Form.TXT)
    assert "公表前" in response.get_data().decode()
    assert response.headers["Cache-Control"] == "private, no-store"
    assert list(Path(folder).iterdir()) == []
