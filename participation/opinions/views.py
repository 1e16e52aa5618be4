"""Pages of opinions for residents: the form, the receipt, one's own opinions, those that are public."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from participation.access import rules as access
from participation.agreements.commands import ask
from participation.agreements.queries import asks_first, path_of
from participation.consultations import queries as consultations
from participation.consultations.queries import AskedSubject, Procedure
from participation.foundation import files
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, NotFound, Refused
from participation.foundation.file_kinds import MEDIA_TYPES
from participation.foundation.paging import Edge
from participation.foundation.remembering import remembered
from participation.opinions import commands, forms, queries
from participation.opinions.domain import read_receipt_number
from participation.opinions.domain.attachments import (
    LONG,
    MAX_WEB_FILES,
    MOST_SENT,
    described,
    findings_in,
)
from participation.opinions.models import Submission, WaitingFile
from participation.organisations import queries as organisations
from participation.people import queries as people
from participation.people.models import Person
from participation.web.access import current_actor, guest_key, public, signed_in
from participation.web.addresses import full_url
from participation.web.downloads import attachment_header, locked_up
from participation.web.forms import whole_number
from participation.web.page_cache import cached_for_guests, expires
from participation.web.submissions import one_submission

bp = Blueprint("opinions", __name__)

#: Receipts that this visit opened with number and secret.
OPENED_KEY = "receipts"
MAX_OPENED = 20
#: How a file is spoken of on every page of these.
_ABOUT_FILES: dict[str, Any] = {
    "described": described,
    "findings_in": findings_in,
    "long_from": LONG,
    "most_files": MAX_WEB_FILES,
}
WRONG_RECEIPT = "受付番号か合言葉が違います。受付の控えをもう一度お確かめください。"


@bp.url_value_preprocessor
def _let_files_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let the form of opinions carry files: one that is too large is then refused in words, and none are lost."""
    if endpoint == "opinions.new":
        request.max_content_length = MOST_SENT


# ── Giving an opinion ───────────────────────────────────────────────────────────────────────


@bp.route("/consultations/<code>/opinions/new", methods=["GET", "POST"])
@public
def new(code: str) -> Response | tuple[str, int]:
    """Write opinions, look at them once more, send them."""
    procedure = consultations.get_procedure(code)
    decision = access.can(current_actor(), "opinions.submit", procedure)
    if request.method == "GET" and not decision:
        page = render_template("opinions/closed.html", procedure=procedure, reason=decision.reason)
        return page, 200
    subjects = consultations.list_subjects(procedure.consultation.id)
    form, wish = _filled_in(procedure, subjects), request.form.get("do", "")
    if decision and request.method == "POST":
        _take_files(procedure, form)
    if form.files.errors:
        return _form_page(procedure, subjects, form), 422
    if wish == "add":
        form = _filled_in(procedure, subjects, forms.with_one_more(form))
    elif wish.startswith("drop-"):
        _drop_file(procedure, form, wish.removeprefix("drop-"))
    elif wish.startswith("remove-"):
        removed = whole_number(wish.removeprefix("remove-"), least=0, most=99, default=99)
        form = _filled_in(procedure, subjects, forms.without(form, removed))
    elif wish in ("confirm", "send") and form.validate():
        if wish == "confirm":
            return _confirmation(procedure, subjects, form), 200
        return _send(procedure, subjects, form)
    status = 422 if form.errors else 200
    return _form_page(procedure, subjects, form), status


def _take_files(procedure: Procedure, form: forms.OpinionForm) -> None:
    """Keep what was chosen, until the opinions are sent; what cannot be kept is said at the field."""
    guest_key()  # The files of a visitor are theirs by their visit.
    kept, chosen = list(form.kept_ids()), form.take_files()
    if request.form.get("do") == "attach" and not chosen and not form.files.errors:
        form.refuse(Refused("ファイルを選んでから、押してください。", field="files"))
    for attachment, content in chosen:
        files.keep(content)
        try:
            with transaction():
                kept.append(commands.keep_file(procedure, attachment, by=current_actor()).public_id)
        except Refused as refusal:
            form.refuse(refusal)
    form.keep(kept)


def _drop_file(procedure: Procedure, form: forms.OpinionForm, public_id: str) -> None:
    with transaction():
        commands.drop_file(procedure, public_id, by=current_actor())
    form.keep([each for each in form.kept_ids() if each != public_id])


def _send(
    procedure: Procedure, subjects: list[AskedSubject], form: forms.OpinionForm
) -> Response | tuple[str, int]:
    code = procedure.consultation.code
    try:
        with one_submission(form) as answer:
            held, draft = consultations.hold_procedure(code), form.draft()
            asking = _asks_first(draft.organisation)
            if asking is not None:
                answer.location = _ask(asking, "opinions.submit", draft.as_words(code))
            else:
                submission = commands.submit_opinions(held, draft, by=current_actor())
                answer.location = url_for(".receipt", number=submission.receipt_number)
        if answer.given:
            return answer.redirect()
    except Denied as denial:  # The deadline passed while somebody wrote: their words stay on the page.
        form.refuse(Refused(denial.reason))
    return _form_page(consultations.get_procedure(code), subjects, form), 422


def _asks_first(public_id: str | None) -> int | None:
    """Return the organisation (its id) that a draft is of and whose delegates are asked first; None: nobody is."""
    organisation_id = organisations.get_organisation(public_id).id if public_id else None
    return organisation_id if asks_first(organisation_id) else None


def _ask(organisation_id: int, act: str, words: dict[str, Any], about: str = "") -> str:
    """Ask an organisation's other delegates; return where they read and agree."""
    return path_of(ask(organisation_id, act, words, about, by=current_actor()))


def _filled_in(
    procedure: Procedure, subjects: list[AskedSubject], data: dict[str, Any] | None = None
) -> forms.OpinionForm:
    """Return the form as this reader gets it: what is known of them is filled in, what they lack is left out."""
    actor = current_actor()
    if data is None and request.method == "GET":
        data = {"about_0": request.args.get("about", ""), "count": "1"}
        if actor.person_id is not None:
            data["standings"] = people.list_standings(db.session.get_one(Person, actor.person_id))
    form = forms.opinion_form(procedure, subjects, data=data)
    mine = [each for each, _ in people.list_organisations(actor.person_id)] if actor.person_id else []
    forms.offer_organisations(form, mine)
    forms.offer_names(form, actor.name if actor.is_member else "")
    if not actor.is_member:
        del form.takes_profile
    return form


def _form_page(procedure: Procedure, subjects: list[AskedSubject], form: forms.OpinionForm) -> str:
    waiting = _waiting(procedure, form)
    form.keep([each.public_id for each in waiting])
    return render_template(
        "opinions/new.html",
        procedure=procedure,
        subjects=subjects,
        form=form,
        waiting=waiting,
        **_ABOUT_FILES,
    )


def _waiting(procedure: Procedure, form: forms.OpinionForm) -> list[WaitingFile]:
    """Return the files that this reader chose so far."""
    owner_key = queries.owner_key_of(current_actor())
    return queries.list_waiting(procedure.consultation.id, form.kept_ids(), owner_key)


def _confirmation(procedure: Procedure, subjects: list[AskedSubject], form: forms.OpinionForm) -> str:
    draft = form.draft()
    return render_template(
        "opinions/confirm.html",
        procedure=procedure,
        form=form,
        draft=draft,
        titles={each.public_id: each.title for each in subjects},
        shown_name=_shown_name(form),
        asks_first=_asks_first(draft.organisation) is not None,
        found=form.personal_data(),
        waiting=_waiting(procedure, form),
        **_ABOUT_FILES,
    )


def _shown_name(form: forms.OpinionForm) -> str:
    """Return the name under which others will read it; empty: none."""
    draft = form.draft()
    if not draft.shows_name:
        return ""
    if draft.organisation:
        return organisations.get_organisation(draft.organisation).name
    return current_actor().name


# ── Receipts ────────────────────────────────────────────────────────────────────────────────


@bp.route("/receipts", methods=["GET", "POST"])
@public
def receipts() -> Response | tuple[str, int]:
    """Find one's opinions again by receipt number and secret."""
    form = forms.ReceiptForm(data={"number": request.args.get("number", "")})
    if form.validate_on_submit():
        try:
            with transaction():
                submission = commands.open_receipt(
                    form.number.data, form.secret.data, request.remote_addr or "", by=current_actor()
                )
                number = submission.receipt_number if submission else None
            if number is not None:
                _remember_opened(number)
                return redirect(url_for(".receipt", number=number), 303)
            form.refuse(Refused(WRONG_RECEIPT, field="secret"))
        except Refused as refusal:
            form.refuse(refusal)
    return render_template("opinions/receipts.html", form=form), form.status


@bp.get("/receipts/<number>")
@public
def receipt(number: str) -> Response | str:
    """Show a submission to whoever handed it in."""
    own = _own_receipt(number)
    if own is None:
        return redirect(url_for(".receipts", number=number[:40]), 303)
    return render_template(
        "opinions/receipt.html",
        own=own,
        follow_up=_follow_up(own),
        code=_code_of(_follow_up(own)),
        sent_files=queries.list_sent(own.submission.id),
        **_ABOUT_FILES,
    )


@bp.get("/receipts/<number>/print")
@public
def print_receipt(number: str) -> Response | str:
    """Show the receipt as a sheet of paper (A4)."""
    own = _own_receipt(number)
    if own is None:
        return redirect(url_for(".receipts", number=number[:40]), 303)
    return render_template(
        "opinions/receipt_sheet.html", own=own, follow_up=_follow_up(own), code=_code_of(_follow_up(own))
    )


def _own_receipt(number: str) -> queries.OwnSubmission | None:
    read = read_receipt_number(number)
    if read is None:
        return None
    try:
        own = queries.get_receipt(read)
    except NotFound:  # The same answer as for a receipt of somebody else.
        return None
    return own if _holds(own.submission) else None


def _holds(submission: Submission) -> bool:
    """Return whether the reader handed it in, or opened it with its secret on this visit."""
    return queries.holds(current_actor(), submission) or submission.receipt_number in session.get(
        OPENED_KEY, []
    )


def _remember_opened(number: str) -> None:
    opened = [each for each in session.get(OPENED_KEY, []) if each != number]
    session[OPENED_KEY] = [*opened, number][-MAX_OPENED:]


def _follow_up(own: queries.OwnSubmission) -> str:
    return full_url("opinions.receipts", number=own.submission.receipt_number)


def _code_of(address: str) -> str:
    """Return a QR code as an image that stands in the page itself."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff"))


# ── One's own ───────────────────────────────────────────────────────────────────────────────


@bp.get("/my/opinions")
@signed_in
def my_opinions() -> str:
    """Show what the reader handed in, and how far each opinion is."""
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    return render_template("opinions/my_opinions.html", page=queries.list_own(current_actor(), edge))


@bp.route("/opinions/<public_id>/revise", methods=["GET", "POST"])
@public
def revise(public_id: str) -> Response | tuple[str, int]:
    """Correct an opinion before staff have read it."""
    own, each = _own_opinion(public_id)
    form = forms.ReviseForm(data={"body": each.said.body})
    number, code = own.submission.receipt_number, own.procedure.consultation.code
    if request.method == "GET":
        access.require(current_actor(), "opinions.revise", each.opinion, own.procedure, True)
    elif form.validate():
        try:
            with one_submission(form) as answer:
                held = consultations.hold_procedure(code)
                opinion, asking = queries.get_opinion(public_id), own.submission.organisation_id
                if asks_first(asking):
                    answer.location = _ask(asking, "opinions.revise", {"body": form.body.data}, public_id)
                else:
                    commands.revise_opinion(opinion, form.body.data, held, holds=True, by=current_actor())
                    answer.location = url_for(".receipt", number=number)
            if answer.given:
                return answer.redirect()
        except Denied as denial:  # Staff read it, or the call closed, while somebody wrote.
            form.refuse(Refused(denial.reason))
    return render_template("opinions/revise.html", form=form, own=own, each=each), form.status


@bp.route("/opinions/<public_id>/withdraw", methods=["GET", "POST"])
@public
def withdraw(public_id: str) -> Response | tuple[str, int]:
    """Take an opinion back."""
    own, each = _own_opinion(public_id)
    form = forms.WithdrawForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            reason, whole = form.reason.data, bool(form.whole_letter.data)
            asking = own.submission.organisation_id
            if asks_first(asking):
                words = {"reason": reason, "whole_letter": whole}
                answer.location = _ask(asking, "opinions.withdraw", words, public_id)
            else:
                commands.withdraw_opinion(
                    queries.get_opinion(public_id),
                    reason,
                    whole_letter=whole,
                    holds=True,
                    by=current_actor(),
                )
                answer.location = url_for(".receipt", number=own.submission.receipt_number)
        if answer.given:
            return answer.redirect()
    return render_template(
        "opinions/withdraw.html",
        form=form,
        own=own,
        each=each,
        together=[sibling.number for sibling in queries.siblings_of(each.opinion)],
    ), form.status


@bp.route("/opinions/files/<public_id>/take-back", methods=["GET", "POST"])
@public
def take_back_file(public_id: str) -> Response | tuple[str, int]:
    """Take a file back that came with one's opinions."""
    file, submission = queries.get_file(public_id)
    if not _holds(submission):
        raise NotFound
    access.require(current_actor(), "opinions.take_back_file", file, True)
    form = forms.PlainForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            file, submission = queries.get_file(public_id)
            commands.take_back_file(file, submission, holds=True, by=current_actor())
            answer.location = url_for(".receipt", number=submission.receipt_number, _anchor="files")
        if answer.given:
            return answer.redirect()
    return render_template(
        "opinions/take_back_file.html", form=form, file=file, number=submission.receipt_number, **_ABOUT_FILES
    ), form.status


def _own_opinion(public_id: str) -> tuple[queries.OwnSubmission, queries.OwnOpinion]:
    opinion = queries.get_opinion(public_id)
    submission = queries.submission_of(opinion)
    if not _holds(submission):
        raise NotFound
    own = queries.get_receipt(submission.receipt_number)
    return own, next(each for each in own.opinions if each.opinion.public_id == public_id)


# ── Public ones ─────────────────────────────────────────────────────────────────────────────


@bp.get("/consultations/<code>/opinions")
@public
@cached_for_guests
def index(code: str) -> str:
    """List the public opinions of a consultation, about one subject or all."""
    page = remembered(consultations.get_page, code, until=lambda found: found.procedure.changes_at)
    chosen = next((s for s in page.subjects if s.public_id == request.args.get("about")), None)
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    expires(page.procedure.changes_at)
    return render_template(
        "opinions/index.html",
        consultation=page.consultation,
        procedure=page.procedure,
        tally=page.tally,
        choices=[(each.public_id, forms.choice_of(each)) for each in page.subjects],
        chosen=chosen,
        page=queries.list_published(page.consultation.id, edge, subject_id=chosen.id if chosen else None),
    )


@bp.get("/opinions/<public_id>")
@public
@cached_for_guests
def show(public_id: str) -> str:
    """Show one public opinion, with the ward's answer once there is one."""
    opinion, procedure = queries.get_published(public_id)
    return render_template(
        "opinions/show.html",
        opinion=opinion,
        procedure=procedure,
        public_files=queries.list_public_files(opinion.id),
        **_ABOUT_FILES,
    )


@bp.get("/opinions/files/<public_id>")
@public
def file(public_id: str) -> Response:
    """Give out a file that staff let everybody read: to be kept, never run."""
    found = queries.get_public_file(public_id)
    try:
        content = files.read(found.sha256)
    except files.Lost as lost:
        raise NotFound from lost
    name = attachment_header(found.name, f"{public_id}.{found.kind.value}")
    return locked_up(content, MEDIA_TYPES[found.kind], name)
