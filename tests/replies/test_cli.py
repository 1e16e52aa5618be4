"""flask replies load, flask replies export."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.foundation.db import db
from participation.replies.models import Disposition
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import a_point, published, the_schemes


def test_loading_again_changes_nothing_and_a_new_wording_changes_one(app, tmp_path):
    runner = app.test_cli_runner()
    assert "追加 0、変更 0" in runner.invoke(args=["replies", "load"]).output
    file = tmp_path / "own.toml"
    file.write_text(
        '[[scheme]]\ncode = "generic"\nname = "一般"\n'
        '[[scheme.disposition]]\ncode = "A"\nsymbol = "A"\nlabel = "採用"\n',
        "utf-8",
    )
    assert "変更 1、使わなくした 4" in runner.invoke(args=["replies", "load", str(file)]).output
    assert db.session.scalars(select(Disposition.label).where(Disposition.label == "採用")).all() == ["採用"]


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(app, tmp_path):
    file = tmp_path / "broken.toml"
    file.write_bytes(b"\x8f\x90=[")
    result = app.test_cli_runner().invoke(args=["replies", "load", str(file)])
    assert result.exit_code == 1
    assert "対応区分のファイルを読めません" in result.output


@pytest.fixture
def result(app):
    """A consultation with one published reply."""
    the_schemes()
    consultation = an_open_consultation()
    published(a_point([an_opinion(to=consultation)], summary="𠮷と🙂の要旨です。"))
    return consultation


def export(app, code, path, *more, form="txt"):
    return app.test_cli_runner().invoke(
        args=["replies", "export", code, "--format", form, "--output", str(path), *more]
    )


@pytest.mark.parametrize("form", ["html", "pdf", "docx", "xlsx", "csv", "txt"])
def test_the_result_is_written_in_every_form(app, result, tmp_path, form):
    path = tmp_path / f"結果.{form}"
    path.write_text("前のファイル", "utf-8")
    done = export(app, result.code, path, form=form)
    assert done.exit_code == 0, done.output
    assert f"{path.stat().st_size:,}バイト" in done.output
    assert "前のファイル".encode() not in path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_in_cp932_the_letters_that_were_lost_are_named(app, result, tmp_path):
    done = export(app, result.code, tmp_path / "a.csv", "--encoding", "cp932", form="csv")
    assert done.exit_code == 0
    assert "2種類の文字は〓にしました" in done.output
    assert "U+20BB7" in done.output
    assert "〓と〓の要旨です。" in (tmp_path / "a.csv").read_bytes().decode("cp932")


def test_what_cannot_be_written_is_said_in_japanese_and_leaves_nothing(app, result, tmp_path):
    empty = an_open_consultation()
    for code, path, more, words in (
        ("nai", tmp_path / "a.txt", (), "案件「nai」がありません。"),
        (empty.code, tmp_path / "a.txt", (), "まだ何も公表していません"),
        (result.code, tmp_path / "ない" / "a.txt", (), "がありません。先に作ってください。"),
        (result.code, tmp_path, (), "はフォルダです"),
        (result.code, tmp_path / "a.txt", ("--viewpoint", "X-9"), "「X-9」の結果はありません"),
    ):
        done = export(app, code, path, *more)
        assert done.exit_code == 1
        assert words in done.output
    done = export(app, result.code, tmp_path / "a.pdf", "--encoding", "cp932", form="pdf")
    assert done.exit_code == 1
    assert "CSVとテキストだけ" in done.output
    assert list(tmp_path.iterdir()) == []


def test_the_same_words_are_looked_for_from_the_shell_and_wait_for_a_person(app):
    consultation = an_open_consultation()
    for _ in range(2):
        an_opinion(said="図書館の席が足りません。夜も使えるようにしてください。", to=consultation)
    told = app.test_cli_runner().invoke(args=["replies", "bundle", consultation.code])
    assert told.output == "確認を待つ案 1束\n"
    missing = app.test_cli_runner().invoke(args=["replies", "bundle", "nai"])
    assert (missing.exit_code, "案件「nai」がありません" in missing.output) == (1, True)
