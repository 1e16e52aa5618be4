"""Pages of consensus checks: begun, answered, the concerns answered, closed, made into a proposal."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.foundation.db import transaction
from participation.spaces import commands, queries
from participation.spaces.domain import CONSENT_NAMES, Consent
from participation.spaces.forms import CheckForm, CloseForm, ConsentForm, PlainForm, WordsForm
from participation.spaces.views.pages import NAMES, bp, form_page
from participation.web import page_cache
from participation.web.access import current_actor, public, requires
from participation.web.page_cache import cached_for_guests
from participation.web.submissions import one_submission


@bp.route("/spaces/issues/<public_id>/check", methods=["GET", "POST"])
@requires("spaces.open_check")
def open_check(public_id: str) -> ResponseReturnValue:
    """Begin a consensus check about an issue."""
    issue, space = queries.get_issue(public_id)
    actor, form = current_actor(), CheckForm(data={"title": issue.title, "audience": "area"})
    access.require(actor, "spaces.open_check", space)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            check = commands.open_check(space, issue, form.check(), by=actor)
            sent.location = url_for(".check", public_id=check.public_id)
        if sent.given:
            return sent.redirect()
    fields = [
        (form.title, "", 0),
        (form.draft, "「こう進めたい」という案を書きます。答える人は、これを読んで答えます。", 10),
        (form.audience, "", 0),
        (form.ends_on, "あすから90日後までの日にします。", 0),
    ]
    lead = "多数決ではありません。心配を見つけ、答え、みんなが進めてよいと思える案にするためのものです。"
    return form_page(form, space, "合意確認を始める", fields, "始める", over=issue.title, lead=lead)


@bp.get("/spaces/checks/<public_id>")
@public
@cached_for_guests
def check(public_id: str) -> ResponseReturnValue:
    """Show a check with its answers and reasons."""
    return _check_page(public_id, None)


@bp.post("/spaces/checks/<public_id>")
@requires("spaces.take_part")
def say(public_id: str) -> ResponseReturnValue:
    """Say what one thinks of the draft, or change it."""
    found, space = queries.get_check(public_id)
    actor, form = current_actor(), ConsentForm()
    access.require(
        actor, "spaces.take_part", found, space, *queries.get_place_of_answerer(found, space, actor)
    )
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.say_consent(
                found,
                space,
                Consent(form.consent.data),
                form.reason.data,
                is_strong=bool(form.is_strong.data),
                by=actor,
            )
            sent.location = url_for(".check", public_id=public_id, _anchor="own")
        if sent.given:
            return sent.redirect()
    return _check_page(public_id, form)


def _check_page(public_id: str, form: ConsentForm | None) -> ResponseReturnValue:
    actor = current_actor()
    page = queries.get_check_page(public_id, actor)
    page_cache.expires(page.check.ends_at)
    decision = access.can(
        actor,
        "spaces.take_part",
        page.check,
        page.space,
        *queries.get_place_of_answerer(page.check, page.space, actor),
    )
    own = page.own
    if form is None and decision:
        kept = {"consent": own.consent.value, "reason": own.reason, "is_strong": own.is_strong} if own else {}
        form = ConsentForm(data=kept)
    shown = render_template(
        "spaces/check.html",
        page=page,
        check=page.check,
        space=page.space,
        form=form,
        decision=decision,
        plain=PlainForm(formdata=None) if actor.person_id else None,
        names=NAMES,
    )
    return shown, form.status if form is not None and request.method == "POST" else 200


@bp.route("/spaces/checks/<public_id>/answers/<answer_id>", methods=["GET", "POST"])
@requires("spaces.answer_concern")
def answer_concern(public_id: str, answer_id: str) -> ResponseReturnValue:
    """Answer to a concern or a condition."""
    found, space = queries.get_check(public_id)
    actor = current_actor()
    access.require(actor, "spaces.answer_concern", space, found)
    answer = queries.get_answer(found, answer_id)
    form = WordsForm(data={"words": answer.answer})
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.answer_concern(found, space, answer, form.words.data, by=actor)
            sent.location = url_for(".check", public_id=public_id, _anchor=f"answer-{answer_id}")
        if sent.given:
            return sent.redirect()
    page = queries.get_check_page(public_id, actor)
    line = next(each for each in page.answers if each.public_id == answer_id)
    text = (CONSENT_NAMES[line.consent][0], line.reason or "（表示していません）")
    fields = [
        (form.words, "書いた人の心配が減るように、どう案に生かすか、生かせないならなぜかを書きます。", 6)
    ]
    return form_page(form, space, "心配や条件に答える", fields, "答えを載せる", over=found.title, text=text)


@bp.route("/spaces/checks/<public_id>/close", methods=["GET", "POST"])
@requires("spaces.close_check")
def close_check(public_id: str) -> ResponseReturnValue:
    """Close a check with what is made of it."""
    found, space = queries.get_check(public_id)
    actor, form = current_actor(), CloseForm()
    access.require(actor, "spaces.close_check", space, found)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.close_check(found, space, form.conclusion.data, by=actor)
            sent.location = url_for(".check", public_id=public_id)
        if sent.given:
            return sent.redirect()
    fields = [(form.conclusion, "少数の心配も、どう扱うかを書きます。終えたあとは変えられません。", 6)]
    return form_page(form, space, "合意確認を終える", fields, "合意確認を終える", over=found.title)


@bp.post("/spaces/checks/<public_id>/propose")
@requires("spaces.propose")
def propose(public_id: str) -> ResponseReturnValue:
    """Draft a proposal from a closed check, and go on writing it."""
    found, space = queries.get_check(public_id)
    form = PlainForm()
    if form.validate_on_submit():
        with transaction():
            proposal = commands.draft_from_check(found, space, by=current_actor())
            address = url_for("proposals.edit", public_id=proposal.public_id)
        return redirect(address, 303)
    return redirect(url_for(".check", public_id=public_id), 303)
