"""Help while a reply is written: hints about the wording, 定型文 and earlier replies taken into the text.

Without script every help is a button of the editor's form: nothing is saved, and what was typed comes
back with the help beside it. With script the same comes without leaving the page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, jsonify, redirect, render_template, request, url_for

from participation.foundation.errors import NotFound
from participation.i18n.wording import Hint, official_hints, plain_hints
from participation.replies.desk_views.working_page import Help, bp, offer, point_page
from participation.replies.desk_views.writing import read_reply_form, show_both
from participation.replies.domain import Source, SourceKind
from participation.replies.forms import PrecedentForm, ReplyForm
from participation.replies.models import Point
from participation.replies.queries import boilerplates, gathering, inquiries, one_point, precedents, rows
from participation.web.access import current_actor, requires
from participation.web.components import has_page

#: The page where a machine is asked, if this ward has one; so many opinions are offered to it at most.
ASKING = "drafting_desk.new"
MOST_SENT = 120
STILL_DIFFERENT = "ほかの職員が保存した文との違いです。直してから保存してください。"


@bp.post("/points/<public_id>/compose")
@requires("replies.draft_reply")
def compose(public_id: str) -> Any:
    """Help with what was typed so far: check, take in, search, or take what another person saved."""
    form = read_reply_form(public_id)
    what, _, which = request.form.get("do", "check").partition(":")
    if what == "saved":
        _take_saved(public_id, form, which)
        return show_both(public_id, form, STILL_DIFFERENT, status=200)
    helped = Help()
    point = rows.get_point(public_id)
    if what in ("boilerplate", "precedent"):
        helped = _take_in(form, point, what, which or form.boilerplate.data or "")
    elif what == "inquiry":
        helped = _quote(form, point, which)
    elif what == "search":
        helped = _search()
    return point_page(public_id, status=200, helped=replace(helped, hints=hints_about(form)), reply_form=form)


@bp.post("/points/<public_id>/hints")
@requires("replies.draft_reply")
def hints(public_id: str) -> str:
    """Give the hints about what was typed, for the page that is open."""
    rows.get_point(public_id)
    return render_template("replies/desk/_hints.html", hints=hints_about(ReplyForm()))


@bp.get("/points/<public_id>/words")
@requires("replies.draft_reply")
def words(public_id: str) -> Any:
    """Give the words of a 定型文 or of an earlier reply, to be put where somebody writes."""
    point = rows.get_point(public_id)
    for kind in SourceKind:
        key = request.args.get(kind.value, "")[:20]
        if key:
            text, source, title = _words_of(point, kind, key)
            return jsonify(text=text, token=source.token, title=title)
    return abort(404)


@bp.get("/points/<public_id>/machine-draft")
@requires("replies.draft_reply")
def ask_machine(public_id: str) -> Any:
    """Go to where a machine is asked for a draft, about the opinions of this point."""
    if not has_page(ASKING):
        abort(404)
    point = rows.get_point(public_id)
    return redirect(
        url_for(
            ASKING,
            point=public_id,
            consultation=rows.consultation_of(point).code,
            kind="reply",
            numbers=",".join(map(str, gathering.list_numbers(point.id, limit=MOST_SENT))),
        ),
        303,
    )


def hints_about(form: ReplyForm) -> list[tuple[str, str, list[Hint]]]:
    """Return (field, its name, hints) of what was typed, without the fields that are empty."""
    looked = (
        (form.body, official_hints),
        (form.supplement, official_hints),
        (form.easy, lambda text: plain_hints(text, "easy")),
        (form.child, lambda text: plain_hints(text, "child")),
    )
    return [
        (field.id, field.label.text, look(field.data[:20_000]))
        for field, look in looked
        if field.data.strip()
    ]


def _take_in(form: ReplyForm, point: Point, kind: str, key: str) -> Help:
    if not key:
        return Help(told="入れる定型文を選んでください。")
    try:
        text, source, title = _words_of(point, SourceKind(kind), key)
    except NotFound:
        return Help(told="その文は、今は使えません。ほかの文を選んでください。")
    typed = (form.body.data or "").rstrip()
    form.body.data = f"{typed}\n\n{text}" if typed else text
    form.sources.data = list(dict.fromkeys([*(form.sources.data or ()), source.token]))
    offer(form, rows.consultation_of(point), rows.sections_of(point).section_ids)
    return Help(told=f"「{title}」を、区の考え方の終わりに入れました。")


def _quote(form: ReplyForm, point: Point, key: str) -> Help:
    """Put what another section answered (照会への回答) after what was typed, saying whose words they are."""
    try:
        section, answer = inquiries.get_quotation(point, key)
    except NotFound:
        return Help(told="その照会には、引用できる回答がまだありません。")
    typed = (form.body.data or "").rstrip()
    quoted = f"（{section}の回答）\n{answer}"
    form.body.data = f"{typed}\n\n{quoted}" if typed else quoted
    return Help(told=f"「{section}の回答」を、区の考え方の終わりに入れました。")


def _words_of(point: Point, kind: SourceKind, key: str) -> tuple[str, Source, str]:
    if kind is SourceKind.BOILERPLATE:
        text, number = boilerplates.get_filled(key, point)
        source = Source(kind, key, number)
        return text, source, precedents.named([source.token])[0].title
    found = precedents.get_precedent(key)
    return found.body, Source(kind, key, found.version_number), f"No.{found.number} {found.title}"


def _search() -> Help:
    form = PrecedentForm()
    if not form.validate():
        return Help(found=[], told="公表日を「2026-11-22」のように入力してください。")
    page = precedents.search(form.search())
    return Help(found=page.items[:10], more_found=len(page.items) > 10 or page.after is not None)


def _take_saved(public_id: str, form: ReplyForm, which: str) -> None:
    """Put what another person saved in place of what was typed, in one part."""
    latest = one_point.get_written_point(public_id, current_actor()).latest
    if latest is None:
        return
    if which == form.body.label.text:
        form.body.data = latest.body
    elif which == form.disposition.label.text:
        form.disposition.data = latest.disposition_code
    elif which == form.supplement.label.text:
        form.supplement.data = latest.supplement
    elif which == form.easy.label.text:
        form.easy.data = latest.easy
    elif which == form.child.label.text:
        form.child.data = latest.child
    else:
        form.same_as.data = latest.same_as_number
