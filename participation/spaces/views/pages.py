"""Public pages: all spaces, one space, its issues, its meetings; and the page that every form stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Field

from participation.foundation.errors import Refused
from participation.gatherings.domain.calendar import calendar_text
from participation.spaces import queries
from participation.spaces.commands import Overtaken
from participation.spaces.domain import (
    AGENDA_NAMES,
    AUDIENCE_NAMES,
    CHECK_NAMES,
    CONSENT_NAMES,
    LIKENESS_NAMES,
    LINK_NAMES,
    PASSAGE_NAMES,
    SOURCE_NAMES,
    STAGE_NAMES,
    USUAL_WAY,
    SpaceKind,
)
from participation.spaces.forms import VersionedForm
from participation.spaces.models import Space
from participation.web import page_cache
from participation.web.access import current_actor, public
from participation.web.forms import Form
from participation.web.page_cache import cached_for_guests

bp = Blueprint("spaces", __name__)

#: What templates call things by.
NAMES = {
    "agenda": AGENDA_NAMES,
    "audience": AUDIENCE_NAMES,
    "check": CHECK_NAMES,
    "consent": CONSENT_NAMES,
    "likeness": LIKENESS_NAMES,
    "link": LINK_NAMES,
    "passage": PASSAGE_NAMES,
    "source": SOURCE_NAMES,
    "stage": STAGE_NAMES,
}

_NOTHING_MORE: dict[str, Any] = {
    "lead": None,
    "over": "",
    "text": None,
    "empty": "",
    "danger": False,
    "compared": (),
}
#: What stands where somebody left a field empty.
NOTHING = "（書いていません）"


@bp.get("/spaces")
@public
@cached_for_guests
def index() -> str:
    """List the spaces: the ward, its 地区, their 住区."""
    rows = queries.list_space_rows(current_actor())
    below: dict[int | None, list[queries.SpaceRow]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    return render_template(
        "spaces/index.html",
        ward=next((row for row in rows if row.kind is SpaceKind.WARD), None),
        below=below,
        has_districts=any(row.kind is SpaceKind.DISTRICT for row in rows),
    )


@bp.get("/spaces/<code>")
@public
@cached_for_guests
def show(code: str) -> str:
    """Show a space with what is going on in it."""
    page = queries.get_space_page(code, current_actor())
    page_cache.expires(page.changes_at)
    return render_template("spaces/show.html", page=page, space=page.space, names=NAMES)


@bp.get("/spaces/<code>/issues")
@public
@cached_for_guests
def list_issues(code: str) -> str:
    """List the issues of a space, of one stage or all."""
    space = queries.get_space(code)
    stage = request.args.get("stage", "")[:20]
    rows = queries.list_issues(space, current_actor(), stage=stage)
    return render_template("spaces/issues.html", space=space, rows=rows, stage=stage, names=NAMES)


@bp.get("/spaces/<code>/meetings")
@public
@cached_for_guests
def list_meetings(code: str) -> str:
    """List the meetings of a space with its agenda, the checks and the news."""
    space = queries.get_space(code)
    coming, held = queries.list_meetings(space)
    if coming:
        page_cache.expires(coming[0].starts_at)
    return render_template(
        "spaces/meetings.html",
        space=space,
        coming=coming,
        held=held,
        agenda=queries.list_agenda(space),
        checks=queries.list_checks(space),
        news=queries.list_published_news(space),
        names=NAMES,
    )


@bp.get("/spaces/meetings/<public_id>")
@public
@cached_for_guests
def meeting(public_id: str) -> str:
    """Show a meeting with its agenda and its minutes."""
    found, space = queries.get_meeting(public_id)
    page_cache.expires(found.starts_at)
    return render_template(
        "spaces/meeting.html",
        meeting=found,
        space=space,
        agenda=queries.list_agenda(space, meeting=found),
        gathering=queries.find_registrations(found),
        names=NAMES,
    )


@bp.get("/spaces/<code>.ics")
@public
def calendar(code: str) -> Response:
    """Give the meetings of a space and the gatherings in its place as a calendar (iCalendar)."""
    space = queries.get_space(code)
    entries = queries.calendar_of(space, str(current_app.config["PUBLIC_URL"]))
    response = Response(
        calendar_text(f"{space.name}の会議と集まり", entries), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Cache-Control"] = "public, max-age=900"
    return response


@bp.get("/spaces/issues/<public_id>")
@public
@cached_for_guests
def issue(public_id: str) -> str:
    """Show an issue with its way and its talk."""
    page = queries.get_issue_page(public_id, current_actor())
    return render_template(
        "spaces/issue.html", page=page, issue=page.issue, space=page.space, names=NAMES, way=USUAL_WAY
    )


def form_page(
    form: Form,
    space: Space,
    title: str,
    fields: Sequence[tuple[Field, str, int]],
    button: str,
    *,
    status: int | None = None,
    **shown: Any,
) -> ResponseReturnValue:
    """Return the page of a form that belongs to a space. fields: (field, hint, rows; 0: one line or a choice).

    Shown besides, if given: lead, over, text (heading, words), empty (why there is no form), danger.
    """
    page = render_template(
        "spaces/form.html",
        form=form,
        space=space,
        title=title,
        fields=fields,
        button_label=button,
        **(_NOTHING_MORE | shown),
    )
    return page, status or form.status


def overtaken_page(
    overtaken: Overtaken,
    form: VersionedForm,
    space: Space,
    title: str,
    fields: Sequence[tuple[Field, str, int]],
    button: str,
    *,
    now: Sequence[tuple[str, str, str]],
    version: int,
    **shown: Any,
) -> ResponseReturnValue:
    """Return the page of a form whose row somebody else changed meanwhile: their words beside the reader's.

    now: (label, what the reader wrote, what stands there now). Sent again, the reader's words take its place.
    """
    keep_both(overtaken, form, version)
    return form_page(form, space, title, fields, button, status=409, **shown, compared=differing(now))


def keep_both(overtaken: Overtaken, form: VersionedForm, version: int) -> None:
    """Say in the form what happened, and let it be sent again on top of what stands there now."""
    form.refuse(Refused(overtaken.reason))
    form.version.data = str(version)


def differing(now: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return those of (label, mine, theirs) in which the two differ, never nothing written as nothing shown."""
    return [(label, mine or NOTHING, theirs or NOTHING) for label, mine, theirs in now if mine != theirs]
