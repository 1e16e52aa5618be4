"""Sheets to be put up and passed round, of gatherings and of calls for opinions: anybody may print them."""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app, render_template

from participation.consultations import queries as consultations
from participation.consultations.queries import ConsultationPage
from participation.foundation.errors import NotFound
from participation.foundation.text import excerpt
from participation.gatherings import queries
from participation.gatherings.queries import GatheringPage
from participation.gatherings.queries.showing import day_and_hours
from participation.gatherings.views.pages import bp
from participation.i18n.dates import deadline_ja, with_western_years
from participation.papers.notice_sheets import (
    SHEET_NAMES,
    NoticeSheet,
    SheetForm,
    Slip,
    SlipField,
    kept_sheet,
)
from participation.papers.questionnaires import qr_rows
from participation.web.access import current_actor, public
from participation.web.addresses import full_url
from participation.web.downloads import download_header

MOST_LEAD = 180
#: A sheet is one page: what is longer stands on the page of the QR code.
MOST_FACT = 120
#: A slip that came back is entered by staff; what it says on itself is its number in the register.
_OFFICE_USE = SlipField("区で記入（原本の番号・届いた日）", is_half=True)
_OPINION = SlipField("意見（名前や電話番号は書かないでください）", 5)
_WHO = SlipField("年代・お住まいの地区（書ける方だけ）", is_half=True)


@bp.get("/gatherings/<public_id>/sheets/<any(poster, circular):form>.pdf")
@public
def gathering_sheet(public_id: str, form: str) -> Response:
    """A gathering as a poster, or as a circular with a slip to be cut off."""
    page = queries.show_gathering(public_id, current_actor())
    return _pdf(_of_gathering(page, SheetForm(form)), page.gathering.title)


@bp.get("/consultations/<code>/sheets")
@public
def consultation_sheets(code: str) -> str:
    """Say what there is to be printed for a call for opinions."""
    page = _public_consultation(code)
    return render_template(
        "gatherings/sheets.html", consultation=page.consultation, page=page, names=SHEET_NAMES
    )


@bp.get("/consultations/<code>/sheets/<any(poster, circular):form>.pdf")
@public
def consultation_sheet(code: str, form: str) -> Response:
    """A call for opinions as a poster, or as a circular with a slip to be cut off."""
    page = _public_consultation(code)
    if page.procedure.open_period is None:
        raise NotFound
    return _pdf(_of_consultation(page, SheetForm(form)), page.consultation.title)


def _public_consultation(code: str) -> ConsultationPage:
    return consultations.get_page(code)


def _of_gathering(page: GatheringPage, form: SheetForm) -> NoticeSheet:
    gathering, link = page.gathering, full_url("gatherings.show", public_id=page.gathering.public_id)
    deadline = with_western_years(deadline_ja(gathering.registration_closes_at or gathering.starts_at))
    facts = [
        ("会場", "\n".join(excerpt(part, MOST_FACT) for part in (gathering.place, gathering.access) if part)),
        ("オンライン", "オンラインでも参加できます。" if gathering.online_url else ""),
        ("定員", f"{gathering.capacity:,}人" if gathering.capacity else ""),
        ("申し込み", _how_to_register(page, deadline)),
        (
            "用意があるもの",
            "、".join(page.needs)
            + (f"\n{excerpt(gathering.needs_note, MOST_FACT)}" if gathering.needs_note else ""),
        ),
        ("ことば", "、".join(page.languages) if page.languages != ("日本語",) else ""),
    ]
    return NoticeSheet(
        form=form,
        over=page.row.kind_name,
        title=gathering.title,
        issuer=_issuer(page.section),
        lead=excerpt(gathering.description, MOST_LEAD),
        main=("日時", with_western_years("\n".join(day_and_hours(gathering.starts_at, gathering.ends_at)))),
        facts=tuple((name, says.strip()) for name, says in facts if says.strip()),
        link_words="くわしい内容・申し込み" if gathering.needs_registration else "くわしい内容",
        link=link,
        qr=qr_rows(link),
        contact=excerpt(gathering.contact, MOST_FACT),
        slip=_gathering_slip(page, deadline) if form is SheetForm.CIRCULAR else None,
    )


def _how_to_register(page: GatheringPage, deadline: str) -> str:
    if not page.gathering.needs_registration:
        return "いりません。そのままお越しください。"
    if page.gathering.by_invitation:
        return f"区から招待状が届いた方が申し込めます。{deadline}まで"
    return f"{deadline}まで。QRコードのページか、電話で"


def _gathering_slip(page: GatheringPage, deadline: str) -> Slip | None:
    gathering = page.gathering
    fields: list[SlipField] = []
    if gathering.needs_registration and not gathering.by_invitation:
        fields += [
            SlipField("参加する人数", is_half=True),
            SlipField("連絡先の電話番号", is_half=True),
            SlipField("必要な配慮（手話・要約筆記・保育・車いすなど）"),
        ]
    asked = ["申し込み"] if fields else []
    if page.consultation is not None:
        fields, asked = [*fields, _OPINION], [*asked, "意見"]
    if not fields:
        return None
    return Slip(
        title=f"「{excerpt(gathering.title, 40)}」の{'・'.join(asked)}",
        hand_in=f"{deadline}までに、{_where_to(page.section)}へお出しください。",
        fields=(*fields, _WHO, _OFFICE_USE),
    )


def _of_consultation(page: ConsultationPage, form: SheetForm) -> NoticeSheet:
    consultation, period = page.consultation, page.procedure.open_period
    link = full_url("consultations.show", code=consultation.code)
    lead = consultation.summary or excerpt(consultation.description, MOST_LEAD)
    deadline = with_western_years(deadline_ja(period.closes_at)) if period else ""
    facts = [
        ("出せる方", excerpt(consultation.eligibility, 140)),
        ("出し方", excerpt(consultation.how_to_submit, 220) or "QRコードのページから出せます。"),
        ("このあと", excerpt(consultation.promise, 140)),
    ]
    slip = Slip(
        title=f"「{excerpt(consultation.title, 40)}」への意見",
        hand_in=f"{deadline}までに、{_where_to(page.section_name)}へお出しください。区がすべて読み、区の考え方を公表します。",
        fields=(*_who_signs(consultation.needs_identity), _OPINION, _WHO, _OFFICE_USE),
    )
    return NoticeSheet(
        form=form,
        over=page.procedure.kind_name,
        title=consultation.title,
        issuer=_issuer(page.section_name),
        lead=lead,
        main=("締切", f"{deadline}まで"),
        facts=tuple((name, says) for name, says in facts if says),
        link_words="資料を見る・意見を出す",
        link=link,
        qr=qr_rows(link),
        contact=page.section_name,
        slip=slip if form is SheetForm.CIRCULAR else None,
    )


def _who_signs(needs_identity: bool) -> tuple[SlipField, ...]:
    if not needs_identity:
        return ()
    return (SlipField("氏名（公表しません）", is_half=True), SlipField("住所（公表しません）", is_half=True))


def _issuer(section: str) -> str:
    return f"{current_app.config['SITE']['ward']} {section}".strip()


def _where_to(section: str) -> str:
    return section or "区の窓口"


def _pdf(sheet: NoticeSheet, title: str) -> Response:
    folder = Path(current_app.config["DATA_DIR"]) / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    response = Response(kept_sheet(sheet, folder), content_type="application/pdf")
    name = f"{excerpt(title, 40)}-{SHEET_NAMES[sheet.form]}"
    response.headers["Content-Disposition"] = download_header(name, "pdf")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
