"""Files as they are handed in by the web: looked at once, in one place, before anything of them is kept."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import FileStorage

from participation.foundation import pdf_files, virus_scan
from participation.foundation.errors import Refused
from participation.foundation.file_kinds import CheckedFile, ScanKind, check_file, take_file
from participation.foundation.pdf_files import PdfFacts

LOCKED = "「{name}」にはパスワードがかかっています。外してから選び直してください。"


@dataclass(frozen=True)
class Taken:
    """A file that may be kept: its content as it is kept, and what was found in it."""

    checked: CheckedFile
    content: bytes
    #: Of a PDF file only.
    facts: PdfFacts | None = None


def take(upload: FileStorage, *, kinds: frozenset[ScanKind], most_bytes: int) -> Taken:
    """Return a chosen file as it may be kept; raises Refused, naming the file, for what may not."""
    name = upload.filename or ""
    content = upload.stream.read(most_bytes + 1)
    upload.stream.seek(0)  # Whether it was sent before is seen from its content, too.
    checked = check_file(name, content, kinds=kinds, most_bytes=most_bytes)
    virus_scan.require_clean(content)
    if checked.kind is ScanKind.PDF:
        facts = pdf_files.look_into(content)
        if facts.is_locked:
            raise Refused(LOCKED.format(name=checked.name))
        return Taken(checked, content, facts)
    return Taken(*take_file(name, content, kinds=kinds, most_bytes=most_bytes))
