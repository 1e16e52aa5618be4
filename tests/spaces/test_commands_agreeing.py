"""Consensus checks: who may answer, one answer for each, concerns answered before the end, and the proposal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from participation.access.actors import Right, visitor
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock as app_clock
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.people.models import Person
from participation.proposals import commands as proposals
from participation.proposals import queries as proposals_queries
from participation.proposals.domain import ProposalText
from participation.spaces import commands, queries
from participation.spaces.domain import Audience, Consent, IssueStage
from participation.spaces.models import ConsensusAnswer, ConsensusCheck
from tests.support.builders.spaces import (
    OFFICER,
    a_check,
    a_secretariat,
    an_issue,
    say,
    the_space,
)
from tests.support.people import a_delegate, a_resident, actor_of, an_organisation


def close(check, conclusion="進めます。", by=OFFICER):
    with transaction():
        commands.close_check(check, the_space(), conclusion, by=by)


def test_one_answer_for_each_person_even_if_fifty_come_at_once(app):
    check, person = a_check(), a_resident()
    check_id, actor = check.id, actor_of(person)
    db.session.remove()
    barrier = Barrier(50)

    def answer(number):
        with app.app_context():
            barrier.wait(timeout=20)
            try:
                with transaction():
                    found = db.session.get_one(ConsensusCheck, check_id)
                    consent = Consent.AGREE if number % 2 else Consent.CONCERN
                    commands.say_consent(found, the_space(), consent, f"理由{number}", by=actor)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(answer, range(50)))
    assert db.session.scalar(select(func.count()).select_from(ConsensusAnswer)) == 1
    (line,) = queries.get_check_page(
        db.session.get_one(ConsensusCheck, check_id).public_id, visitor()
    ).answers
    number = int(line.reason.removeprefix("理由"))
    assert line.consent is (Consent.AGREE if number % 2 else Consent.CONCERN)


def test_an_answer_is_changed_until_the_end_and_then_needs_another_answer_to_its_concern(app, clock):
    check, person, other = a_check(), a_resident(), a_resident()
    answer = say(check, person, Consent.CONCERN, "まぶしい", is_strong=True)
    with transaction():
        commands.answer_concern(check, the_space(), answer, "向きを変えます", by=OFFICER)
    clock.advance(timedelta(days=15))
    with pytest.raises(Denied, match="受付は終わりました"):
        say(check, other)
    again = say(check, person, Consent.CONCERN, "やはりまぶしい", is_strong=True)
    assert again.answer == ""
    with pytest.raises(Refused, match="強い心配が1件"):
        close(check)
    with transaction():
        commands.answer_concern(check, the_space(), again, "場所を変えます", by=OFFICER)
    close(check)
    with pytest.raises(Denied, match="終わりました"):
        say(check, person, Consent.AGREE, "よくなった")
    with pytest.raises(Denied), transaction():
        commands.answer_concern(check, the_space(), again, "あとから", by=OFFICER)


def test_what_was_taken_off_the_page_does_not_hold_up_the_end(app, clock):
    check, person = a_check(), a_resident()
    answer = say(check, person, Consent.CONCERN, "悪口", is_strong=True)
    with transaction():
        said = db.session.get_one(Contribution, answer.contribution_id)
        contributions.change_visibility(said, Visibility.HIDDEN, reason="ルール")
    with pytest.raises(Denied, match="書き直せません"):
        say(check, person, Consent.AGREE, "別の言葉")
    clock.advance(timedelta(days=15))
    close(check)
    said, hidden = queries.list_said_of_draft(check)
    assert ([each.reason for each in said], hidden) == ([""], 1)


def test_a_check_is_closed_after_its_time_and_once(app, clock):
    check = a_check()
    with pytest.raises(Refused, match="締切を過ぎて"):
        close(check)
    clock.advance(timedelta(days=15))
    with pytest.raises(Refused):
        close(check, " ")
    close(check)
    with pytest.raises(Denied):
        close(check)


def test_a_check_asks_about_what_is_talked_about_once_and_ends_within_ninety_days(app):
    for stage in (IssueStage.REGISTERED, IssueStage.SET_ASIDE):
        with pytest.raises(Refused, match="話し合い中"):
            a_check(an_issue(stage=stage))
    for days in (0, 91):
        with pytest.raises(Refused, match="締切"):
            a_check(days=days)
    issue = an_issue()
    a_check(issue)
    with pytest.raises(Conflict, match="もう始まって"):
        a_check(issue)


@pytest.mark.parametrize(
    ("audience", "may"),
    [
        (Audience.AREA, {"lives here"}),
        (Audience.DELEGATES, {"delegate here"}),
        (Audience.ANYONE, {"lives here", "lives elsewhere", "delegate here", "delegate elsewhere"}),
    ],
)
def test_only_whom_a_check_asks_may_answer(app, audience, may):
    space, _, delegate = a_secretariat()
    people = {
        "lives here": a_resident(),
        "lives elsewhere": a_resident(),
        "delegate here": delegate,
        "delegate elsewhere": a_delegate(an_organisation("よその会")),
    }
    with transaction():
        db.session.get_one(Person, people["lives here"].id).district_id = space.district_id
        elsewhere = the_space("komaba").district_id
        db.session.get_one(Person, people["lives elsewhere"].id).district_id = elsewhere
    check = a_check(audience=audience)
    answered = set()
    for who, person in people.items():
        try:
            say(check, person)
            answered.add(who)
        except Denied:
            continue
    assert answered == may


def test_a_closed_check_becomes_a_proposal_with_counts_and_reasons_and_both_lead_to_each_other(app, clock):
    space, organisation, delegate = a_secretariat()
    issue = an_issue()
    check = a_check(issue, by=actor_of(delegate))
    say(check, a_resident(), Consent.AGREE, "よい")
    say(check, a_resident(), Consent.CONDITION, "費用が分かれば<b>")
    by = actor_of(delegate)
    with pytest.raises(Denied, match="終えてから"), transaction():
        commands.draft_from_check(check, space, by=by)
    clock.advance(timedelta(days=15))
    close(check, "明かりを増やすことで合意しました。", by=by)
    elsewhere = actor_of(a_delegate(an_organisation("よその会")))
    for stranger in (OFFICER, elsewhere):
        with pytest.raises(Denied), transaction():
            commands.draft_from_check(check, space, by=stranger)
    only_submits = actor_of(a_delegate(organisation, rights={Right.SUBMIT}))
    with pytest.raises(Denied, match="権限"), transaction():
        commands.draft_from_check(check, space, by=only_submits)
    with transaction():
        proposal = commands.draft_from_check(check, space, by=by)
    assert "同意1人、条件付き1人、心配0人、保留0人" in proposal.purpose
    assert "・条件付き：費用が分かれば<b>" in proposal.purpose
    assert "明かりを増やすことで合意しました。" in proposal.purpose
    with pytest.raises(Denied, match="もう提案書"), transaction():
        commands.draft_from_check(check, space, by=by)
    assert not queries.get_issue_page(issue.public_id, visitor()).proposals.proposals
    text = ProposalText(
        **(
            proposals_queries.text_of(proposal).as_dict()
            | {"roles": "住区が見回り、区が設置", "resources": "見回りの人", "request": "3か所の明かり"}
        )
    )
    with transaction():
        proposals.submit_proposal(proposal, text, proposal.version, by=by)
    assert proposal.about_id == issue.subject_id
    assert queries.get_check_page(check.public_id, visitor()).proposal.id == proposal.id
    shown = queries.get_issue_page(issue.public_id, visitor()).proposals.proposals
    assert [row.public_id for row in shown] == [proposal.public_id]
    assert app_clock.now() > check.closed_at - timedelta(seconds=1)
