"""One filled-in form is one record: double click, F5, two tabs and a retry after a time-out.

The form carries a random submission id. Its row is written in the same transaction as the change,
so either both exist or neither. A repeat gets the first one's answer; the same id with other words
(someone went back and wrote something else) is shown again to be confirmed as a second one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, request
from sqlalchemy import delete, select, update
from werkzeug.wrappers import Response

from participation.foundation import clock
from participation.foundation.db import db, insert_once, transaction
from participation.foundation.errors import Refused
from participation.jobs import retention
from participation.web.access import current_actor, guest_key
from participation.web.forms import NOT_TYPED, Form
from participation.web.models import SentForm


class AlreadySent(Exception):
    """This form was sent before, with the same words; its answer stands at `location`."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class SentWithOtherWords(Exception):
    """A form with this submission id was sent before, with other words."""


@dataclass
class Answer:
    """Where the reader goes after a form was accepted."""

    location: str = ""
    given: bool = False

    def redirect(self) -> Response:
        """Return the redirect to the answer (POST–redirect–GET)."""
        return redirect(self.location, 303)


@contextmanager
def one_submission(form: Form) -> Iterator[Answer]:
    """Open the transaction in which this form is received, once.

    Set `answer.location` inside. A Refused raised inside is shown on the form instead: then
    `answer.given` is false and nothing was changed.
    """
    answer = Answer()
    owner = _owner()
    content = _content_hash()
    submission_id = form.submission_id.data or ""
    try:
        with transaction():
            sent_id = _claim(submission_id, owner, content)
            yield answer
            if not answer.location:
                raise RuntimeError("one_submission() needs answer.location")
            db.session.execute(
                update(SentForm).where(SentForm.id == sent_id).values(location=answer.location)
            )
        answer.given = True
        form.after_sending()
    except Refused as refusal:
        form.refuse(refusal)


def _claim(submission_id: str, owner: str, content: str) -> int:
    values = {
        "submission_id": submission_id,
        "owner": owner,
        "content_hash": content,
        "location": "",
        "created_at": clock.now(),
    }
    sent_id = insert_once(SentForm, values, unique=["submission_id"])
    if sent_id is not None:
        return sent_id
    earlier = db.session.scalars(select(SentForm).where(SentForm.submission_id == submission_id)).one()
    if earlier.owner == owner and earlier.content_hash == content:
        raise AlreadySent(earlier.location)
    raise SentWithOtherWords


@retention.kept_for("sent_forms", 7, "送信の控え（二重の送信を見分けるため）")
def _forget_sent_forms(before: datetime) -> int:
    gone = db.session.execute(delete(SentForm).where(SentForm.created_at < before).returning(SentForm.id))
    return len(gone.all())


def _owner() -> str:
    actor = current_actor()
    if actor.person_id is not None:
        return f"person:{actor.person_id}"
    return "guest:" + hashlib.sha256(guest_key().encode()).hexdigest()[:48]


def _content_hash() -> str:
    digest = hashlib.sha256(request.path.encode())
    for name, values in sorted(request.form.lists()):
        if name not in NOT_TYPED:
            for value in values:
                digest.update(f"\x00{name}\x01{value}".encode("utf-8", "surrogatepass"))
    for name, uploads in sorted(request.files.lists()):
        for upload in uploads:
            digest.update(f"\x00{name}\x02{upload.filename}".encode("utf-8", "surrogatepass"))
            digest.update(hashlib.sha256(upload.stream.read()).digest())
            upload.stream.seek(0)
    return digest.hexdigest()
