"""Inviting by post: issuing codes, taking them out once, what became of the letters, the response rate."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from flask import Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.csv_text import as_text
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.papers.questionnaires import Copy, invitations_pdf, qr_rows, questionnaires_pdf
from participation.surveys import commands, queries
from participation.surveys.commands import TakenCode
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain import INVITATION_NAMES
from participation.surveys.domain.inviting import shown_code
from participation.surveys.forms.inviting import REISSUE, WITHDRAW, IssueForm, TakeForm, TendForm
from participation.surveys.models import InvitationBatch, Survey
from participation.web.access import current_actor, requires
from participation.web.addresses import full_url
from participation.web.downloads import download_header
from participation.web.submissions import one_submission

#: Sheets with a code are set in type for batches of this size; larger ones are printed from the list of codes.
MOST_SHEETS = 500
#: Letters are set in type for batches of this size.
MOST_LETTERS = 2_000


@bp.get("/<public_id>/invitations")
@requires("surveys.read_desk")
def invitations(public_id: str) -> ResponseReturnValue:
    """The batches of a survey, and how many of the invited answered."""
    return _page(queries.get_survey(public_id))


@bp.post("/<public_id>/invitations/issue")
@requires("surveys.invite")
def issue_invitations(public_id: str) -> ResponseReturnValue:
    """Issue a batch of codes."""
    survey = queries.get_survey(public_id)
    form = IssueForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            batch = commands.issue_invitations(survey, form.draft(), by=current_actor())
            sent.location = url_for(".invitations", public_id=public_id, _anchor=f"batch-{batch.number}")
        if sent.given:
            return sent.redirect()
    return _page(survey, issue=form)


@bp.post("/<public_id>/invitations/tend")
@requires("surveys.invite")
def tend_invitations(public_id: str) -> ResponseReturnValue:
    """Note what came back, withdraw, or issue codes anew."""
    survey = queries.get_survey(public_id)
    form = TendForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            _tend(survey, form)
            sent.location = url_for(".invitations", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(survey, tend=form)


@bp.post("/<public_id>/invitations/<batch_id>/take")
@requires("surveys.take_codes")
def take_codes(public_id: str, batch_id: str) -> ResponseReturnValue:
    """Give the codes of a batch out, once; nothing of them stays here."""
    survey = queries.get_survey(public_id)
    form = TakeForm()
    try:
        if not form.validate_on_submit():
            raise Refused("画面を開き直して、もう一度押してください。")
        _refuse_too_many(form, queries.get_batch(survey, batch_id))
        with transaction():
            opened = commands.open_codes(survey, queries.get_batch(survey, batch_id), by=current_actor())
        packed = _package(survey, queries.get_batch(survey, batch_id), opened, form)
        # Let go only when all is set in type: where the printing fails, they can be taken again.
        with transaction():
            batch = queries.get_batch(survey, batch_id)
            commands.take_codes(survey, batch, by=current_actor())
            name = f"{public_id}-招待-第{batch.number}束"
    except Refused as refusal:
        form.refuse(refusal)
        return _page(survey, take=form)
    response = Response(packed, content_type="application/zip")
    response.headers["Content-Disposition"] = download_header(name, "zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _tend(survey: Survey, form: TendForm) -> None:
    by = current_actor()
    if form.what.data == WITHDRAW:
        commands.withdraw_invitations(survey, form.lines(), form.reason.data, by=by)
    elif form.what.data == REISSUE:
        commands.reissue_invitations(survey, form.lines(), form.reason.data, by=by)
    else:
        commands.mark_returned(survey, form.lines(), by=by)


def _refuse_too_many(form: TakeForm, batch: InvitationBatch) -> None:
    if form.sheets.data and batch.count > MOST_SHEETS:
        raise Refused(
            f"番号を印刷した調査票は、{MOST_SHEETS}件までの束で作れます。一覧（CSV）で差し込み印刷をしてください。",
            field="sheets",
        )
    if form.letters.data and batch.count > MOST_LETTERS:
        raise Refused(
            f"招待状は、{MOST_LETTERS:,}件までの束で作れます。一覧（CSV）で差し込み印刷をしてください。",
            field="letters",
        )


def _package(survey: Survey, batch: InvitationBatch, taken: list[TakenCode], form: TakeForm) -> bytes:
    folder = Path(current_app.config["DATA_DIR"]) / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    issuer = current_app.config["SITE"]["ward"]
    titles = list(dict.fromkeys(title for each in taken for title in each.strata))
    links = {each.code: _link(survey, each) for each in taken}
    rows = (
        [each.number, shown_code(each.code), links[each.code], *(each.strata.get(t, "") for t in titles)]
        for each in taken
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        table = as_text(["整理番号", "招待の番号", "回答ページ", *titles], rows)
        package.writestr("招待の番号.csv", table.encode("utf-8-sig"))
        if form.letters.data:
            letter = queries.show_invitation_letter(survey, batch.kind, issuer=issuer)
            package.writestr(
                "招待状.pdf",
                invitations_pdf(letter, [_copy(each, links[each.code]) for each in taken], folder),
            )
        if form.sheets.data:
            sheet = queries.show_sheet(
                survey,
                issuer=issuer,
                is_large=bool(form.large.data),
                pictures=queries.read_pictures(survey),
            )
            copies = [_copy(each, _link(survey, each, sheet=survey.form_version)) for each in taken]
            package.writestr("調査票.pdf", questionnaires_pdf(sheet, copies, folder))
    return packed.getvalue()


def _link(survey: Survey, taken: TakenCode, **more: int) -> str:
    return full_url("surveys.show", public_id=survey.public_id, invitation=taken.code, **more)


def _copy(taken: TakenCode, link: str) -> Copy:
    return Copy(link, qr_rows(link), shown_code(taken.code), taken.number)


def _page(
    survey: Survey, issue: IssueForm | None = None, tend: TendForm | None = None, take: TakeForm | None = None
) -> ResponseReturnValue:
    to_mend: Any = issue or tend or take
    batches = queries.list_batches(survey)
    rendered = render_template(
        "surveys/desk/invitations.html",
        survey=survey,
        rates=queries.show_response_rates(survey),
        batches=batches,
        names=queries.names_of([each.issued_by_id for each in batches]),
        kinds=INVITATION_NAMES,
        form=to_mend,
        issue_form=issue or IssueForm(formdata=None),
        tend_form=tend or TendForm(formdata=None),
        take_form=take or TakeForm(formdata=None),
    )
    return rendered, to_mend.status if to_mend else 200
