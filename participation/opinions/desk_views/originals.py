"""What was handed in, beside what became of it: texts, scans, opinions."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import render_template, url_for
from werkzeug.wrappers import Response

from participation.access import rules as access
from participation.contributions.domain import VISIBILITY_NAMES
from participation.foundation import files
from participation.foundation.db import transaction
from participation.foundation.errors import NotFound
from participation.opinions import commands, forms, queries
from participation.opinions.desk_views.register import View, bp
from participation.opinions.domain import CHANNEL_NAMES, STAGE_NAMES
from participation.opinions.domain.attachments import described, findings_in
from participation.opinions.domain.scans import MEDIA_TYPES, SCAN_NAMES, SHOWN
from participation.opinions.models import Submission, SubmissionFile
from participation.web.access import current_actor, requires
from participation.web.downloads import locked_up
from participation.web.submissions import one_submission


@bp.get("/submissions/<public_id>/original")
@requires("opinions.read_original")
def original(public_id: str) -> str:
    """Show what was handed in, its scans and its opinions side by side."""
    return _original_page(public_id, forms.FilesForm(formdata=None))


def _original_page(public_id: str, form: forms.FilesForm) -> str:
    desk = queries.get_submission(public_id)
    kept = queries.list_files(desk.submission.id)
    return render_template(
        "opinions/desk/original.html",
        desk=desk,
        parts=queries.list_originals(desk),
        files=[pair for pair in kept if pair[0].removed_at is None],
        removed=[file for file, _ in kept if file.removed_at is not None],
        form=form,
        publish_form=forms.PlainForm(formdata=None),
        described=described,
        findings_in=findings_in,
        shown_kinds=SHOWN,
        kind_names=SCAN_NAMES,
        channel_names=CHANNEL_NAMES,
        stage_names=STAGE_NAMES,
        visibility_names=VISIBILITY_NAMES,
        letters={
            each.original_id: each
            for each in queries.letters_of([desk.submission.id]).get(desk.submission.id, [])
        },
    )


@bp.post("/submissions/<public_id>/files")
@requires("opinions.attach_file")
def attach_files(public_id: str) -> View:
    """Add scans to a submission that was entered before; an office only to what it took in itself."""
    form = forms.FilesForm()
    found = queries.get_submission(public_id, area_id=current_actor().only_area_id).submission
    access.require(current_actor(), "opinions.attach_file", found)
    if form.validate() and (uploads := form.uploads()) is not None:
        if not uploads:
            form.files.errors = ["写しのファイルを選んでください。"]
        else:
            for _, content in uploads:
                files.keep(content)
            with one_submission(form) as answer:
                submission = queries.get_submission(public_id).submission
                commands.attach_files(submission, [checked for checked, _ in uploads], by=current_actor())
                answer.location = url_for(".original", public_id=public_id, _anchor="scans")
            if answer.given:
                return answer.redirect()
    return _original_page(public_id, form), 422


@bp.get("/files/<public_id>")
@requires("opinions.look_at_file")
def look_at_file(public_id: str) -> Response:
    """Give a scan to a member of staff; the look is on record before a byte of it leaves."""
    with transaction():
        file, submission = queries.get_file(public_id)
        commands.look_at_file(file, submission, by=current_actor())
    try:
        content = files.read(file.sha256)
    except files.Lost as lost:
        raise NotFound("写しのファイルが見つからないか、壊れています。管理者に知らせてください。") from lost
    return locked_up(
        content, MEDIA_TYPES[file.kind], f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    )


@bp.post("/files/<public_id>/publish")
@requires("opinions.publish_file")
def publish_file(public_id: str) -> View:
    """Let everybody read a file that its author allowed, beside the opinions with which it came."""
    form = forms.PlainForm()
    file, submission = queries.get_file(public_id)
    if form.validate():
        with one_submission(form) as answer:
            file, submission = queries.get_file(public_id)
            commands.publish_file(file, submission, by=current_actor())
            answer.location = url_for(".original", public_id=submission.public_id, _anchor="scans")
        if answer.given:
            return answer.redirect()
    return _original_page(submission.public_id, forms.FilesForm(formdata=None)), 422


@bp.route("/files/<public_id>/unpublish", methods=["GET", "POST"])
@requires("opinions.unpublish_file")
def unpublish_file(public_id: str) -> View:
    """Show a file to nobody outside any more."""
    return _with_a_reason(
        *queries.get_file(public_id),
        forms.UnpublishFileForm(),
        commands.unpublish_file,
        "opinions/desk/unpublish_file.html",
    )


@bp.route("/files/<public_id>/remove", methods=["GET", "POST"])
@requires("opinions.attach_file")
def remove_file(public_id: str) -> View:
    """Take away a scan that was attached by mistake."""
    file, submission = queries.get_file(public_id)
    access.require(current_actor(), "opinions.attach_file", submission)
    return _with_a_reason(
        file, submission, forms.RemoveFileForm(), commands.remove_file, "opinions/desk/remove_file.html"
    )


def _with_a_reason(
    file: SubmissionFile,
    submission: Submission,
    form: forms.RemoveFileForm | forms.UnpublishFileForm,
    command: Callable[..., object],
    template: str,
) -> View:
    """Do with a file what needs a reason, and lead back to where it stands."""
    if form.validate_on_submit():
        public_id = file.public_id
        with one_submission(form) as answer:
            file, submission = queries.get_file(public_id)
            command(file, submission, form.reason.data, by=current_actor())
            answer.location = url_for(".original", public_id=submission.public_id, _anchor="scans")
        if answer.given:
            return answer.redirect()
    return render_template(template, file=file, submission=submission, form=form), form.status
