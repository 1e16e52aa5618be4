"""Sealing: what must not be readable in the database itself, and hashes that only this site can make.

Keys are derived (HKDF) from IDENTITY_KEY, one for each purpose, so that one never opens the other.
An older key stays readable as a fallback while what was sealed with it is sealed anew.
"""

from __future__ import annotations

import base64
import hmac
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from participation.foundation.ids import ALPHABET


class Unreadable(Exception):
    """What was sealed cannot be opened with any of the present keys."""


def seal(purpose: str, text: str) -> bytes:
    """Return the text encrypted and authenticated."""
    return _box(purpose, _keys()).encrypt(text.encode())


def unseal(purpose: str, sealed: bytes) -> str:
    """Return the text again; raises Unreadable."""
    try:
        return _box(purpose, _keys()).decrypt(sealed).decode()
    except InvalidToken as error:
        raise Unreadable(purpose) from error


def seal_bytes(purpose: str, content: bytes) -> bytes:
    """Return the content of a file encrypted and authenticated."""
    return _box(purpose, _keys()).encrypt(content)


def unseal_bytes(purpose: str, sealed: bytes) -> bytes:
    """Return the content of a file again; raises Unreadable."""
    try:
        return _box(purpose, _keys()).decrypt(sealed)
    except InvalidToken as error:
        raise Unreadable(purpose) from error


def keyed_hash(purpose: str, text: str) -> str:
    """Return a hash that cannot be made, nor guessed from, without the key."""
    return hmac.new(_derive(_keys()[0], purpose), text.encode(), sha256).hexdigest()


def keyed_hashes(purpose: str, text: str) -> tuple[str, ...]:
    """Return the hash under the present key first, then under older ones: to look something up by it."""
    return tuple(hmac.new(_derive(key, purpose), text.encode(), sha256).hexdigest() for key in _keys())


def is_hash_of(purpose: str, text: str, hashed: str) -> bool:
    """Return whether a stored hash is that of the text, under the present key or an older one."""
    return any(hmac.compare_digest(each, hashed) for each in keyed_hashes(purpose, text))


def derived_codes(purpose: str, text: str, length: int) -> tuple[str, ...]:
    """Return the code that belongs to a text, under the present key first, then under older ones.

    It reads well aloud, and need not be stored: the same text always gives the same code.
    """
    return tuple(_code(_derive(key, purpose), text, length) for key in _keys())


def _code(key: bytes, text: str, length: int) -> str:
    number = int.from_bytes(hmac.new(key, text.encode(), sha256).digest(), "big")
    characters = []
    for _ in range(length):
        number, rest = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[rest])
    return "".join(characters)


def _keys() -> tuple[str, ...]:
    return tuple(current_app.config["IDENTITY_KEYS"])


@lru_cache(maxsize=64)
def _derive(key: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())


@lru_cache(maxsize=16)
def _box(purpose: str, keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(key, purpose))) for key in keys])
