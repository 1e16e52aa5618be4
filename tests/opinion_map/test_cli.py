"""flask opinion-map compute"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import pytest

from participation.access.actors import system
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.opinion_map import cli, commands, queries
from participation.opinion_map.domain import alone, apart
from tests.architecture.source import PACKAGE, Module, imported
from tests.opinion_map.voters import planted
from tests.support.builders.opinion_map import a_map, computed, two_camps

ONE_GROUP_KEYS = {"agree", "disagree", "seen", "agree_probability", "representativeness"}


@pytest.fixture(scope="module")
def lines():
    votes = planted(120, 30, 2, 20).votes
    return [
        f"{row},{column},{value}"
        for row, column, value in zip(votes.rows, votes.columns, votes.values, strict=True)
    ]


def written(folder, lines):
    path = folder / "votes.csv"
    path.write_text("participant,statement,vote\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(app, *words):
    return app.test_cli_runner().invoke(args=["opinion-map", "compute", *map(str, words)])


def test_a_map_is_written_as_json(app, tmp_path, lines):
    done = run(app, written(tmp_path, [*lines, "7,3,maybe"]), "--json", "--remove", "5")
    assert done.exit_code == 0
    data = json.loads(done.output)
    assert sum(len(each["members"]) for each in data["groups"]) == sum(
        1 for each in data["participants"]["group"] if each is not None
    )
    assert len(data["groups"]) == 2
    assert "5" not in {each["id"] for each in data["statements"]}
    for statement in data["statements"]:
        assert statement.keys() >= {"id", "bridging", "consensus", "by_group"}
        assert all(each.keys() >= ONE_GROUP_KEYS for each in statement["by_group"])
    assert [each["line"] for each in data["problems"]] == [len(lines) + 2]
    assert 0 < data["seconds"] < 60
    assert 20 < data["peak_mb"] < 400


def test_a_map_is_told_in_words(app, tmp_path, lines, monkeypatch):
    def in_this_process(path, *, seed, removed, statements, unsure):
        order = {"votes": str(path), "statements": statements, "removed": removed, "seed": seed}
        return json.dumps(alone.answer(order)).encode()

    monkeypatch.setattr(cli, "compute_apart", in_this_process)
    done = run(app, written(tmp_path, [*lines, "7,3,maybe"]))
    assert f"{len(lines) + 2}行目：票「maybe」は読めません。" in done.output
    assert "グループ1：" in done.output
    assert "立場の違いをこえて賛成の多い意見文：" in done.output


def test_a_mistyped_name_of_a_removed_statement_is_told_on_the_terminal_and_in_the_json(
    app, tmp_path, lines, monkeypatch
):
    def in_this_process(path, *, seed, removed, statements, unsure):
        order = {"votes": str(path), "statements": statements, "removed": removed, "seed": seed}
        return json.dumps(alone.answer(order), ensure_ascii=False).encode()

    monkeypatch.setattr(cli, "compute_apart", in_this_process)
    path = written(tmp_path, lines)
    for words in ((), ("--json",)):
        done = run(app, path, "--remove", "nosuch", *words)
        assert "取り下げた意見文「nosuch」は、票の中にありません" in done.output


def test_a_run_of_the_time_before_unlearnt_figures_were_null_is_computed_again_as_it_was(app, monkeypatch):
    monkeypatch.setattr(cli, "compute_votes", computed)
    opinion_map = a_map()
    two_camps(opinion_map, people=1)
    read = queries.read_votes(opinion_map)
    content = apart.as_file(read.votes)
    found = computed(content, as_before=True)
    del found["method"]["axes"]
    with transaction():
        commands.record_run(opinion_map, content, found, changes=read.changes, by=system("tests"))
    again = app.test_cli_runner().invoke(args=["opinion-map", "reproduce", opinion_map.public_id, "1"])
    assert "同じ地図になりました" in again.output


def test_a_file_without_votes_is_refused_in_a_sentence(app, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("id,text\n1,a\n", encoding="utf-8")
    done = run(app, path, "--json")
    assert done.exit_code == 1
    assert "participant（参加者）の列がありません" in done.output


def test_row_order_and_the_number_of_threads_change_no_letter(app, tmp_path, lines):
    def told(answer):
        spent = {"seconds", "elapsed_seconds", "reading_seconds", "peak_mb"}
        return {key: value for key, value in answer.items() if key not in spent}

    order = {"votes": str(written(tmp_path, lines)), "statements": None, "removed": [], "seed": 0}
    here = told(json.loads(json.dumps(alone.answer(order))))
    written(tmp_path, random.Random(1).sample(lines, len(lines)))
    done = subprocess.run(
        [sys.executable, "-m", "participation.opinion_map.domain.alone"],
        input=json.dumps(order).encode(),
        stdout=subprocess.PIPE,
        cwd=app.root_path,
        env={**os.environ, "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"},
        check=True,
    )
    assert told(json.loads(done.stdout)) == here


def test_the_program_starts_without_loading_what_computes():
    """Whatever the manifest reaches, by however many steps: none of it is numpy."""
    waiting, passed = ["participation.opinion_map.slice"], set()
    while waiting:
        name = waiting.pop()
        assert not name.startswith(("numpy", "scipy")), passed
        path = PACKAGE.joinpath(*name.split(".")[1:])
        if name in passed or not name.startswith("participation.opinion_map"):
            continue
        passed.add(name)
        if path.with_suffix(".py").exists() or (path / "__init__.py").exists():
            module = Module(
                path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
            )
            waiting += imported(module).values()
        else:
            waiting.append(name.rpartition(".")[0])
    assert "participation.opinion_map.domain.picture" in passed


def test_a_map_of_the_database_is_computed_recorded_and_computed_again_bit_for_bit(app, monkeypatch):
    monkeypatch.setattr(cli, "compute_votes", computed)
    opinion_map = a_map()
    two_camps(opinion_map, people=12)
    runner = app.test_cli_runner()
    assert "計算1：12人、票144件" in runner.invoke(args=["opinion-map", "run", opinion_map.public_id]).output
    again = runner.invoke(args=["opinion-map", "reproduce", opinion_map.public_id, "1"])
    assert "同じ地図になりました" in again.output
    monkeypatch.setattr(
        cli, "compute_votes", lambda content, seed, as_before: {**computed(content), "groups": []}
    )
    other = runner.invoke(args=["opinion-map", "reproduce", opinion_map.public_id, "1"])
    assert (other.exit_code, "違う地図" in other.output) == (1, True)
    assert "違いはありません" in runner.invoke(args=["opinion-map", "recount", "--check"]).output


def test_hidden_votes_are_foretold_side_by_side_with_polis(app, tmp_path, lines):
    path = written(tmp_path, lines)
    told = app.test_cli_runner().invoke(args=["opinion-map", "foretell", str(path), "--draws", "2", "--json"])
    assert told.exit_code == 0
    found = json.loads(told.output)
    assert len(found["draws"]) == 2
    assert found["median"]["model"] > found["median"]["places"] > 0.5


def test_where_nobody_differs_nothing_is_foretold(app, tmp_path):
    path = written(tmp_path, [f"{who},{number},1" for who in range(9) for number in range(9)])
    told = app.test_cli_runner().invoke(args=["opinion-map", "foretell", str(path)])
    assert told.exit_code == 1
    assert "確かめられません" in told.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("participant,statement,vote\n", "読める票が1件もありません"),
        ("participant,statement,vote\n1,2,maybe\n", "2行目：票「maybe」は読めません"),
        ("participant,statement,vote\n1,2," + "x" * 1_000_000 + "\n", "…」は読めません"),
        ("", "ファイルが空です"),
        ("participant;statement;vote\n1;2;1\n", "participant（参加者）の列がありません"),
        ("参加者,意見文\n1,2\n", "vote（投票）の列がありません"),
    ],
    ids=["only a header", "no readable vote", "a megabyte", "empty", "semicolons", "no votes"],
)
def test_a_file_without_a_single_vote_is_refused_in_a_short_sentence(tmp_path, content, said):
    path = tmp_path / "votes.csv"
    path.write_text(content, encoding="utf-8")
    order = {"votes": str(path), "statements": None, "removed": [], "seed": 0}
    with pytest.raises(Refused) as refusal:
        alone.answer(order)
    assert said in refusal.value.reason
    assert len(refusal.value.reason) < 200
