"""What looks like personal data is found where it stands; ordinary words and numbers are left alone."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.contributions.domain import (
    PERSONAL_DATA_NAMES,
    PersonalData,
    find_personal_data,
    personal_data_in,
)


def passages(text: str) -> list[tuple[str, str]]:
    """Return what was found as (kind, words)."""
    return [(each.kind.value, text[each.start : each.end]) for each in find_personal_data(text)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("電話は090-1234-5678です", "telephone", "090-1234-5678"),
        ("０３（５７２２）９８７６まで", "telephone", "０３（５７２２）９８７６"),
        ("0312345678", "telephone", "0312345678"),
        ("０９０ー１２３４ー５６７８", "telephone", "０９０ー１２３４ー５６７８"),
        ("名前＠example.jp または taro.y@example.co.jp", "email", "taro.y@example.co.jp"),
        ("ＴＡＲＯ＠ｅｘａｍｐｌｅ．ｊｐへ", "email", "ＴＡＲＯ＠ｅｘａｍｐｌｅ．ｊｐ"),
        ("番号は1234 5678 9018です", "my_number", "1234 5678 9018"),
        ("カード 4111-1111-1111-1111", "card_number", "4111-1111-1111-1111"),
        ("上目黒二丁目19番15号", "postal_address", "二丁目19番15号"),
        ("上目黒2丁目19番15号に住む", "postal_address", "2丁目19番15号"),
        ("上目黒２－１９－１５", "postal_address", "２－１９－１５"),
        ("〒153-8573", "postal_address", "〒153-8573"),
        ("コーポ桜203号室の者です", "postal_address", "コーポ桜203号室"),
        ("品川 500 あ 12-34 の車", "car_number", "品川 500 あ 12-34"),
        ("水車橋小学校５年２組の子", "school_class", "水車橋小学校５年２組"),
        ("担任の風待先生に", "name", "風待先生"),
        ("隣の木村くんが", "name", "木村くん"),
        ("佐々木 花子さんのお宅", "name", "佐々木 花子さん"),
        ("タナカさん", "name", "タナカさん"),
        ("柿沼氏は、", "name", "柿沼氏"),
        ("氏名：鈴木 一郎", "name", "氏名：鈴木 一郎"),
        ("私は鈴木一郎と申します", "name", "鈴木一郎と申します"),
        ("土屋さんの前", "name", "土屋さん"),
    ],
)
def test_what_looks_like_personal_data_is_found_where_it_stands(text: str, kind: str, words: str) -> None:
    assert (kind, words) in passages(text)


@pytest.mark.parametrize(
    "text",
    [
        "令和8年11月22日、3か所、1,284人、午後2時から5時",
        "番号は1234 5678 9012です",
        "4111 1111 1111 1112",
        "2026-11-22の会議で420世帯の話をした",
        "施策2-2-2と計画 1-2-1について",
        "多様な皆様の様々な様子、同様の仕様、上記同様",
        "お子さんとお母さん、おばあさん、奥さん、息子さん、娘さん",
        "八百屋さん、声優さん、職員さん、町会長さん、住区住民会議さん",
        "申し込まなくても届くんですか。気付くんだ",
        "ゴミ出しの時さんざん待った",
        "源氏物語、摂氏20度、氏名は書かない",
        "名前は出したくない、名前は伏せます、そう申し上げます",
        "東根小学校の前の歩道、5年2組",
        "君が代、諸君、多様性",
    ],
)
def test_ordinary_words_and_numbers_are_left_alone(text: str) -> None:
    assert passages(text) == []


def test_several_passages_come_in_reading_order_and_none_inside_another() -> None:
    text = "佐藤さん（090-1234-5678、上目黒2丁目19番15号）へ。taro@example.jp にも。"
    assert passages(text) == [
        ("name", "佐藤さん"),
        ("telephone", "090-1234-5678"),
        ("postal_address", "2丁目19番15号"),
        ("email", "taro@example.jp"),
    ]


def test_every_kind_has_a_name_that_people_read() -> None:
    assert set(PERSONAL_DATA_NAMES) == set(PersonalData)


@pytest.mark.parametrize(
    "letter", ["0", "1", "a", "あ", "田", "ア", "-", " ", "@", "丁目1", "田中さん", "𠮷", "か\u3099"]
)
def test_the_longest_text_is_read_in_no_time(letter: str) -> None:
    text = letter * (20_000 // len(letter))
    assert all(0 <= each.start < each.end <= len(text) for each in find_personal_data(text))


@given(st.text(alphabet="0123456789-ー０１@.a田中上目黒丁番号さん様氏 　\n㌔ﬁ①𠮷゙", max_size=80))
def test_places_count_in_characters_of_the_text_as_written(text: str) -> None:
    found = find_personal_data(text)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))
    assert personal_data_in(text) == {each.kind for each in found}
