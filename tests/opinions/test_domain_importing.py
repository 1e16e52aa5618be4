"""Rows become submissions: columns by many names, days as people write them, and errors with their line."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from participation.foundation.errors import Refused
from participation.opinions.domain import Channel
from participation.opinions.domain.importing import (
    ImportChoices,
    ImportColumn,
    ImportedText,
    Reading,
    Registered,
    Unreadable,
    compare,
    gather,
    mapping_of,
    read_rows,
)
from participation.people.domain import AgeBand, Standing
from tests.opinions.importing import a_csv, a_workbook

OPENS, CLOSES = datetime(2026, 10, 31, 15, tzinfo=UTC), datetime(2026, 11, 20, 15, tzinfo=UTC)
CHOICES = ImportChoices(
    nodes={"mp-1": 7, "めぐろの道": 8},
    districts={"油面": 3},
    received_on=date(2026, 11, 10),
    opens_at=OPENS,
    closes_at=CLOSES,
)


def _read(*lines: str, choices: ImportChoices = CHOICES, mapping: tuple[str, ...] = ()) -> Reading:
    form, columns, rows = read_rows(a_csv(*lines), mapping_of(mapping))
    return gather(form, columns, rows, choices)


def _problems(reading: Reading) -> list[tuple[int | None, str]]:
    return [(each.line, each.message) for each in reading.problems]


@pytest.mark.parametrize(
    "header",
    [
        "number,body",
        "No.,ご意見",
        "原本番号,本文（必須）",
        "ＩＤ,Comment",
        "意見番号,意見の内容",
        "原本の番号,本文",
    ],
)
def test_the_columns_are_known_by_many_names(header: str) -> None:
    reading = _read(header, "A-1,道を広く")
    assert [(each.number, each.texts[0].body) for each in reading.submissions] == [("A-1", "道を広く")]


def test_of_two_columns_that_could_be_the_number_the_surer_name_is_taken() -> None:
    assert _read("id,原本番号,本文", "9,A-1,道を広く").submissions[0].number == "A-1"


def test_columns_can_be_named_by_hand_and_others_are_said_to_be_unused() -> None:
    reading = _read("x,y,本文", "1,道を広く,別の列", mapping=("number=x", "本文=y"))
    assert reading.submissions[0].texts[0].body == "道を広く"
    assert reading.columns == (("x", ImportColumn.NUMBER), ("y", ImportColumn.BODY), ("本文", None))


def test_a_name_by_hand_that_means_nothing_is_refused_with_the_names_that_do() -> None:
    with pytest.raises(Refused, match="received_on"):
        mapping_of(["page=x"])


def test_titles_above_the_head_of_a_table_are_passed_over() -> None:
    reading = _read("意見一覧,", "令和8年11月,", "番号,本文", "1,道を広く")
    assert [each.texts[0].line for each in reading.submissions] == [4]


def test_a_table_without_the_columns_is_refused_and_says_what_it_has() -> None:
    with pytest.raises(Unreadable, match=r"「本文」の列が見つかりません.*「番号」、「ページ」") as refused:
        _read("番号,ページ", "1,2")
    assert refused.value.problem.line == 1


def test_rows_of_one_number_are_one_submission_wherever_they_stand() -> None:
    reading = _read("番号,本文,項目", "1,道,MP-1", "2,公園,", "1,橋,めぐろの道")
    first, second = reading.submissions
    assert first.texts == (ImportedText(2, "道", 7), ImportedText(4, "橋", 8))
    assert second.texts[0].subject_id == 0


def test_everything_that_is_given_is_read() -> None:
    reading = _read(
        "番号,本文,届いた方法,届いた日,消印,団体名,人数,資格,年代,住区,言語,件名,氏名,住所,連絡先",
        '1,道,郵便,令和8年11月12日,R8.11.11,みどり会,３人,"在住、在勤",30代,油面住区,英語,道の件,架空 花子,架空町1,03-0000-0000',
    )
    sent = reading.submissions[0]
    assert not reading.problems
    assert (sent.channel, sent.received_at, sent.postmarked_on) == (
        Channel.POST,
        datetime(2026, 11, 11, 15, tzinfo=UTC),
        date(2026, 11, 11),
    )
    assert (sent.organisation_name, sent.people_count, sent.age_band) == ("みどり会", 3, AgeBand.FROM_30)
    assert set(sent.standings) == {Standing.LIVES, Standing.WORKS}
    assert (sent.district_id, sent.language, sent.title) == (3, "en", "道の件")
    assert sent.submitter is not None
    assert (sent.submitter.name, sent.submitter.contact) == ("架空 花子", "03-0000-0000")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",道", "番号が空"),
        ("2,", "本文が空"),
        ("2,道,ハト", "届いた方法「ハト」"),
        ("2,道,郵送,2026-13-40", "届いた日「2026-13-40」"),
        ("2,道,郵送,2026-12-30", "きょうより後"),
        ("2,道,郵送,2026-10-30", "募集を始める前"),
        ("2,道,郵送,2026-11-10,2026-11-12", "消印の日が、届いた日より後"),
        ("2,道,郵送,,,MP-9", "項目「MP-9」"),
        ("2,道,郵送,,,,0人", "人数「0人」"),
        ("2,道,郵送,,,,,宇宙", "区とのかかわり「宇宙」"),
        ("2,道,郵送,,,,,,10代", "年代「10代」"),
        ("2,道,郵送,,,,,,,ない住区", "住区「ない住区」"),
        ("2,\ue000の道", "外字"),
        ("2," + "長" * 20_001, "長すぎます"),
        ("1" * 41 + ",道", "番号が長すぎ"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_line_and_the_others_stay(row: str, words: str) -> None:
    head = "番号,本文,届いた方法,届いた日,消印,項目,人数,資格,年代,住区"
    reading = _read(head, "1,よい意見", row, "3,よい意見も")
    assert [each.number for each in reading.submissions] == ["1", "3"]
    (line, message), *more = _problems(reading)
    assert (line, more) == (3, [])
    assert words in message


def test_a_submission_with_a_bad_row_waits_whole_and_each_of_its_rows_says_why() -> None:
    reading = _read("番号,本文", "1,道", "1,", "2,公園")
    assert [each.number for each in reading.submissions] == ["2"]
    assert [line for line, _ in _problems(reading)] == [2, 3]
    assert "別の行に誤り" in _problems(reading)[0][1]


def test_rows_of_one_number_that_contradict_each_other_are_told() -> None:
    reading = _read("番号,本文,届いた日", "1,道,2026-11-10", "1,橋,2026-11-11", "1,川,")
    assert reading.submissions == ()
    assert "2行目と「届いた日」が違います" in dict(_problems(reading))[3]


def test_a_formula_in_a_workbook_is_an_error_of_its_row() -> None:
    form, columns, rows = read_rows(a_workbook(["number", "body"], [1, "=A1"], [2, "道"]), {})
    reading = gather(form, columns, rows, CHOICES)
    assert [each.number for each in reading.submissions] == ["2"]
    assert "式が入っています" in dict(_problems(reading))[2]


def test_late_is_told_by_arrival_or_where_it_counts_by_the_postmark() -> None:
    lines = ("番号,本文,届いた日,消印", "1,道,2026-11-20,", "2,道,2026-11-21,", "3,道,2026-11-21,2026-11-20")
    assert [each.is_late for each in _read(*lines).submissions] == [False, True, True]
    by_postmark = ImportChoices(opens_at=OPENS, closes_at=CLOSES, counts_postmark=True)
    assert [each.is_late for each in _read(*lines, choices=by_postmark).submissions] == [False, True, False]


def _compared(
    texts: tuple[str, ...], there: tuple[str, ...], *, withdrawn: bool = False
) -> tuple[int, int, int]:
    reading = _read("番号,本文", *(f"1,{text}" for text in texts))
    known = _read("番号,本文", *(f"1,{text}" for text in there)).submissions[0].texts
    registered = Registered(5, tuple(text.sha256 for text in known), withdrawn)
    found = compare(reading.submissions[0], registered)
    return len(found.new), found.skipped, len(found.problems)


@pytest.mark.parametrize(
    ("texts", "there", "expected"),
    [
        (("道", "橋"), ("道", "橋"), (0, 2, 0)),
        (("道",), ("道", "橋"), (0, 1, 0)),
        (("道", "橋"), ("道",), (1, 1, 0)),
        (("川",), ("道",), (0, 0, 1)),
        (("道", "川"), ("道", "橋"), (0, 1, 1)),
        (("道", "道"), ("道",), (0, 2, 0)),
    ],
)
def test_only_what_is_missing_is_new_and_a_changed_text_is_an_error(
    texts: tuple[str, ...], there: tuple[str, ...], expected: tuple[int, int, int]
) -> None:
    assert _compared(texts, there) == expected


def test_nothing_is_added_to_a_submission_that_was_withdrawn() -> None:
    assert _compared(("道", "橋"), ("道",), withdrawn=True) == (0, 1, 1)
