"""Random identifiers: short public ids for addresses, long tokens for secrets."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: No look-alikes (0/O, 1/l/I), no vowels but one: readable over the telephone, no words by accident.
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
PUBLIC_ID_LENGTH = 10
_EVEN = 256 - 256 % len(ALPHABET)
_CHARACTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))
_TOO_HIGH = bytes(range(_EVEN, 256))

_seeded: ContextVar[random.Random | None] = ContextVar("seeded", default=None)


def new_public_id() -> str:
    """Return 10 random characters (about 48 bits) for the address of something a person made."""
    return code(PUBLIC_ID_LENGTH)


def code(length: int) -> str:
    """Return a random code of `length` characters that reads well aloud."""
    source = _seeded.get()
    if source is not None:
        return "".join(source.choice(ALPHABET) for _ in range(length))
    found = ""
    while len(found) < length:
        # Bytes from 252 on are dropped, because 28 divides 252: so that every character is as likely.
        found += secrets.token_bytes(2 * length).translate(_CHARACTERS, _TOO_HIGH).decode("ascii")
    return found[:length]


def new_token() -> str:
    """Return a 256-bit secret, safe in an address or a cookie."""
    return secrets.token_urlsafe(32)


def new_submission_id() -> str:
    """Return the 128-bit id that makes one filled-in form one record (reliability: idempotency)."""
    return secrets.token_urlsafe(16)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Make public ids repeatable inside the block: for demo data only, never for secrets."""
    token = _seeded.set(random.Random(seed))  # noqa: S311 (demo data)
    try:
        yield
    finally:
        _seeded.reset(token)
