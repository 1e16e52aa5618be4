"""Passwords: long and unlikely is enough; every refusal says what to mend."""

from __future__ import annotations

import pytest

from participation.access import passwords
from participation.foundation.errors import Refused

GOOD = "みどりの風とさくらの坂道と朝ごはん"


def test_a_password_is_verified_against_its_hash_only() -> None:
    stored = passwords.hash_of(GOOD)
    assert GOOD not in stored
    assert passwords.verify(stored, GOOD)
    assert not passwords.verify(stored, GOOD + "。")


def test_the_same_password_in_another_width_is_the_same() -> None:
    assert passwords.verify(passwords.hash_of("ＡＢＣ１２３ｶﾓﾒが飛ぶ朝の海"), "ABC123カモメが飛ぶ朝の海")


def test_nobody_has_a_password() -> None:
    assert not passwords.verify(None, GOOD)
    assert not passwords.verify(None, "nobody has this password")
    assert not passwords.verify("no hash", GOOD)


def test_a_password_too_long_to_be_hashed_cheaply_is_wrong_at_once() -> None:
    assert not passwords.verify(passwords.hash_of(GOOD), "あ" * 100_000)


def test_a_good_password_is_accepted_without_rules_of_composition() -> None:
    passwords.check(GOOD, email="a@example.jp", nickname="かもめ")
    passwords.check("correct horse battery staple")


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("みじかい", "15文字以上にしてください（今は4文字）"),
        ("長" * 129, "128文字以内"),
        ("ああああああああああああああああ", "くり返し"),
        ("abcabcabcabcabcabc", "くり返し"),
        ("123456789012345", "くり返し"),
        ("qwertyuiopqwertyuiop", "くり返し"),
        ("password-meguro-tokyo", "推測されます"),
        ("kamome1kamome1kamome1", "推測されます"),
        ("ＰＡＳＳＷＯＲＤ目黒ＴＯＫＹＯ東京1", "推測されます"),
    ],
)
def test_a_password_that_is_short_or_easy_to_guess_is_refused_with_the_reason(
    password: str, says: str
) -> None:
    with pytest.raises(Refused, match=says) as refused:
        passwords.check(password, email="kamome1@example.jp", nickname="うみねこ")
    assert refused.value.field == "password"
