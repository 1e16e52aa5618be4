"""Consultations on the command line."""

from __future__ import annotations

import json

from flask import Flask

from tests.support.builders.consultations import a_planned_consultation, an_open_consultation
from tests.support.builders.opinions import a_submission


def test_the_list_is_json_with_code_title_status_and_counts(app: Flask) -> None:
    consultation = an_open_consultation(code="kihon", title="基本計画")
    a_planned_consultation(code="yotei", spans=[])
    a_submission(["い", "ろ"], to=consultation)
    printed = app.test_cli_runner().invoke(args=["consultations", "list", "--json"])
    rows = {row["code"]: row for row in json.loads(printed.output)}
    assert list(rows) == ["kihon", "yotei"]
    assert (rows["kihon"]["title"], rows["kihon"]["status"]) == ("基本計画", "open")
    assert (rows["kihon"]["people"], rows["kihon"]["opinions"]) == (1, 2)
    assert rows["kihon"]["closes_at"].startswith("2026-12-21T15:00")
    assert (rows["yotei"]["status"], rows["yotei"]["opens_at"]) == ("planned", None)


def test_without_consultations_the_list_is_empty(app: Flask) -> None:
    assert json.loads(app.test_cli_runner().invoke(args=["consultations", "list", "--json"]).output) == []


def test_people_read_one_line_each(app: Flask) -> None:
    an_open_consultation(code="kihon", title="基本計画")
    printed = app.test_cli_runner().invoke(args=["consultations", "list"]).output
    assert printed == "kihon\t募集中\t基本計画\t意見はまだありません\n"
