"""Fifty times the same answer at the same moment, through the whole application: one respondent is one row."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.foundation.ids import new_token
from participation.surveys import commands, queries
from participation.surveys.domain import Audience, InvitationKind
from participation.surveys.domain.inviting import BatchDraft, Invitee
from participation.surveys.models import Response, ResponseDraft
from tests.support.builders.surveys import EDITOR, a_question, a_survey
from tests.support.page import PageClient
from tests.support.people import a_resident, log_in

TIMES = 50


def an_account(app):
    """A survey for members, opened by one member in two browsers."""
    survey, person = a_survey([a_question()], audience=Audience.ACCOUNT), a_resident()
    browsers = [app.test_client() for _ in range(2)]
    for browser in browsers:
        log_in(browser, person)
    return survey, browsers


def a_household(app):
    """A survey by invitation, opened with one household's code in two browsers."""
    survey = a_survey([a_question()], audience=Audience.INVITED)
    with transaction():
        batch = commands.issue_invitations(
            survey, BatchDraft(InvitationKind.HOUSEHOLD, "", invitees=(Invitee("1", {}),)), by=EDITOR
        )
        (taken,) = commands.take_codes(survey, batch, by=EDITOR)
    browsers = [app.test_client() for _ in range(2)]
    for browser in browsers:
        start = PageClient(app, browser).get(f"/surveys/{survey.public_id}")
        start.submit("この番号で答える", code=taken.code)
    return survey, browsers


def a_secret_link(app):
    """A survey for anyone, begun in one browser and gone on with by its secret link in another."""
    survey = a_survey([a_question()])
    browsers = [app.test_client() for _ in range(2)]
    saved = PageClient(app, browsers[0]).get(f"/surveys/{survey.public_id}").submit("途中で保存する", q1="a1")
    link = next(word for word in saved.text.split() if "/resume/" in word)
    assert browsers[1].get(link.removeprefix("http://localhost")).status_code == 303
    return survey, browsers


@pytest.mark.parametrize("somebody", [an_account, a_household, a_secret_link])
def test_fifty_posts_of_one_respondent_from_two_browsers_are_one_answer(app, somebody):
    survey, browsers = somebody(app)
    address = f"/surveys/{survey.public_id}"
    # Half of them press the button again, half come from other tabs: each form has a number of its own.
    forms = [PageClient(app, browser).get(address).form("回答を送る").filled({}) for browser in browsers]
    cookies = [
        "; ".join(f"{each.key}={each.value}" for each in browser._cookies.values()) for browser in browsers
    ]
    sent = [
        (
            cookies[n % 2],
            forms[n % 2] | {"q1": [f"a{n % 3 + 1}"], "submission_id": [new_token()], "go": ["send"]},
        )
        for n in range(TIMES)
    ]
    assert set(at_once(app, address, sent)) == {303}
    assert db.session.scalar(select(func.count()).select_from(Response)) == 1
    assert db.session.scalar(select(func.count()).select_from(ResponseDraft)) == 0
    counts = queries.count_answers(survey)
    assert counts["", "*"] == counts["q1", "*"] == sum(counts["q1", f"a{n}"] for n in (1, 2, 3)) == 1
    with transaction():
        assert commands.recount_surveys(check_only=True, by=system("tests")) == {}


def at_once(app, address, sent):
    """Post every form at the same moment, each in a thread of its own; return the statuses."""
    barrier, statuses = Barrier(len(sent)), []

    def post(cookie, form):
        browser = app.test_client(use_cookies=False)
        barrier.wait()
        statuses.append(browser.post(address, data=form, headers={"Cookie": cookie}).status_code)

    db.session.rollback()
    threads = [Thread(target=post, args=each) for each in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert len(statuses) == len(sent)
    return statuses
