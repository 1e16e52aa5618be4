"""CSV files as downloads: UTF-8 with BOM, or CP932 for old spreadsheets."""

from __future__ import annotations

from flask import Response, make_response

from participation.foundation.csv_text import Cell, as_text, lost_in_cp932, to_cp932
from participation.web.downloads import attachment_header, plain_part

__all__ = ["Cell", "as_text", "csv_response", "lost_in_cp932"]


def csv_response(name: str, text: str, *, encoding: str = "utf-8") -> Response:
    """Return CSV text as a download; in CP932 what cannot be written becomes 〓."""
    if encoding == "cp932":
        body, charset = to_cp932(text), "Shift_JIS"
    else:
        body, charset = text.encode("utf-8-sig"), "utf-8"
    response = make_response(body)
    response.headers["Content-Type"] = f"text/csv; charset={charset}"
    plain = plain_part(name)
    fallback = plain if plain.endswith(".csv") and plain != "csv" else "table.csv"
    response.headers["Content-Disposition"] = attachment_header(name, fallback)
    return response
