"""Bytes become the letters that were written, or a refusal that names the line."""

from __future__ import annotations

import pytest

from participation.foundation.encodings import WrongEncoding, decode, decode_jis

WORDS = "区報①を、㈱から髙い所へ。\nｶﾅも"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_usual_encodings_give_the_same_words(encoding: str) -> None:
    assert decode(("番号,本文\nひらがな," + WORDS).encode(encoding)).text == "番号,本文\nひらがな," + WORDS


def test_mails_in_jis_keep_the_circled_numbers_that_the_standard_does_not_know() -> None:
    assert decode_jis(b"\x1b$B-!-j\x1b(B 10\n") == "①㈱ 10\n"
    assert decode_jis("区報を駅にも。".encode("iso2022_jp")) == "区報を駅にも。"
    assert decode_jis(b"\x1b(I6E\x1b(B") == "ｶﾅ"


@pytest.mark.parametrize("content", [b"\x1b$B-", b"\x1b$B\x80\x80"])
def test_half_a_letter_of_jis_is_an_error_and_no_guess(content: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        decode_jis(content)


def test_a_file_in_two_encodings_is_refused_with_the_line() -> None:
    with pytest.raises(WrongEncoding) as refused:
        decode("番号,本文\n1,意見\n".encode() + "2,区報".encode("cp932") + "\n3,意見".encode())
    assert refused.value.line == 3


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("意見です。ひらがなで書く".encode("euc_jp"), "EUC-JP"),
        ("意見".encode("utf-32"), "UTF-32"),
        (b"\x1b$B0U8+", "JIS"),
    ],
)
def test_other_encodings_are_named_in_the_refusal(content: bytes, word: str) -> None:
    with pytest.raises(WrongEncoding, match=word):
        decode(content)
