"""flask reading bundle and flask reading topics"""

from __future__ import annotations

import ast
import json
import os
import random
import subprocess
import sys

import pytest

from participation.foundation.errors import Refused
from participation.reading import cli
from participation.reading.domain import alone
from participation.reading.domain.apart import ReadingStopped
from tests.architecture.source import PACKAGE, Module, imported
from tests.reading.corpus import opinions


def written(folder, *, shuffled=False):
    rows = [f'{each.id},"{each.words}"' for each in opinions(60)[0]]
    rows += [rows[0].replace("0,", "600,", 1), rows[1].replace("1,", "601,", 1)]
    if shuffled:
        rows = random.Random(5).sample(rows, len(rows))
    path = folder / ("b.csv" if shuffled else "a.csv")
    path.write_text("\n".join(["id,comment", *rows]), encoding="utf-8")
    return path


@pytest.fixture
def here(monkeypatch):
    """Read in this process: what `read_apart` does in another."""

    def read(order):
        return json.dumps(alone.answer({**order, "path": str(order["path"])}), ensure_ascii=False).encode()

    monkeypatch.setattr(cli, "read_apart", read)


def test_bundles_and_topics_are_written_as_json_by_a_process_of_their_own(app, tmp_path):
    runner, path = app.test_cli_runner(), str(written(tmp_path))
    bundles = json.loads(runner.invoke(args=["reading", "bundle", path, "--json"]).output)
    assert {frozenset(each) for each in bundles["bundles"]} >= {
        frozenset(["0", "600"]),
        frozenset(["1", "601"]),
    }
    topics = json.loads(runner.invoke(args=["reading", "topics", path, "--json"]).output)
    assert sum(len(each["members"]) for each in topics["topics"]) == 62
    assert all(each.keys() >= {"label", "members", "sentences"} for each in topics["topics"])
    assert all(each.keys() == {"id", "text"} for topic in topics["topics"] for each in topic["sentences"])
    assert topics["peak_mb"] < 1000


def test_row_order_process_and_number_of_threads_change_no_letter(app, tmp_path):
    def told(answer):
        return {key: value for key, value in answer.items() if key not in ("seconds", "peak_mb")}

    order = {"what": "topics", "path": str(written(tmp_path)), "seed": 3}
    first = told(json.loads(json.dumps(alone.answer(order))))
    done = subprocess.run(
        [sys.executable, "-m", "participation.reading.domain.alone"],
        input=json.dumps({**order, "path": str(written(tmp_path, shuffled=True))}).encode(),
        stdout=subprocess.PIPE,
        cwd=app.root_path,
        env={**os.environ, "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"},
        check=True,
    )
    assert told(json.loads(done.stdout)) == first


def test_both_are_told_in_words_too(app, tmp_path, here):
    runner, path = app.test_cli_runner(), str(written(tmp_path))
    assert "同文2件：0、600" in runner.invoke(args=["reading", "bundle", path]).output
    assert "安定度：" in runner.invoke(args=["reading", "topics", path]).output
    alone_path = tmp_path / "one.csv"
    alone_path.write_text("id,comment\n1,一つだけの意見\n", encoding="utf-8")
    assert "同じ文は見つかりませんでした" in runner.invoke(args=["reading", "bundle", str(alone_path)]).output
    assert "文が少ないため" in runner.invoke(args=["reading", "topics", str(alone_path)]).output


@pytest.mark.parametrize(
    "error", [Refused("1行目に id の列がありません。"), ReadingStopped("途中で止まりました（9）。")]
)
def test_what_cannot_be_read_is_a_sentence_and_no_result(app, tmp_path, monkeypatch, error):
    def fail(order):
        raise error

    monkeypatch.setattr(cli, "read_apart", fail)
    done = app.test_cli_runner().invoke(args=["reading", "bundle", str(written(tmp_path)), "--json"])
    assert done.exit_code == 1
    assert str(error) in done.output


def _loaded(module):
    """What a module imports when it is loaded; what it imports for the sake of types is not loaded."""
    for_types = "\n".join(
        ast.unparse(line)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for line in node.body
    )
    names = imported(Module(module.path, for_types)).keys() if for_types else ()
    return [whole for name, whole in imported(module).items() if name not in names]


def test_the_program_starts_without_loading_what_computes():
    waiting, passed = ["participation.reading.slice"], set()
    while waiting:
        name = waiting.pop()
        assert not name.startswith(("numpy", "scipy")), passed
        path = PACKAGE.joinpath(*name.split(".")[1:])
        if name in passed or not name.startswith("participation.reading"):
            continue
        passed.add(name)
        if path.with_suffix(".py").exists() or (path / "__init__.py").exists():
            file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
            waiting += _loaded(Module(file))
        else:
            waiting.append(name.rpartition(".")[0])
    assert "participation.reading.domain.apart" in passed
