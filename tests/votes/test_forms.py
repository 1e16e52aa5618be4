"""The forms of votes, beside what the pages' tests see of them."""

from __future__ import annotations

from datetime import date

from werkzeug.datastructures import MultiDict

from participation.votes import queries
from participation.votes.domain import VoteKind
from participation.votes.forms import VoteForm, ballot_form, vote_values
from tests.support.builders.votes import a_vote


def test_a_form_without_the_field_gives_no_reason_and_an_empty_one_gives_it_empty(app):
    vote = a_vote()
    paper = queries.paper_for(vote)
    with app.test_request_context("/", method="POST", data={"choice": "agree"}):
        assert ballot_form(vote, paper).given_reason is None
    with app.test_request_context("/", method="POST", data={"choice": "agree", "reason": ""}):
        assert ballot_form(vote, paper).given_reason == ""


def test_a_vote_comes_back_from_its_form_as_it_was(app):
    vote = a_vote(kind=VoteKind.SINGLE, labels=("公園", "図書館"), published=False)
    values = vote_values(vote, list(queries.list_options(vote)))
    sent = MultiDict({name: value for name, value in values.items() if name != "asks_reason"})
    with app.test_request_context("/", method="POST", data={**sent, "asks_reason": "y"}):
        form = VoteForm().offer([(vote.subject_id, "対象")], [])
        draft = form.draft()
    assert (draft.question, [each.label for each in draft.choices], draft.asks_reason) == (
        vote.question,
        ["公園", "図書館"],
        True,
    )
    assert values["closes_on"] == date(2026, 12, 2)


def test_a_version_that_is_no_number_never_matches(app):
    vote = a_vote(published=False)
    values = {**vote_values(vote, []), "version": "9" * 40}
    with app.test_request_context("/", method="POST", data=values):
        assert VoteForm().offer([(vote.subject_id, "対象")], []).draft().version == 0
