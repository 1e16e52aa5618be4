"""What the pages of answering and of the editor ask of the database: the same for few and for many."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from participation.access.actors import Role
from participation.foundation.db import db
from participation.surveys.domain import LineSpec, Section, SingleSpec
from tests.support.builders.surveys import a_survey_of, answer, asked_as, options
from tests.support.people import a_member_of_staff, a_resident, log_in

MOST_ON_A_PAGE = 10


@contextmanager
def counted():
    """Collect the statements that reach the database."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def a_long_survey(pages, answers, **settings):
    """A survey of as many pages with five questions each, answered by as many people."""
    sections = [
        Section(
            f"s{page}",
            f"{page}章",
            questions=tuple(
                asked_as(
                    f"q{page * 5 + place}",
                    SingleSpec(options=options("はい", "いいえ")) if place % 2 else LineSpec(),
                )
                for place in range(5)
            ),
        )
        for page in range(1, pages + 1)
    ]
    survey = a_survey_of(sections, title=f"{pages}画面", **settings)
    for _ in range(answers):
        answer(survey, q6="a1", q5="書いた")
    return survey


def cost(client, address):
    """Statements of the second GET: the first fills what is remembered of a published survey."""
    assert client.get(address).status_code == 200, address
    with counted() as statements:
        assert client.get(address).status_code == 200, address
    return statements


@pytest.mark.parametrize("path", ["", "?all=1", "/pages/s1", "/pages/s2", "/saved", "/review"])
def test_a_page_of_answering_costs_the_same_for_any_number_of_questions_and_answers(app, client, path):
    log_in(client, a_resident())
    costs = []
    for pages, answers in ((2, 0), (8, 6)):
        survey = a_long_survey(pages, answers)
        begun = {"form_version": "1", "shown": "q5 q6", "q5": "途中", "go": "save"}
        token = client.get(f"/surveys/{survey.public_id}/pages/s1").get_data(as_text=True)
        begun["csrf_token"] = token.partition('name="csrf_token" value="')[2].partition('"')[0]
        assert client.post(f"/surveys/{survey.public_id}/pages/s1", data=begun).status_code == 303
        costs.append(cost(client, f"/surveys/{survey.public_id}{path}"))
    few, many = costs
    assert len(few) == len(many) <= MOST_ON_A_PAGE, [each[:120] for each in many]


@pytest.mark.parametrize(
    "path",
    ["", "/edit", "/branches", "/preview", "/preview?look=print", "/questions/q6", "/questions/q6?kind=multiple",
     "/conditions/q7", "/images", "/sections/s1", "/sections/s1/jumps", "/questions/q6/place", "/trial/pages/s1"],
)  # fmt: skip
def test_a_page_of_the_editor_costs_the_same_for_any_number_of_questions(app, client, path):
    log_in(client, a_member_of_staff(Role.EDITOR))
    few, many = (
        cost(client, f"/desk/surveys/{a_long_survey(pages, 0, published=False).public_id}{path}")
        for pages in (2, 8)
    )
    assert len(few) == len(many) <= MOST_ON_A_PAGE, [each[:120] for each in many]


@pytest.mark.parametrize(
    "path", ["", "/period", "/results", "/questions/q6/correct", "/questions/q6/replace/line"]
)
def test_a_page_about_a_published_survey_costs_the_same_for_any_number_of_answers(app, client, path):
    log_in(client, a_member_of_staff(Role.EDITOR))
    few, many = (
        cost(client, f"/desk/surveys/{a_long_survey(pages, answers).public_id}{path}")
        for pages, answers in ((2, 1), (8, 6))
    )
    assert len(few) == len(many) <= MOST_ON_A_PAGE, [each[:120] for each in many]
