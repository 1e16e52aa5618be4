"""Files as downloads: how a file is called in every program, also in one that knows ASCII only."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

#: A kept file is never run: not as a page, not as a script, not within ours.
LOCKED_UP = "default-src 'none'; style-src 'none'; sandbox"


def locked_up(content: bytes, media_type: str, disposition: str, *, is_public: bool = False) -> Response:
    """Return a file that somebody handed in: to be kept, never shown; unless `is_public`, stored by nobody between."""
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = disposition
    response.headers["Content-Security-Policy"] = LOCKED_UP
    if not is_public:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def attachment_header(name: str, plain: str) -> str:
    """Return Content-Disposition: the Japanese name of a file, and `plain`, the one in ASCII."""
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def download_header(name: str, ending: str) -> str:
    """Return Content-Disposition for a file called `name` with this ending."""
    return attachment_header(f"{name}.{ending}", f"{plain_part(name) or 'file'}.{ending}")


def plain_part(name: str) -> str:
    """Return what of a name every program can write."""
    return "".join(c for c in name if c.isascii() and (c.isalnum() or c in "-_.")).strip("-_.")
