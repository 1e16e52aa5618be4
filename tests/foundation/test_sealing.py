"""What is sealed is read again only with the key, and older keys still open what they sealed."""

from __future__ import annotations

import pytest
from flask import Flask

from participation.foundation import sealing


def test_what_was_sealed_is_not_readable_and_opens_again(app: Flask) -> None:
    sealed = sealing.seal("tests.one", "架空 花子")
    assert "架空".encode() not in sealed
    assert sealing.unseal("tests.one", sealed) == "架空 花子"


def test_a_seal_for_one_purpose_does_not_open_for_another(app: Flask) -> None:
    with pytest.raises(sealing.Unreadable):
        sealing.unseal("tests.two", sealing.seal("tests.one", "x"))


def test_after_the_key_was_replaced_the_old_one_still_opens(app: Flask, monkeypatch) -> None:
    sealed, hashed = sealing.seal("tests.one", "x"), sealing.keyed_hash("tests.one", "y")
    (code,) = sealing.derived_codes("tests.one", "z", 8)
    old = app.config["IDENTITY_KEYS"]
    monkeypatch.setitem(app.config, "IDENTITY_KEYS", ["another key, long enough to be one", *old])
    assert sealing.unseal("tests.one", sealed) == "x"
    assert sealing.is_hash_of("tests.one", "y", hashed)
    assert sealing.derived_codes("tests.one", "z", 8)[1] == code
    monkeypatch.setitem(app.config, "IDENTITY_KEYS", ["another key, long enough to be one"])
    assert not sealing.is_hash_of("tests.one", "y", hashed)
    with pytest.raises(sealing.Unreadable):
        sealing.unseal("tests.one", sealed)
