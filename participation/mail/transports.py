"""How letters leave: into files (trying, development), by SMTP (production), into memory (tests)."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from flask import Flask

from participation.foundation import clock

SMTP_TIMEOUT = 15


class AddressRefused(Exception):
    """The server of the recipient does not take letters to this address; only the codes are told."""


class ServerRefused(Exception):
    """The server did not take the letter; only its code is told: its words may hold the address."""


class Transport(Protocol):
    """A way for letters to leave."""

    def deliver(self, letter: dict[str, Any]) -> None:
        """Deliver one letter, or raise."""


def as_message(letter: dict[str, Any], sender: str) -> EmailMessage:
    """Return the letter as a message with headers; the same letter always has the same Message-ID."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter["to"]
    message["Subject"] = letter["subject"]
    message["Date"] = formatdate(clock.now().timestamp())
    message["Message-ID"] = letter["message_id"]
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter["body"], cte="base64")
    return message


class MemoryTransport:
    """Keeps letters in a list, for tests."""

    def __init__(self) -> None:
        self.letters: list[dict[str, Any]] = []

    def deliver(self, letter: dict[str, Any]) -> None:
        """Keep the letter."""
        self.letters.append(letter)


class FileTransport:
    """Writes each letter into a folder, for trying the site without a mail server."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder, self.sender = folder, sender

    def deliver(self, letter: dict[str, Any]) -> None:
        """Write the letter as an .eml file named after its Message-ID: twice is once, and no half letter stays."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = letter["message_id"].strip("<>").partition("@")[0][:16]
        if next(self.folder.glob(f"*-{name}.eml"), None) is not None:
            return  # A worker was ended between the delivery and the note of it.
        stamp = clock.now().strftime("%Y%m%d-%H%M%S")
        unfinished = self.folder / f".{name}.unfinished"
        unfinished.write_bytes(bytes(as_message(letter, self.sender)))
        unfinished.replace(self.folder / f"{stamp}-{name}.eml")


class SmtpTransport:
    """Sends each letter to an SMTP server."""

    def __init__(self, url: str, sender: str) -> None:
        self.parts, self.sender = urlsplit(url), sender

    def deliver(self, letter: dict[str, Any]) -> None:
        """Send the letter, or raise so that the job is tried again; the error never names the address."""
        try:
            self._send(letter)
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({code for code, _ in error.recipients.values()})
            raise AddressRefused(", ".join(map(str, codes))) from None
        except smtplib.SMTPResponseException as error:
            raise ServerRefused(str(error.smtp_code)) from None

    def _send(self, letter: dict[str, Any]) -> None:
        parts = self.parts
        host, port = parts.hostname or "localhost", parts.port or 25
        secure = parts.scheme == "smtps"
        server = (smtplib.SMTP_SSL if secure else smtplib.SMTP)(host, port, timeout=SMTP_TIMEOUT)
        with server:
            if parts.scheme == "smtp+tls":
                server.starttls()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(as_message(letter, self.sender))


def transport_of(app: Flask) -> Transport:
    """Return the app's transport, made from its settings at first use."""
    if "mail" not in app.extensions:
        kind, sender = app.config["MAIL_TRANSPORT"], app.config["MAIL_FROM"]
        if kind == "smtp":
            app.extensions["mail"] = SmtpTransport(app.config["SMTP_URL"], sender)
        elif kind == "memory":
            app.extensions["mail"] = MemoryTransport()
        else:
            app.extensions["mail"] = FileTransport(Path(app.config["DATA_DIR"]) / "mail", sender)
    transport: Transport = app.extensions["mail"]
    return transport
