"""flask votes …"""

from __future__ import annotations

from sqlalchemy import select

from participation.foundation.db import db, transaction
from participation.votes.models import VoteCount
from tests.support.builders.votes import a_vote, cast


def run(app, *words):
    return app.test_cli_runner().invoke(args=["votes", *words])


def test_recount_finds_mends_and_then_finds_nothing(app):
    cast(a_vote())
    assert run(app, "recount").output == "違い 0か所\n"
    with transaction():
        db.session.scalars(select(VoteCount)).first().count = 5
    checked = run(app, "recount", "--check")
    assert (checked.exit_code, "違い 1か所" in checked.output) == (1, True)
    assert "違い 1か所" in run(app, "recount").output
    assert run(app, "recount", "--check").exit_code == 0
