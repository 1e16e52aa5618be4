"""flask replies load."""

from __future__ import annotations

from sqlalchemy import select

from participation.foundation.db import db
from participation.replies.models import Disposition


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
