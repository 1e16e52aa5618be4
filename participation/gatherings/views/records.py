"""The published record of a gathering, and its documents."""

from __future__ import annotations

from flask import Response, render_template

from participation.foundation import files
from participation.foundation.errors import NotFound
from participation.foundation.file_kinds import MEDIA_TYPES
from participation.gatherings import queries
from participation.gatherings.domain import FILE_ROOM
from participation.gatherings.queries.showing import time_in_words
from participation.gatherings.views.pages import bp
from participation.web.access import public
from participation.web.downloads import attachment_header, locked_up


@bp.get("/gatherings/<public_id>/record")
@public
def record(public_id: str) -> str:
    """Show what was said and decided."""
    gathering = queries.get_public(public_id)
    return render_template(
        "gatherings/record.html",
        gathering=gathering,
        shown=queries.get_public_record(gathering),
        when=time_in_words(gathering.starts_at, gathering.ends_at),
        section=queries.section_name_of(gathering),
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
    name = attachment_header(found.name, f"document.{found.kind.value}")
    response = locked_up(content, MEDIA_TYPES[found.kind], name, is_public=True)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
