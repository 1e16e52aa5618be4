"""Covering words: proposing, the second person, what stands again, and what nobody may read."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.access.actors import Actor, Role
from participation.audit.models import AuditEntry
from participation.contributions import commands as contributions
from participation.contributions.domain import (
    ContributionKind,
    Covering,
    RedactionReason,
    RedactionState,
    Visibility,
)
from participation.contributions.events import AuthorTold
from participation.contributions.models import Contribution, ContributionVersion, Redaction
from participation.contributions.queries import list_versions
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.moderation import commands, queries
from participation.moderation.domain import AppealOutcome, DecisionKind
from participation.moderation.models import ModerationDecision
from tests.support.builders.moderation import a_voice, the_rules
from tests.support.people import a_member_of_staff, a_resident, actor_of

BODY = "角の田中一郎さんの家の前が暗いです。電話は090-1234-5678です。"
NAME = Covering(2, 6, RedactionReason.NAME)
CALL = Covering(21, 34, RedactionReason.CONTACT)
COVERED = "角の■■■■さんの家の前が暗いです。電話は■■■■■■■■■■■■■です。"


@pytest.fixture(autouse=True)
def told(app: Flask):
    the_rules()
    heard: list[AuthorTold] = []
    events.subscribe(AuthorTold, heard.append)
    yield heard
    events._subscribers[AuthorTold].remove(heard.append)


def staff() -> Actor:
    return actor_of(a_member_of_staff(Role.SCREENER))


def fresh(said: Contribution) -> Contribution:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Contribution, said.id)


def propose(said: Contribution, *coverings: Covering, by: Actor) -> None:
    with transaction():
        here = fresh_in(said)
        commands.propose_redaction(here, {here.revision: coverings or (NAME, CALL)}, here.revision, by=by)


def confirm(said: Contribution, *, by: Actor) -> ModerationDecision:
    with transaction():
        return commands.confirm_redaction(fresh_in(said), by=by)


def do(command, said: Contribution, *args: object, **kwargs: object) -> object:
    with transaction():
        return command(fresh_in(said), *args, **kwargs)


def fresh_in(said: Contribution) -> Contribution:
    return db.session.get_one(Contribution, said.id)


def test_the_passages_of_the_example_are_what_they_say() -> None:
    assert BODY[NAME.start : NAME.end] == "田中一郎"
    assert BODY[CALL.start : CALL.end] == "090-1234-5678"


def test_a_proposal_takes_the_words_out_of_sight_and_covers_nothing_yet(told) -> None:
    said = a_voice(a_resident(), BODY)
    propose(said, by=staff())
    assert fresh(said).visibility is Visibility.HELD
    assert fresh(said).body == BODY
    assert "田中" not in told[-1].text


def test_another_person_confirms_and_the_words_come_back_covered(told) -> None:
    said = a_voice(a_resident(), BODY)
    propose(said, by=staff())
    decision = confirm(said, by=staff())
    now = fresh(said)
    assert (now.body, now.visibility) == (COVERED, Visibility.PUBLISHED)
    assert len(now.body) == len(BODY)
    assert now.covered_note == "■は、区が伏せたところです（理由：人の名前・連絡先）。"
    assert "人の名前・連絡先" in told[-1].text
    assert told[-1].path.endswith(decision.public_id)


def test_what_was_held_before_is_shown_covered_if_the_second_person_says_so(told) -> None:
    held, shown = (a_voice(a_resident(), BODY) for _ in range(2))
    for said in (held, shown):
        do(commands.hold, said, "個人の情報らしいものがあります。", by=staff())
        propose(said, by=staff())
    confirm(held, by=staff())
    do(commands.confirm_redaction, shown, shows=True, by=staff())
    assert (fresh(held).body, fresh(held).visibility) == (COVERED, Visibility.HELD)
    assert (fresh(shown).body, fresh(shown).visibility) == (COVERED, Visibility.PUBLISHED)
    assert "人の名前・連絡先" in told[-1].text


def test_nobody_confirms_their_own_proposal_nor_decides_about_their_own_words() -> None:
    author, proposer = a_member_of_staff(Role.SCREENER), staff()
    said = a_voice(author, BODY)
    with pytest.raises(Denied):
        propose(said, by=actor_of(author))
    propose(said, by=proposer)
    for actor in (
        proposer,
        actor_of(author),
        actor_of(a_resident()),
        actor_of(a_member_of_staff(Role.OFFICER)),
    ):
        with pytest.raises(Denied):
            confirm(said, by=actor)
        with pytest.raises(Denied):
            do(commands.refuse_redaction, said, "", by=actor)
    assert fresh(said).body == BODY


def test_what_is_proposed_to_be_covered_cannot_be_published_on_the_way() -> None:
    said = a_voice(a_resident(), BODY)
    propose(said, by=staff())
    with pytest.raises(Conflict):
        do(commands.restore, said, by=staff())
    with pytest.raises(Conflict):
        do(contributions.change_visibility, said, Visibility.RECEIVED)
    assert fresh(said).visibility is Visibility.HELD


@pytest.mark.parametrize(
    "before", [Visibility.RECEIVED, Visibility.PUBLISHED, Visibility.HELD, Visibility.HIDDEN]
)
def test_after_the_decision_the_words_are_where_they_were_before(before) -> None:
    kept, covered = (
        a_voice(a_resident(), BODY, visibility=before),
        a_voice(a_resident(), BODY, visibility=before),
    )
    propose(kept, by=staff())
    propose(covered, by=staff())
    do(commands.refuse_redaction, kept, "名前ではありません。", by=staff())
    confirm(covered, by=staff())
    assert (fresh(kept).visibility, fresh(kept).body) == (before, BODY)
    assert (fresh(covered).visibility, fresh(covered).body) == (before, COVERED)


def test_words_hidden_while_a_proposal_waits_stay_hidden() -> None:
    said = a_voice(a_resident(), BODY)
    propose(said, by=staff())
    do(commands.hide, said, queries.get_clause(1), "理由", by=staff())
    confirm(said, by=staff())
    assert fresh(said).visibility is Visibility.HIDDEN


def test_older_wordings_are_covered_too_and_stand_again_with_the_rest() -> None:
    said = a_voice(a_resident(), "田中一郎と田中一郎の話")
    do(contributions.revise, said, BODY)
    propose(said, NAME, by=staff())
    confirm(said, by=staff())
    assert [v.body for v in list_versions(fresh(said))] == ["■■■■と■■■■の話"]
    do(commands.lift_redaction, said, "公人の名前でした。", by=staff())
    assert [v.body for v in list_versions(fresh(said))] == ["田中一郎と田中一郎の話"]
    assert fresh(said).body == BODY
    assert fresh(said).covered_note == ""


def test_words_that_stand_only_in_an_older_wording_can_be_covered() -> None:
    said = a_voice(a_resident(), BODY)
    do(contributions.revise, said, "家の前が暗いです。")
    do(commands.propose_redaction, said, {0: [NAME]}, 1, by=staff())
    confirm(said, by=staff())
    assert "田中" not in list_versions(fresh(said))[0].body
    assert fresh(said).body == "家の前が暗いです。"


def test_coverings_that_were_laid_over_each_other_come_off_in_order() -> None:
    said = a_voice(a_resident(), BODY)
    propose(said, NAME, by=staff())
    confirm(said, by=staff())
    propose(said, Covering(0, 9, RedactionReason.ADDRESS), by=staff())
    confirm(said, by=staff())
    assert fresh(said).body.startswith("■■■■■■■■■家")
    do(commands.lift_redaction, said, "まちがいでした。", by=staff())
    assert fresh(said).body == BODY


def test_new_words_make_a_proposal_void_and_wait_for_staff() -> None:
    said = a_voice(a_resident(), BODY)
    propose(said, by=staff())
    do(contributions.revise, said, "家の前が暗いです。")
    assert fresh(said).visibility is Visibility.HELD
    assert set(db.session.scalars(select(Redaction.state))) == {RedactionState.VOID}
    with pytest.raises(Conflict):
        confirm(said, by=staff())
    do(commands.restore, said, by=staff())
    assert fresh(said).visibility is Visibility.PUBLISHED


def test_covered_words_written_again_are_looked_at_before_others_see_them() -> None:
    said = a_voice(a_resident(), BODY)
    propose(said, by=staff())
    confirm(said, by=staff())
    do(contributions.revise, said, BODY + "もう一度。")
    assert fresh(said).visibility is Visibility.HELD
    assert "田中" not in list_versions(fresh(said))[-1].body


def test_a_proposal_for_words_that_were_changed_meanwhile_is_a_conflict() -> None:
    said = a_voice(a_resident(), BODY)
    do(contributions.revise, said, "短い文")
    with pytest.raises(Conflict):
        do(commands.propose_redaction, said, {0: [NAME]}, 0, by=staff())


@pytest.mark.parametrize(
    "coverings",
    [(), (Covering(0, 999, RedactionReason.NAME),), (Covering(-3, 2, RedactionReason.NAME),)],
)
def test_a_covering_outside_of_the_text_is_refused(coverings) -> None:
    said = a_voice(a_resident(), BODY)
    with pytest.raises(Refused):
        do(commands.propose_redaction, said, {0: coverings}, 0, by=staff())
    assert fresh(said).visibility is Visibility.PUBLISHED


def test_of_two_people_who_decide_at_once_one_is_told_that_it_is_done(app: Flask) -> None:
    said, people = a_voice(a_resident(), BODY), [staff() for _ in range(6)]
    propose(said, by=staff())
    barrier, outcomes = threading.Barrier(len(people)), []

    def decide(number: int, by: Actor) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    here = db.session.get_one(Contribution, said.id)
                    if number % 2:
                        commands.confirm_redaction(here, by=by)
                    else:
                        commands.refuse_redaction(here, "", by=by)
                outcomes.append("decided")
            except Conflict:
                outcomes.append("conflict")

    threads = [threading.Thread(target=decide, args=pair) for pair in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict"] * 5 + ["decided"]
    db.session.rollback()
    kinds = [DecisionKind.REDACT, DecisionKind.REFUSE_REDACTION]
    assert db.session.scalar(select(func.count()).where(ModerationDecision.kind.in_(kinds))) == 1


def test_the_author_objects_and_somebody_who_had_no_part_in_it_answers() -> None:
    author = a_resident()
    said, proposer, decider = a_voice(author, BODY), staff(), staff()
    propose(said, by=proposer)
    decision = confirm(said, by=decider)
    writer, reader = actor_of(author), staff()
    with transaction():
        objection = commands.appeal(decision, "私の店の名前です。", by=writer)
    for actor in (proposer, decider):
        with pytest.raises(Denied), transaction():
            commands.answer_appeal(objection, AppealOutcome.UPHELD, "はい", by=actor)
    with transaction():
        commands.answer_appeal(objection, AppealOutcome.UPHELD, "店の名前でした。", by=reader)
    assert (fresh(said).body, fresh(said).visibility) == (BODY, Visibility.PUBLISHED)


def test_an_objection_that_is_rejected_leaves_the_words_covered() -> None:
    author = a_resident()
    said = a_voice(author, BODY)
    propose(said, by=staff())
    decision = confirm(said, by=staff())
    writer, reader = actor_of(author), staff()
    with transaction():
        objection = commands.appeal(decision, "戻してください。", by=writer)
        commands.answer_appeal(objection, AppealOutcome.REJECTED, "電話番号があります。", by=reader)
    assert fresh(said).body == COVERED


def test_who_covered_does_not_lift_and_lifting_needs_a_reason() -> None:
    said, decider = a_voice(a_resident(), BODY), staff()
    propose(said, by=staff())
    confirm(said, by=decider)
    with pytest.raises(Denied):
        do(commands.lift_redaction, said, "理由", by=decider)
    with pytest.raises(Refused):
        do(commands.lift_redaction, said, "  ", by=staff())


def test_a_look_at_covered_words_is_recorded_with_its_reason() -> None:
    said, reader = a_voice(a_resident(), BODY), staff()
    propose(said, by=staff())
    confirm(said, by=staff())
    looked = do(commands.look_at_redacted, said, "異議に答えるため", by=reader)
    assert looked == ["田中一郎", "090-1234-5678"]
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "moderation.look_at_redacted")
    ).one()
    assert entry.changes == {"reason": "異議に答えるため"}
    with pytest.raises(Denied):
        do(commands.look_at_redacted, said, "見たい", by=actor_of(a_resident()))


def test_erased_words_leave_nothing_under_the_cover() -> None:
    said = a_voice(a_resident(), BODY)
    propose(said, by=staff())
    confirm(said, by=staff())
    do(contributions.erase, said)
    assert db.session.scalar(select(func.count()).select_from(Redaction)) == 0


def test_the_database_cannot_tell_covered_words() -> None:
    said = a_voice(None, BODY, kind=ContributionKind.OPINION, visibility=Visibility.RECEIVED)
    do(contributions.revise, said, BODY + "追記。")
    propose(said, by=staff())
    confirm(said, by=staff())
    fresh(said)
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(table.select()):
            assert "田中一郎" not in str(row), table.name
            assert "1234-5678" not in str(row), table.name
    assert db.session.scalar(select(func.count()).select_from(ContributionVersion)) == 1
