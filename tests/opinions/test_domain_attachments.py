"""What in a file looks like personal data is told by place and kind, never in its words."""

from __future__ import annotations

from participation.foundation.file_kinds import ScanKind, check_file
from participation.foundation.pdf_files import PdfFacts
from participation.opinions.domain.attachments import (
    MOST_FINDINGS,
    as_kept,
    attachment_of,
    described,
    findings_in,
)
from tests.foundation.test_file_kinds import PDF


def test_name_words_and_maker_of_a_file_are_looked_through() -> None:
    facts = PdfFacts(2, author="鈴木", texts=("特にありません", "電話 03-1234-5678"))
    found = attachment_of(check_file("090-1234-5678の件.pdf", PDF), facts)
    words = findings_in(as_kept(found.findings))
    assert words == [
        "ファイル名に、電話番号らしいもの",
        "作成した人の名前が、ファイルの情報に入っています",
        "2ページに、電話番号らしいもの",
    ]
    assert "1234" not in "".join(words)


def test_a_long_file_says_only_so_much() -> None:
    facts = PdfFacts(200, texts=("電話 03-1234-5678",) * 200)
    assert len(attachment_of(check_file("a.pdf", PDF), facts).findings) == MOST_FINDINGS


def test_a_file_is_described_by_form_pages_and_size() -> None:
    assert described(ScanKind.PDF, 2 * 1024 * 1024, 200) == "PDF・200ページ・2MB"
    assert described(ScanKind.JPEG, 10, None) == "JPEG・1KB"
