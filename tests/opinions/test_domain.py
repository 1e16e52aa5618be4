"""Receipt numbers, personal data, stages: pure rules."""

from __future__ import annotations

from datetime import date

import pytest

from participation.consultations.domain import ConsultationKind
from participation.foundation.ids import ALPHABET, code
from participation.opinions.domain import (
    OpinionStage,
    PersonalData,
    make_receipt_number,
    may_advance,
    personal_data_in,
    read_receipt_number,
    text_key,
)

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        (ConsultationKind.PUBLIC_COMMENT, "P26-"),
        (ConsultationKind.CALL_FOR_OPINIONS, "M26-"),
        (ConsultationKind.RESIDENTS_VOICE, "K26-"),
    ],
)
def test_a_receipt_number_says_the_kind_and_the_year_and_reads_back(kind, begins) -> None:
    number = make_receipt_number(kind, DAY, code(5))
    assert number.startswith(begins)
    assert len(number) == len("M26-4F7K-Q2")
    assert read_receipt_number(number) == number


@pytest.mark.parametrize("change", [str.lower, lambda n: n.replace("-", " "), lambda n: f"　{n}。"])
def test_a_receipt_number_is_understood_as_people_type_it(change) -> None:
    number = make_receipt_number(ConsultationKind.CALL_FOR_OPINIONS, DAY, "4f7kq")
    assert read_receipt_number(change(number)) == number
    wide = "".join(chr(ord(c) + 0xFEE0) if c != "-" else "－" for c in number)
    assert read_receipt_number(wide) == number


def test_every_single_slip_in_a_receipt_number_is_noticed() -> None:
    for _ in range(40):
        number = make_receipt_number(ConsultationKind.PUBLIC_COMMENT, DAY, code(5)).replace("-", "")
        for place in range(3, len(number)):
            for other in ALPHABET.upper():
                if other != number[place]:
                    assert read_receipt_number(number[:place] + other + number[place + 1 :]) is None


@pytest.mark.parametrize("typed", ["", "M26", "M26-0000-00", "A26-4F7K-Q2", "番号", "M26-4F7K-Q2-extra"])
def test_what_is_no_receipt_number_is_none(typed: str) -> None:
    assert read_receipt_number(typed) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("電話は090-1234-5678です", {PersonalData.TELEPHONE}),
        ("０３（５７２２）９８７６まで", {PersonalData.TELEPHONE}),
        ("0312345678", {PersonalData.TELEPHONE}),
        ("名前＠example.jp または taro.y@example.co.jp", {PersonalData.EMAIL}),
        ("番号は1234 5678 9018です", {PersonalData.MY_NUMBER}),
        ("上目黒二丁目19番15号", set()),
        ("上目黒2丁目19番15号に住む", {PersonalData.POSTAL_ADDRESS}),
        ("上目黒２－１９－１５", set()),
        ("令和8年11月22日、3か所、1,284人、午後2時から5時", set()),
        ("番号は1234 5678 9012です", set()),
        ("2026-11-22の会議で420世帯の話をした", set()),
    ],
)
def test_what_looks_like_personal_data_is_noticed_and_ordinary_numbers_are_not(text, found) -> None:
    assert personal_data_in(text) == found


def test_a_long_row_of_digits_or_letters_is_read_in_no_time() -> None:
    assert personal_data_in("0" * 50_000) == set()
    assert personal_data_in("a" * 50_000 + "!") == set()


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        (OpinionStage.RECEIVED, OpinionStage.CONSIDERED, True),
        (OpinionStage.GROUPED, OpinionStage.SCREENED, True),
        (OpinionStage.ANSWERED, OpinionStage.REFLECTED, True),
        (OpinionStage.ANSWERED, OpinionStage.CONSIDERED, False),
        (OpinionStage.REFLECTED, OpinionStage.ANSWERED, False),
    ],
)
def test_the_work_on_an_opinion_goes_back_only_before_it_was_answered(before, after, may) -> None:
    assert may_advance(before, after) is may


def test_texts_that_differ_only_in_width_spaces_or_kana_are_one_text() -> None:
    assert text_key("ハンタイ　です\n") == text_key("はんたいです")
    assert text_key("反対です") != text_key("賛成です")
