"""Casting a ballot: at once where one tap is enough; else write, look at it once more, send, keep the receipt.

A secret ballot is never received by `one_submission`: that keeps a hash of what was sent beside who sent it.
Sending twice does no harm anyway, because the receipt's code leads to the one ballot.
"""

from __future__ import annotations

import hmac
from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access.actors import visitor
from participation.contributions.forms import offer_help
from participation.foundation import sealing
from participation.foundation.db import transaction
from participation.foundation.errors import Conflict, Refused
from participation.foundation.ids import code as new_code
from participation.foundation.together import side_by_side, together
from participation.votes import commands, queries
from participation.votes.domain import BY_IDENTIFIER, Keeping
from participation.votes.domain.marking import cost_in_words, in_lines
from participation.votes.domain.sealing import RECEIPT_LENGTH, plain_receipt, printed_receipt
from participation.votes.domain.terms import VoteName
from participation.votes.forms import BallotForm, SendForm
from participation.votes.models import Vote
from participation.votes.queries.own import NOT_ON_THE_LIST
from participation.votes.views.page import bp, form_of, vote_page
from participation.web.access import current_actor, guest_key, public
from participation.web.submissions import one_submission

AGAIN = (
    "時間がたったか、画面が開き直されたため、控えの番号を作り直します。内容を確かめて、もう一度お願いします。"
)


@bp.post("/votes/<public_id>")
@public
def cast(public_id: str) -> ResponseReturnValue:
    """Take a ballot of one tap; show any other once more before it is sent."""
    vote = queries.get_public_vote(public_id)
    form = form_of(vote)
    if not form.validate_on_submit():
        return vote_page(vote, form)
    if not queries.show_vote(vote, None, current_actor()).is_one_tap:
        return _review(vote, form, printed_receipt(new_code(RECEIPT_LENGTH)))
    try:
        with one_submission(form) as sent:
            commands.cast_ballot(vote, form.content, reason=form.given_reason, by=current_actor())
            sent.location = url_for(".show", public_id=public_id)
    except Conflict as refusal:
        return vote_page(vote, form, closed=refusal.reason)
    return sent.redirect() if sent.given else vote_page(vote, form)


@bp.get("/votes/<public_id>/change")
@public
def change(public_id: str) -> ResponseReturnValue:
    """Ask for the receipt's code and the new ballot; what stands on the old one is never shown."""
    vote = queries.get_public_vote(public_id)
    return render_template("votes/change.html", vote=vote, form=_changing(vote))


@bp.post("/votes/<public_id>/change")
@public
def review_change(public_id: str) -> ResponseReturnValue:
    """Show the new ballot once more before it takes the place of the old one."""
    vote = queries.get_public_vote(public_id)
    form = _changing(vote)
    if not form.validate_on_submit():
        return render_template("votes/change.html", vote=vote, form=form), form.status
    return _review(vote, form, form["receipt"].data)


@bp.post("/votes/<public_id>/cast")
@public
def send(public_id: str) -> ResponseReturnValue:
    """Take a ballot that was looked at once more, and show the receipt, once; or go back to mend it."""
    vote = queries.get_public_vote(public_id)
    form = SendForm()
    if "back" in request.form:
        return _back(vote, form, status=200)
    is_change, network = bool(form.changing.data), request.remote_addr or ""
    if not form.validate_on_submit():
        return _back(vote, form)
    if not is_change and not hmac.compare_digest(
        form.proof.data or "", _proof(vote, form.receipt.data or "")
    ):
        return _back(vote, form, refused=Refused(AGAIN))
    try:
        if is_change:
            with transaction():
                commands.change_secret_ballot(
                    vote, form.content.data or "", form.ticket.receipt, by=visitor()
                )
        else:
            _cast(vote, form, network)
    except Refused as refusal:
        if refusal.reason == NOT_ON_THE_LIST:
            with transaction():
                commands.note_guess(vote, network, by=current_actor())
        return _back(vote, form, refused=refusal)
    except Conflict as refusal:
        return _back(vote, form, closed=refusal.reason)
    if vote.asks_reason and not is_change:
        offer_help([form.reason.data or ""])
    return render_template(
        "votes/receipt.html",
        vote=vote,
        receipt=printed_receipt(plain_receipt(form.receipt.data or "")),
        is_change=is_change,
        is_secret=vote.keeping is Keeping.SECRET,
    )


def _cast(vote: Vote, form: SendForm, network: str) -> None:
    """Cast the ballot, stored with one commit for all who send theirs at this moment."""
    if current_actor().person_id is None:
        guest_key()  # Recognises the device from now on, so that it votes once.
    act = partial(
        commands.cast_ballot.steps,
        VoteName(vote.id, vote.public_id),
        form.content.data or "",
        ticket=form.ticket,
        reason=form.reason.data if vote.asks_reason else None,
        by=current_actor(),
    )
    if vote.audience not in BY_IDENTIFIER:
        together(act)
        return
    with transaction():
        queries.refuse_guessing(vote, network)
        side_by_side([act()])


def _review(vote: Vote, form: BallotForm, receipt: str) -> ResponseReturnValue:
    ticket = form.ticket
    carried = {
        "content": form.content,
        "receipt": receipt,
        "proof": _proof(vote, receipt),
        "identifier": ticket.identifier,
        "organisation_id": str(ticket.organisation_id or ""),
        "reason": form.given_reason or "",
        "changing": "1" if form.is_change else "",
    }
    send_form = SendForm(formdata=None, data=carried)
    return render_template(
        "votes/review.html",
        vote=vote,
        form=send_form,
        lines=in_lines(form.paper, form.content),
        cost=cost_in_words(form.paper, form.content),
        is_secret=vote.keeping is Keeping.SECRET,
        is_ranking=">" in form.content,
    )


def _back(
    vote: Vote,
    sent: SendForm,
    *,
    refused: Refused | None = None,
    closed: str = "",
    status: int | None = None,
) -> ResponseReturnValue:
    """Show the ballot again with everything that was chosen, and why it was not taken."""
    values = {
        "identifier": sent.identifier.data or "",
        "organisation_id": sent.organisation_id.data or "",
        "reason": sent.reason.data or "",
        "receipt": sent.receipt.data or "",
    }
    is_change = bool(sent.changing.data) and vote.keeping is Keeping.SECRET
    form = form_of(vote, values=values, content=(sent.content.data or "")[:5000], changing=is_change)
    form.process(formdata=None, data={**form.kept_values, "submission_id": form.submission_id.data})
    if refused is not None:
        form.refuse(refused)
    if is_change:
        status = status or (409 if closed else 422)
        return render_template("votes/change.html", vote=vote, form=form, closed=closed), status
    return vote_page(vote, form, closed=closed, status=status)


def _changing(vote: Vote) -> BallotForm:
    if vote.keeping is not Keeping.SECRET:
        raise Refused("この参考投票の票は、投票のページから変えられます。")
    return form_of(vote, changing=True)


def _proof(vote: Vote, receipt: str) -> str:
    """Return what shows that this site made the code: nobody chooses one for another."""
    return sealing.keyed_hash("votes.receipt", f"{vote.public_id}:{plain_receipt(receipt)}")
