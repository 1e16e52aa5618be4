"""The published record of a gathering, and its documents."""

from __future__ import annotations

from flask import Response, render_template

from participation.foundation import files
from participation.foundation.errors import NotFound
from participation.foundation.file_kinds import MEDIA_TYPES
from participation.gatherings import queries
from participation.gatherings.domain import FILE_ROOM
from participation.gatherings.views.pages import bp
from participation.web.access import current_actor, public
from participation.web.downloads import attachment_header

#: A kept file is never run: not as a page, not as a script, not within ours.
LOCKED_UP = "default-src 'none'; style-src 'none'; sandbox"


@bp.get("/gatherings/<public_id>/record")
@public
def record(public_id: str) -> str:
    """Show what was said and decided."""
    page = queries.show_gathering(public_id, current_actor())
    return render_template(
        "gatherings/record.html",
        page=page,
        gathering=page.gathering,
        shown=queries.get_public_record(page.gathering),
    )


@bp.get("/gatherings/<public_id>/record/files/<file_id>")
@public
def record_file(public_id: str, file_id: str) -> Response:
    """A document of a published record."""
    found = queries.get_record_file(queries.get_public(public_id), file_id)
    try:
        content = files.read(found.sha256, FILE_ROOM)
    except files.Lost as lost:
        raise NotFound from lost
    response = Response(content, content_type=MEDIA_TYPES[found.kind])
    response.headers["Content-Disposition"] = attachment_header(found.name, f"document.{found.kind.value}")
    response.headers["Content-Security-Policy"] = LOCKED_UP
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
