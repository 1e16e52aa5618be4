"""Reading the list of those who may vote."""

from __future__ import annotations

import pytest

from participation.foundation.errors import Refused
from participation.votes.domain.electorate import Listed, printed_code, read_list

AREAS = {"北部地区": 1, "南部地区": 2}


def read(text):
    return read_list(text.encode("cp932"), AREAS)


def test_a_list_with_areas_is_read_in_whatever_order_its_columns_stand():
    assert read("地区,番号\n南部地区,A-000017\n,B-000018\n") == [Listed("A-000017", 2), Listed("B-000018")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("名前,住所\n甲,乙\n", "「番号」という見出し"),
        ("番号\n123\n", "2行目：番号は6文字以上"),
        ("番号\n123456\n123456\n", "3行目：同じ番号が2回"),
        ("番号,地区\n123456,月面地区\n", "2行目：「月面地区」という地区はありません"),
        ("番号\n", "1人ものっていません"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_its_line(text, words):
    with pytest.raises(Refused, match=words):
        read(text)


def test_the_number_of_an_invitation_is_printed_in_groups():
    assert printed_code("bcdfghjkmnpq") == "bcdf-ghjk-mnpq"
