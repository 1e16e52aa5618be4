"""Writing the record of a gathering, looking at it, publishing it; its documents."""

from __future__ import annotations

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.foundation import files
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.foundation.file_kinds import MEDIA_TYPES
from participation.gatherings import commands, queries
from participation.gatherings.desk_views.desk import bp
from participation.gatherings.domain import FILE_ROOM, RECORD_NAMES
from participation.gatherings.forms import FileForm, PlainForm, ReasonForm, RecordForm
from participation.gatherings.models import Gathering, GatheringRecord
from participation.gatherings.queries import ShownRecord
from participation.web.access import current_actor, requires
from participation.web.downloads import attachment_header, locked_up
from participation.web.forms import Form
from participation.web.submissions import one_submission


@bp.get("/<public_id>/record")
@requires("gatherings.read_desk")
def record(public_id: str) -> str:
    """Show the record as it stands, and what is to be done with it next."""
    return _page(public_id)


@bp.route("/<public_id>/record/write", methods=["GET", "POST"])
@requires("gatherings.write_record")
def write_record(public_id: str) -> ResponseReturnValue:
    """Write the record."""
    gathering = queries.get_gathering(public_id)
    shown = queries.show_record(gathering)
    access.require(current_actor(), "gatherings.write_record", gathering, shown.record if shown else None)
    form = RecordForm(data=_values(gathering, shown))
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                _write(gathering, form)
                sent.location = url_for(".record", public_id=public_id)
            if sent.given:
                return sent.redirect()
        except Conflict as conflict:  # Both texts are shown; sent again, the typed one takes its place.
            form.refuse(Refused(conflict.reason))
            current = queries.find_record(gathering)
            form.version.data = str(current.version) if current else "0"
            return _writing_page(gathering, form, current), 409
    return _writing_page(gathering, form), form.status


def _write(gathering: Gathering, form: RecordForm) -> None:
    commands.write_record(
        gathering,
        form.body.data,
        form.attended(),
        form.opinion_numbers(),
        form.seen_version,
        by=current_actor(),
    )


def _writing_page(gathering: Gathering, form: RecordForm, current: GatheringRecord | None = None) -> str:
    return render_template(
        "gatherings/desk/write_record.html", gathering=gathering, form=form, current=current
    )


@bp.post("/<public_id>/record/files")
@requires("gatherings.write_record")
def add_file(public_id: str) -> ResponseReturnValue:
    """Add a document."""
    form = FileForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            gathering, found = _both(public_id)
            checked, content = form.upload()
            files.keep(content, FILE_ROOM)
            commands.add_record_file(found, gathering, checked, by=current_actor())
            sent.location = url_for(".record", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(public_id, upload=form), 422


@bp.get("/<public_id>/record/files/<file_id>")
@requires("gatherings.read_desk")
def record_file(public_id: str, file_id: str) -> Response:
    """Give a document to who looks at the record before it is public."""
    found = queries.get_record_file(queries.get_gathering(public_id), file_id, drafts=True)
    try:
        content = files.read(found.sha256, FILE_ROOM)
    except files.Lost as lost:
        raise NotFound("資料のファイルが見つからないか、壊れています。") from lost
    name = attachment_header(found.name, f"document.{found.kind.value}")
    return locked_up(content, MEDIA_TYPES[found.kind], name)


@bp.post("/<public_id>/record/files/<file_id>/remove")
@requires("gatherings.write_record")
def remove_file(public_id: str, file_id: str) -> ResponseReturnValue:
    """Take a document away."""
    form = PlainForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            gathering, found = _both(public_id)
            file = queries.get_record_file(gathering, file_id, drafts=True)
            commands.remove_record_file(found, gathering, file, by=current_actor())
            sent.location = url_for(".record", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(public_id, refused=form), 422


@bp.post("/<public_id>/record/submit")
@requires("gatherings.write_record")
def submit_record(public_id: str) -> ResponseReturnValue:
    """Hand the record to somebody else to be looked at."""
    form = PlainForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            gathering, found = _both(public_id)
            commands.submit_record(found, gathering, by=current_actor())
            sent.location = url_for(".record", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(public_id, refused=form), 422


@bp.post("/<public_id>/record/approve")
@requires("gatherings.approve_record")
def approve_record(public_id: str) -> ResponseReturnValue:
    """Publish the record that somebody else wrote."""
    form = PlainForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            gathering, found = _both(public_id)
            commands.approve_record(found, gathering, by=current_actor())
            sent.location = url_for(".record", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(public_id, refused=form), 422


@bp.post("/<public_id>/record/return")
@requires("gatherings.approve_record")
def return_record(public_id: str) -> ResponseReturnValue:
    """Give the record back to who wrote it, with the reason."""
    form = ReasonForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            _, found = _both(public_id)
            commands.return_record(found, form.reason.data, by=current_actor())
            sent.location = url_for(".record", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(public_id, reason=form), 422


def _both(public_id: str) -> tuple[Gathering, GatheringRecord]:
    gathering = queries.get_gathering(public_id)
    found = queries.find_record(gathering)
    if found is None:
        raise NotFound
    return gathering, found


def _values(gathering: Gathering, shown: ShownRecord | None) -> dict[str, str]:
    if shown is None:
        seats = queries.seats_of(gathering)
        attended = seats.checked_in + seats.walk_ins
        return {"attendance": str(attended) if attended else "", "version": "0"}
    record = shown.record
    return {
        "body": record.body,
        "attendance": "" if record.attendance is None else str(record.attendance),
        "numbers": "、".join(str(each.number) for each in shown.opinions if each.is_named),
        "version": str(record.version),
    }


def _page(
    public_id: str,
    *,
    upload: FileForm | None = None,
    reason: ReasonForm | None = None,
    refused: Form | None = None,
) -> str:
    gathering = queries.get_gathering(public_id)
    return render_template(
        "gatherings/desk/record.html",
        gathering=gathering,
        shown=queries.show_record(gathering),
        names=RECORD_NAMES,
        upload=upload or FileForm(formdata=None),
        reason=reason or ReasonForm(formdata=None),
        plain=PlainForm(formdata=None),
        form=upload or reason or refused or PlainForm(formdata=None),
    )
