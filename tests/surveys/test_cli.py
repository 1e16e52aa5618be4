"""flask surveys …"""

from __future__ import annotations

from participation.foundation.db import db, transaction
from participation.surveys.models import AnswerCount
from tests.support.builders.surveys import a_survey, answer


def run(app, *words):
    return app.test_cli_runner().invoke(args=["surveys", *words])


def test_recount_finds_mends_and_then_finds_nothing(app):
    answer(a_survey(), q1="a1")
    assert run(app, "recount").output == "違い 0か所\n"
    with transaction():
        for row in db.session.query(AnswerCount).filter_by(choice="a1", question_code="q1"):
            row.count = 5
    checked = run(app, "recount", "--check")
    assert (checked.exit_code, "違い 1か所" in checked.output) == (1, True)
    assert "違い 1か所" in run(app, "recount").output
    assert run(app, "recount", "--check").exit_code == 0
