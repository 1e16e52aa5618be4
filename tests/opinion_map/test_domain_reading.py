"""Reading votes from files."""

from __future__ import annotations

import random

import pytest

from participation.foundation.errors import Refused
from participation.opinion_map.domain import reading
from participation.opinion_map.domain.reading import read_removed, read_votes

ROWS = "participant,statement,vote\n2,b,agree\n10,a,-1\n2,a,pass\n"
TABLE = "participant,group-id,n-votes,a,b\n2,0,2,0,1\n10,,1,-1,\n"


def cells(read):
    """(participant, statement, vote) of each vote, in order."""
    votes = read.votes
    return [
        (votes.participants[row], votes.statements[column], int(value))
        for row, column, value in zip(votes.rows, votes.columns, votes.values, strict=True)
    ]


def told(text):
    read = read_votes(text.encode())
    return [(each.line, each.message.partition("。")[0]) for each in read.problems]


def test_rows_and_a_table_of_the_same_votes_are_the_same_votes_in_the_same_order():
    expected = [("2", "a", 0), ("2", "b", 1), ("10", "a", -1)]
    assert cells(read_votes(ROWS.encode())) == cells(read_votes(TABLE.encode())) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_file_in_any_usual_encoding_and_with_any_line_breaks_is_read(encoding, line_break):
    text = "参加者,意見文,投票\n区民ア,道,賛成\n区民イ,道,反対\n区民イ,緑,パス\n".replace("\n", line_break)
    assert cells(read_votes(text.encode(encoding))) == [
        ("区民ア", "道", 1),
        ("区民イ", "緑", 0),
        ("区民イ", "道", -1),
    ]


def test_quotes_commas_and_breaks_in_quoted_cells_stay_and_lines_keep_their_numbers():
    text = 'participant,statement,vote\n"1","x, y","1"\n"2","two\nlines","agree"\n3,z,never\n'
    read = read_votes(text.encode())
    assert cells(read) == [("1", "x, y", 1), ("2", "two\nlines", 1)]
    assert [each.line for each in read.problems] == [5]


@pytest.mark.parametrize("vote", ["agree", "AGREE", "1", "+1", "1.0", " 1 ", "１", "賛成"])
def test_an_agreement_may_be_written_in_several_ways(vote):
    assert cells(read_votes(f"participant,statement,vote\n1,a,{vote}\n".encode())) == [("1", "a", 1)]


def test_of_several_votes_on_a_statement_the_last_counts_and_the_earlier_line_is_told():
    text = "participant,statement,vote\n1,a,1\n1,b,1\n1,a,-1\n"
    assert cells(read_votes(text.encode())) == [("1", "a", -1), ("1", "b", 1)]
    assert told(text) == [(2, "参加者「1」の意見文「a」への票は、後の行にもあります")]


def test_what_is_no_vote_is_left_out_and_told_with_its_line():
    text = "participant,statement,vote\n1,a,yes\n\n2,a,2\n3,a\n,a,1\n4, ,1\n5,a,\n6,a,1\n"
    assert told(text) == [
        (2, "票「yes」は読めません"),
        (4, "票「2」は読めません"),
        (5, "列が2あります（1行目は3列）"),
        (6, "参加者・意見文・投票のどれかが空です"),
        (7, "参加者・意見文・投票のどれかが空です"),
        (8, "参加者・意見文・投票のどれかが空です"),
    ]
    assert cells(read_votes(text.encode())) == [("6", "a", 1)]


def test_a_table_tells_wrong_votes_missing_names_and_wrong_widths():
    text = "participant,a,b\n1,1,x\n,1,1\n2,1,1,1\n3,,-1\n"
    assert told(text) == [
        (2, "意見文「b」への票「x」は読めません"),
        (3, "参加者が空です"),
        (4, "列が4あります（1行目は3列）"),
    ]
    assert cells(read_votes(text.encode())) == [("1", "a", 1), ("3", "b", -1)]


def test_only_the_first_problems_are_listed_but_all_are_counted():
    text = "participant,statement,vote\n" + "1,a,?\n" * 500
    read = read_votes(text.encode())
    assert (len(read.problems), read.problem_count) == (reading.MOST_PROBLEMS, 500)


def test_who_gave_no_vote_and_what_nobody_saw_are_kept_by_name():
    votes = read_votes(b"participant,a,b\n1,1,\n2,,\n").votes
    assert (votes.participants, votes.statements, votes.count) == (("1", "2"), ("a", "b"), 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "ファイルが空です"),
        (b"\n \n", "ファイルが空です"),
        (b"id,comment\n1,x\n", "participant（参加者）の列がありません"),
        (b"participant,statement\n1,a\n", "vote（投票）の列がありません"),
        (b"participant,vote\n1,1\n", "statement（意見文）の列がありません"),
        (b"participant,group-id\n1,0\n", "意見文の列がありません"),
        (b"participant,a,a\n1,1,1\n", "意見文の番号「a」が空か、重なっています"),
        (b'participant,statement,vote\n1,"a,1\n', '2行目：「"」の使い方が正しくありません'),
        (b"participant,statement,vote\n1,a\x00,1\n", "文字でないデータ"),
        ("participant,statement,vote\n1,あ,1\n".encode() + b"2,\xff\xff,1\n", "3行目"),
    ],
)
def test_a_file_that_is_no_table_of_votes_is_refused_with_the_reason(content, reason):
    with pytest.raises(Refused) as refusal:
        read_votes(content)
    assert reason in refusal.value.reason


def test_a_large_file_is_read_in_stretches_as_if_it_were_one(monkeypatch):
    chance = random.Random(1)
    lines = [
        f"{chance.choice(['p', 'a-long-name-'])}{chance.randrange(40)},{chance.randrange(30)},{chance.choice('01')}"
        for _ in range(900)
    ]
    lines.insert(600, "1,2,wrong")
    content = ("participant,statement,vote\n" + "\n".join(lines) + "\n").encode()
    whole = read_votes(content)
    monkeypatch.setattr(reading, "_CHUNK", 200)
    cut = read_votes(content)
    assert cells(cut) == cells(whole)
    assert (cut.problems, cut.problem_count) == (whole.problems, whole.problem_count)
    assert 602 in [
        each.line
        for each in read_votes(
            (
                "participant,statement,vote\n" + "\n".join(f"{n},1,1" for n in range(600)) + "\n1,2,wrong\n"
            ).encode()
        ).problems
    ]


def test_the_order_of_rows_does_not_matter():
    lines = [f"{person},{text},{(person * text) % 3 - 1}" for person in range(30) for text in range(12)]
    one = read_votes(("participant,statement,vote\n" + "\n".join(lines)).encode())
    random.Random(3).shuffle(lines)
    other = read_votes(("participant,statement,vote\n" + "\n".join(lines)).encode())
    assert cells(one) == cells(other)


def test_removed_statements_are_those_marked_minus_one():
    text = 'timestamp,comment-id,moderated,comment-body\n1,7,-1,"a, b"\n2,8,1,c\n3,9,0,d\n'
    assert read_removed(text.encode()) == ["7"]
    with pytest.raises(Refused):
        read_removed(b"id,text\n1,a\n")


def test_a_cell_may_be_a_book_and_long_ids_are_told_apart_by_their_last_letter():
    book = "あ" * 350_000
    lines = [f"{who},{number},1" for who in range(300) for number in range(30)]
    lines += [f"1,{book},1", f"2,{book},-1", f"2,{book}い,-1", f"3,4,{book}"]
    read = read_votes(("participant,statement,vote\n" + "\n".join(lines)).encode())
    assert read.votes.count == 300 * 30 + 3
    assert sorted(len(each) for each in read.votes.statements)[-2:] == [350_000, 350_001]
    assert [len(each.message) < 120 for each in read.problems] == [True]


def test_an_id_of_thousands_of_digits_is_an_id():
    text = "participant,statement,vote\n" + "7" * 5_000 + ",1,1\n08,1,1\n8,1,-1\n"
    assert [each[:2] for each, _, _ in cells(read_votes(text.encode()))] == ["08", "8", "77"]


@pytest.mark.parametrize("sign", ["\x00", "\x1e", "\x1f"])
def test_signs_that_are_no_text_are_refused(sign):
    with pytest.raises(Refused, match="文字でないデータ"):
        read_votes(f"participant,statement,vote\na{sign}b,1,1\n".encode())
