"""Drawing who is invited, and the letters with their codes, once."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from flask import Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.foundation import clock
from participation.foundation.csv_text import as_text
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.gatherings import commands, queries
from participation.gatherings.commands import TakenInvitation
from participation.gatherings.desk_views.desk import bp
from participation.gatherings.domain import KIND_NAMES
from participation.gatherings.domain.drawing import HOW_IT_IS_DRAWN
from participation.gatherings.forms import CodeChoice, DrawForm
from participation.gatherings.models import Gathering
from participation.gatherings.queries.showing import time_in_words
from participation.i18n.dates import date_ja, deadline_ja, with_western_years
from participation.papers.questionnaires import Copy, InvitationLetter, invitations_pdf, qr_rows
from participation.surveys.domain.inviting import shown_code
from participation.web.access import current_actor, requires
from participation.web.addresses import full_url
from participation.web.downloads import download_header
from participation.web.forms import Form
from participation.web.submissions import one_submission

#: Letters are set in type for draws of this size.
MOST_LETTERS = 2_000


@bp.route("/<public_id>/invitations", methods=["GET", "POST"])
@requires("gatherings.draw")
def invitations(public_id: str) -> ResponseReturnValue:
    """Draw who is invited; show what was drawn, and how many of them registered."""
    form = DrawForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            gathering = queries.get_gathering(public_id)
            commands.draw_invitations(
                gathering, form.invitees(), form.how_many(), form.seed.data, by=current_actor()
            )
            sent.location = url_for(".invitations", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(public_id, form), form.status


@bp.post("/<public_id>/invitations/<draw_id>/take")
@requires("gatherings.take_codes")
def take_codes(public_id: str, draw_id: str) -> ResponseReturnValue:
    """Give the codes of a draw out, once; nothing of them stays here."""
    form, gathering = CodeChoice(), queries.get_gathering(public_id)
    try:
        if not form.validate_on_submit():
            raise Refused("取り出し方を選んでください。", field="letters")
        _refuse_too_many(form, queries.get_draw(gathering, draw_id).drawn)
        with transaction():
            taken = commands.open_codes(queries.get_draw(gathering, draw_id), by=current_actor())
        packed = _package(gathering, taken, with_letters=form.letters.data == "letters")
        # Let go only when all is set in type: where the printing fails, they can be taken again.
        with transaction():
            commands.take_codes(queries.get_draw(gathering, draw_id), by=current_actor())
    except Refused as refusal:
        form.refuse(refusal)
        return _page(public_id, DrawForm(formdata=None), form), 422
    response = Response(packed, content_type="application/zip")
    response.headers["Content-Disposition"] = download_header(f"{public_id}-招待状", "zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _refuse_too_many(form: CodeChoice, count: int) -> None:
    if form.letters.data == "letters" and count > MOST_LETTERS:
        raise Refused(
            f"招待状は、{MOST_LETTERS:,}件までの抽選で作れます。一覧（CSV）で差し込み印刷をしてください。",
            field="letters",
        )


def _package(gathering: Gathering, taken: list[TakenInvitation], *, with_letters: bool) -> bytes:
    folder = Path(current_app.config["DATA_DIR"]) / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    link = full_url("gatherings.register", public_id=gathering.public_id)
    rows = ([each.number, shown_code(each.code), link] for each in taken)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        table = as_text(["整理番号", "招待の番号", "申し込みページ"], rows)
        package.writestr("招待の番号.csv", table.encode("utf-8-sig"))
        if with_letters:
            copies = [
                Copy(
                    address := full_url("gatherings.register", public_id=gathering.public_id, code=each.code),
                    qr_rows(address),
                    shown_code(each.code),
                    each.number,
                )
                for each in taken
            ]
            package.writestr("招待状.pdf", invitations_pdf(_letter(gathering), copies, folder))
    return packed.getvalue()


def _letter(gathering: Gathering) -> InvitationLetter:
    closes = gathering.registration_closes_at or gathering.starts_at
    facts = [
        ("日時", with_western_years(time_in_words(gathering.starts_at, gathering.ends_at))),
        ("会場", gathering.place or "オンライン"),
        ("申し込みの締切", with_western_years(f"{deadline_ja(closes)}まで")),
        ("問い合わせ先", gathering.contact),
    ]
    return InvitationLetter(
        title=f"「{gathering.title}」へのご招待",
        issuer=current_app.config["SITE"]["ward"],
        day=with_western_years(date_ja(clock.today())),
        survey=gathering.title,
        paragraphs=(
            f"区では、{KIND_NAMES[gathering.kind]}に来ていただく方を、くじで選びました。あなたの番号が選ばれましたので、ご案内します。",
            "下の番号を使って、QRコードのページから申し込めます。インターネットを使わない方は、電話で番号をお伝えください。1つの番号で、1回申し込めます。",
            "くじの選び方と種は、同じページで公表しています。お名前は、この番号とは結びつけていません。",
        ),
        facts=tuple((name, says) for name, says in facts if says),
    )


def _page(public_id: str, form: DrawForm, take: CodeChoice | None = None) -> str:
    desk = queries.show_desk(public_id)
    to_mend: Form = take or form
    return render_template(
        "gatherings/desk/invitations.html",
        desk=desk,
        gathering=desk.gathering,
        draws=queries.list_draws(desk.gathering),
        form=to_mend,
        draw_form=form,
        take_form=take or CodeChoice(formdata=None),
        how_drawn=HOW_IT_IS_DRAWN,
    )
