"""A file has its Japanese name, and one in ASCII for programs that know no other."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from participation.web.downloads import attachment_header, download_header, locked_up


@pytest.mark.parametrize(
    ("name", "plain"), [("結果-plan2", "plan2.pdf"), ("結果", "file.pdf"), ('a"b;c\r\n', "abc.pdf")]
)
def test_both_names_are_given_and_neither_breaks_the_header(name: str, plain: str) -> None:
    header = download_header(name, "pdf")
    assert header.startswith(f"attachment; filename=\"{plain}\"; filename*=UTF-8''")
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_the_name_is_japanese_with_one_in_ascii_beside_it():
    header = download_header("plan2-意見の概要と区の考え方", "pdf")
    assert header.startswith("attachment; filename=\"plan2.pdf\"; filename*=UTF-8''")
    assert unquote(header).endswith("plan2-意見の概要と区の考え方.pdf")
    assert 'filename="file.txt"' in download_header('結果"\r\n;', "txt")
    assert "\r" not in download_header('結果"\r\n;', "txt")


@pytest.mark.parametrize(("is_public", "cached"), [(False, "private, no-store"), (True, None)])
def test_a_file_that_somebody_handed_in_is_saved_and_runs_nothing(
    is_public: bool, cached: str | None
) -> None:
    header = attachment_header("図.pdf", "document.pdf")
    response = locked_up(b"%PDF", "application/pdf", header, is_public=is_public)
    assert response.headers["Content-Disposition"] == header
    assert response.headers["Content-Security-Policy"].endswith("sandbox")
    assert response.headers.get("Cache-Control") == cached
    assert response.mimetype == "application/pdf"
    assert response.get_data() == b"%PDF"
