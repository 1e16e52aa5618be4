"""Pages for residents on which slices meet: home, an item of a plan with its voices, one's own page."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from participation.foundation import clock
from participation.front import queries
from participation.jobs import retention
from participation.organisations.domain import STATE_NAMES
from participation.people import queries as people
from participation.web import page_cache
from participation.web.access import current_actor, public, signed_in
from participation.web.page_cache import kept_for_everybody

bp = Blueprint("front", __name__)


@bp.get("/")
@public
@kept_for_everybody
def home() -> str:
    """Show what is asked now, what was answered, and the plan at a glance."""
    shown = queries.get_home(current_actor())
    page_cache.expires(shown.changes_at)
    return render_template("front/home.html", home=shown)


@bp.get("/plans/<plan>/<code>")
@public
@kept_for_everybody
def node(plan: str, code: str) -> str | Response:
    """Show an item of a plan with everything said about it; a passage leads to its place on a page."""
    topic = queries.get_topic_page(plan, code, current_actor())
    if topic.page.page_code != topic.page.node.code:
        return redirect(
            url_for(".node", plan=plan, code=topic.page.page_code, _anchor=topic.page.node.code), 302
        )
    page_cache.expires(topic.changes_at)
    return render_template("front/node.html", topic=topic, page=topic.page, related=topic.related)


@bp.get("/organisations/<public_id>")
@public
@kept_for_everybody
def organisation(public_id: str) -> str:
    """Show an organisation: what it said, proposed and endorses in its own name."""
    page_cache.expires(clock.start_of(clock.today() + timedelta(days=1)))
    page = queries.get_organisation_page(public_id, current_actor())
    return render_template("front/organisation.html", page=page, states=STATE_NAMES)


@bp.get("/my")
@signed_in
def my_page() -> str:
    """Show what concerns the reader: their opinions, notices, organisations, settings."""
    actor = current_actor()
    return render_template(
        "front/my_page.html", actor=actor, organisations=people.list_delegations(actor.person_id or 0)
    )


@bp.get("/about")
@public
@kept_for_everybody
def about() -> str:
    """Say what this site is for and how opinions are dealt with."""
    return render_template("front/about.html")


@bp.get("/privacy")
@public
@kept_for_everybody
def privacy() -> str:
    """Say what is kept of a reader, for how long, and who sees it."""
    return render_template("front/privacy.html", kept=retention.all_rules())


@bp.get("/accessibility")
@public
@kept_for_everybody
def accessibility() -> str:
    """Say how the site is made accessible, and where to tell of trouble."""
    return render_template("front/accessibility.html")
