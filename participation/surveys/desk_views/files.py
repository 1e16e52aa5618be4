"""Files that respondents sent (添付): listed for staff, and given out on record."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from participation.foundation import files as kept_files
from participation.foundation.db import transaction
from participation.foundation.errors import NotFound
from participation.foundation.file_kinds import MEDIA_TYPES, SCAN_NAMES, size_in_words
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain import FILE_ROOM
from participation.web.access import current_actor, requires
from participation.web.downloads import attachment_header, locked_up


@bp.get("/<public_id>/files")
@requires("surveys.look_at_file")
def files(public_id: str) -> ResponseReturnValue:
    """The files that were sent with answers, the latest first."""
    page = queries.show_survey(queries.get_survey(public_id))
    return render_template(
        "surveys/desk/files.html",
        page=page,
        sent=queries.list_sent_files(page.survey),
        most=queries.MOST_FILES_LISTED,
        kind_names=SCAN_NAMES,
        size_in_words=size_in_words,
    )


@bp.get("/<public_id>/files/<file_id>")
@requires("surveys.look_at_file")
def look_at_file(public_id: str, file_id: str) -> ResponseReturnValue:
    """Give a file to a member of staff; the look is on record before a byte of it leaves."""
    with transaction():
        survey = queries.get_survey(public_id)
        file = commands.look_at_file(queries.get_sent_file(survey, file_id), survey, by=current_actor())
        name, kind, sha256 = file.name, file.kind, file.sha256
    try:
        content = kept_files.read(sha256, FILE_ROOM)
    except kept_files.Lost as lost:
        raise NotFound("ファイルが見つからないか、壊れています。管理者に知らせてください。") from lost
    return locked_up(content, MEDIA_TYPES[kind], attachment_header(name, f"{file_id}.{kind}"))
