"""What the pages of answering and of the editor ask of the database: the same for few and for many."""

from __future__ import annotations

from contextlib import contextmanager

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


def compare(client, few, many, paths):
    """See that every page costs a few statements, as many for much as for little."""
    for path in paths:
        little, much = cost(client, f"{few}{path}"), cost(client, f"{many}{path}")
        assert len(little) == len(much) <= MOST_ON_A_PAGE, (path, [each[:120] for each in much])


def test_pages_of_answering_cost_the_same_for_any_number_of_questions_and_answers(app, client):
    log_in(client, a_resident())
    addresses = [f"/surveys/{a_long_survey(*size).public_id}" for size in ((2, 0), (8, 6))]
    for address in addresses:
        begun = {"form_version": "1", "shown": "q5 q6", "q5": "途中", "go": "save"}
        shown = client.get(f"{address}/pages/s1").get_data(as_text=True)
        begun["csrf_token"] = shown.partition('name="csrf_token" value="')[2].partition('"')[0]
        assert client.post(f"{address}/pages/s1", data=begun).status_code == 303
    compare(client, *addresses, ["", "?all=1", "/pages/s1", "/pages/s2", "/saved", "/review"])


def test_pages_of_the_editor_cost_the_same_for_any_number_of_questions(app, client):
    log_in(client, a_member_of_staff(Role.EDITOR))
    few, many = (a_long_survey(pages, 0, published=False).public_id for pages in (2, 8))
    paths = [
        "", "/edit", "/branches", "/preview", "/preview?look=print", "/questions/q6", "/questions/q6/place",
        "/questions/q6?kind=multiple", "/conditions/q7", "/images", "/sections/s1", "/sections/s1/jumps",
        "/trial/pages/s1",
    ]  # fmt: skip
    compare(client, f"/desk/surveys/{few}", f"/desk/surveys/{many}", paths)


def test_pages_about_a_published_survey_cost_the_same_for_any_number_of_answers(app, client):
    log_in(client, a_member_of_staff(Role.EDITOR))
    few, many = (a_long_survey(*size).public_id for size in ((2, 1), (8, 6)))
    paths = ["", "/period", "/results", "/questions/q6/correct", "/questions/q6/replace/line", "/paper"]
    compare(client, f"/desk/surveys/{few}", f"/desk/surveys/{many}", paths)
