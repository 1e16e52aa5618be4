"""What tests of the desk do: ask for an action on opinions, take it back, look at what became of them."""

from __future__ import annotations

from participation.access.actors import Actor
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.desk import commands
from participation.desk.domain import BulkAction, BulkRequest, Undone
from participation.desk.models import BulkBatch
from participation.foundation.db import db, transaction
from participation.opinions.models import Opinion


def fresh(opinion: Opinion) -> Opinion:
    """The opinion as the database has it now."""
    db.session.expire_all()
    return db.session.get_one(Opinion, opinion.id)


def visibility(opinion: Opinion) -> Visibility:
    """Whether its words may be shown now."""
    return db.session.get_one(Contribution, fresh(opinion).contribution_id).visibility


def ask(action: str, *opinions: Opinion, **more: object) -> BulkRequest:
    """A request to do something with these opinions."""
    return BulkRequest(BulkAction(action), tuple(each.public_id for each in opinions), **more)  # type: ignore[arg-type]


def do(request: BulkRequest, by: Actor) -> BulkBatch:
    """Do it."""
    with transaction():
        return commands.act(request, by=by)


def take_back(batch: BulkBatch, by: Actor) -> Undone:
    """Undo it."""
    with transaction():
        return commands.undo(batch.public_id, by=by)
