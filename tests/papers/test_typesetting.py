"""Setting in type, in a process of its own."""

from __future__ import annotations

from participation.papers.typefaces import FOLDER
from participation.papers.typesetting import main


def test_a_template_that_cannot_be_set_is_answered_with_the_reason(tmp_path, capsys):
    (tmp_path / "paper.typ").write_text("#unknown-thing()", "utf-8")
    assert main(str(tmp_path), str(FOLDER)) == 1
    assert "unknown" in capsys.readouterr().err


def test_a_paper_is_tagged_for_being_read_aloud(tmp_path):
    (tmp_path / "paper.typ").write_text('#set document(title: "題")\n= 見出し', "utf-8")
    assert main(str(tmp_path), str(FOLDER)) == 0
    assert b"StructTreeRoot" in (tmp_path / "paper.pdf").read_bytes()
