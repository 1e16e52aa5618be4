"""The form of an answer (回答の画面): what a page sent, read from the request, and shown again as it was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from flask import request
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField

from participation.contributions.forms import CarefulForm
from participation.foundation import files
from participation.foundation.errors import Refused
from participation.foundation.file_kinds import CheckedFile, ScanKind, take_file
from participation.surveys.domain import FIELD_NAME, FILE_ROOM, Asked, FileSpec, Reading
from participation.surveys.queries import ShownSection
from participation.web.forms import Form, Length, Required, TextLine

#: Values of one field, and fields of one form, that are looked at: more is no answer to anything.
MOST_VALUES = 400
MOST_NAMES = 2000
_KINDS = {
    "application/pdf": ScanKind.PDF,
    "image/jpeg": ScanKind.JPEG,
    "image/png": ScanKind.PNG,
}


@dataclass
class Sent:
    """What the form of a page sent (送られた内容)."""

    #: Field name → values, for the questions; also names of questions that do not exist.
    given: dict[str, list[str]]
    #: Questions that the page showed, as it says itself.
    shown: frozenset[str]
    #: Files that may be kept, by question.
    uploads: dict[str, tuple[CheckedFile, bytes]] = field(default_factory=dict)
    #: What is wrong with files, by question.
    faults: dict[str, str] = field(default_factory=dict)


def sent_answers(questions: Iterable[Asked]) -> Sent:
    """Return what was sent about questions; files are looked at, and those taken back are left out."""
    given = {
        name: values[:MOST_VALUES]
        for name, values in list(request.form.lists())[:MOST_NAMES]
        if FIELD_NAME.fullmatch(name)
    }
    sent = Sent(given, frozenset(request.form.get("shown", "")[:4000].split()))
    for question in questions:
        if not isinstance(question.spec, FileSpec):
            continue
        if f"drop-{question.code}" in request.form:
            given.pop(question.code, None)
        upload = request.files.get(f"file-{question.code}")
        if upload is not None and upload.filename:
            _take_file(sent, question.code, question.spec, upload)
    return sent


def _take_file(sent: Sent, code: str, spec: FileSpec, upload: FileStorage) -> None:
    content = upload.stream.read(spec.most_bytes + 1)
    try:
        sent.uploads[code] = take_file(
            upload.filename or "",
            content,
            kinds=frozenset(_KINDS[each] for each in spec.accepts),
            most_bytes=spec.most_bytes,
        )
    except Refused as refusal:
        sent.faults[code] = refusal.reason


def put_down(sent: Sent) -> None:
    """Put the content of the files down, before the transaction that notes them."""
    for _, content in sent.uploads.values():
        files.keep(content, FILE_ROOM)


class AnswerForm(CarefulForm):
    """What every page of an answer carries besides the questions, and the last word before it is sent."""

    shares_texts = BooleanField("書いた文を「意見」として区の記録に載せてよい")

    def __init__(
        self, words: Collection[tuple[str, str]] = (), *, sending: bool = False, shares: bool = False
    ) -> None:
        super().__init__(data={"shares_texts": shares})
        self._words, self._sending = list(words), sending

    def texts(self) -> list[tuple[str, str]]:
        """Return (question, text) of what was answered in words of one's own."""
        return self._words

    def is_sending(self) -> bool:
        """Whether the answer is being sent, not only a page of it."""
        return self._sending


class TapForm(Form):
    """A tap on one of the answers of a one-tap question."""

    def given(self, question: Asked) -> dict[str, list[str]]:
        """Return the option that was tapped."""
        return {question.code: request.form.getlist("choice")[:MOST_VALUES]}


class CodeForm(Form):
    """The code of an invitation (招待の番号)."""

    code = TextLine("招待の番号", [Required("お手元のお知らせにある番号を入れてください。"), Length(most=40)])


class PageForm(Form):
    """A form that only asks for one more press: resuming, adopting a draft."""


@dataclass(frozen=True)
class Mend:
    """One thing to mend (直すところ): words, and where they lead."""

    label: str
    message: str
    href: str


def to_mend(sections: Iterable[ShownSection], reading: Reading | None) -> list[Mend]:
    """Return what is to be mended on a page, in the order of the page."""
    found = [
        Mend(f"{question.number or question.text}", question.fault, f"#{question.focus}")
        for section in sections
        for question in section.questions
        if question.fault and question.is_shown
    ]
    if reading is not None and reading.faults.get(""):
        found.insert(0, Mend("", reading.faults[""], ""))
    return found


def joined_faults(reading: Reading, extra: Mapping[str, str], codes: Collection[str]) -> Reading:
    """Return a reading with only the faults of a page's questions, and those of files that were refused."""
    faults = {code: fault for code, fault in reading.faults.items() if code in codes or not code} | dict(
        extra
    )
    return Reading(reading.answers, faults, reading.marked, reading.sections, reading.questions)
