"""A paper as plain text."""

from __future__ import annotations

from participation.papers.plain import lines
from tests.support.papers import a_paper


def test_every_cell_stands_under_the_name_of_its_column():
    text = "\n".join(lines(a_paper([(1, "区報を\n大きく", 0)])))
    assert "No.：1\n意見：\n　区報を\n　大きく\n件数：0\n" in text


def test_changed_words_are_named_because_text_has_no_lines_through_it():
    assert "文：区は［削除：努める］［追加：行う］" in "\n".join(lines(a_paper()))


def test_what_is_not_public_yet_says_so_in_the_first_line():
    assert next(lines(a_paper(mark="公表前"))) == "【公表前】"
