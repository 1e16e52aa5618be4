"""Pages of local news: reading a number, composing and publishing it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask import Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field

from participation.access import rules as access
from participation.foundation.db import transaction
from participation.i18n.dates import date_ja
from participation.papers.news_sheets import NewsSheet, PrintedPiece, SheetSize, kept_news
from participation.papers.questionnaires import qr_rows
from participation.spaces import commands, queries
from participation.spaces.domain import SOURCE_NAMES, NewsSource
from participation.spaces.forms import NewsForm, PieceForm, PlainForm
from participation.spaces.models import LocalNews
from participation.spaces.views.pages import NAMES, bp, differing, form_page, keep_both
from participation.web.access import current_actor, public, requires
from participation.web.addresses import full_url
from participation.web.downloads import download_header
from participation.web.page_cache import cached_for_guests
from participation.web.submissions import one_submission

OWN = (NewsSource.OWN.value, "ここに書く（お知らせ）")


@bp.get("/spaces/news/<public_id>")
@public
@cached_for_guests
def news(public_id: str) -> ResponseReturnValue:
    """Show a published number."""
    page = queries.get_news_page(public_id)
    return render_template("spaces/news.html", page=page, news=page.news, space=page.space, names=NAMES)


@bp.get("/spaces/news/<public_id>/<any(a4, a3):size>.pdf")
@public
def news_sheet(public_id: str, size: str) -> Response:
    """Give a published number as PDF, to be printed and passed round."""
    page = queries.get_news_page(public_id)
    folder = Path(current_app.config["DATA_DIR"]) / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    response = Response(kept_news(_printed(page), SheetSize(size), folder), content_type="application/pdf")
    response.headers["Content-Disposition"] = download_header(page.name, "pdf")
    response.headers["Cache-Control"] = "no-cache"  # A voice may be taken off it.
    return response


def _printed(page: queries.NewsPage) -> NewsSheet:
    link = full_url("spaces.news", public_id=page.news.public_id)
    assert page.news.published_at is not None
    return NewsSheet(
        name=page.name,
        title=page.news.title,
        lead=page.news.lead,
        day=date_ja(page.news.published_at),
        issuer=page.issuer,
        contact=page.news.contact,
        pieces=tuple(
            PrintedPiece(each.heading, SOURCE_NAMES[each.source], each.text, each.source is NewsSource.VOICE)
            for each in page.pieces
        ),
        link=link,
        code=qr_rows(link),
    )


@bp.route("/spaces/<code>/news/new", methods=["GET", "POST"])
@requires("spaces.write_news")
def new_news(code: str) -> ResponseReturnValue:
    """Begin the next number."""
    space, actor, form = queries.get_space(code), current_actor(), NewsForm()
    access.require(actor, "spaces.write_news", space)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            begun = commands.begin_news(space, form.news(), by=actor)
            sent.location = url_for(".edit_news", public_id=begun.public_id)
        if sent.given:
            return sent.redirect()
    return form_page(form, space, "ニュースをつくる", _head_fields(form), "記事を選ぶ")


def _head_fields(form: NewsForm) -> list[tuple[Field, str, int]]:
    return [
        (form.title, "例：夜道を明るくする話し合いが始まりました", 0),
        (form.lead, "", 4),
        (form.contact, "例：油面住区センター 電話番号", 0),
    ]


@bp.route("/spaces/news/<public_id>/edit", methods=["GET", "POST"])
@requires("spaces.write_news")
def edit_news(public_id: str) -> ResponseReturnValue:
    """Change the head of a number; its pieces stand beside it."""
    found, space = queries.get_news(public_id)
    actor = current_actor()
    access.require(actor, "spaces.write_news", space, found)
    kept = {"title": found.title, "lead": found.lead, "contact": found.contact, "version": str(found.version)}
    form = NewsForm(data=kept)
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                commands.change_news(space, found, form.news(), form.seen_version, by=actor)
                sent.location = url_for(".edit_news", public_id=public_id)
            if sent.given:
                return sent.redirect()
        except commands.Overtaken as overtaken:
            found, _ = queries.get_news(public_id)
            keep_both(overtaken, form, found.version)
            now = [
                ("題名", form.title.data, found.title),
                ("はじめのあいさつ", form.lead.data, found.lead),
                ("問い合わせ先", form.contact.data, found.contact),
            ]
            return _edit_page(found, form, PieceForm(formdata=None), differing(now)), 409
    return _edit_page(found, form, PieceForm(formdata=None)), form.status


@bp.post("/spaces/news/<public_id>/pieces")
@requires("spaces.write_news")
def add_piece(public_id: str) -> ResponseReturnValue:
    """Add a piece."""
    found, space = queries.get_news(public_id)
    actor, form = current_actor(), PieceForm()
    access.require(actor, "spaces.write_news", space, found)
    form.taken.choices = [OWN, *((each.key, each.label) for each in queries.list_offered_pieces(space))]
    if form.validate_on_submit():
        with one_submission(form) as sent:
            source, source_id = form.source()
            commands.add_piece(space, found, source, source_id, form.heading.data, form.text.data, by=actor)
            sent.location = url_for(".edit_news", public_id=public_id, _anchor="pieces")
        if sent.given:
            return sent.redirect()
    kept = {"title": found.title, "lead": found.lead, "contact": found.contact, "version": str(found.version)}
    return _edit_page(found, NewsForm(formdata=None, data=kept), form), form.status


@bp.post("/spaces/news/<public_id>/pieces/<int:piece_id>/<act>")
@requires("spaces.write_news")
def change_piece(public_id: str, piece_id: int, act: str) -> ResponseReturnValue:
    """Take a piece out, or put it one place higher."""
    found, space = queries.get_news(public_id)
    if PlainForm().validate_on_submit():
        with transaction():
            piece = queries.get_piece(found, piece_id)
            change = commands.remove_piece if act == "remove" else commands.raise_piece
            change(space, found, piece, by=current_actor())
    return redirect(url_for(".edit_news", public_id=public_id, _anchor="pieces"), 303)


@bp.post("/spaces/news/<public_id>/publish")
@requires("spaces.publish_news")
def publish_news(public_id: str) -> ResponseReturnValue:
    """Publish a number."""
    found, space = queries.get_news(public_id)
    form = PlainForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.publish_news(space, found, by=current_actor())
            sent.location = url_for(".news", public_id=public_id)
        if sent.given:
            return sent.redirect()
    kept = {"title": found.title, "lead": found.lead, "contact": found.contact, "version": str(found.version)}
    shown = NewsForm(formdata=None, data=kept)
    shown.form_errors.extend(form.form_errors)
    return _edit_page(found, shown, PieceForm(formdata=None)), 422


def _edit_page(
    found: LocalNews, form: NewsForm, piece: PieceForm, compared: Sequence[tuple[str, str, str]] = ()
) -> str:
    page = queries.get_news_page(found.public_id, drafts=True)
    offered = queries.list_offered_pieces(page.space)
    piece.taken.choices = [OWN, *((each.key, each.label) for each in offered)]
    return render_template(
        "spaces/edit_news.html",
        page=page,
        news=page.news,
        space=page.space,
        form=form,
        piece=piece,
        plain=PlainForm(formdata=None),
        compared=compared,
        names=NAMES,
    )
