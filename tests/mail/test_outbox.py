"""Letters go to one address, composed when promised."""

from __future__ import annotations

import pytest

from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.jobs import worker
from participation.mail import outbox
from participation.mail.outbox import is_address
from participation.mail.transports import FileTransport, as_message

LETTER = {
    "to": "a@example.jp",
    "subject": "返事が届きました",
    "body": "本文\n",
    "message_id": "<x@participation>",
}


@pytest.mark.parametrize("address", ["a@example.jp", "first.last+tag@sub.example.co.jp"])
def test_plain_addresses_are_taken(address):
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@b",
        "a@x.jp, b@evil.jp",
        "a@x.jp\nBcc: b@evil.jp",
        "a b@x.jp",
        "<a@x.jp>",
        "a@x..jp",
        "a@" + "x" * 300 + ".jp",
    ],
)
def test_anything_that_could_be_two_addresses_or_a_header_is_refused(address):
    assert not is_address(address)


def test_sending_to_a_broken_address_is_refused(app):
    with pytest.raises(Refused):
        outbox.send(to="a@x.jp, b@y.jp", template="people/already_registered", context={})


def test_a_letter_in_japanese_survives_as_a_message():
    message = as_message(LETTER, "no-reply@example.jp")
    assert message["Subject"] == "返事が届きました"
    assert message.get_content() == "本文\n"


def test_the_same_letter_twice_is_one_file(tmp_path, clock):
    transport = FileTransport(tmp_path, "no-reply@example.jp")
    transport.deliver(LETTER)
    transport.deliver(LETTER)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_sealed_letter_stands_nowhere_in_plain_words_and_arrives_all_the_same(app, letters):
    context = {"full_url": str, "name": "北野", "title": "説明会", "secret": "x"}
    with transaction():
        row = outbox.send(
            to="himitsu@example.jp", template="people/already_registered", context=context, sealed=True
        )
    assert "himitsu" not in str(row.payload)
    worker.drain()
    assert [each["to"] for each in letters] == ["himitsu@example.jp"]
