"""Pages of ideas: reading, offering, rewriting, finding a challenge for one, making a proposal of it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.agreements.queries import asks_first
from participation.challenges import commands, queries
from participation.challenges.forms import GrowForm, IdeaForm, LinkForm, PlainForm
from participation.challenges.models import Challenge
from participation.challenges.queries import IdeaPage
from participation.challenges.views.pages import (
    ask_first,
    bp,
    next_day,
    organisation_of,
    page_number,
    who_may,
)
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.people import queries as people
from participation.people.models import Person
from participation.web import page_cache
from participation.web.access import current_actor, public, requires, signed_in
from participation.web.page_cache import cached_for_guests
from participation.web.submissions import one_submission


@bp.get("/ideas")
@public
@cached_for_guests
def idea_index() -> ResponseReturnValue:
    """Ideas, all or those that look for a challenge: in the order of the day; never by popularity."""
    page_cache.expires(next_day())
    is_free, newest = request.args.get("which") == "free", request.args.get("order") == "new"
    found = queries.list_ideas(current_actor(), is_free=is_free, newest_first=newest, page=page_number())
    known = {"which": "free" if is_free else "", "order": "new" if newest else ""}
    return render_template(
        "challenges/ideas.html", found=found, known={key: value for key, value in known.items() if value}
    )


@bp.get("/ideas/<public_id>")
@public
def idea(public_id: str) -> ResponseReturnValue:
    """One idea, the challenges to which it belongs, and what grew from it."""
    page = queries.show_idea(public_id, current_actor())
    return render_template("challenges/idea.html", page=page, form=PlainForm())


@bp.route("/ideas/new", methods=["GET", "POST"])
@signed_in
def new_idea() -> ResponseReturnValue:
    """Offer an idea, for a challenge or for an item of the plan. Others read who may."""
    actor, wanted = current_actor(), request.args.get("challenge", "")
    if not access.can_ever(actor, "challenges.offer_idea"):
        return who_may("アイデアを出す", for_delegates=False)
    challenge = queries.get_posted(wanted) if wanted else None
    form = _offered(IdeaForm(data=_known_of(actor)), actor, challenge)
    if request.method == "POST":
        access.require(actor, "challenges.offer_idea", challenge)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            organisation, draft = organisation_of(form.speaks_as.data), form.draft(form.about.data)
            if organisation is not None and asks_first(organisation.id):
                words = draft.as_words(challenge)
                sent.location = ask_first(organisation.id, "challenges.offer_idea", words)
            else:
                made = commands.offer_idea(draft, challenge, organisation, by=actor)
                after = ".idea" if challenge else ".candidates"
                sent.location = url_for(after, public_id=made.public_id)
        if sent.given:
            return sent.redirect()
    decision = access.can(actor, "challenges.offer_idea", challenge)
    shown = render_template(
        "challenges/new_idea.html", form=form, challenge=challenge, page=None, decision=decision
    )
    return shown, form.status


@bp.route("/ideas/<public_id>/edit", methods=["GET", "POST"])
@requires("challenges.change_idea")
def edit_idea(public_id: str) -> ResponseReturnValue:
    """Rewrite an idea; the words before are kept."""
    actor = current_actor()
    page = _own(public_id, actor)
    access.require(actor, "challenges.change_idea", page.said)
    form = IdeaForm(data=_values(page))
    form.speaks_as.choices, form.about.choices = [("", page.said.shown_name)], [(0, page.about)]
    if form.validate_on_submit():
        with one_submission(form) as sent:
            organisation_id = page.said.organisation_id
            if asks_first(organisation_id):
                words = form.draft().as_words()
                sent.location = ask_first(organisation_id, "challenges.change_idea", words, public_id)
            else:
                commands.revise_idea(page.idea, form.draft(), by=actor)
                sent.location = url_for(".idea", public_id=public_id)
        if sent.given:
            return sent.redirect()
    shown = render_template("challenges/new_idea.html", form=form, challenge=None, page=page, decision=True)
    return shown, form.status


@bp.post("/ideas/<public_id>/withdraw")
@requires("challenges.withdraw_idea")
def withdraw_idea(public_id: str) -> ResponseReturnValue:
    """Take an idea back."""
    page = _own(public_id, current_actor())
    location, organisation_id = url_for(".idea", public_id=public_id), page.said.organisation_id
    with transaction():
        if asks_first(organisation_id):
            location = ask_first(organisation_id, "challenges.withdraw_idea", {}, public_id)
        else:
            commands.withdraw_idea(page.idea, by=current_actor())
    return redirect(location, 303)


@bp.route("/ideas/<public_id>/challenges", methods=["GET", "POST"])
@requires("challenges.change_idea")
def candidates(public_id: str) -> ResponseReturnValue:
    """Challenges that the author's idea may belong to; nothing is linked before the author says so."""
    actor = current_actor()
    page = _own(public_id, actor)
    found = queries.list_challenge_candidates(page.idea, page.text)
    form = LinkForm().offer(
        [(each.public_id, each.title) for each in found],
        [(each.public_id, each.title) for each in page.links],
    )
    if form.validate_on_submit():
        challenge = queries.get_posted(form.chosen.data)
        with one_submission(form) as sent:
            if request.form.get("act") == "link":
                commands.link_idea(page.idea, challenge, by=actor)
            else:
                commands.refuse_link(page.idea, challenge, form.reason.data, by=actor)
            sent.location = url_for(".candidates", public_id=public_id)
        if sent.given:
            return sent.redirect()
    shown = render_template("challenges/candidates.html", page=page, form=form, found=found)
    return shown, form.status


@bp.route("/ideas/<public_id>/proposal", methods=["GET", "POST"])
@requires("challenges.grow_idea")
def grow(public_id: str) -> ResponseReturnValue:
    """Begin a proposal from an idea, for one of the reader's organisations."""
    actor = current_actor()
    page = queries.show_idea(public_id, actor)
    access.require(actor, "challenges.grow_idea", page.said, page.idea.may_be_taken_up)
    form = GrowForm()
    own = queries.list_own_organisations(actor, Right.DRAFT)
    form.organisation.choices = [(each.public_id, each.name) for each in own]
    if form.validate_on_submit():
        organisation = organisation_of(form.organisation.data)
        assert organisation is not None
        with one_submission(form) as sent:
            proposal = commands.grow_idea(page.idea, organisation, by=actor)
            sent.location = url_for("proposals.edit", public_id=proposal.public_id)
        if sent.given:
            flash("提案の下書きをつくりました。足りないところを書いてから提出します。", "ok")
            return sent.redirect()
    return render_template("challenges/grow.html", page=page, form=form), form.status


def _own(public_id: str, actor: Actor) -> IdeaPage:
    """Return an idea of the reader or of their organisation; others do not learn of the page."""
    page = queries.show_idea(public_id, actor)
    if not page.is_mine:
        raise NotFound
    return page


def _offered(form: IdeaForm, actor: Actor, challenge: Challenge | None) -> IdeaForm:
    own = queries.list_own_organisations(actor, Right.SUBMIT)
    form.speaks_as.choices = [("", "個人として"), *((each.public_id, each.name) for each in own)]
    form.about.choices = [(0, "選んでください")]
    if challenge is None:
        form.about.choices += queries.list_plan_subjects()
    return form


def _known_of(actor: Actor) -> dict[str, Any]:
    person = db.session.get_one(Person, actor.person_id)
    return {"standings": [each.value for each in people.list_standings(person)], "about": 0}


def _values(page: IdeaPage) -> dict[str, Any]:
    name, contact = queries.contact_of(page.idea.sealed_contact)
    return {
        "title": page.text.title,
        "idea": page.text.idea,
        "brings": page.text.brings,
        "about": 0,
        "standings": page.idea.standings,
        "contact_name": name,
        "contact": contact,
        "shows_contact": page.idea.shows_contact,
        "may_be_taken_up": page.idea.may_be_taken_up,
    }
