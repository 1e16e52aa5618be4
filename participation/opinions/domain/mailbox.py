"""Reading mails as opinions: one .eml, or a whole mailbox (mbox). The words are the text part, as it was written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any, cast

from participation.foundation.encodings import WrongEncoding, decode, decode_jis
from participation.foundation.errors import Refused
from participation.foundation.table_files import MAX_BYTES
from participation.foundation.text import clean_line
from participation.opinions.domain.importing import (
    ImportColumn,
    ImportProblem,
    ImportRow,
    MailedFile,
    Unreadable,
)

MAX_MAILS = 5_000
#: Attachments of one mail, and how deep its parts may lie in each other.
_MOST_FILES = 50
_DEEPEST = 20

_FROM_LINE = re.compile(rb"(?:\A|(?<=\n)\r?\n)From [^\r\n]+\r?\n(?=[A-Za-z-]+:)")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER = re.compile(rb"\A(?:From |(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2,})")
_KNOWN = re.compile(
    rb"^(?:from|date|received|message-id|subject|mime-version):", re.IGNORECASE | re.MULTILINE
)
_SAME_CHARSET = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "us-ascii": "ascii",
    "utf8": "utf-8",
}
_JIS = frozenset({"iso-2022-jp", "iso-2022-jp-1", "iso-2022-jp-ms", "csiso2022jp", "jis"})


def looks_like_mail(name: str, content: bytes) -> bool:
    """Return whether a file is a mail or a mailbox: by its name, or because it begins with the heads of one."""
    if name.casefold().endswith((".eml", ".mbox", ".mbx")):
        return True
    start = content[:8192]
    return bool(_HEADER.match(start)) and len(_KNOWN.findall(start)) >= 2


def read_mails(content: bytes) -> tuple[str, Iterator[ImportRow]]:
    """Return what a file of mails is, in words, and a row a mail; raises Unreadable."""
    if len(content) > MAX_BYTES:
        raise Unreadable(
            ImportProblem(None, f"ファイルが大きすぎます。{MAX_BYTES // 1024 // 1024}MBまでにしてください。")
        )
    if not _FROM_LINE.match(content):
        if not _HEADER.match(content[:65536]) or not _KNOWN.search(content[:65536]):
            raise Unreadable(ImportProblem(1, "メール（.eml）でも、メールボックス（mbox）でもありません。"))
        return "メール", iter([_row(content, 1)])
    starts = list(_FROM_LINE.finditer(content))
    if len(starts) > MAX_MAILS:
        raise Unreadable(ImportProblem(None, f"メールが多すぎます。{MAX_MAILS:,}通までに分けてください。"))
    return "メールボックス（mbox）", _mails(content, starts)


def _mails(content: bytes, starts: list[re.Match[bytes]]) -> Iterator[ImportRow]:
    line, counted_to = 1, 0
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        begins = start.start() + len(start.group()) - len(start.group().lstrip(b"\r\n"))
        line += content.count(b"\n", counted_to, begins)
        counted_to = begins
        mail = content[start.end() : following.start() if following else len(content)]
        yield _row(_QUOTED_FROM.sub(rb"\1", mail), line)


def _row(content: bytes, line: int) -> ImportRow:
    try:
        message = BytesParser(policy=policy.default).parsebytes(content)
    except RecursionError:
        return ImportRow(line, {}, "入れ子の深すぎるメールです。")
    values = {ImportColumn.NUMBER: _number(message, content), ImportColumn.CHANNEL: "email"}
    try:
        name, address = _sender(message)
        values |= {
            ImportColumn.TITLE: clean_line(_header(message, "subject"))[:200],
            ImportColumn.NAME: name[:100],
            ImportColumn.CONTACT: address[:200],
        }
        body, files = _parts(message)
    except Unreadable as wrong:
        return ImportRow(line, values, wrong.problem.message)
    except Refused as refusal:
        return ImportRow(line, values, refusal.reason)
    values[ImportColumn.BODY] = body
    return ImportRow(line, values, received_at=_received_at(message), files=tuple(files))


def _number(message: EmailMessage, content: bytes) -> str:
    """Return a number that is the same whenever the same mail is read again."""
    named = _header(message, "message-id").strip().encode("utf-8", "replace")
    return "mail-" + hashlib.sha256(named or content.strip()).hexdigest()[:20]


def _header(message: EmailMessage, name: str) -> str:
    """Return a head of the mail as text, also where it was written without the encoding that mail demands."""
    bare = next((str(value) for each, value in message.raw_items() if each.casefold() == name), "")
    if _is_bare(bare):
        return _decoded(bare.encode("utf-8", "surrogateescape"), "")
    try:
        return str(message[name] or "")
    except (ValueError, LookupError, AttributeError, TypeError):  # Heads that break the library's own rules.
        return bare


def _is_bare(text: str) -> bool:
    return "\x1b$" in text or any(0xDC80 <= ord(sign) <= 0xDCFF for sign in text)


def _sender(message: EmailMessage) -> tuple[str, str]:
    said = _header(message, "from")
    try:
        addresses = cast(Any, message["from"]).addresses
        if addresses:
            name = str(addresses[0].display_name)
            if "\ufffd" in name:  # The library gave its letters up; we have them.
                name = said.partition("<")[0].strip(' "')
            return clean_line(_mended(name)), clean_line(_mended(str(addresses[0].addr_spec)))
    except (ValueError, LookupError, AttributeError, TypeError):  # A sender that no program could answer.
        pass
    return "", clean_line(said)


def _mended(text: str) -> str:
    return _decoded(text.encode("utf-8", "surrogateescape"), "") if _is_bare(text) else text


def _received_at(message: EmailMessage) -> datetime | None:
    """Return when our own server took it in (the topmost Received), else when it says it was written."""
    for value in message.get_all("received", [])[:1]:
        moment = _moment(str(value).rpartition(";")[2])
        if moment is not None:
            return moment
    return _moment(_header(message, "date"))


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(" ".join(text.split()))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _parts(message: EmailMessage) -> tuple[str, list[MailedFile]]:
    """Return the words of a mail (its plain part, else its HTML as text) and the files that came with it."""
    plain: list[str] = []
    html: list[str] = []
    files: list[MailedFile] = []
    for part in _walk(message, 0):
        name = _file_name(part)
        kind = part.get_content_type()
        if name or part.get_content_disposition() == "attachment" or kind not in ("text/plain", "text/html"):
            if len(files) >= _MOST_FILES:
                raise Unreadable(ImportProblem(None, "添付ファイルが多すぎます。"))
            files.append(MailedFile(name or kind, _bytes_of(part)))
        elif kind == "text/plain":
            plain.append(_text_of(part))
        else:
            html.append(text_of_html(_text_of(part)))
    return "\n\n".join(each.strip("\r\n") for each in (plain or html)), files


def _walk(part: EmailMessage, depth: int) -> Iterator[EmailMessage]:
    if depth > _DEEPEST:
        raise Unreadable(ImportProblem(None, "入れ子の深すぎるメールです。"))
    if part.get_content_type() == "message/rfc822" and depth:
        yield part
    elif part.is_multipart():
        for below in part.iter_parts():
            yield from _walk(cast(EmailMessage, below), depth + 1)
    else:
        yield part


def _file_name(part: EmailMessage) -> str:
    try:
        return clean_line(_mended(part.get_filename() or ""))[:200]
    except (ValueError, LookupError, TypeError):  # A name that breaks the library's own rules.
        return "名前の読めないファイル"


def _bytes_of(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        return cast(EmailMessage, inner[0]).as_bytes() if isinstance(inner, list) and inner else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text_of(part: EmailMessage) -> str:
    return _decoded(_bytes_of(part), (part.get_content_charset() or "").casefold())


def _decoded(content: bytes, charset: str) -> str:
    """Return text in the charset that the mail names, or else in the one that it is evidently in."""
    try:
        if charset in _JIS or (b"\x1b$" in content and charset in ("", "us-ascii", "ascii")):
            return decode_jis(content)
        if charset:
            return content.decode(_SAME_CHARSET.get(charset, charset))
    except (UnicodeDecodeError, LookupError):
        pass  # The mail says something else than it is: look at the letters themselves.
    try:
        return decode(content).text
    except WrongEncoding as wrong:
        raise Unreadable(ImportProblem(None, f"本文の文字コードを読めません。{wrong.message}")) from wrong


# ── HTML ────────────────────────────────────────────────────────────────────────────────────

_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
_BREAKS = frozenset(
    {
        "br",
        "p",
        "div",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "table",
        "blockquote",
        "hr",
        "pre",
    }
)


class _TextOfHtml(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "li":
            self.out.append("\n・")
        elif tag in _BREAKS:
            self.out.append("\n")
        elif tag in ("td", "th"):
            self.out.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BREAKS and tag != "br":
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.out.append(re.sub(r"[ \t\r\n]+", " ", data))


def text_of_html(html: str) -> str:
    """Return what a reader of an HTML mail sees, as plain text."""
    reader = _TextOfHtml()
    reader.feed(html)
    reader.close()
    lines = [line.strip(" ") for line in "".join(reader.out).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
