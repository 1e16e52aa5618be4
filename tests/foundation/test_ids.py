"""Random ids: short ones that can be read aloud, long ones that cannot be guessed."""

from __future__ import annotations

import re

from participation.foundation import ids


def test_a_public_id_has_ten_characters_that_cannot_be_mistaken_for_each_other() -> None:
    for _ in range(200):
        assert re.fullmatch(r"[2-9a-z]{10}", public := ids.new_public_id())
        assert not set(public) & set("01aeilou")


def test_ids_do_not_repeat() -> None:
    assert len({ids.new_public_id() for _ in range(5_000)}) == 5_000
    assert len({ids.new_token() for _ in range(100)}) == 100


def test_a_secret_has_256_bits_and_a_submission_id_128() -> None:
    assert len(ids.new_token()) == 43
    assert len(ids.new_submission_id()) == 22


def test_demo_ids_repeat_with_their_seed_but_secrets_never_do() -> None:
    with ids.seeded(7):
        first, secret = [ids.new_public_id() for _ in range(3)], ids.new_token()
    with ids.seeded(7):
        assert [ids.new_public_id() for _ in range(3)] == first
        assert ids.new_token() != secret
    assert ids.new_public_id() not in first
