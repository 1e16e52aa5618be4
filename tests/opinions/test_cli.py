"""Opinions on the command line: files in, counts, the register out and in again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.access.actors import system
from participation.audit.models import AuditEntry
from participation.consultations.models import Consultation
from participation.foundation.csv_text import BOM
from participation.foundation.db import db, transaction
from participation.opinions import commands, queries
from participation.opinions.domain import importing
from participation.opinions.models import Opinion, Submission
from tests.opinions.importing import a_csv, a_mail, a_mailbox, a_workbook
from tests.support.builders.consultations import a_planned_consultation, a_subject, an_open_consultation
from tests.support.builders.opinions import a_paper_submission, a_submission, opinions_of


def _run(app: Flask, *words: str) -> Any:
    result = app.test_cli_runner().invoke(args=["opinions", *words])
    db.session.rollback()  # So that the test sees what the command stored.
    return result


def _take(
    app: Flask, tmp_path: Path, content: bytes, to: Consultation, *words: str, name: str = "a.csv"
) -> Any:
    path = tmp_path / name
    path.write_bytes(content)
    return _run(app, "import", str(path), "--consultation", to.code, "--json", *words)


def _answer(result: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_table_is_taken_in_and_the_answer_is_json(app: Flask, tmp_path: Path) -> None:
    consultation = an_open_consultation()
    result = _take(app, tmp_path, a_csv("number,body", "1,道", "2,", "3,橋"), consultation)
    assert result.exit_code == 0
    assert _answer(result) == {"added": 2, "skipped": 0, "errors": [{"line": 3, "message": "本文が空です。"}]}
    again = _take(app, tmp_path, a_csv("number,body", "1,道", "2,川", "3,橋"), consultation)
    assert _answer(again) == {"added": 1, "skipped": 2, "errors": []}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_every_usual_encoding_gives_the_same_words(app: Flask, tmp_path: Path, encoding: str) -> None:
    consultation = an_open_consultation()
    content = a_csv("番号\t本文", '1\t"①道を、\r\n広く"', encoding=encoding)
    assert _answer(_take(app, tmp_path, content, consultation))["added"] == 1
    exported = next(iter(queries.export_originals(consultation.id)))
    assert exported[1] == "①道を、\n広く"


def test_a_workbook_a_mail_and_a_mailbox_are_taken_in(app: Flask, tmp_path: Path) -> None:
    consultation = an_open_consultation()
    book = _take(app, tmp_path, a_workbook(["番号", "本文"], [1.0, "道"]), consultation, name="a.xlsx")
    mail = _take(app, tmp_path, a_mail(attached="案.pdf").as_bytes(), consultation, name="a.eml")
    second = a_mail("橋", number="<2@x>").as_bytes()
    box = _take(app, tmp_path, a_mailbox(a_mail().as_bytes(), second), consultation, name="inbox")
    assert [_answer(each)["added"] for each in (book, mail, box)] == [1, 1, 1]
    assert _answer(box)["skipped"] == 1
    assert mail.stderr == ""
    assert db.session.scalars(select(Submission.channel).order_by(Submission.id)).all() == [
        "post",
        "email",
        "email",
    ]
    assert db.session.scalars(select(Submission.title).order_by(Submission.id)).all()[1] == "素案への意見"


def test_columns_item_channel_and_day_can_be_given(app: Flask, tmp_path: Path) -> None:
    first, second = a_subject("道"), a_subject("公園")
    consultation = an_open_consultation(about=[first, second])
    chosen = (
        "--map",
        "number=x",
        "--map",
        "body=y",
        "--node",
        "公園",
        "--channel",
        "fax",
        "--received-on",
        "2026-11-20",
    )
    assert _answer(_take(app, tmp_path, a_csv("x,y", "1,道"), consultation, *chosen))["added"] == 1
    row = next(iter(queries.export_originals(consultation.id)))
    assert row[2:6] == ("FAX", "2026-11-20", "", second.reference)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("番号,本文\n1,ひらがなです".encode("euc_jp"), "EUC-JP"),
        (b"number,page\n1,2", "本文"),
        (b"%PDF-1.7", "PDF"),
        (b"", "空です"),
        (b"PK\x03\x04", "壊れています"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    app: Flask, tmp_path: Path, content: bytes, words: str
) -> None:
    result = _take(app, tmp_path, content, an_open_consultation())
    assert result.exit_code == 1
    answer = _answer(result)
    assert (answer["added"], answer["skipped"]) == (0, 0)
    assert words in answer["errors"][0]["message"]


def test_an_unknown_call_a_planned_call_an_unknown_item_and_a_wrong_mapping_are_said_in_words(
    app: Flask, tmp_path: Path
) -> None:
    content = a_csv("number,body", "1,道")
    planned, running = a_planned_consultation(), an_open_consultation()
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    unknown = _run(app, "import", str(path), "--consultation", "nothing", "--json")
    too_early = _take(app, tmp_path, content, planned)
    no_item = _take(app, tmp_path, content, running, "--node", "どこか")
    no_column = _take(app, tmp_path, content, running, "--map", "page=x")
    assert [each.exit_code for each in (unknown, too_early, no_item, no_column)] == [1, 1, 1, 1]
    assert "募集を始めてから" in too_early.output
    assert "項目「どこか」" in no_item.output
    assert "received_on" in no_column.output
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0


def test_a_dry_run_says_what_would_happen_and_changes_nothing(app: Flask, tmp_path: Path) -> None:
    consultation = an_open_consultation()
    result = _take(app, tmp_path, a_csv("number,body", "1,道", "2,"), consultation, "--dry-run")
    assert (_answer(result)["added"], len(_answer(result)["errors"])) == (1, 1)
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0


def test_what_was_stopped_in_the_middle_goes_on_without_doubling(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 3)
    consultation = an_open_consultation()
    content = a_csv("number,body", *(f"{number},意見{number}" for number in range(10)))
    original, calls = queries.list_registered, []

    def stop_at_the_third(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return original(*arguments)

    with monkeypatch.context() as stopped:
        stopped.setattr("participation.opinions.commands.importing.list_registered", stop_at_the_third)
        assert _take(app, tmp_path, content, consultation).exit_code == 1
    assert db.session.scalar(select(func.count()).select_from(Opinion)) == 6
    assert _answer(_take(app, tmp_path, content, consultation)) == {"added": 4, "skipped": 6, "errors": []}
    assert list(db.session.scalars(select(Opinion.number).order_by(Opinion.number))) == list(range(1, 11))


def test_counts_are_printed_by_their_four_names(app: Flask) -> None:
    consultation = an_open_consultation()
    a_paper_submission(["道", "橋"], to=consultation)
    a_paper_submission(["道 "], to=consultation, organisation_name="みどり会")
    result = _run(app, "counts", consultation.code, "--json")
    assert json.loads(result.stdout) == {
        "submitters": 2,
        "submissions": 2,
        "opinions": 3,
        "distinct_texts": 2,
    }
    assert "文面の種類\t2" in _run(app, "counts", consultation.code).output
    assert _run(app, "counts", "nothing", "--json").exit_code == 1


@pytest.mark.parametrize("words", [(), ("--header", "ja"), ("--encoding", "cp932")])
def test_what_was_given_out_can_be_taken_in_again(app: Flask, tmp_path: Path, words: tuple[str, ...]) -> None:
    subject = a_subject()
    consultation, other = an_open_consultation(about=[subject]), an_open_consultation(about=[subject])
    head = "番号,本文,届いた方法,団体名,人数,資格,年代,件名,消印,届いた日"
    lines = [
        "A,=1+1,FAX,みどり会,,在住,30代,件,2026-11-19,2026-11-20",
        "B,-道,電話,,3,,,,,",
        '"C","一\r\n二",窓口,,,,,,,',
    ]
    _take(app, tmp_path, a_csv(head, *lines), consultation)
    a_submission(["  ウェブの道"], to=consultation)
    out = tmp_path / "out.csv"
    assert _run(app, "export", consultation.code, "--output", str(out), *words).exit_code == 0
    again = _take(app, tmp_path, out.read_bytes(), consultation)
    assert _answer(again) == {"added": 0, "skipped": 4, "errors": []}
    assert _answer(_take(app, tmp_path, out.read_bytes(), other))["added"] == 4
    second = tmp_path / "second.csv"
    _run(app, "export", other.code, "--output", str(second), *words)
    there = [line.split(b",")[0:2] for line in out.read_bytes().splitlines()]
    assert [line.split(b",")[0:2] for line in second.read_bytes().splitlines()] == there


def test_a_workbook_that_was_given_out_can_be_taken_in_again(app: Flask, tmp_path: Path) -> None:
    consultation = an_open_consultation()
    lines = ("A,=1+1,,3", "B,https://example.jp/道,FAX,", '"C","一\r\n二",,')
    _take(app, tmp_path, a_csv("番号,本文,届いた方法,人数", *lines), consultation)
    out = tmp_path / "out.xlsx"
    assert "3件を" in _run(app, "export", consultation.code, "--output", str(out)).output
    again = _take(app, tmp_path, out.read_bytes(), consultation, name="again.xlsx")
    assert _answer(again) == {"added": 0, "skipped": 3, "errors": []}


def test_names_and_addresses_do_not_leave_with_the_register_and_the_leaving_is_on_record(
    app: Flask, tmp_path: Path
) -> None:
    consultation = an_open_consultation()
    _take(app, tmp_path, a_csv("番号,本文,氏名,住所", "A,道,架空 花子,架空町1"), consultation)
    out = tmp_path / "out.csv"
    _run(app, "export", consultation.code, "--output", str(out))
    text = out.read_text("utf-8")
    assert text.startswith(BOM + '"number","body","channel"')
    assert "架空" not in text
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "opinions.export")) == 1


def test_what_was_withdrawn_does_not_leave_with_the_register(app: Flask) -> None:
    consultation = an_open_consultation()
    submission = a_paper_submission(["道", "橋"], to=consultation)
    with transaction():
        commands.withdraw_opinion(opinions_of(submission)[0], "本人から電話", by=system("tests"))
    assert [row[1] for row in queries.export_originals(consultation.id)] == ["橋"]


def test_a_consultation_that_is_not_there_is_named_and_standard_output_stays_empty(app, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("number,body\n1,木を。\n", "utf-8")
    out = str(tmp_path / "out.csv")
    for args in (
        ["opinions", "counts", "nope", "--json"],
        ["opinions", "counts", "nope"],
        ["opinions", "import", str(path), "--consultation", "nope", "--json"],
        ["opinions", "export", "nope", "--output", out],
        ["replies", "export", "nope", "--format", "csv", "--output", out],
        ["replies", "bundle", "nope"],
    ):
        told = app.test_cli_runner().invoke(args=args)
        assert (told.exit_code, told.stdout) == (1, ""), args
        assert told.stderr == "エラー: 案件「nope」がありません。\n", args
    assert not (tmp_path / "out.csv").exists()


def test_a_folder_that_is_not_there_is_named_before_anything_is_written(app, tmp_path):
    told = app.test_cli_runner().invoke(
        args=["opinions", "export", "a", "--output", str(tmp_path / "none" / "a.csv")]
    )
    assert told.exit_code == 1
    assert f"フォルダ「{tmp_path / 'none'}」がありません" in told.stderr
