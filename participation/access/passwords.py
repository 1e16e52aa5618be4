"""Passwords (合言葉): hashed with Argon2id, judged by length and guessability, never by rules of composition.

NIST SP 800-63B-4: at least 15 characters where the password is the only factor, no composition
rules, no forced change, a reason for every refusal; at most 128 so that hashing stays cheap.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from participation.foundation.errors import Refused

LEAST, MOST = 15, 128

#: OWASP: t=2, m=19 MiB, p=1; about 45 ms, so a storm of log-ins does not stop the site.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(4)

_KEYBOARD = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_COMMON = (
    "password",
    "passw0rd",
    "パスワード",
    "meguro",
    "目黒",
    "setagaya",
    "世田谷",
    "nerima",
    "練馬",
    "tokyo",
    "東京",
    "participation",
)


def hash_of(password: str) -> str:
    """Return the hash to be stored; call it outside of any transaction."""
    with _at_once:
        return _hasher.hash(_normal(password))


@cache
def _hash_of_nobody() -> str:
    """Made at the first log-in, whoever it is: the start of every command need not wait for it."""
    return _hasher.hash("nobody has this password")


def verify(stored: str | None, password: str) -> bool:
    """Return whether the password is the one that was hashed; takes as long when there is no account."""
    if len(password) > MOST:
        return False
    nobody = _hash_of_nobody()
    with _at_once:
        try:
            _hasher.verify(stored or nobody, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def check(password: str, *, email: str = "", nickname: str = "") -> None:
    """Raise Refused, saying what to mend, for a password that is short, too long or easy to guess."""
    length = len(password)
    if length < LEAST:
        raise Refused(f"パスワードは{LEAST}文字以上にしてください（今は{length}文字）。", field="password")
    if length > MOST:
        raise Refused(f"パスワードは{MOST}文字以内にしてください。", field="password")
    plain = _normal(password).casefold()
    rest = plain
    for word in (email.partition("@")[0].casefold(), nickname.casefold(), *_COMMON):
        if len(word) >= 3:
            rest = rest.replace(word, "")
    if len(rest) < LEAST // 2:
        raise Refused(
            "名前やアドレス、よくある言葉だけのパスワードは推測されます。関係のない言葉を足してください。",
            field="password",
        )
    if len(set(plain)) < 5 or _is_repetition(plain) or _is_run(plain):
        raise Refused(
            "同じ文字や並び順のくり返しは推測されます。関係のない言葉をいくつか並べてください。",
            field="password",
        )


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _is_repetition(text: str) -> bool:
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _is_run(text: str) -> bool:
    letters = [c for c in text if c.isalnum()]
    together = "".join(letters)
    return any(together and (together in line * 3 or together[::-1] in line * 3) for line in _KEYBOARD)
