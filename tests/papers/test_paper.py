"""What a paper consists of."""

from __future__ import annotations

from participation.papers.paper import Marked, Read, text_of, written
from tests.support.papers import a_paper


def test_control_characters_and_turned_directions_are_left_out_and_every_letter_stays():
    assert written("a\x00b\x0b\ufeff\u202ec\r\nd\te𠮷🙂") == "abc\nd e𠮷🙂"


def test_nothing_is_not_zero():
    assert (text_of(None), text_of(0), text_of(1284)) == ("", "0", "1,284")


def test_changed_words_are_told_without_marks_where_there_are_none():
    changed = Marked((("same", "区は"), ("remove", "努める"), ("add", "行う")))
    assert text_of(changed) == "区は［削除：努める］［追加：行う］"


def test_the_seal_stays_while_nothing_changes_and_differs_with_any_cell_or_mark():
    one = a_paper([(1, "あ", 2)])
    assert one.seal() == one.seal() == a_paper([(1, "あ", 2)]).seal()
    others = [a_paper([(1, "い", 2)]), a_paper([(1, "あ", None)]), a_paper([(1, "あ", 2)], mark="公表前")]
    assert len({one.seal(), *(each.seal() for each in others)}) == 4


def test_readings_stand_in_brackets_where_there_is_nothing_above_a_line():
    assert text_of(Read((("公園", "こうえん"), ("の木", "")))) == "公園（こうえん）の木"
