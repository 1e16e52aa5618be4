"""Which files are kept: what they are counts, not what they are called."""

from __future__ import annotations

import pytest

from participation.foundation import file_kinds as scans
from participation.foundation.errors import Refused
from participation.foundation.file_kinds import ScanKind, check_file, take_file
from tests.support.photographs import jpeg_with_gps, png

PDF = b"%PDF-1.7\n..."
PNG = png(100, 50)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08"
    + (50).to_bytes(2, "big")
    + (100).to_bytes(2, "big")
    + b"x" * 8
)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("手紙.pdf", PDF, ScanKind.PDF),
        ("写真.PNG", PNG, ScanKind.PNG),
        ("写真.jpeg", JPEG, ScanKind.JPEG),
        ("fax.tif", b"II*\x00abc", ScanKind.TIFF),
        ("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic....", ScanKind.HEIC),
    ],
)
def test_scans_and_photographs_are_known_by_their_first_bytes(
    name: str, content: bytes, kind: ScanKind
) -> None:
    checked = check_file(name, content)
    assert (checked.name, checked.kind, checked.size) == (name, kind, len(content))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("手紙.pdf", b"<html><script>x</script>", "受け付けられない形式"),
        ("絵.svg", b"<svg onload='x'/>", "受け付けられない形式"),
        ("文書.docx", b"PK\x03\x04", "受け付けられない形式"),
        ("空.pdf", b"", "空です"),
        ("大.pdf", b"%PDF-" + b"0" * scans.MAX_BYTES, "大きすぎます"),
        ("爆.png", PNG[:16] + (50_000).to_bytes(4, "big") * 2, "画素が多すぎます"),
        ("爆.jpg", JPEG[:12] + b"\xff\xff\xff\xff" + b"x" * 8, "画素が多すぎます"),
    ],
)
def test_what_could_do_harm_or_stop_a_machine_is_refused(name: str, content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        check_file(name, content)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/手紙.pdf", "手紙.pdf"),
        ("C:\\写し\\手紙.pdf", "手紙.pdf"),
        ("手紙.pdf.html", "手紙.pdf.html.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ("", "名前のないファイル.pdf"),
        ("あ" * 300 + ".pdf", "あ" * 190 + "…"),
    ],
)
def test_a_name_is_kept_as_words_and_never_as_a_path(given: str, kept: str) -> None:
    name = check_file(given, PDF).name
    assert name.endswith(".pdf")
    assert len(name) <= 200
    assert "/" not in name
    assert name == kept or kept.endswith("…")


def test_who_takes_only_some_kinds_or_small_files_says_so() -> None:
    photos = frozenset({ScanKind.JPEG, ScanKind.PNG})
    with pytest.raises(Refused, match="JPEG、PNGにしてください"):
        check_file("図面.pdf", PDF, kinds=photos)
    with pytest.raises(Refused, match="1KBまで"):
        check_file("写真.png", PNG + b"0" * 2000, most_bytes=1024)
    assert check_file("写真.png", PNG, kinds=photos).kind is ScanKind.PNG


def test_a_photograph_is_taken_in_without_where_it_was_taken_and_another_file_as_it_is() -> None:
    photograph = jpeg_with_gps()
    checked, content = take_file("写真.jpg", photograph)
    assert b"Exif" in photograph
    assert b"Exif" not in content
    assert (checked.size, checked.sha256) == (len(content), check_file("写真.jpg", content).sha256)
    assert take_file("手紙.pdf", PDF)[1] == PDF
    assert take_file("写真.png", PNG)[1] == PNG
    with pytest.raises(Refused, match=r"「写真\.jpg」：画像を読み取れませんでした"):
        take_file("写真.jpg", photograph[:200])
