"""Sealing: unreadable without the key, readable after the key was changed, each purpose apart."""

from __future__ import annotations

import pytest
from flask import Flask

from participation.foundation import sealing
from participation.foundation.ids import ALPHABET
from participation.foundation.sealing import Unreadable

OLD, NEW = "old-key-" * 5, "new-key-" * 5
NAME = "架空 花子"


def _with_keys(app: Flask, monkeypatch: pytest.MonkeyPatch, *keys: str) -> None:
    monkeypatch.setitem(app.config, "IDENTITY_KEYS", list(keys))


def test_what_was_sealed_is_not_readable_and_comes_back_to_the_letter(app: Flask) -> None:
    sealed = sealing.seal("identity", NAME)
    assert NAME.encode() not in sealed
    assert sealing.unseal("identity", sealed) == NAME
    assert sealing.seal("identity", NAME) != sealed


def test_a_seal_of_one_purpose_does_not_open_another(app: Flask) -> None:
    with pytest.raises(Unreadable):
        sealing.unseal("receipt", sealing.seal("identity", NAME))


def test_a_seal_that_was_tampered_with_does_not_open(app: Flask) -> None:
    sealed = bytearray(sealing.seal("identity", NAME))
    sealed[-5] ^= 1
    with pytest.raises(Unreadable):
        sealing.unseal("identity", bytes(sealed))


def test_an_older_key_still_opens_until_it_is_taken_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _with_keys(app, monkeypatch, OLD)
    sealed, hashed = sealing.seal("identity", NAME), sealing.keyed_hash("receipt", NAME)
    codes = sealing.derived_codes("receipt", NAME, 8)
    _with_keys(app, monkeypatch, NEW, OLD)
    assert sealing.unseal("identity", sealed) == NAME
    assert sealing.is_hash_of("receipt", NAME, hashed)
    assert sealing.derived_codes("receipt", NAME, 8)[1:] == codes
    _with_keys(app, monkeypatch, NEW)
    with pytest.raises(Unreadable):
        sealing.unseal("identity", sealed)
    assert not sealing.is_hash_of("receipt", NAME, hashed)


def test_a_hash_belongs_to_its_text_and_its_purpose(app: Flask) -> None:
    hashed = sealing.keyed_hash("receipt", "R-1")
    assert sealing.is_hash_of("receipt", "R-1", hashed)
    assert not sealing.is_hash_of("receipt", "R-2", hashed)
    assert not sealing.is_hash_of("identity", "R-1", hashed)


def test_a_derived_code_is_always_the_same_and_reads_well_aloud(app: Flask) -> None:
    (code,) = sealing.derived_codes("receipt", "R-1", 8)
    assert (code,) == sealing.derived_codes("receipt", "R-1", 8)
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert (code,) != sealing.derived_codes("receipt", "R-2", 8)
