"""Reporting, holding, hiding, restoring and objecting."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.access.actors import Actor, Role
from participation.audit.models import AuditEntry
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.events import AuthorTold
from participation.contributions.models import Contribution
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.moderation import commands
from participation.moderation.domain import AppealOutcome, DecisionKind
from participation.moderation.models import Appeal, GuidelineClause, ModerationDecision, Report
from participation.people.models import Person
from tests.conftest import Clock
from tests.support.builders.moderation import a_voice, the_rules
from tests.support.people import a_member_of_staff, a_resident, actor_of


@pytest.fixture
def rules(app: Flask) -> list[GuidelineClause]:
    return the_rules()


@pytest.fixture
def told(app: Flask) -> list[AuthorTold]:
    heard: list[AuthorTold] = []
    events.subscribe(AuthorTold, heard.append)
    yield heard
    events._subscribers[AuthorTold].remove(heard.append)


def state_of(said: Contribution) -> Visibility:
    db.session.rollback()
    return db.session.scalars(select(Contribution.visibility).where(Contribution.id == said.id)).one()


def a_screener() -> Actor:
    return actor_of(a_member_of_staff(Role.SCREENER))


def report(said: Contribution, clause: GuidelineClause, reporter: Person) -> None:
    by = actor_of(reporter)
    with transaction():
        commands.report(said, clause, "", by=by)


def audited(action: str) -> int:
    return db.session.scalar(select(func.count()).where(AuditEntry.action == action)) or 0


def test_hiding_names_the_clause_and_tells_the_author_how_to_object(rules, told) -> None:
    said, screener = a_voice(a_resident()), a_member_of_staff(Role.SCREENER)
    with transaction():
        decision = commands.hide(said, rules[1], "番地が書かれているためです。", by=actor_of(screener))
    assert state_of(said) is Visibility.HIDDEN
    assert said.visibility_reason == "話し合いのルール2「個人の情報を書かない」"
    assert audited("moderation.hide") == 1
    assert told[0].path == f"/my/decisions/{decision.public_id}"
    assert "番地が書かれているためです。" in told[0].text
    assert "異議" in told[0].text


def test_hiding_without_a_reason_is_refused_and_nothing_changes(rules) -> None:
    said, screener = a_voice(a_resident()), a_member_of_staff(Role.SCREENER)
    with pytest.raises(Refused), transaction():
        commands.hide(said, rules[0], "  ", by=actor_of(screener))
    assert state_of(said) is Visibility.PUBLISHED


def test_a_second_hiding_is_a_conflict(rules) -> None:
    said, screener = a_voice(a_resident()), a_member_of_staff(Role.SCREENER)
    with transaction():
        commands.hide(said, rules[0], "理由", by=actor_of(screener))
    with pytest.raises(Conflict), transaction():
        commands.hide(said, rules[0], "理由", by=actor_of(screener))


def test_restoring_brings_back_the_state_from_before(rules, told) -> None:
    screener = a_screener()
    opinion = a_voice(None, kind=ContributionKind.OPINION, visibility=Visibility.RECEIVED)
    post = a_voice(a_resident())
    with transaction():
        commands.hold(opinion, "", by=screener)
        commands.hide(opinion, rules[0], "理由", by=screener)
        commands.restore(opinion, by=screener)
        commands.hide(post, rules[0], "理由", by=screener)
        commands.restore(post, "見直しました。", by=screener)
    assert state_of(opinion) is Visibility.RECEIVED
    assert state_of(post) is Visibility.PUBLISHED
    assert told[-1].title == "投稿を表示に戻しました"


def test_a_post_held_from_the_beginning_is_published_without_a_letter(rules, told) -> None:
    post, screener = a_voice(a_resident(), visibility=Visibility.HELD), a_screener()
    with transaction():
        commands.restore(post, by=screener)
    assert state_of(post) is Visibility.PUBLISHED
    assert told == []


def test_what_is_neither_held_nor_hidden_cannot_be_restored(rules) -> None:
    post, screener = a_voice(a_resident()), a_screener()
    with pytest.raises(Conflict), transaction():
        commands.restore(post, by=screener)


def test_what_its_author_withdrew_cannot_be_hidden(rules) -> None:
    post, screener = a_voice(a_resident(), visibility=Visibility.WITHDRAWN), a_screener()
    with pytest.raises(Conflict), transaction():
        commands.hide(post, rules[0], "理由", by=screener)


def test_nobody_decides_about_their_own_words(rules) -> None:
    screener = a_member_of_staff(Role.SCREENER)
    said = a_voice(screener)
    for act in (
        lambda: commands.hide(said, rules[0], "理由", by=actor_of(screener)),
        lambda: commands.hold(said, "", by=actor_of(screener)),
        lambda: commands.keep(said, "", by=actor_of(screener)),
    ):
        with pytest.raises(Denied), transaction():
            act()


def test_one_person_reports_one_post_once(rules) -> None:
    said, reporter = a_voice(a_resident()), actor_of(a_resident())
    with transaction():
        commands.report(said, rules[0], "ひどい言い方です。", by=reporter)
    with transaction():
        commands.report(said, rules[2], "", by=reporter)
    assert db.session.scalar(select(func.count()).select_from(Report)) == 1
    assert audited("moderation.report") == 1


def test_two_reports_hide_nothing_and_the_third_holds_for_review(rules, told) -> None:
    said = a_voice(a_resident())
    for _ in range(2):
        report(said, rules[0], a_resident())
    assert state_of(said) is Visibility.PUBLISHED
    report(said, rules[0], a_resident())
    assert state_of(said) is Visibility.HELD
    decision = db.session.scalars(select(ModerationDecision)).one()
    assert (decision.kind, decision.decided_by_id) == (DecisionKind.HOLD, None)
    assert told[0].title == "投稿を確認しています"


def test_reports_from_accounts_younger_than_seven_days_hold_nothing(rules, clock: Clock) -> None:
    said = a_voice(a_resident())
    for age in (timedelta(days=6, hours=23), timedelta(days=1), timedelta(), timedelta(days=7)):
        reporter = a_resident()
        with transaction():
            db.session.get_one(Person, reporter.id).created_at = clock.moment - age
        report(said, rules[0], reporter)
    assert state_of(said) is Visibility.PUBLISHED


def test_after_staff_kept_a_post_the_same_reports_do_not_hold_it_again(rules) -> None:
    said, screener = a_voice(a_resident()), a_screener()
    reporters = [actor_of(a_resident()) for _ in range(3)]
    for reporter in reporters:
        with transaction():
            commands.report(said, rules[0], "", by=reporter)
    with transaction():
        commands.restore(said, by=screener)
    for reporter in reporters:
        with transaction():
            commands.report(said, rules[0], "", by=reporter)
    assert state_of(said) is Visibility.PUBLISHED


def test_who_reported_five_times_in_vain_no_longer_counts(rules) -> None:
    screener = a_screener()
    crier = actor_of(a_resident())
    for _ in range(5):
        said = a_voice(a_resident())
        with transaction():
            commands.report(said, rules[0], "", by=crier)
            commands.keep(said, "ルールに反していません。", by=screener)
    said = a_voice(a_resident())
    others = [actor_of(a_resident()), actor_of(a_resident())]
    for reporter in (crier, *others):
        with transaction():
            commands.report(said, rules[0], "", by=reporter)
    assert state_of(said) is Visibility.PUBLISHED


def test_the_twenty_first_report_of_a_day_is_refused(rules, clock: Clock) -> None:
    reporter = actor_of(a_resident())
    for _ in range(20):
        said = a_voice(a_resident())
        with transaction():
            commands.report(said, rules[0], "", by=reporter)
    one_more = a_voice(a_resident())
    with pytest.raises(Refused, match="20件"), transaction():
        commands.report(one_more, rules[0], "", by=reporter)
    clock.advance(timedelta(days=1))
    with transaction():
        commands.report(one_more, rules[0], "", by=reporter)


def test_own_posts_and_hidden_posts_cannot_be_reported(rules) -> None:
    author, other = a_resident(), a_resident()
    with pytest.raises(Denied):
        report(a_voice(author), rules[0], author)
    with pytest.raises(Denied):
        report(a_voice(author, visibility=Visibility.HIDDEN), rules[0], other)


def test_an_upheld_appeal_shows_the_words_again(rules, told) -> None:
    author = a_resident()
    writer = actor_of(author)
    said, first = a_voice(author), a_screener()
    with transaction():
        decision = commands.hide(said, rules[0], "理由", by=first)
    with transaction():
        objection = commands.appeal(decision, "だれのことも悪く言っていません。", by=writer)
    with pytest.raises(Denied), transaction():
        commands.answer_appeal(objection, AppealOutcome.UPHELD, "見直しました。", by=first)
    second = actor_of(a_member_of_staff(Role.APPROVER))
    with transaction():
        commands.answer_appeal(objection, AppealOutcome.UPHELD, "見直しました。", by=second)
    assert state_of(said) is Visibility.PUBLISHED
    assert told[-1].title == "異議を認め、投稿を表示に戻しました"
    assert len(told) == 2


def test_a_rejected_appeal_leaves_the_words_hidden_and_is_answered_once(rules) -> None:
    author, approver = a_resident(), actor_of(a_member_of_staff(Role.APPROVER))
    writer = actor_of(author)
    said, screener = a_voice(author), a_screener()
    with transaction():
        decision = commands.hide(said, rules[0], "理由", by=screener)
        objection = commands.appeal(decision, "納得できません。", by=writer)
        commands.answer_appeal(objection, AppealOutcome.REJECTED, "見直しましたが同じ結論です。", by=approver)
    assert state_of(said) is Visibility.HIDDEN
    with pytest.raises(Conflict), transaction():
        commands.answer_appeal(objection, AppealOutcome.UPHELD, "やはり", by=approver)
    with pytest.raises(Conflict), transaction():
        commands.appeal(decision, "もう一度", by=writer)


def test_only_the_author_may_object(rules) -> None:
    said, screener, other = a_voice(a_resident()), a_screener(), actor_of(a_resident())
    with transaction():
        decision = commands.hide(said, rules[0], "理由", by=screener)
    with pytest.raises(Denied), transaction():
        commands.appeal(decision, "ほかの人です。", by=other)
    assert db.session.scalar(select(func.count()).select_from(Appeal)) == 0


def test_of_ten_simultaneous_hidings_one_wins(app: Flask, rules) -> None:
    said_id = a_voice(a_resident()).id
    staff = [actor_of(a_member_of_staff(Role.SCREENER)) for _ in range(10)]
    clause_id, barrier, outcomes = rules[0].id, threading.Barrier(10), []

    def hide(by) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    commands.hide(
                        db.session.get_one(Contribution, said_id),
                        db.session.get_one(GuidelineClause, clause_id),
                        "理由",
                        by=by,
                    )
                outcomes.append("hidden")
            except Conflict:
                outcomes.append("conflict")

    threads = [threading.Thread(target=hide, args=(by,)) for by in staff]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict"] * 9 + ["hidden"]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(ModerationDecision)) == 1


def test_loading_the_rules_twice_changes_nothing(rules) -> None:
    assert [clause.number for clause in rules] == list(range(1, len(rules) + 1))
    assert len(rules) <= 10
    assert len(the_rules()) == len(rules)
    assert audited("moderation.load_rules") == 1
