"""A file has its Japanese name, and one in ASCII for programs that know no other."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from participation.web.downloads import download_header


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
