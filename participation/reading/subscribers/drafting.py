"""Asking a machine in a long run, checking what comes back, and taking words out that have to go."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from sqlalchemy import select

from participation.access.actors import system
from participation.contributions.domain import Visibility
from participation.contributions.events import ContributionRevised, VisibilityChanged, WordsCovered
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Refused
from participation.jobs import long_runs
from participation.opinions.models import Opinion
from participation.reading import commands
from participation.reading.domain.asking import NoAnswer, Server, ask
from participation.reading.domain.drafting import check, most_tokens
from participation.reading.models import MachineDraft
from participation.reading.queries import drafting

CHANGED = (
    "頼んだあとに、管理者がサーバーの設定を変えました。送る内容を確かめるところから、もう一度頼んでください。"
)


def register(_app: Flask) -> None:
    """Listen to what happens to words."""
    events.subscribe(WordsCovered, words_changed)
    events.subscribe(ContributionRevised, words_changed)
    events.subscribe(VisibilityChanged, words_gone)


def words_changed(event: WordsCovered | ContributionRevised) -> None:
    """What was sent of them may not stand there any more."""
    _empty(event.contribution_id)


def words_gone(event: VisibilityChanged) -> None:
    """Erased and withdrawn words stand nowhere."""
    if event.after in (Visibility.ERASED, Visibility.WITHDRAWN):
        _empty(event.contribution_id)


def _empty(contribution_id: int) -> None:
    opinion_id = db.session.scalar(select(Opinion.id).where(Opinion.contribution_id == contribution_id))
    if opinion_id is not None:
        commands.empty_drafts([opinion_id], by=system("reading"))


@long_runs.runner(commands.ASK, name="機械に頼む案", endpoint="drafting_desk.show")
def ask_for_draft(run: long_runs.Run) -> dict[str, Any]:
    """Ask the server that staff agreed to, and keep what stands of the answer."""
    public_id = run.parameters["draft"]
    long_runs.progress(run, 0, 2, "答えを待っています。")
    try:
        with transaction():  # It ends before the server is asked: none is held open while it writes.
            draft = drafting.get_draft(public_id)
            server = _server_agreed_to(draft)
            messages, kind, given = list(draft.messages), draft.kind, drafting.given_of(draft)
        answer = ask(server, messages, most_tokens(kind))
    except (NoAnswer, Refused) as error:
        reason = error.reason if isinstance(error, Refused) else str(error)
        with transaction():
            commands.note_no_answer(drafting.get_draft(public_id), reason, by=system("reading"))
        raise Refused(reason) from error
    long_runs.progress(run, 1, 2, "答えを意見と照らし合わせています。")
    checked = check(kind, answer.text, given)
    with transaction():
        commands.note_answer(drafting.get_draft(public_id), answer.raw, checked, by=system("reading"))
    return {"reasons": len(checked.reasons)}


def _server_agreed_to(draft: MachineDraft) -> Server:
    """Return the server, if it is still the one that staff agreed to."""
    config = current_app.config
    server = Server(
        config["LANGUAGE_MODEL_URL"],
        config["LANGUAGE_MODEL"],
        config["LANGUAGE_MODEL_KEY"],
        float(config["LANGUAGE_MODEL_SECONDS"]),
    )
    if not server.url or (server.host, server.model) != (draft.host, draft.model) or not draft.messages:
        raise Refused(CHANGED)
    return server
