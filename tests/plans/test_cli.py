"""Plans on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from participation.foundation.db import db
from participation.plans import queries
from participation.plans.domain.reading.seed import SEED_FOLDER
from participation.plans.models import PlanVersion
from tests.plans.documents import CSV, UNSEEN
from tests.plans.trees import FIRST, SECOND


@pytest.fixture
def run(app: Flask):
    def run(*words: object, answer: str | None = None) -> Result:
        result = app.test_cli_runner().invoke(args=["plans", *map(str, words)], input=answer)
        db.session.rollback()
        return result

    return run


def a_file(tmp_path: Path, text: str, name: str = "plan.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def versions(slug: str) -> int:
    plan = queries.find_plan(slug)
    if plan is None:
        return 0
    return db.session.scalar(
        select(func.count()).select_from(PlanVersion).where(PlanVersion.plan_id == plan.id)
    )


def test_a_dry_run_prints_the_tree_as_json_and_nothing_else(run, tmp_path):
    result = run("import", a_file(tmp_path, UNSEEN, "plan.txt"), "--dry-run", "--json", "--plan", "minato")
    assert result.exit_code == 0
    tree = json.loads(result.stdout)
    assert result.stderr == ""
    measure = tree["nodes"][0]["children"][0]["children"][0]
    assert (measure["code"], measure["level"], measure["title"], measure["line"]) == (
        "1-1-1",
        "measure",
        "見守りの輪を広げる",
        37,
    )
    assert measure["children"][0]["text"].startswith("町会や商店と力を合わせて")
    assert {"line": 17, "text": "１", "reason": "ページ番号"} in tree["left_out"]
    assert queries.find_plan("minato") is None


def test_a_dry_run_shows_lines_and_confidence_and_changes_nothing(run, tmp_path):
    result = run("import", a_file(tmp_path, UNSEEN, "plan.txt"), "--dry-run", "--plan", "minato")
    assert "99%" in result.output
    assert "何も変えていません" in result.output
    assert queries.find_plan("minato") is None


@pytest.mark.parametrize("answer", ["n\n", "\n", None])
def test_nothing_is_taken_in_before_it_is_confirmed(run, tmp_path, answer):
    run("import", a_file(tmp_path, CSV), "--plan", "sakura", "--title", "さくら区の計画", answer=answer)
    assert queries.find_plan("sakura") is None


def test_what_is_confirmed_is_taken_in_and_can_be_read(run, tmp_path, client):
    path = a_file(tmp_path, CSV)
    result = run("import", path, "--plan", "sakura", "--title", "さくら区の計画", answer="y\n")
    assert result.exit_code == 0, result.output
    assert "さくら区の計画" in client.get("/plans/sakura").get_data(as_text=True)


def test_again_with_changes_makes_a_version_and_without_makes_none(run, tmp_path):
    run("import", a_file(tmp_path, FIRST), "--yes", "--plan", "test-plan", "--title", "ためし")
    same = run("import", a_file(tmp_path, FIRST), "--yes", "--plan", "test-plan")
    assert "変わった所がない" in same.output
    assert versions("test-plan") == 1
    changed = run("import", a_file(tmp_path, SECOND), "--yes", "--plan", "test-plan")
    assert "追加1件、変更2件、廃止1件" in changed.output
    assert versions("test-plan") == 2
    assert queries.get_plan("test-plan").title == "ためし"


def test_taken_in_unpublished_it_is_not_read_yet(run, tmp_path, client):
    run(
        "import",
        a_file(tmp_path, FIRST),
        "--yes",
        "--plan",
        "test-plan",
        "--title",
        "ためし",
        "--unpublished",
    )
    assert versions("test-plan") == 1
    assert client.get("/plans/test-plan").status_code == 404


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xe6\x96\xb9\n\xff\xfe\xfd\n", "2行目"),
        ("コード,親コード,題名\nA,B,あ\nB,A,い\n".encode(), "2行目: 親子がひと回り"),
        ("コード,題名\nA,あ\nA,い\n".encode(), "3行目: コード「A」が2回"),
        (b"%PDF-1.4", "PDFのままでは"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_the_line(run, tmp_path, content, message):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    result = run("import", path, "--yes", "--plan", "bad")
    assert result.exit_code == 1
    assert message in result.output
    assert queries.find_plan("bad") is None


def test_a_name_that_cannot_stand_in_an_address_is_refused(run, tmp_path):
    result = run("import", a_file(tmp_path, CSV), "--yes", "--plan", "さくら")
    assert result.exit_code == 1
    assert "英小文字" in result.output


def test_a_seed_folder_is_taken_in_and_known_again(run):
    result = run("import", SEED_FOLDER / "meguro-vision", "--yes")
    assert "変わった所がない" in result.output


def test_without_a_database_a_dry_run_still_reads(run, tmp_path, monkeypatch):
    class Nothing:
        def has_table(self, _name: str) -> bool:
            return False

    monkeypatch.setattr("participation.plans.cli.inspect", lambda _engine: Nothing())
    path = a_file(tmp_path, CSV)
    assert json.loads(run("import", path, "--dry-run", "--json").stdout)["counts"] == {
        "guideline": 2,
        "item": 1,
    }
    assert "flask db upgrade" in run("import", path, "--yes").output


def test_the_plans_are_listed_for_people_and_for_programs(run):
    assert "meguro-basic-plan\t" in run("list").output
    rows = json.loads(run("list", "--json").output)
    assert rows[0]["levels"]["施策立案の視点"] == 13
    assert rows[-1]["reference"] is True


def test_loading_again_says_that_nothing_changed(run):
    result = run("load")
    assert result.exit_code == 0
    assert result.output.count("変わった所はありません") == 5


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("nowhere.txt", None, "がありません"),
        ("empty.txt", "", "ファイルが空です"),
        ("circle.csv", "コード,親コード,題名\nA,B,あ\nB,A,い\n", "2行目: 親子がひと回りしています"),
        ("twice.csv", "コード,題名\nA,あ\nA,い\n", "3行目: コード「A」が2回使われています"),
    ],
)
def test_what_cannot_be_read_is_said_in_japanese_on_standard_error_alone(run, tmp_path, name, text, says):
    path = tmp_path / name if text is None else a_file(tmp_path, text, name)
    result = run("import", path, "--dry-run", "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert says in result.stderr
    assert "Error" not in result.stderr
    assert "Usage" not in result.stderr


def test_without_anybody_to_answer_nothing_is_taken_in_and_it_is_said(run, tmp_path):
    result = run("import", a_file(tmp_path, CSV), "--plan", "sakura", "--title", "さくら区の計画")
    assert result.exit_code == 0
    assert "取り込みませんでした" in result.output
    assert "Aborted" not in result.output
