"""flask votes …"""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from participation.foundation.db import db, transaction
from participation.votes.models import VoteCount
from tests.support.builders.votes import a_vote, cast


def run(app, *words):
    return app.test_cli_runner().invoke(args=["votes", *words])


def test_recount_finds_mends_and_then_finds_nothing(app):
    cast(a_vote())
    assert run(app, "recount").output == "違い 0か所\n"
    with transaction():
        db.session.scalars(select(VoteCount)).first().count = 5
    checked = run(app, "recount", "--check")
    assert (checked.exit_code, "違い 1か所" in checked.output) == (1, True)
    assert "違い 1か所" in run(app, "recount").output
    assert run(app, "recount", "--check").exit_code == 0


SOI = "# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: さくら\n3: 1,2,3\n2: 2,3\n2: 3,2\n"
PB = (
    "META\nkey;value\nnum_projects;2\nnum_votes;3\nbudget;100\nvote_type;approval\n"
    "PROJECTS\nproject_id;cost;name\np;60;広場\nq;40;花壇\nVOTES\nvoter_id;vote\n1;p\n2;p\n3;q\n"
)


def tally(app, tmp_path, text, name, *words):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return run(app, "tally", str(path), *words)


def test_tally_gives_machines_winners_scores_and_steps(app, tmp_path):
    answer = json.loads(tally(app, tmp_path, SOI, "x.soi", "--rule", "irv", "--json", "--seed", "2").output)
    assert answer["winners"] == [answer["steps"][-1]["options"][0]]
    assert set(answer["scores"]) == {"1", "2", "3"}
    assert answer["steps"][1]["figures"] == {"1": 3, "2": 2, "3": 2}


def test_tally_tells_people_who_won_and_why(app, tmp_path):
    output = tally(app, tmp_path, SOI, "x.soi", "--rule", "plurality").output
    assert "1. さくら（1）" in output
    assert "との差は1票です。" in output


def test_tally_divides_a_budget_and_completes_it_as_it_is_told(app, tmp_path):
    plain = tally(app, tmp_path, PB, "x.pb", "--rule", "equal-shares", "--json")
    assert json.loads(plain.output)["winners"] == ["p"]
    rest = tally(app, tmp_path, PB, "x.pb", "--rule", "equal-shares", "--completion", "add1-greedy", "--json")
    assert (json.loads(rest.output)["winners"], json.loads(rest.output)["spent"]) == (["p", "q"], 100)
    less = tally(app, tmp_path, PB, "x.pb", "--rule", "greedy", "--budget", "59.5", "--json")
    assert json.loads(less.output)["winners"] == ["q"]


def test_the_same_ballots_are_compared_under_other_rules_and_the_declared_one_counts(app, tmp_path):
    words = tally(app, tmp_path, SOI, "x.soi", "--rule", "plurality", "--compare").output
    assert "比べるためのもので、結果は変わりません" in words
    assert "  シュルツ方式：2\n" in words
    answer = json.loads(tally(app, tmp_path, PB, "x.pb", "--rule", "greedy", "--compare", "--json").output)
    assert (answer["winners"], answer["compared"]) == (["p", "q"], {"equal-shares": ["p"]})
    assert "compared" not in json.loads(tally(app, tmp_path, PB, "x.pb", "--rule", "greedy", "--json").output)


def test_several_seats_are_taken(app, tmp_path):
    answer = tally(app, tmp_path, SOI, "x.soi", "--rule", "stv", "--seats", "2", "--json")
    assert len(json.loads(answer.output)["winners"]) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "plurality    多い順"),
        (("--rule", "score"), "この投票は「順位をつける票」です。"),
        (("--rule", "fair"), "--rule に「fair」はありません"),
        (("--rule", "greedy"), "予算が分かりません"),
        (("--rule", "irv", "--seats", "two"), "--seats には整数"),
        (("--rule", "stv", "--seats", "0"), "1以上"),
        (("--rule", "greedy", "--budget", "1e9"), "--budget には数"),
        (("--rule", "irv", "--completion", "x"), "add1-greedy"),
    ],
)
def test_what_cannot_be_tallied_is_refused_in_japanese_with_what_would_fit(app, tmp_path, words, said):
    answer = tally(app, tmp_path, SOI, "x.soi", *words)
    assert answer.exit_code == 1
    assert said in answer.stderr
    assert answer.stdout == ""


def test_a_bad_file_is_refused_with_its_lines(app, tmp_path):
    answer = tally(app, tmp_path, SOI + "x\n1: 9\n", "x.soi", "--rule", "irv", "--json")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "6行目：" in answer.stderr
    assert "7行目：「9」という選択肢はありません。" in answer.stderr


@pytest.mark.parametrize("path", ["nowhere.soi", ".", "\0"])
def test_a_file_that_is_not_there_is_no_crash(app, path):
    answer = run(app, "tally", path, "--rule", "irv")
    assert answer.exit_code == 1
    assert "読めません" in answer.stderr


def test_a_file_is_rewritten_in_another_form(app, tmp_path):
    source, target = tmp_path / "x.pb", tmp_path / "x.json"
    source.write_text(PB, encoding="utf-8")
    assert run(app, "convert", str(source), str(target)).output == f"3票を{target}に書きました。\n"
    assert json.loads(target.read_text(encoding="utf-8"))["budget"] == 100
    assert run(app, "convert", str(target), str(tmp_path / "y.pb")).exit_code == 0
    again = run(app, "tally", str(tmp_path / "y.pb"), "--rule", "greedy", "--json")
    assert json.loads(again.output)["winners"] == ["p", "q"]


@pytest.mark.parametrize(
    ("target", "said"),
    [("y.soc", "この票は .soi のファイルになります"), ("y.pb", "予算と費用"), ("no/y.soi", "書けません")],
)
def test_what_cannot_be_written_is_refused(app, tmp_path, target, said):
    source = tmp_path / "x.soi"
    source.write_text(SOI, encoding="utf-8")
    answer = run(app, "convert", str(source), str(tmp_path / target))
    assert (answer.exit_code, said in answer.stderr) == (1, True)
