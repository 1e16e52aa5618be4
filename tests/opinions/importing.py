"""Files for tests of taking opinions in: tables, workbooks, mails."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any

import openpyxl

Cell = str | int | float | date | datetime | None


def a_csv(*lines: str, encoding: str = "utf-8") -> bytes:
    """A table of lines as they are typed."""
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


def a_workbook(*rows: Sequence[Cell]) -> bytes:
    """An Excel file whose first sheet has these rows."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(list(row))
    book.create_sheet("別のシート").append(["number", "body"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_mail(
    body: str = "区報を駅にも置いてください。",
    *,
    subject: str = "素案への意見",
    sender: str = "架空 花子 <hanako@example.jp>",
    number: str = "<1@example.jp>",
    attached: str = "",
) -> EmailMessage:
    """A mail as a resident sends it."""
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = sender, subject, number
    mail["Date"] = "Fri, 20 Nov 2026 21:30:00 +0900"
    mail["Received"] = "from a.example.jp by city.example.jp; Sat, 21 Nov 2026 08:15:00 +0900"
    mail.set_content(body)
    if attached:
        mail.add_attachment(b"%PDF-1.7 a", maintype="application", subtype="pdf", filename=attached)
    return mail


def a_mailbox(*mails: bytes) -> bytes:
    """A mailbox (mbox) of these mails."""
    return b"".join(
        b"From - Sat Nov 21 08:15:00 2026\n" + mail.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n\n"
        for mail in mails
    )
