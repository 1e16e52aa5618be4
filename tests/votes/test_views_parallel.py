"""Many requests at once through the whole of a page: one voter has one ballot, many have one each, the counts agree."""

from __future__ import annotations

from collections import Counter
from threading import Barrier, Thread

import pytest
from sqlalchemy import event, func, select

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.foundation.ids import code, new_submission_id
from participation.votes import commands, queries
from participation.votes.domain import Audience, Keeping, VoteKind
from participation.votes.domain.sealing import RECEIPT_LENGTH
from participation.votes.models import Ballot, Participation
from participation.votes.views.casting import _proof
from tests.support.builders.votes import EDITOR, a_vote, a_vote_of
from tests.support.page import PageClient
from tests.support.people import a_resident, log_in


@pytest.fixture
def without_tokens(_app):
    """Many browsers send forms that they have read; what those forms look like is another test's matter."""
    _app.config["WTF_CSRF_ENABLED"] = False
    yield
    _app.config["WTF_CSRF_ENABLED"] = True


def send_at_once(app, senders):
    """Post everything at the same moment, each from a browser of its own; return how often which status came."""
    barrier, statuses = Barrier(len(senders)), Counter()

    def run(client, address, data):
        barrier.wait()
        statuses[client.post(address, data=data).status_code] += 1

    db.session.rollback()
    threads = [Thread(target=run, args=sender) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return statuses


def rows(model):
    return db.session.scalar(select(func.count()).select_from(model))


def agree(vote, number):
    assert (rows(Ballot), rows(Participation), queries.count_voters(vote)) == (number,) * 3
    with transaction():
        assert commands.recount_votes(check_only=True, by=system("tests")) == {}


def browser_of(app, person):
    client = app.test_client()
    log_in(client, person)
    return client


def browsers_of(app, person, number):
    """Return browsers that are all in one session: fifty tabs of one person."""
    cookie = browser_of(app, person).get_cookie("sid").value
    clients = [app.test_client() for _ in range(number)]
    for client in clients:
        client.set_cookie("sid", cookie)
    return clients


def test_fifty_posts_of_one_voter_are_one_row(app, without_tokens):
    vote, person = a_vote(audience=Audience.ACCOUNT), a_resident()
    senders = [
        (client, f"/votes/{vote.public_id}", {"choice": "agree", "submission_id": new_submission_id()})
        for client in browsers_of(app, person, 50)
    ]
    assert send_at_once(app, senders) == {303: 50}
    agree(vote, 1)
    assert [count for count in queries.kept_counts(vote).values() if count] == [1]


@pytest.mark.parametrize(("number", "is_one_receipt"), [(10, True), (50, False)])
def test_many_secret_ballots_of_one_voter_are_one_row(app, without_tokens, number, is_one_receipt):
    vote, person = a_vote_of(VoteKind.SINGLE, keeping=Keeping.SECRET, audience=Audience.ACCOUNT), a_resident()
    same = code(RECEIPT_LENGTH)
    senders = []
    for at, client in enumerate(browsers_of(app, person, number)):
        receipt = same if is_one_receipt else code(RECEIPT_LENGTH)
        data = {
            "content": f"o{at % 3 + 1}",
            "receipt": receipt,
            "proof": _proof(vote, receipt),
            "submission_id": new_submission_id(),
        }
        senders.append((client, f"/votes/{vote.public_id}/cast", data))
    assert send_at_once(app, senders) == ({200: 10} if is_one_receipt else {200: 1, 409: 49})
    agree(vote, 1)


def test_whoever_posts_while_staff_close_is_either_counted_or_told(app, without_tokens):
    vote = a_vote(audience=Audience.ACCOUNT)
    senders = [
        (
            browser_of(app, a_resident()),
            f"/votes/{vote.public_id}",
            {"choice": "agree", "submission_id": new_submission_id()},
        )
        for _ in range(20)
    ]
    reported = {}

    class Closing:
        def post(self, _address, data):
            with app.app_context(), transaction():
                vote = queries.get_vote(data)
                reported.update(commands.close_vote(vote, by=EDITOR))
            return type("Answer", (), {"status_code": 0})

    statuses = send_at_once(app, [*senders[:10], (Closing(), "", vote.public_id), *senders[10:]])
    assert statuses.keys() <= {0, 303, 409}
    assert statuses[303] + statuses[409] == 20
    agree(vote, statuses[303])
    assert sum(reported.values()) == statuses[303]


def test_the_deadline_is_looked_at_once_the_lock_is_there(app, clock):
    """Whoever waited for the lock until after the closing is late, though the form came in time."""
    vote, person = a_vote(audience=Audience.ACCOUNT), a_resident()
    page = PageClient(app, browser_of(app, person)).get(f"/votes/{vote.public_id}")
    #: What takes the lock: the transaction itself, or the statement that locks the vote and takes the ballot.
    locking = "locked AS" if db.engine.dialect.name == "postgresql" else "BEGIN IMMEDIATE"

    def waits(_connection, _cursor, statement, *_more):
        if locking in statement:
            clock.set(closes_at)

    closes_at = queries.get_vote(vote.public_id).closes_at
    event.listen(db.engine, "after_cursor_execute", waits)
    try:
        late = page.submit("投票する", choice="agree", expect=409)
    finally:
        event.remove(db.engine, "after_cursor_execute", waits)
    assert "この参考投票は締め切りました。" in late.text
    assert rows(Ballot) == 0
