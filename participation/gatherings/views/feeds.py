"""Calendars (iCalendar): of all gatherings, of an area or district, of a consultation, of one."""

from __future__ import annotations

from flask import Response, current_app

from participation.consultations import queries as consultations
from participation.foundation.errors import NotFound
from participation.gatherings import queries
from participation.gatherings.domain.calendar import CalendarEntry, calendar_text
from participation.gatherings.views.pages import bp
from participation.web.access import public
from participation.web.downloads import attachment_header


@bp.get("/gatherings.ics")
@public
def calendar() -> Response:
    """All gatherings."""
    return _answer("説明会・懇談会", queries.calendar_entries(_site()))


@bp.get("/gatherings/areas/<code>.ics")
@public
def area_calendar(code: str) -> Response:
    """Those of an area, or of a district."""
    names = dict(queries.place_names())
    if code not in names:
        raise NotFound
    return _answer(f"説明会・懇談会（{names[code]}）", queries.calendar_entries(_site(), area=code))


@bp.get("/consultations/<code>/gatherings.ics")
@public
def consultation_calendar(code: str) -> Response:
    """Those of a consultation."""
    title = consultations.get_page(code).consultation.title
    return _answer(f"説明会・懇談会（{title}）", queries.calendar_entries(_site(), consultation=code))


@bp.get("/gatherings/<public_id>.ics")
@public
def one(public_id: str) -> Response:
    """One gathering, for a calendar of one's own."""
    gathering = queries.get_public(public_id)
    answer = _answer(gathering.title, [queries.entry_of(gathering, _site())])
    answer.headers["Content-Disposition"] = attachment_header(f"{gathering.title}.ics", "gathering.ics")
    return answer


def _site() -> str:
    return str(current_app.config["PUBLIC_URL"])


def _answer(name: str, entries: list[CalendarEntry]) -> Response:
    ward = current_app.config["SITE"]["ward"]
    response = Response(calendar_text(f"{ward} {name}", entries), content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=900"
    return response
