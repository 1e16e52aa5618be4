"""Checking a closed vote: the receipt, the heads of the chain, the program that checks everything."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, make_response, render_template
from flask.typing import ResponseReturnValue

from participation.votes import queries
from participation.votes.forms import ReceiptForm
from participation.votes.models import Vote
from participation.votes.views.page import bp
from participation.web.access import public
from participation.web.downloads import attachment_header


@bp.get("/votes/<public_id>/check")
@public
def check(public_id: str) -> ResponseReturnValue:
    """Say what everybody can check, and what it does not protect against."""
    return _page(queries.get_public_vote(public_id), ReceiptForm())


@bp.post("/votes/<public_id>/check")
@public
def check_receipt(public_id: str) -> ResponseReturnValue:
    """Look a receipt's code up in the published list; the code is in no address and is not stored."""
    vote = queries.get_public_vote(public_id)
    form = ReceiptForm()
    if not form.validate_on_submit():
        return _page(vote, form)
    return _page(vote, form, queries.find_receipt(vote, form.receipt.data), asked=True)


@bp.get("/votes/verify.py")
@public
def program() -> ResponseReturnValue:
    """Give the program that recounts and checks a published record without this site."""
    text = Path(current_app.static_folder or "", "votes", "verify.py").read_bytes()
    response = make_response(text)
    response.headers["Content-Type"] = "text/x-python; charset=utf-8"
    response.headers["Content-Disposition"] = attachment_header("verify.py", "verify.py")
    return response


def _page(
    vote: Vote, form: ReceiptForm, included: queries.Included | None = None, *, asked: bool = False
) -> ResponseReturnValue:
    rendered = render_template(
        "votes/check.html",
        vote=vote,
        form=form,
        included=included,
        asked=asked,
        heads=queries.list_heads(vote),
        roots=queries.roots_of(vote),
        has_record=queries.has_record(vote),
        is_closed=queries.is_over(vote),
    )
    return rendered, form.status if not asked else 200
