"""Tables as downloads: a spreadsheet opens them as they are, whatever their name."""

from __future__ import annotations

import pytest

from participation.web.csv_files import as_text, csv_response

TABLE = as_text(["番号", "意見"], [[1, "公園を増やして"], [2, "𠮷野さんの案に賛成😀"]])


def test_utf8_begins_with_the_mark_that_spreadsheets_look_for(app):
    with app.test_request_context("/"):
        answer = csv_response("意見一覧.csv", TABLE)
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    assert answer.get_data().decode("utf-8-sig") == TABLE
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_cp932_shows_what_it_cannot_write(app):
    with app.test_request_context("/"):
        answer = csv_response("opinions.csv", TABLE, encoding="cp932")
    assert "〓野さんの案に賛成〓" in answer.get_data().decode("cp932")
    assert answer.headers["Content-Type"] == "text/csv; charset=Shift_JIS"


@pytest.mark.parametrize(
    ("name", "plain", "encoded"),
    [
        ("register-2026.csv", "register-2026.csv", "register-2026.csv"),
        ("意見一覧.csv", "table.csv", "%E6%84%8F%E8%A6%8B%E4%B8%80%E8%A6%A7.csv"),
        ('a"\r\nX: y.csv', "aXy.csv", "a%22%0D%0AX%3A%20y.csv"),
        ("../../etc.csv", "etc.csv", "..%2F..%2Fetc.csv"),
    ],
)
def test_the_name_is_no_header_and_no_path(app, name, plain, encoded):
    with app.test_request_context("/"):
        disposition = csv_response(name, TABLE).headers["Content-Disposition"]
    assert disposition == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
