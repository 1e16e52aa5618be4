"""Letters leave as files, by SMTP or into memory, and a letter that cannot leave is tried again."""

from __future__ import annotations

import email
import smtplib
from datetime import timedelta
from email import policy

import pytest
from sqlalchemy import select

from participation.app import create_app
from participation.foundation.db import db, transaction
from participation.jobs import queue, worker
from participation.jobs.models import OutboxRow
from participation.mail import transports
from participation.mail.transports import (
    AddressRefused,
    FileTransport,
    MemoryTransport,
    ServerRefused,
    SmtpTransport,
    as_message,
    transport_of,
)

LETTER = {
    "to": "kamome@example.jp",
    "subject": "区の考え方をお知らせします" * 8,
    "body": "一行目\n二行目 https://example.jp/points/k7m2p9x001\n",
    "message_id": "<abc123def456ghi789@participation>",
}


class Server:
    """A mail server that writes down what it is told."""

    log: list[tuple]

    def __init__(self, host, port, timeout):
        self.log.append(("connect", host, port, timeout))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.log.append(("quit",))

    def starttls(self):
        self.log.append(("starttls",))

    def login(self, name, password):
        self.log.append(("login", name, password))

    def send_message(self, message):
        self.log.append(("send", message["To"], message["Message-ID"]))


@pytest.fixture
def server(monkeypatch):
    log = []

    class Plain(Server):
        pass

    class Secure(Server):
        pass

    Plain.log = log
    Secure.log = log
    Secure.__init__ = lambda self, host, port, timeout: log.append(("connect securely", host, port, timeout))
    monkeypatch.setattr(smtplib, "SMTP", Plain)
    monkeypatch.setattr(smtplib, "SMTP_SSL", Secure)
    return log


def test_a_letter_survives_the_journey_to_the_letter(clock):
    sent = email.message_from_bytes(bytes(as_message(LETTER, "no-reply@example.jp")), policy=policy.default)
    assert sent["Subject"] == LETTER["subject"]
    assert sent["From"] == "no-reply@example.jp"
    assert sent["To"] == LETTER["to"]
    assert sent["Message-ID"] == LETTER["message_id"]
    assert sent["Auto-Submitted"] == "auto-generated", "so that no machine answers it"
    assert sent.get_content() == LETTER["body"]


def test_every_line_of_a_letter_fits_what_mail_servers_take(clock):
    raw = bytes(as_message(LETTER | {"body": "あ" * 5000 + "\n"}, "no-reply@example.jp"))
    assert max(len(line) for line in raw.splitlines()) <= 998
    raw.decode("ascii")


def test_a_file_is_a_letter_that_mail_programs_open(tmp_path, clock):
    FileTransport(tmp_path / "mail", "no-reply@example.jp").deliver(LETTER)
    (path,) = (tmp_path / "mail").iterdir()
    assert path.name == "20261122-050500-abc123def456ghi7.eml"
    assert email.message_from_bytes(path.read_bytes(), policy=policy.default)["To"] == LETTER["to"]


def test_plain_smtp_sends_without_logging_in(server, clock):
    SmtpTransport("smtp://mail.example.jp", "no-reply@example.jp").deliver(LETTER)
    assert server == [
        ("connect", "mail.example.jp", 25, transports.SMTP_TIMEOUT),
        ("send", LETTER["to"], LETTER["message_id"]),
        ("quit",),
    ]


def test_a_name_and_a_password_are_given_only_after_the_line_is_secret(server, clock):
    SmtpTransport("smtp+tls://robot:a%40b%2Fc@mail.example.jp:587", "no-reply@example.jp").deliver(LETTER)
    assert [step[0] for step in server] == ["connect", "starttls", "login", "send", "quit"]
    assert server[2] == ("login", "robot", "a@b/c")


def test_smtps_is_secret_from_the_first_byte(server, clock):
    SmtpTransport("smtps://mail.example.jp:465", "no-reply@example.jp").deliver(LETTER)
    assert server[0] == ("connect securely", "mail.example.jp", 465, transports.SMTP_TIMEOUT)


def test_a_server_that_is_away_costs_time_and_no_letter(app, monkeypatch, clock):
    class Away(MemoryTransport):
        def deliver(self, letter):
            raise ConnectionRefusedError("mail server away")

    monkeypatch.setitem(app.extensions, "mail", Away())
    with transaction():
        queue.enqueue("mail.send", LETTER)
    assert worker.drain() == 0
    row = db.session.scalars(select(OutboxRow)).one()
    assert "mail server away" in row.error
    assert row.done_at is None
    monkeypatch.setitem(app.extensions, "mail", MemoryTransport())
    clock.advance(row.run_after - clock.moment)
    assert worker.drain() == 1
    assert transport_of(app).letters[0]["to"] == LETTER["to"]


@pytest.mark.parametrize(
    ("name", "kind"), [("file", FileTransport), ("smtp", SmtpTransport), ("memory", MemoryTransport)]
)
def test_the_setting_chooses_the_way_and_it_is_made_once(tmp_path, name, kind):
    app = create_app({"DATA_DIR": str(tmp_path), "MAIL_TRANSPORT": name, "SMTP_URL": "smtp://localhost"})
    assert isinstance(transport_of(app), kind)
    assert transport_of(app) is transport_of(app)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (smtplib.SMTPRecipientsRefused({"kamome@example.jp": (550, b"kamome@example.jp unknown")}), "550"),
        (smtplib.SMTPDataError(554, b"kamome@example.jp is on a list"), "554"),
    ],
)
def test_a_refusal_never_names_the_address(monkeypatch, clock, refusal, words):
    transport = SmtpTransport("smtp://mail.example.jp", "no-reply@example.jp")

    def refuse(_letter):
        raise refusal

    monkeypatch.setattr(transport, "_send", refuse)
    with pytest.raises((AddressRefused, ServerRefused)) as caught:
        transport.deliver(LETTER)
    assert str(caught.value) == words
    assert caught.value.__suppress_context__, "the traceback in the log does not name it either"


def test_a_letter_that_arrived_before_the_worker_was_ended_is_not_written_again(tmp_path, clock):
    transport = FileTransport(tmp_path, "no-reply@example.jp")
    transport.deliver(LETTER)
    clock.advance(timedelta(minutes=6))
    transport.deliver(LETTER)
    assert len(list(tmp_path.iterdir())) == 1
