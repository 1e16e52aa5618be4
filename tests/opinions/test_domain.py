"""Receipt numbers, personal data, stages: pure rules."""

from __future__ import annotations

from datetime import date

import pytest

from participation.consultations.domain import ConsultationKind
from participation.foundation.ids import ALPHABET, code
from participation.opinions.domain import (
    OpinionStage,
    make_receipt_number,
    may_advance,
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
