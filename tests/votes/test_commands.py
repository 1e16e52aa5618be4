"""Casting ballots and closing votes, alone and by many at once."""

from __future__ import annotations

import random
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, func, select

from participation.access.actors import system, visitor
from participation.audit.models import AuditEntry
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.ids import new_token
from participation.votes import commands, queries
from participation.votes.domain import VoteKind, VoteStatus
from participation.votes.models import Ballot, Vote, VoteCount
from tests.support.builders.votes import EDITOR, a_vote, a_vote_draft, cast
from tests.support.people import a_resident, actor_of

CODES = ("agree", "disagree", "pass")


def counts(vote):
    kept = queries.kept_counts(vote)
    return {option.code: kept[option.id] for option in queries.list_options(vote)}


def ballots():
    return db.session.scalar(select(func.count()).select_from(Ballot))


def recount():
    with transaction():
        return commands.recount_votes(check_only=True, by=system("tests"))


def said():
    return db.session.scalars(select(Contribution).order_by(Contribution.id)).all()


def test_a_ballot_is_stored_and_counted_and_the_record_does_not_say_for_what(app):
    vote = a_vote()
    cast(vote, "disagree", actor_of(a_resident()))
    assert counts(vote) == {"agree": 0, "disagree": 1, "pass": 0}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "votes.cast")).one()
    assert (entry.target_type, entry.target_id, entry.changes) == ("votes", vote.id, {})


def test_voting_again_moves_the_one_ballot_and_the_last_counts(app):
    vote = a_vote()
    who = cast(vote, "agree")
    for code in ("disagree", "disagree", "pass"):
        cast(vote, code, who)
    assert counts(vote) == {"agree": 0, "disagree": 0, "pass": 1}
    assert ballots() == 1
    assert queries.find_own_ballot(vote, who).content == "pass"
    assert recount() == {}


def test_a_visitor_is_known_by_a_hash_that_differs_between_votes(app):
    one, other = a_vote(), a_vote(question="もう一つ")
    who = cast(one)
    cast(other, by=who)
    keys = db.session.scalars(select(Ballot.voter_key)).all()
    assert len(set(keys)) == 2
    assert all(who.guest_key not in key for key in keys)


def test_an_option_of_another_vote_and_a_voter_without_a_key_are_refused(app):
    single = a_vote(kind=VoteKind.SINGLE, labels=("公園", "図書館"))
    stance = a_vote()
    for vote, code in ((single, "agree"), (stance, "o1"), (stance, "")):
        with pytest.raises(Refused):
            cast(vote, code)
    with pytest.raises(Refused):
        cast(stance, "agree", visitor())
    assert ballots() == 0


def test_ballots_are_taken_until_the_last_moment_and_not_after(app, clock):
    vote = a_vote()
    clock.set(vote.closes_at - timedelta(microseconds=1))
    cast(vote)
    clock.set(vote.closes_at)
    with pytest.raises(Conflict, match="締め切りました"):
        cast(vote)
    assert ballots() == 1


def test_a_vote_that_has_not_begun_takes_no_ballot(app, clock):
    vote = a_vote(opens_at=clock.moment + timedelta(hours=1))
    with pytest.raises(Conflict, match="まだ始まっていません"):
        cast(vote)


def test_closing_reports_what_is_stored_and_cannot_be_done_twice(app):
    vote = a_vote()
    cast(vote, "agree")
    cast(vote, "pass")
    with transaction():
        reported = commands.close_vote(vote, by=EDITOR)
    assert sum(reported.values()) == ballots() == 2
    assert vote.status is VoteStatus.CLOSED
    with pytest.raises(Conflict):
        cast(vote)
    with pytest.raises(Denied), transaction():
        commands.close_vote(vote, by=EDITOR)


def test_a_reason_is_held_and_follows_its_author(app):
    vote, who = a_vote(), actor_of(a_resident())
    cast(vote, "agree", who, reason="掲示板なら祖母も読めます")
    (reason,) = said()
    assert (reason.kind, reason.visibility, reason.author_id) == (
        ContributionKind.VOTE_REASON,
        Visibility.HELD,
        who.person_id,
    )
    assert (reason.shown_name, reason.subject_id) == ("", vote.subject_id)
    with transaction():
        contributions.change_visibility(reason, Visibility.PUBLISHED)
    cast(vote, "disagree", who)
    assert said()[0].visibility is Visibility.PUBLISHED, "a tap leaves the reason as it is"
    cast(vote, "disagree", who, reason="やはり費用が気になります")
    assert (said()[0].visibility, said()[0].revision) == (Visibility.HELD, 1)
    cast(vote, "disagree", who, reason="  ")
    assert said()[0].visibility is Visibility.WITHDRAWN
    assert queries.find_own_ballot(vote, who).reason == ""
    cast(vote, "disagree", who, reason="もう一度書きます")
    assert [each.visibility for each in said()] == [Visibility.WITHDRAWN, Visibility.HELD]


def test_a_reason_too_long_or_not_asked_for_is_refused_with_the_ballot(app):
    vote, silent = a_vote(), a_vote(asks_reason=False)
    with pytest.raises(Refused):
        cast(vote, reason="あ" * 501)
    with pytest.raises(Refused):
        cast(silent, reason="言いたい")
    cast(silent, reason="")
    assert ballots() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": VoteKind.SINGLE, "labels": ("一つ",)},
        {"kind": VoteKind.SINGLE, "labels": ("同じ", "同じ")},
        {"kind": VoteKind.SINGLE, "labels": tuple(map(str, range(13)))},
    ],
)
def test_a_vote_that_cannot_be_held_is_not_drafted(app, wrong):
    with pytest.raises(Refused):
        a_vote(**wrong)


def test_a_draft_is_changed_and_the_published_is_not(app):
    vote = a_vote(published=False)
    draft = a_vote_draft(
        subject_id=vote.subject_id, kind=VoteKind.SINGLE, labels=("甲", "乙"), version=vote.version
    )
    with transaction():
        commands.change_vote(vote, draft, by=EDITOR)
    assert [option.label for option in queries.list_options(vote)] == ["甲", "乙"]
    with pytest.raises(Conflict), transaction():
        commands.change_vote(vote, draft, by=EDITOR)
    with transaction():
        commands.publish_vote(vote, by=EDITOR)
    with pytest.raises(Denied), transaction():
        commands.change_vote(vote, draft, by=EDITOR)


def test_a_vote_that_would_already_be_over_is_not_published(app, clock):
    vote = a_vote(published=False)
    clock.set(vote.closes_at)
    with pytest.raises(Refused), transaction():
        commands.publish_vote(vote, by=EDITOR)


def test_a_wrong_count_is_found_and_mended(app):
    vote = a_vote()
    cast(vote, "agree")
    with transaction():
        db.session.scalars(select(VoteCount)).first().count = 9
    assert recount() == {vote.public_id: 1}
    with transaction():
        commands.recount_votes(by=system("tests"))
    assert (recount(), counts(vote)["agree"]) == ({}, 1)


def test_a_ballot_is_rather_not_stored_than_not_counted_and_a_recount_makes_missing_rows(app):
    vote = a_vote()
    with transaction():
        db.session.execute(delete(VoteCount).where(VoteCount.vote_id == vote.id))
    with pytest.raises(RuntimeError):
        cast(vote)
    assert (ballots(), recount()) == (0, {vote.public_id: 1})
    with transaction():
        commands.recount_votes(by=system("tests"))
    cast(vote)
    assert (ballots(), counts(vote)["agree"], recount()) == (1, 1, {})


# ── Many at once ────────────────────────────────────────────────────────────────────────────


def cast_in_thread(vote_id, code, who):
    with transaction():
        commands.cast_ballot(db.session.get_one(Vote, vote_id), code, by=who)


def together(app, acts):
    """Do all acts at the same moment, each in a thread of its own; return the errors."""
    barrier, errors = Barrier(len(acts)), []

    def run(act):
        with app.app_context():
            barrier.wait()
            try:
                act()
            except Exception as error:
                errors.append(error)

    db.session.rollback()
    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return errors


def test_fifty_identical_ballots_at_once_are_one_row(app):
    vote, who = a_vote(), visitor(new_token())
    vote_id = vote.id
    assert together(app, [lambda: cast_in_thread(vote_id, "agree", who)] * 50) == []
    assert (ballots(), counts(vote)["agree"], recount()) == (1, 1, {})


def test_fifty_voters_at_once_are_fifty_rows(app):
    vote = a_vote()
    vote_id = vote.id
    acts = [lambda n=n: cast_in_thread(vote_id, CODES[n % 3], visitor(new_token())) for n in range(50)]
    assert together(app, acts) == []
    assert (ballots(), counts(vote), recount()) == (50, {"agree": 17, "disagree": 17, "pass": 16}, {})


def test_changes_at_once_leave_one_ballot_each_and_counts_that_agree(app):
    vote = a_vote()
    vote_id, dice = vote.id, random.Random(7)
    voters = [visitor(new_token()) for _ in range(5)]
    ballots_to_cast = [(dice.choice(voters), dice.choice(CODES)) for _ in range(50)]
    acts = [lambda who=who, code=code: cast_in_thread(vote_id, code, who) for who, code in ballots_to_cast]
    assert together(app, acts) == []
    assert ballots() == sum(counts(vote).values()) <= 5
    assert recount() == {}


def test_closing_in_the_middle_reports_exactly_the_rows_that_were_accepted(app):
    vote = a_vote()
    vote_id, reported, accepted = vote.id, {}, []

    def vote_now():
        cast_in_thread(vote_id, "agree", visitor(new_token()))
        accepted.append(1)

    def close_now():
        with transaction():
            reported.update(commands.close_vote(db.session.get_one(Vote, vote_id), by=EDITOR))

    errors = together(app, [vote_now] * 15 + [close_now] + [vote_now] * 15)
    assert all(isinstance(error, Conflict) for error in errors)
    assert sum(reported.values()) == ballots() == len(accepted)
    assert len(accepted) + len(errors) == 30
    assert recount() == {}
