"""Pages of the discussion: lists, a thread, writing, changing, withdrawing, reacting."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from participation.access import rules as access
from participation.contributions.domain import Visibility
from participation.contributions.forms import help_waits
from participation.discussion import commands, queries
from participation.discussion.domain import ORDER_NAMES, ThreadOrder, permalink
from participation.discussion.forms import (
    ConfirmForm,
    DraftForm,
    EditForm,
    ReactForm,
    ThreadForm,
    WritingForm,
)
from participation.discussion.models import Thread
from participation.discussion.queries import PostLine
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Denied, NotFound, Refused
from participation.foundation.paging import Edge
from participation.subjects import queries as subjects
from participation.subjects.domain import path_of
from participation.subjects.models import Subject
from participation.web import errors
from participation.web.access import current_actor, public, requires
from participation.web.page_cache import cached_for_guests
from participation.web.submissions import Answer, one_submission

bp = Blueprint("discussion", __name__)

PLACES = ("subject", "thread", "post")
_PUBLIC_ID = re.compile(r"[0-9a-z]{4,16}")
#: Words for comparing two wordings: a run of letters of one script, or one sign.
_TOKEN = re.compile(r"[A-Za-z0-9]+|[ァ-ヴー]+|[一-龠々]+|\s+|.", re.DOTALL)


# ── Reading ─────────────────────────────────────────────────────────────────────────────────


@bp.get("/subjects/<public_id>/talk")
@public
@cached_for_guests
def index(public_id: str) -> str:
    """Show the discussions about a subject and the passages below it."""
    subject = subjects.get_subject(public_id)
    threads = queries.list_threads(queries.list_subjects_below(subject), _edge(), current_actor())
    return render_template(
        "discussion/index.html",
        subject=subject,
        subject_path=path_of(subject.kind, subject.reference),
        is_open=subjects.is_open(subject),
        threads=threads,
    )


@bp.get("/talk/<public_id>")
@public
@cached_for_guests
def show(public_id: str) -> str:
    """Show a discussion, fifty posts at a time."""
    actor, order = current_actor(), _order()
    head, posts = queries.get_thread_page(public_id, order, _edge(), actor)
    may_reply = head.is_open and not actor.is_staff
    return render_template(
        "discussion/show.html",
        thread=head,
        subject_path=path_of(head.subject_kind, head.subject_reference),
        opening=_voice(head.opening, False),
        voices=[_voice(line, may_reply) for line in posts.items],
        posts=posts,
        order=_in_address(order),
        orders=[
            (name, url_for(".show", public_id=public_id, order=_in_address(each)), each is order)
            for each, name in ORDER_NAMES.items()
        ],
        is_member=actor.is_member,
    )


@bp.get("/talk/posts/<public_id>")
@public
def permalink_to(public_id: str) -> Response:
    """Lead to the page of the discussion on which the post stands, and to the post on it."""
    placed = queries.get_placed(public_id, current_actor())
    after = queries.find_start(placed.post) if placed.post.path else None
    anchor = None if help_waits() else f"v-{public_id}"
    return redirect(url_for(".show", public_id=placed.thread.public_id, after=after, _anchor=anchor), 303)


@bp.get("/talk/posts/<public_id>/history")
@public
def history(public_id: str) -> str:
    """Show every wording of a post, and what changed from one to the next."""
    placed = queries.get_placed(public_id, current_actor())
    _require_readable(placed)
    revisions = queries.list_revisions(placed.said)
    steps = [
        (later, _difference(earlier.body, later.body), earlier.replaced_at)
        for earlier, later in itertools.pairwise(revisions)
    ]
    return render_template("discussion/history.html", placed=placed, first=revisions[0], steps=steps)


# ── Writing ─────────────────────────────────────────────────────────────────────────────────


@bp.route("/subjects/<public_id>/talk/new", methods=["GET", "POST"])
@requires("discussion.start")
def new(public_id: str) -> Response | tuple[str, int]:
    """Start a discussion."""
    subject, actor = subjects.get_subject(public_id), current_actor()
    draft = None if request.method == "POST" else queries.find_draft(f"subject:{public_id}", actor)
    form = ThreadForm(obj=draft, by=actor)

    def start() -> str:
        thread = commands.start_thread(subject, form.title.data, form.draft(), by=actor)
        return url_for(".show", public_id=thread.public_id)

    answer = _send(form, start) if form.validate_on_submit() else Answer()
    if answer.given:
        return answer.redirect()
    closed = access.can(actor, "discussion.start", subject).reason
    page = render_template(
        "discussion/new.html",
        form=form,
        subject=subject,
        subject_path=path_of(subject.kind, subject.reference),
        draft=draft,
        closed=closed,
    )
    return page, form.status


@bp.route("/talk/<public_id>/write", methods=["GET", "POST"])
@requires("discussion.post")
def write(public_id: str) -> Response | tuple[str, int]:
    """Post to a discussion."""
    return _write("thread", public_id)


@bp.route("/talk/posts/<public_id>/reply", methods=["GET", "POST"])
@requires("discussion.post")
def reply(public_id: str) -> Response | tuple[str, int]:
    """Answer a post."""
    return _write("post", public_id)


@bp.route("/talk/posts/<public_id>/edit", methods=["GET", "POST"])
@requires("discussion.edit")
def edit(public_id: str) -> Response | tuple[str, int]:
    """Change one's words."""
    actor = current_actor()
    placed = queries.get_placed(public_id, actor)
    if placed.said.author_id != actor.person_id:
        raise Denied("書き直せるのは、書いた本人だけです。")
    form = EditForm(obj=placed.said)

    def change() -> str:
        commands.edit(placed.said, placed.post, form.body.data, by=actor)
        return url_for(".permalink_to", public_id=public_id)

    answer = _send(form, change) if form.validate_on_submit() else Answer()
    if answer.given:
        return answer.redirect()
    closed = access.can(actor, "discussion.edit", placed.said, placed.post).reason
    return render_template("discussion/edit.html", form=form, placed=placed, closed=closed), form.status


@bp.route("/talk/posts/<public_id>/withdraw", methods=["GET", "POST"])
@requires("discussion.withdraw")
def withdraw(public_id: str) -> Response | tuple[str, int]:
    """Take one's words back, after a question."""
    actor, form = current_actor(), ConfirmForm()
    placed = queries.get_placed(public_id, actor)
    if placed.said.author_id != actor.person_id:
        raise Denied("取り下げられるのは、書いた本人だけです。")
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.withdraw(placed.said, by=actor)
            answer.location = url_for(".permalink_to", public_id=public_id)
        return answer.redirect()
    return render_template("discussion/withdraw.html", form=form, placed=placed), form.status


@bp.post("/talk/<public_id>/react")
@requires("discussion.react")
def react(public_id: str) -> Response:
    """Set or take back a reaction, and lead back to the post."""
    form, actor = ReactForm(), current_actor()
    post_id, kind, is_on = form.choice()
    placed = queries.get_placed(post_id, actor)
    if placed.thread.public_id != public_id:
        raise NotFound
    with transaction():
        commands.react(placed.said, kind, is_on, by=actor)
    where: dict[str, Any] = {
        name: request.args[name] for name in ("order", "after", "before") if name in request.args
    }
    return redirect(url_for(".show", public_id=public_id, **where, _anchor=f"v-{post_id}"), 303)


@bp.post("/talk/drafts/<kind>/<public_id>")
@requires("discussion.save_draft")
def save_draft(kind: str, public_id: str) -> Response | tuple[Response, int]:
    """Keep what was written so far: called by the page while one writes, or by a button."""
    if kind not in PLACES or not _PUBLIC_ID.fullmatch(public_id):
        raise NotFound
    form, reason = DraftForm(), ""
    if form.validate_on_submit():
        try:
            with transaction():
                place = f"{kind}:{public_id}"
                commands.save_draft(
                    place, form.title.data, form.body.data, form.kind.data or "", by=current_actor()
                )
        except Refused as refusal:
            reason = refusal.reason
    else:
        reason = "読み取れない文字があるため、保存できませんでした。"
    if "text/html" in request.headers.get("Accept", ""):
        return errors.error_page(422, reason, may_resend=True) if reason else _back_to(kind, public_id)
    return jsonify(saved=not reason, reason=reason), 422 if reason else 200


@bp.post("/talk/drafts/<kind>/<public_id>/discard")
@requires("discussion.discard_draft")
def discard_draft(kind: str, public_id: str) -> Response:
    """Throw a draft away."""
    if kind not in PLACES or not _PUBLIC_ID.fullmatch(public_id):
        raise NotFound
    with transaction():
        commands.discard_draft(f"{kind}:{public_id}", by=current_actor())
    return _back_to(kind, public_id)


# ── Made of ─────────────────────────────────────────────────────────────────────────────────


def _write(kind: str, public_id: str) -> Response | tuple[str, int]:
    """Receive a post, or show the form: what only the form shows is read only for it."""
    actor = current_actor()
    draft = None if request.method == "POST" else queries.find_draft(f"{kind}:{public_id}", actor)
    form = WritingForm(obj=draft, by=actor)

    def send() -> str:
        thread, _, answered = _place_of(kind, public_id)
        said = commands.post(thread, answered.post if answered else None, form.draft(), by=actor)
        return permalink(said.public_id)

    answer = _send(form, send) if form.validate_on_submit() else Answer()
    if answer.given:
        return answer.redirect()
    thread, subject, answered = _place_of(kind, public_id)
    page = render_template(
        "discussion/write.html",
        form=form,
        thread=queries.get_head(thread.public_id, actor),
        answered=answered,
        place=(kind, public_id),
        draft=draft,
        closed=access.can(actor, "discussion.post", thread, subject).reason,
    )
    return page, form.status


def _place_of(kind: str, public_id: str) -> tuple[Thread, Subject, queries.Placed | None]:
    if kind == "post":
        answered = queries.get_placed(public_id, current_actor())
        return answered.thread, answered.subject, answered
    return *queries.get_thread(public_id, current_actor()), None


def _send(form: WritingForm | EditForm, send: Callable[[], str]) -> Answer:
    """Send a form once; whatever is refused, the form is shown again with everything typed."""
    answer = Answer()
    try:
        with one_submission(form) as answer:
            answer.location = send()
    except (Denied, Conflict) as error:
        form.refuse(Refused(error.reason))
        answer.given = False
    return answer


def _edge() -> Edge:
    return Edge(after=request.args.get("after"), before=request.args.get("before"))


def _order() -> ThreadOrder:
    wanted = request.args.get("order", "")
    return ThreadOrder(wanted) if wanted in set(ThreadOrder) else ThreadOrder.OLDEST


def _in_address(order: ThreadOrder) -> str | None:
    return None if order is ThreadOrder.OLDEST else order.value


def _back_to(kind: str, public_id: str) -> Response:
    endpoint = {"subject": ".new", "thread": ".write", "post": ".reply"}[kind]
    return redirect(url_for(endpoint, public_id=public_id), 303)


def _require_readable(placed: queries.Placed) -> None:
    is_own = placed.said.author_id is not None and placed.said.author_id == current_actor().person_id
    may = placed.said.visibility is Visibility.PUBLISHED or (
        placed.said.visibility is Visibility.HELD and (is_own or current_actor().sees_whole_ward)
    )
    if not may:
        raise NotFound


@lru_cache(maxsize=4096)
def _voice(line: PostLine, may_reply: bool) -> Markup:
    """Return the HTML of a post; equal lines give equal HTML, so nothing here can be out of date."""
    return Markup(render_template("discussion/_voice.html", line=line, may_reply=may_reply))  # noqa: S704


def _difference(before: str, after: str) -> list[tuple[str, str]]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    parts: list[tuple[str, str]] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=True).get_opcodes():
        if tag == "equal":
            parts.append(("same", "".join(old[i:j])))
            continue
        if i < j:
            parts.append(("remove", "".join(old[i:j])))
        if k < m:
            parts.append(("add", "".join(new[k:m])))
    return parts
