"""Pages of notices for staff: how messages were delivered, letters on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import segno
from flask import Blueprint, Response, current_app, render_template, request, url_for

from participation.consultations.queries import get_consultation
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Refused
from participation.foundation.paging import Edge
from participation.i18n.dates import date_ja, with_western_years
from participation.notices import commands
from participation.notices.commands.letters import AddressedLetter
from participation.notices.domain import DELIVERY_NAMES, DeliveryState
from participation.notices.forms import ButtonForm, HandOverForm, PostedForm, PrintForm
from participation.notices.models import LetterBatch
from participation.notices.queries import deliveries
from participation.opinions.queries import register
from participation.papers.letters import LetterHead, LetterText, PostedLetter, pdf_of
from participation.web.access import current_actor, requires
from participation.web.addresses import full_url
from participation.web.downloads import download_header
from participation.web.submissions import one_submission

bp = Blueprint("notices_desk", __name__, url_prefix="/desk/deliveries")

TITLE = "いただいた意見への区の考え方"


@bp.get("/")
@requires("notices.read_deliveries")
def index() -> str:
    """List the consultations about which people were told something."""
    return render_template("notices/desk/index.html", lines=deliveries.list_consultations())


@bp.get("/<code>")
@requires("notices.read_deliveries")
def report(code: str) -> str:
    """Show how the messages about a consultation were delivered."""
    consultation = get_consultation(code)
    asked = request.args.get("state", "")
    state = DeliveryState(asked) if asked in set(DeliveryState) else None
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    submissions, told = deliveries.count_told(consultation.id)
    return render_template(
        "notices/desk/report.html",
        consultation=consultation,
        counts=deliveries.count_by_state(consultation.id),
        submissions=submissions,
        told=told,
        state=state,
        state_name=DELIVERY_NAMES[state][0] if state else "",
        page=deliveries.list_rows(consultation.id, state, edge),
        batches=deliveries.list_batches(consultation.id),
        form=ButtonForm(formdata=None),
    )


@bp.post("/<code>/mail-again")
@requires("notices.mail_again")
def mail_again(code: str) -> Any:
    """Try the mails again that were given up."""
    return _press(lambda: commands.mail_again(get_consultation(code), by=current_actor()), code)


@bp.post("/<code>/letters")
@requires("notices.prepare_letters")
def prepare(code: str) -> Any:
    """Prepare letters for everybody who waits for one."""
    form = ButtonForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            batch = commands.prepare_letters(get_consultation(code), by=current_actor())
            answer.location = url_for(".batch", public_id=batch.public_id)
        if answer.given:
            return answer.redirect()
    raise Refused("画面を開き直して、もう一度押してください。")


def _press(act: Any, code: str) -> Any:
    form = ButtonForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            act()
            answer.location = url_for(".report", code=code)
        if answer.given:
            return answer.redirect()
    raise Refused("画面を開き直して、もう一度押してください。")


@bp.get("/letters/<public_id>")
@requires("notices.read_deliveries")
def batch(public_id: str) -> str:
    """Show a batch of letters."""
    return _batch_page(deliveries.get_batch(public_id))[0]


@bp.post("/letters/<public_id>/print")
@requires("notices.prepare_letters")
def print_batch(public_id: str) -> Any:
    """Give the letters as a PDF: the addresses are opened for it, and nothing of it is kept."""
    form = PrintForm()
    is_reprint = bool(form.again.data)
    if form.validate_on_submit():
        by = current_actor()
        try:
            with transaction():
                opened = commands.open_letters(
                    public_id, form.reason.data or "", is_reprint=is_reprint, by=by
                )
            if not opened:
                raise Refused("住所のある人がいません。1通も印刷できません。", field="reason")
            pdf = _pdf(deliveries.get_batch(public_id), opened)
            with transaction():
                printed = commands.note_printed(public_id, is_reprint=is_reprint, by=by)
                name = f"{deliveries.consultation_of(printed).code}-文書-第{printed.number}束"
            return _download(pdf, name)
        except Refused as refusal:
            form.refuse(refusal)
    page, status = _batch_page(deliveries.get_batch(public_id), print_form=form)
    return page, status


@bp.post("/letters/<public_id>/posted")
@requires("notices.note_posted")
def posted(public_id: str) -> Any:
    """Note on which day a batch was posted."""
    form = PostedForm()
    if form.validate_on_submit() and form.posted_on.data is not None:
        with one_submission(form) as answer:
            commands.note_posted(public_id, form.posted_on.data, by=current_actor())
            answer.location = url_for(".batch", public_id=public_id)
        if answer.given:
            return answer.redirect()
    page, status = _batch_page(deliveries.get_batch(public_id), posted_form=form)
    return page, status


@bp.post("/letters/<public_id>/cancel")
@requires("notices.prepare_letters")
def cancel(public_id: str) -> Any:
    """Take a batch back before it was printed."""
    code = deliveries.consultation_of(deliveries.get_batch(public_id)).code
    return _press(lambda: commands.cancel_batch(public_id, by=current_actor()), code)


@bp.route("/submissions/<public_id>/handed-over", methods=["GET", "POST"])
@requires("notices.hand_over")
def hand_over(public_id: str) -> Any:
    """Note that a submitter was told at the window or by telephone."""
    form = HandOverForm()
    desk = register.get_submission(public_id)
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                submission = register.get_submission(public_id).submission
                commands.hand_over(submission, form.note.data or "", by=current_actor())
                answer.location = url_for(".report", code=desk.consultation.code)
            if answer.given:
                return answer.redirect()
        except Conflict as conflict:
            form.refuse(Refused(conflict.reason))
    told = deliveries.told_about([each.opinion.contribution_id for each in desk.opinions])
    return render_template("notices/desk/hand_over.html", desk=desk, told=told, form=form), form.status


def _batch_page(
    found: LetterBatch, print_form: PrintForm | None = None, posted_form: PostedForm | None = None
) -> tuple[str, int]:
    to_mend = print_form or posted_form
    page = render_template(
        "notices/desk/batch.html",
        batch=found,
        consultation=deliveries.consultation_of(found),
        contents=deliveries.list_contents(found),
        made_by=deliveries.name_of_person(found.made_by_id),
        names={each.value: DELIVERY_NAMES[DeliveryState(each.value)] for each in DeliveryState},
        form=to_mend,
        print_form=print_form or PrintForm(formdata=None),
        posted_form=posted_form or PostedForm(formdata=None, posted_on=clock.today()),
        cancel_form=ButtonForm(formdata=None),
    )
    return page, to_mend.status if to_mend else 200


def _pdf(found: LetterBatch, opened: list[AddressedLetter]) -> bytes:
    consultation = deliveries.consultation_of(found)
    head = LetterHead(
        title=f"{consultation.title}　文書 第{found.number}束",
        day=with_western_years(date_ja(clock.today())),
        issuer=current_app.config["SITE"]["ward"],
        office=opened[0].content.section,
    )
    folder = Path(current_app.config["DATA_DIR"]) / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    return pdf_of([_letter(each) for each in opened], head, folder)


def _letter(addressed: AddressedLetter) -> PostedLetter:
    content = addressed.content
    link = full_url("opinions.receipts", number=content.receipt_number)
    parts = [
        LetterText(
            f"「{content.consultation}」へ意見をお寄せいただき、ありがとうございました。"
            "お寄せいただいた意見について、次のとおりお知らせします。"
        )
    ]
    for part in content.parts:
        parts.append(LetterText(f"意見 No.{part.opinion_number}", "heading"))
        parts.append(LetterText("あなたが書いた文", "subheading"))
        parts.append(LetterText(part.words, "quote"))
        if part.note:
            parts.append(LetterText(part.note))
        for line in part.news:
            parts.append(LetterText(line.title, "subheading"))
            if not line.wordings:
                parts.append(LetterText("くわしくは、次のページで読めます。"))
            for each in line.wordings:
                if each.name:
                    parts.append(LetterText(f"【{each.name}】", "version"))
                parts.append(LetterText(each.text, parts=each.parts if each.name else ()))
    return PostedLetter(
        address=addressed.submitter.address,
        recipient=addressed.submitter.name,
        number=content.receipt_number,
        title=TITLE,
        parts=tuple(parts),
        link=link,
        code=tuple("".join(str(bit) for bit in row) for row in segno.make(link, error="m").matrix),
    )


def _download(pdf: bytes, name: str) -> Response:
    response = Response(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = download_header(name, "pdf")
    response.headers["Cache-Control"] = "private, no-store"
    return response
