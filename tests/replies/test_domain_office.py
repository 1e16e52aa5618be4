"""Deadlines in words, and numbers of the ward's document system as files say them."""

from __future__ import annotations

from datetime import date

import pytest

from participation.replies.domain import MOST_NUMBERS, due_in_words, read_decision_numbers

SUNDAY = date(2026, 11, 22)
HEAD = (1, ("論点番号", "決裁番号", "決裁日"))


@pytest.mark.parametrize(
    ("on", "words", "kind"),
    [
        (None, "期限なし", "plain"),
        (date(2026, 11, 20), "期限切れ", "danger"),
        (date(2026, 11, 16), "期限切れ（4開庁日すぎています）", "danger"),
        (SUNDAY, "きょうまで", "warn"),
        (date(2026, 11, 24), "あと1開庁日", "warn"),
        (date(2026, 11, 30), "あと5開庁日", "warn"),
        (date(2026, 12, 1), "あと6開庁日", "plain"),
    ],
)
def test_a_deadline_is_said_in_words_and_counted_in_working_days(on, words, kind):
    due = due_in_words(on, SUNDAY)
    assert (due.words, due.kind) == (words, kind)
    assert due.is_overdue is (kind == "danger")


def test_lines_are_read_by_the_names_of_their_columns_in_any_order():
    found, problems = read_decision_numbers(
        [(1, ("決裁日", "番号", "備考", "文書番号")), (2, ("R8.11.20", "No.3", "", "8目企第1号"))]
    )
    assert problems == []
    assert [(each.point, each.number, each.decided_on) for each in found] == [
        (3, "8目企第1号", date(2026, 11, 20))
    ]


def test_what_is_wrong_is_said_line_by_line_and_the_others_are_read():
    found, problems = read_decision_numbers(
        [
            HEAD,
            (2, ("1", "第1号", "2026-11-20")),
            (3, ("", "第2号", "2026-11-20")),
            (4, ("3", "", "2026-11-20")),
            (5, ("4", "第4号", "あした")),
            (6, ("1", "第5号", "2026-11-20")),
            (7, ("", "", "")),
            (8, ("9", "長" * 61, "2026-11-20")),
        ]
    )
    assert [each.point for each in found] == [1]
    assert [each.line for each in problems] == [3, 4, 5, 6, 8]
    assert "2行目にもあります" in problems[3].message


def test_a_file_without_the_columns_or_with_too_many_lines_is_refused():
    assert read_decision_numbers([(1, ("a", "b"))])[1][0].message.startswith("「論点番号」")
    assert read_decision_numbers([])[1][0].line == 0
    lines = [HEAD, *((n + 2, (str(n + 1), "第1号", "2026-11-20")) for n in range(MOST_NUMBERS + 5))]
    found, problems = read_decision_numbers(lines)
    assert len(found) == MOST_NUMBERS
    assert "500行まで" in problems[-1].message
