"""Pictures of questions and options."""

from __future__ import annotations

from flask import Response

from participation.foundation import files
from participation.foundation.errors import NotFound
from participation.surveys import queries
from participation.surveys.views.pages import bp
from participation.web.access import public


@bp.get("/surveys/images/<public_id>")
@public
def image(public_id: str) -> Response:
    """A picture; it never changes under its address."""
    found = queries.get_image(public_id)
    try:
        content = queries.read_image(found)
    except files.Lost as lost:
        raise NotFound from lost
    response = Response(content, mimetype=found.media_type)
    response.cache_control.public, response.cache_control.max_age = True, 86_400
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
