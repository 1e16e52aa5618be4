"""Mails become rows: their words in whatever letters they were sent, who sent them, when they came."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from participation.opinions.domain.importing import ImportColumn, ImportRow, Unreadable
from participation.opinions.domain.mailbox import looks_like_mail, read_mails, text_of_html
from tests.opinions.importing import a_mail, a_mailbox


def _rows(content: bytes) -> list[ImportRow]:
    return list(read_mails(content)[1])


def test_a_mail_gives_words_title_sender_and_the_moment_at_which_our_server_took_it_in() -> None:
    row = _rows(a_mail("一行目\n二行目").as_bytes())[0]
    assert row.values[ImportColumn.BODY] == "一行目\n二行目"
    assert row.values[ImportColumn.TITLE] == "素案への意見"
    assert (row.values[ImportColumn.NAME], row.values[ImportColumn.CONTACT]) == (
        "架空 花子",
        "hanako@example.jp",
    )
    assert row.received_at == datetime(2026, 11, 20, 23, 15, tzinfo=UTC)


def test_the_same_mail_has_the_same_number_alone_and_in_a_mailbox() -> None:
    mail = a_mail().as_bytes()
    alone, boxed = _rows(mail)[0], _rows(a_mailbox(mail, a_mail(number="<2@example.jp>").as_bytes()))
    assert alone.values[ImportColumn.NUMBER] == boxed[0].values[ImportColumn.NUMBER]
    assert boxed[0].values[ImportColumn.NUMBER] != boxed[1].values[ImportColumn.NUMBER]


def test_mails_of_a_mailbox_say_on_which_line_they_begin() -> None:
    first = a_mail("From here on\nFrom there on").as_bytes()
    rows = _rows(a_mailbox(first.replace(b"\nFrom ", b"\n>From "), a_mail(number="<2@x>").as_bytes()))
    assert rows[0].values[ImportColumn.BODY] == "From here on\nFrom there on"
    assert [row.line for row in rows] == [1, 2 + first.count(b"\n") + 1]


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        ("ISO-2022-JP", b"\x1b$B-!0U8+\x1b(B"),
        ("iso-2022-jp", b"\x1b$B-!0U8+\x1b(B"),
        ("Shift_JIS", "①意見".encode("cp932")),
        ("utf-8", "①意見".encode()),
        ("", "①意見".encode()),
        ("us-ascii", b"\x1b$B-!0U8+\x1b(B"),
        ("utf-8", "①意見".encode("cp932")),
        ("no-such-charset", "①意見".encode()),
    ],
)
def test_words_are_read_in_the_letters_they_were_sent_in(charset: str, words: bytes) -> None:
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    head = (
        f"From: a@example.jp\r\nSubject: x\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    assert _rows(head.encode() + words)[0].values[ImportColumn.BODY] == "①意見"


def test_a_subject_in_bare_letters_is_read_too() -> None:
    raw = (
        b"From: a@example.jp\r\nDate: x\r\nSubject: "
        + "件名です".encode("cp932")
        + "\r\n\r\n本文".encode("cp932")
    )
    row = _rows(raw)[0]
    assert row.values[ImportColumn.TITLE] == "件名です"
    assert row.received_at is None


def test_a_mail_in_html_only_is_read_as_its_reader_sees_it() -> None:
    mail = a_mail()
    mail.set_content(
        "<style>p{}</style><p>道を<b>広く</b><br>してください&amp;ね</p><script>x()</script>", subtype="html"
    )
    assert _rows(mail.as_bytes())[0].values[ImportColumn.BODY] == "道を広く\nしてください&ね"


def test_of_plain_text_and_html_the_plain_text_is_taken() -> None:
    mail = a_mail("道を広く")
    mail.add_alternative("<p>道を広く（HTML）</p>", subtype="html")
    assert _rows(mail.as_bytes())[0].values[ImportColumn.BODY] == "道を広く"


def test_files_that_came_with_a_mail_are_named() -> None:
    row = _rows(a_mail(attached="素案への意見.pdf").as_bytes())[0]
    assert [(file.name, file.content) for file in row.files] == [("素案への意見.pdf", b"%PDF-1.7 a")]


def test_a_mail_whose_letters_cannot_be_read_is_an_error_of_its_own() -> None:
    raw = b"From: a@example.jp\r\nSubject: x\r\n\r\n\x81 \xe3"
    rows = _rows(a_mailbox(raw, a_mail().as_bytes()))
    assert "文字コード" in rows[0].wrong
    assert rows[1].wrong == ""


def test_a_mail_nested_without_end_is_an_error_and_no_crash() -> None:
    parts = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (number, number)
        for number in range(400)
    )
    assert _rows(b"From: a@example.jp\r\nSubject: x\r\n" + parts + b"\r\n\r\nx")[0].wrong


@pytest.mark.parametrize("sender", ["", "<<>>", "山田 <broken", "a@example.jp, b@example.jp"])
def test_a_sender_that_breaks_the_rules_breaks_nothing(sender: str) -> None:
    raw = f"From: {sender}\r\nSubject: x\r\nDate: nonsense\r\n\r\n道".encode()
    assert _rows(raw)[0].values[ImportColumn.BODY] == "道"


def test_what_is_no_mail_is_refused() -> None:
    with pytest.raises(Unreadable):
        read_mails("番号,本文\n1,道".encode())


def test_a_mail_is_known_by_its_name_or_by_how_it_begins() -> None:
    assert looks_like_mail("a.eml", b"")
    assert looks_like_mail("no-name", a_mail().as_bytes())
    assert looks_like_mail("inbox", a_mailbox(a_mail().as_bytes()))
    assert not looks_like_mail("a.csv", "番号,本文\n1,道".encode())


def test_lists_in_html_become_lines() -> None:
    assert text_of_html("<ul><li>一<li>二</ul>") == "・一\n・二"
