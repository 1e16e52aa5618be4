"""Pages of notices: one's own list, following, stopping letters, feeds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from xml.etree import ElementTree

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from participation.discussion import queries as discussion
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.paging import Edge
from participation.notices import commands, queries
from participation.notices.forms import ButtonForm
from participation.notices.queries import FeedEntry
from participation.people import commands as people
from participation.subjects import queries as subjects
from participation.subjects.domain import path_of
from participation.web import page_cache
from participation.web.access import current_actor, public, requires
from participation.web.page_cache import kept_for_everybody

bp = Blueprint("notices", __name__)

ATOM = "http://www.w3.org/2005/Atom"
#: Letters that XML cannot hold, even escaped.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ElementTree.register_namespace("", ATOM)


@bp.get("/my/notices")
@requires("notices.read")
def index() -> str:
    """Show one's notices, newest first."""
    person_id = current_actor().person_id
    assert person_id is not None
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    return render_template(
        "notices/index.html",
        notices=queries.list_notices(person_id, edge),
        follows=queries.list_follows(person_id),
        unread=queries.count_unread(person_id),
    )


@bp.post("/my/notices/read")
@requires("notices.read")
def mark_read() -> BaseResponse:
    """Mark all notices as read."""
    with transaction():
        commands.mark_all_read(by=current_actor())
    return redirect(url_for(".index"), 303)


@bp.route("/subjects/<public_id>/follow", methods=["GET", "POST"])
@requires("notices.follow")
def follow_subject(public_id: str) -> BaseResponse | str:
    """Follow a subject, or stop following it."""
    subject, actor = subjects.get_subject(public_id), current_actor()
    is_on = queries.is_following(actor.person_id, subject_id=subject.id)
    return _follow(
        subject.title,
        path_of(subject.kind, subject.reference),
        is_on,
        lambda on: (commands.follow_subject if on else commands.unfollow_subject)(subject, by=actor),
    )


@bp.route("/consultations/<code>/follow", methods=["GET", "POST"])
@requires("notices.follow")
def follow_consultation(code: str) -> BaseResponse | str:
    """Follow a consultation, or stop following it."""
    consultation, actor = queries.get_announced(code).consultation, current_actor()
    is_on = queries.is_following(actor.person_id, consultation_id=consultation.id)
    return _follow(
        consultation.title,
        f"/consultations/{code}",
        is_on,
        lambda on: (commands.follow_consultation if on else commands.unfollow_consultation)(
            consultation, by=actor
        ),
    )


@bp.route("/notices/stop/<token>", methods=["GET", "POST"])
@public
def stop_letters(token: str) -> str:
    """Stop letters by the link in one of them; a button, because mail programs open links by themselves."""
    person = queries.get_person_of_stop(token)
    if request.method == "POST":
        with transaction():
            people.stop_letters(person, by=current_actor())
    return render_template("notices/stop.html", form=ButtonForm(), is_stopped=not person.wants_mail)


@bp.get("/feeds/subjects/<public_id>.atom")
@public
@kept_for_everybody
def subject_feed(public_id: str) -> Response:
    """Give the newest discussions about a subject and the passages below it as an Atom feed."""
    subject = subjects.get_subject(public_id)
    entries = queries.list_subject_feed(discussion.list_subjects_below(subject))
    title = f"{subject.title}（話し合い）"
    return _feed(title, url_for("discussion.index", public_id=public_id), entries)


@bp.get("/feeds/consultations/<code>.atom")
@public
@kept_for_everybody
def consultation_feed(code: str) -> Response:
    """Give what happened in a consultation as an Atom feed."""
    procedure = queries.get_announced(code)
    page_cache.expires(procedure.changes_at)
    return _feed(
        procedure.consultation.title, f"/consultations/{code}", queries.list_consultation_feed(procedure)
    )


def _follow(title: str, path: str, is_on: bool, change: Callable[[bool], None]) -> BaseResponse | str:
    if request.method == "POST":
        with transaction():
            # What the button said, not the opposite of what is: pressing twice changes nothing more.
            change(request.form.get("on") == "1")
        return redirect(request.path, 303)
    return render_template("notices/follow.html", title=title, path=path, is_on=is_on)


def _feed(title: str, path: str, entries: Sequence[FeedEntry]) -> Response:
    site = current_app.config["PUBLIC_URL"]
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", site + path)
    _add(feed, "title", title)
    _add(feed, "updated", (entries[0].at if entries else clock.start_of(clock.today())).isoformat())
    _add(feed, "link", rel="self", href=site + request.path, type="application/atom+xml")
    _add(feed, "link", rel="alternate", href=site + path, type="text/html")
    for entry in entries:
        element = _add(feed, "entry")
        _add(element, "id", site + entry.path)
        _add(element, "title", entry.title)
        _add(element, "updated", entry.at.isoformat())
        _add(element, "link", rel="alternate", href=site + entry.path, type="text/html")
        _add(_add(element, "author"), "name", entry.author or current_app.config["SITE"]["ward"])
        _add(element, "content", entry.text, type="text")
    body = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    response = make_response(body)
    response.headers["Content-Type"] = "application/atom+xml; charset=utf-8"
    return response


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        element.text = _NOT_IN_XML.sub("", text)
    return element
