"""Answers from a file: columns and cells in codes or words, what is there stays, every line counted alike."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from participation.access.actors import Actor, Role, system
from participation.foundation import files
from participation.foundation.db import db, transaction
from participation.foundation.table_files import BadTable
from participation.jobs import worker
from participation.surveys import commands, queries
from participation.surveys.commands.importing import ROOM
from participation.surveys.domain import (
    MatrixMultipleSpec,
    MatrixSpec,
    MultipleSpec,
    Option,
    PointsSpec,
    RankingSpec,
    ScaleSpec,
    SingleSpec,
)
from participation.surveys.domain.answer_files import AnswerImportStatus, FileAnswer, FileProblem
from participation.surveys.models import AnswerImport, Response
from tests.support.builders.surveys import EDITOR, a_question, a_survey, answer, options

ADMINISTRATOR = Actor(roles=frozenset({Role.ADMINISTRATOR}))
ROWS, COLUMNS = options("早さ", "正しさ"), options("よい", "悪い")


def every_kind():
    other = Option(code="a3", label="その他", takes_text=True)
    return [
        a_question(SingleSpec(options=(*options("読む", "読まない"), other)), "区報を読みますか"),
        a_question(MultipleSpec(options=options("区報", "掲示板"), most=1), "何で知りますか"),
        a_question(ScaleSpec(low_label="悪い", high_label="よい", has_unsure=True), "どうですか"),
        a_question(MatrixSpec(rows=ROWS, columns=COLUMNS), "それぞれ"),
        a_question(MatrixMultipleSpec(rows=ROWS, columns=COLUMNS), "いくつでも"),
        a_question(RankingSpec(options=ROWS), "順"),
        a_question(PointsSpec(options=ROWS, total=10), "点"),
    ]


def read(survey, text, encoding="utf-8"):
    opened = queries.open_answers(survey, text.encode(encoding))
    return [each for portion in opened.portions for each in portion]


def take_in(survey, text):
    with transaction():
        answers = [each for each in read(survey, text) if isinstance(each, FileAnswer)]
        return commands.import_answers(survey, answers, by=system("tests"))


def wrong_counts():
    with transaction():
        return commands.recount_surveys(check_only=True, by=ADMINISTRATOR)


CODES = """number,answered_on,origin,paper_number,attribute:地区,q1,q1:text,q2-a1,q2-a2,q3,q4-a1,q4-a2,q5-a1-a1,q5-a1-a2,q6-a1,q6-a2,q7-a1,q7-a2
1,2026-11-20,paper,A-1,東部,a3,回覧板,1,0,4,a1,a2,1,1,2,1,7,3
"""
WORDS = """番号,回答日,経路,整理番号,属性：地区,区報を読みますか,区報を読みますか：その他の内容,何で知りますか,q3 どうですか,それぞれ：早さ,q4.a2,いくつでも：早さ：よい,いくつでも：早さ：悪い,順：早さの順位,順：正しさの順位,点：早さの点,q7.a2
1,2026/11/20,紙,A-1,東部,その他,回覧板,区報,4,よい,悪い,○,選んだ,2位,1,7点,3
"""


@pytest.mark.parametrize(("text", "encoding"), [(CODES, "utf-8-sig"), (WORDS, "utf-8"), (WORDS, "cp932")])
def test_codes_and_words_are_read_alike(app, text, encoding):
    survey = a_survey(every_kind())
    [found] = read(survey, text, encoding)
    assert found.answers == {
        "q1": {"choice": "a3", "other": "回覧板"},
        "q2": ["a1"],
        "q3": 4,
        "q4": {"a1": "a1", "a2": "a2"},
        "q5": {"a1": ["a1", "a2"]},
        "q6": ["a2", "a1"],
        "q7": {"a1": 7, "a2": 3},
    }
    assert (found.key, found.origin, str(found.day), found.attributes) == (
        "paper:A-1",
        "paper",
        "2026-11-20",
        {"地区": "東部"},
    )


def test_a_file_adds_what_is_missing_and_nothing_twice(app):
    survey = a_survey()
    answer(survey, q1="a1")
    text = "整理番号,q1,q2-a1,q3\n1,a1,1,5\n,a2,,2\n,a2,,2\n"
    assert take_in(survey, text) == commands.Taken(3, 0), "alike lines are different people"
    assert take_in(survey, text) == commands.Taken(0, 3)
    assert take_in(survey, text + "2,a3,,\n") == commands.Taken(1, 3)
    counts = queries.count_answers(survey)
    assert (counts[("", "*")], counts[("q1", "a2")], counts[("q3", "2")]) == (5, 2, 2)
    assert wrong_counts() == {}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a9,,,", "選択肢はありません"),
        (",1,1,", "1つまで"),
        (",見た,,", "1（選んだ）か 0"),
        (",,,9", "選択肢"),
        (",,,", "答えが1つもありません"),
    ],
)
def test_a_line_that_is_no_answer_is_told_with_its_number_and_the_others_are_taken(app, row, words):
    questions = [
        a_question(),
        a_question(MultipleSpec(options=options("い", "ろ"), most=1)),
        a_question(ScaleSpec(low_label="悪い", high_label="よい")),
    ]
    survey = a_survey(questions)
    good, bad = read(survey, f"q1,q2-a1,q2-a2,q3,x\na1,,,,\n{row},?\n")
    assert isinstance(good, FileAnswer)
    assert isinstance(bad, FileProblem)
    assert bad.line == 3
    assert words in bad.message


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "空"), ("x,y\n1,2\n", "設問の列がありません"), ("q1,区報を読みますか\na1,a1\n", "2つあります")],
)
def test_a_file_whose_head_says_nothing_is_refused(app, text, words):
    survey = a_survey()
    with pytest.raises(BadTable, match=words):
        queries.open_answers(survey, text.encode())


def test_the_command_tells_what_became_of_the_lines(app, tmp_path):
    survey = a_survey()
    path = tmp_path / "answers.csv"
    path.write_text("q1,q3,電話\na1,5,\nzz,5,\n", encoding="utf-8")
    run = app.test_cli_runner().invoke
    dry = run(args=["surveys", "import-answers", survey.public_id, str(path), "--json", "--dry-run"])
    assert json.loads(dry.output)["added"] == 1
    first = run(args=["surveys", "import-answers", survey.public_id, str(path), "--json"])
    told = json.loads(first.output)
    assert (first.exit_code, told["added"], told["skipped"], [e["line"] for e in told["errors"]]) == (
        1,
        1,
        0,
        [3],
    )
    assert told["unused"] == ["電話"]
    path.write_text("問1,q3\na2,4\n", encoding="cp932")
    whole = run(args=["surveys", "import-answers", survey.public_id, str(path), "--json"])
    assert (whole.exit_code, json.loads(whole.output)["added"]) == (0, 1)
    path.write_text("q1,q3\na1,5,多い\n", encoding="utf-8")
    wide = run(args=["surveys", "import-answers", survey.public_id, str(path)])
    assert (wide.exit_code, "2行目: 1行目にある列より多くの" in wide.output) == (1, True)
    path.write_text("q1,q3\n", encoding="utf-8")
    nobody = run(args=["surveys", "import-answers", survey.public_id, str(path)])
    assert (nobody.exit_code, "1行に1人ずつ" in nobody.output) == (1, True)
    path.write_text("q1,q3,電話\na1,5,\nzz,5,\n", encoding="utf-8")
    again = run(args=["surveys", "import-answers", survey.public_id, str(path), "--json"])
    assert json.loads(again.output)["skipped"] == 1
    assert db.session.scalar(select(func.count()).select_from(Response)) == 2
    path.write_text("何か\n", encoding="utf-8")
    bad = run(args=["surveys", "import-answers", survey.public_id, str(path), "--json"])
    assert bad.exit_code == 1
    assert json.loads(bad.output)["errors"]
    assert run(args=["surveys", "import-answers", "none", str(path)]).exit_code == 1


def test_a_confirmed_file_is_taken_in_by_the_worker_and_let_go(app):
    survey = a_survey()
    content = b"q1,q3\na1,5\nzz,5\na2,4\n"
    name = files.keep(content, ROOM)
    with transaction():
        preview = queries.preview_answers(survey, content)
        kept = commands.keep_import(survey, "answers.csv", name, preview, by=EDITOR)
    assert (kept.preview["added"], kept.problem_count) == (2, 1)
    with transaction():
        commands.start_import(survey, kept, by=EDITOR)
    worker.drain()
    db.session.rollback()
    kept = db.session.scalars(select(AnswerImport)).one()
    assert (kept.status, kept.added, kept.skipped, kept.problem_count, kept.sha256) == (
        AnswerImportStatus.DONE,
        2,
        0,
        1,
        None,
    )
    with pytest.raises(files.Lost):
        files.read(name, ROOM)
    assert wrong_counts() == {}
