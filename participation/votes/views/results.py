"""The result of a closed vote as files."""

from __future__ import annotations

import json

from flask import current_app, make_response
from flask.typing import ResponseReturnValue

from participation.foundation.errors import NotFound
from participation.papers.files import Form
from participation.papers.paper import Paper
from participation.votes import queries
from participation.votes.domain.counting import support
from participation.votes.domain.files import write_own, write_pabulib, write_preflib
from participation.votes.domain.marking import contents, in_lines
from participation.votes.domain.outcomes import written
from participation.votes.views.page import bp
from participation.web.access import public
from participation.web.csv_files import as_text, csv_response
from participation.web.downloads import attachment_header
from participation.web.paper_files import public_paper


@bp.get("/votes/<public_id>/result.csv")
@public
def result_table(public_id: str) -> ResponseReturnValue:
    """Give how much support each option has, as a table."""
    election = queries.ballots_of(queries.get_public_vote(public_id))
    found = support(election)
    rows = [
        (option.code, option.name, written(found[at]), "" if option.cost is None else written(option.cost))
        for at, option in enumerate(election.options)
    ]
    head = ("記号", "選択肢", "票数（順位や点の票では、支持の点）", "費用（円）")
    return csv_response(f"参考投票-{public_id}.csv", as_text(head, rows))


@bp.get("/votes/<public_id>/result.<any(pdf,docx,xlsx,html,txt):form>")
@public
def result_as_paper(public_id: str, form: str) -> ResponseReturnValue:
    """Give the result as a paper, to be printed, edited or read aloud."""
    return public_paper(lambda: _paper(public_id), Form(form), key=("vote", public_id))


def _paper(public_id: str) -> Paper:
    config = current_app.config
    vote = queries.get_public_vote(public_id)
    return queries.result_paper(vote, issuer=config["SITE"]["ward"], site=config["PUBLIC_URL"])


@bp.get("/votes/<public_id>/ballots.csv")
@public
def ballot_table(public_id: str) -> ResponseReturnValue:
    """Give all ballots, equal ones together, sorted by what stands on them."""
    election = queries.ballots_of(queries.get_public_vote(public_id))
    rows = [
        (count, content, "、".join(in_lines(election.paper, content)))
        for content, count in contents(election)
    ]
    return csv_response(f"参考投票-{public_id}-票.csv", as_text(("票の数", "記号", "内容"), rows))


@bp.get("/votes/<public_id>/result.<any(json,preflib,cat,pb):form>")
@public
def result_file(public_id: str, form: str) -> ResponseReturnValue:
    """Give the ballots of a closed vote: our own file, PrefLib, or pabulib for researchers."""
    election = queries.ballots_of(queries.get_public_vote(public_id))
    ending = form
    try:
        if form == "json":
            text = write_own(election)
        elif form == "pb":
            text = write_pabulib(election)
        else:
            ending, text = write_preflib(election)
    except ValueError as impossible:
        raise NotFound from impossible
    return _file(f"参考投票-{public_id}.{ending}", f"vote-{public_id}.{ending}", text)


@bp.get("/votes/<public_id>/record.json")
@public
def record(public_id: str) -> ResponseReturnValue:
    """Give everything that verify.py checks: ballots with their salts, receipts, the chain, the roots."""
    found = queries.record_of(queries.get_public_vote(public_id))
    if found is None:
        raise NotFound
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    return _file(f"参考投票-{public_id}-記録.json", f"vote-{public_id}-record.json", text)


def _file(name: str, plain: str, text: str) -> ResponseReturnValue:
    response = make_response(text)
    kind = "application/json" if plain.endswith(".json") else "text/plain; charset=utf-8"
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = attachment_header(name, plain)
    return response
