"""A file that is handed in is looked at once, in one place; what may not be kept is refused by its name."""

from __future__ import annotations

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

from participation.foundation import pdf_files
from participation.foundation.errors import Refused
from participation.foundation.file_kinds import ScanKind
from participation.web import uploads
from tests.foundation.test_file_kinds import PNG
from tests.support.handed_in import a_pdf
from tests.support.photographs import jpeg_with_gps

KINDS = frozenset({ScanKind.PDF, ScanKind.JPEG})


def taken(content: bytes, name: str) -> uploads.Taken:
    return uploads.take(FileStorage(BytesIO(content), name), kinds=KINDS, most_bytes=100_000)


def test_a_photograph_is_kept_bare_and_a_pdf_with_what_was_found_in_it(
    app: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_files, "look_into", pdf_files.read)
    photograph = taken(jpeg_with_gps(), "交差点.jpg")
    assert b"Exif" not in photograph.content
    assert photograph.checked.size == len(photograph.content)
    plan = taken(a_pdf("plan", pages=2), "図面.pdf")
    assert plan.facts is not None
    assert plan.facts.pages == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PNG, "「a」は受け付けられない形式"),
        (b"%PDF-" + b"0" * 100_000, "大きすぎます"),
        (b"\xff\xd8\xffbroken", "「a.jpg」：画像を読み取れませんでした"),
        (a_pdf(password="himitsu"), "「a.pdf」にはパスワード"),
    ],
)
def test_what_may_not_be_kept_is_refused_by_name(
    app: object, monkeypatch: pytest.MonkeyPatch, content: bytes, words: str
) -> None:
    monkeypatch.setattr(pdf_files, "look_into", pdf_files.read)
    with pytest.raises(Refused, match=words):
        taken(content, "a")
