"""Public pages of opinion maps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.opinion_map import commands, queries
from participation.opinion_map.domain import polis_files
from participation.opinion_map.domain.maps import ADVISORY, ANSWER_NAMES, NOT_THE_WHOLE
from participation.opinion_map.forms import AnswerForm, OfferForm
from participation.opinion_map.models import MapPublication, OpinionMap
from participation.web import page_cache
from participation.web.access import current_actor, guest_key, public
from participation.web.csv_files import csv_response
from participation.web.downloads import attachment_header
from participation.web.page_cache import cached_for_guests
from participation.web.submissions import one_submission

bp = Blueprint("opinion_map", __name__)
FROM_LIST = "list"
#: The second view of a picture (橋渡しの見方).
MODEL = "model"
TABLE = "table"
#: So many statements are listed on a picture's own page; of more, and so many a page, in a table apart.
MOST_INLINE = 60


@bp.get("/opinion-maps")
@public
@cached_for_guests
def index() -> ResponseReturnValue:
    """All maps, those that take votes first."""
    maps = queries.list_maps(current_actor())
    for shown in maps:
        page_cache.expires(shown.changes_at)
    return render_template("opinion_map/index.html", maps=maps, advisory=ADVISORY)


@bp.get("/opinion-maps/<public_id>")
@public
def show(public_id: str) -> ResponseReturnValue:
    """One statement to answer, and how far the reader is."""
    return _turn_page(queries.get_public_map(public_id))


@bp.post("/opinion-maps/<public_id>/votes")
@public
def vote(public_id: str) -> ResponseReturnValue:
    """Take an answer; sent twice it is still one, so nothing more guards it than its unique key."""
    opinion_map, form = queries.get_public_map(public_id), AnswerForm()
    guest_key()
    answer = form.given
    if not form.validate_on_submit() or answer is None:
        return _turn_page(opinion_map, "賛成・反対・パスのどれかを選んでください。"), 422
    try:
        with transaction():
            statement = queries.get_statement(opinion_map, form.statement.data or "")
            commands.vote(opinion_map, statement, answer, by=current_actor())
    except (Conflict, Refused) as refusal:
        return _turn_page(opinion_map, refusal.reason), 409 if isinstance(refusal, Conflict) else 422
    if form.came_from.data == FROM_LIST:
        return redirect(url_for(".statements", public_id=public_id, _anchor=f"s{statement.number}"), 303)
    return redirect(url_for(".show", public_id=public_id, _anchor="vote"), 303)


@bp.get("/opinion-maps/<public_id>/statements")
@public
def statements(public_id: str) -> ResponseReturnValue:
    """All statements with the reader's own answers, which can be changed here."""
    return _statements_page(queries.get_public_map(public_id), OfferForm(formdata=None))


@bp.post("/opinion-maps/<public_id>/statements")
@public
def offer(public_id: str) -> ResponseReturnValue:
    """Take a statement that a resident offers."""
    opinion_map, form = queries.get_public_map(public_id), OfferForm()
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                commands.offer_statement(opinion_map, form.text.data, by=current_actor())
                sent.location = url_for(".statements", public_id=public_id, _anchor="offered")
        except Conflict as refusal:
            return _statements_page(opinion_map, form, closed=refusal.reason), 409
        if sent.given:
            return sent.redirect()
    return _statements_page(opinion_map, form), form.status


@bp.get("/opinion-maps/<public_id>/result")
@public
def result(public_id: str) -> ResponseReturnValue:
    """The present picture: where the reader stands, what unites, what divides, what the groups say."""
    opinion_map, actor = queries.get_public_map(public_id), current_actor()
    shown, run = queries.show_map(opinion_map, actor), queries.find_latest_run(opinion_map)
    picture = own = side = None
    view = _view()
    values = queries.own_values(opinion_map, actor)
    if shown.shows_picture and run is not None:
        picture = queries.picture_of(opinion_map, run)
        own = queries.own_place(run, picture, values, queries.voter_key(opinion_map, actor))
        side = queries.own_side(run, picture, values) if view == MODEL else None
    return render_template(
        "opinion_map/result.html",
        shown=shown,
        run=run,
        picture=picture,
        own=own,
        side=side,
        **_shown_as(view, picture),
        answered=len(values),
        since=queries.progress_of(opinion_map).since_run,
        not_the_whole=NOT_THE_WHOLE,
        versions=queries.list_publications(opinion_map),
    )


@bp.get("/opinion-maps/<public_id>/versions/<int:number>")
@public
@cached_for_guests
def version(public_id: str, number: int) -> ResponseReturnValue:
    """A published version, as it was frozen."""
    opinion_map = queries.get_public_map(public_id)
    published = queries.get_publication(opinion_map, number)
    return render_template(
        "opinion_map/version.html",
        shown=queries.show_map(opinion_map, current_actor()),
        published=published,
        run=queries.run_of(published),
        picture=published.picture,
        **_shown_as(_view(), published.picture),
        not_the_whole=NOT_THE_WHOLE,
    )


@bp.get(
    "/opinion-maps/<public_id>/versions/<int:number>/"
    "<any('comments.csv','votes.csv','participants-votes.csv','summary.csv','hierarchical_result.json'):name>"
)
@public
def version_file(public_id: str, number: int, name: str) -> ResponseReturnValue:
    """Give a published version as a file; voters are numbers drawn for it."""
    opinion_map = queries.get_public_map(public_id)
    return _file_of(opinion_map, queries.get_publication(opinion_map, number), name)


def _file_of(opinion_map: OpinionMap, published: MapPublication, name: str) -> Response:
    run = queries.run_of(published)
    found, picture, at = queries.result_of(run), published.picture, published.published_at
    if name.endswith(".json"):
        content = polis_files.hierarchical_result(found, picture, opinion_map.question)
        response = make_response(json.dumps(content, ensure_ascii=False))
        response.headers["Content-Type"] = "application/json; charset=utf-8"
        response.headers["Content-Disposition"] = attachment_header(name, name)
        return response
    address = url_for(".version", public_id=opinion_map.public_id, number=published.number, _external=True)
    votes = queries.counted_votes(run)
    texts = {
        "comments.csv": lambda: polis_files.comments_csv(picture, at),
        "votes.csv": lambda: polis_files.votes_csv(votes, at),
        "participants-votes.csv": lambda: polis_files.participants_votes_csv(found, votes),
        "summary.csv": lambda: polis_files.summary_csv(opinion_map.question, address, picture),
    }
    if name not in texts:
        raise NotFound
    return csv_response(name, texts[name]())


def _view() -> str:
    wanted = request.args.get("view", "")
    return wanted if wanted in (MODEL, TABLE) else ""


def _shown_as(view: str, picture: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the templates of a picture need: its view, and the page of its table."""
    start = max(request.args.get("from", 0, type=int), 0)
    rows = picture["statements"][start : start + MOST_INLINE] if picture and view == TABLE else ()
    return {"view": view, "rows": rows, "start": start, "page": MOST_INLINE, "most_inline": MOST_INLINE}


def _turn_page(opinion_map: OpinionMap, problem: str = "") -> str:
    actor = current_actor()
    return render_template(
        "opinion_map/show.html",
        shown=queries.show_map(opinion_map, actor),
        turn=queries.next_turn(opinion_map, actor),
        form=AnswerForm(formdata=None),
        answers=[(answer.value, name) for answer, name in ANSWER_NAMES.items()],
        problem=problem,
        decision=access.can(actor, "opinion_map.vote", opinion_map),
        advisory=ADVISORY,
        not_the_whole=NOT_THE_WHOLE,
    )


def _statements_page(opinion_map: OpinionMap, form: OfferForm, *, closed: str = "") -> str:
    actor = current_actor()
    return render_template(
        "opinion_map/statements.html",
        shown=queries.show_map(opinion_map, actor),
        statements=queries.list_own(opinion_map, actor),
        offered=queries.list_offered(opinion_map, actor),
        form=form,
        closed=closed,
        answers=[(answer.value, name) for answer, name in ANSWER_NAMES.items()],
        decision=access.can(actor, "opinion_map.vote", opinion_map),
        may_offer=access.can(actor, "opinion_map.offer", opinion_map),
    )
