"""A polling table's paper ballots at the desk: two people, compared, held beside the room's count."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import Role, system
from participation.foundation.db import db, transaction
from participation.votes import commands, queries
from participation.votes.domain import Keeping, VoteKind
from participation.votes.models import Ballot, RoomBatch
from tests.support.builders.votes import EDITOR, a_vote_of, cast_secretly, close
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, log_in


@pytest.fixture
def vote(app):
    return a_vote_of(VoteKind.BUDGET, keeping=Keeping.SECRET, has_rooms=True)


@pytest.fixture
def clerks(app):
    """Two members of staff, each with a browser of their own."""
    pages = []
    for _ in range(2):
        client = app.test_client()
        log_in(client, a_member_of_staff(Role.EDITOR))
        pages.append(PageClient(app, client))
    return pages


def a_batch(page, vote, counted="5", origin="paper"):
    form = page.get(f"/desk/votes/{vote.public_id}").follow("会場の票")
    return form.submit("この束の入力を始める", place="緑が丘住区センター", origin=origin, counted=counted)


def address(vote):
    batch = db.session.scalars(select(RoomBatch).where(RoomBatch.vote_id == vote.id)).one()
    return f"/desk/votes/rooms/{batch.public_id}"


def origins():
    db.session.rollback()
    return sorted(str(each) for each in db.session.scalars(select(Ballot.origin)))


def test_two_entries_that_agree_are_taken_in_and_turnout_tells_where_from(clerks, vote):
    one, other = clerks
    first = a_batch(one, vote, counted="14").submit("入力を保存する", entries="1 3 x9\n2 x4\n無効")
    assert "2人目の入力待ち" in first.text
    assert origins() == []
    again = first.submit("入力を保存する", entries="1 3 x9\n2 x4\n無効")
    assert "2人目の入力待ち" in again.text, "one person is not two"
    second = other.get(address(vote))
    assert second.form("入力を保存する").filled({})["entries"] == [""], "the first entry is not shown"
    done = second.submit("入力を保存する", entries="2 x4\n1 3 x9\n無効")
    assert "2人の入力が合った" in done.text
    assert origins() == ["paper"] * 13
    for _ in range(5):
        cast_secretly(vote, "o1")
    with transaction():
        assert commands.recount_votes(check_only=True, by=system("tests")) == {}
        commands.close_vote(vote, by=EDITOR)
    assert "会場の票を数えています" in one.get(f"/votes/{vote.public_id}").text
    settled = one.get(f"/desk/votes/{vote.public_id}/rooms").submit("結果を確定する")
    assert "に確定しました" in settled.text
    shown = one.get(f"/votes/{vote.public_id}").text
    assert "会場の紙の票 13" in shown
    assert "このサイト 5" in shown


def test_a_door_through_which_few_came_is_not_told_apart(clerks, vote):
    one, other = clerks
    a_batch(one, vote, counted="3").submit("入力を保存する", entries="1 x3")
    other.get(address(vote)).submit("入力を保存する", entries="1 x3")
    for _ in range(20):
        cast_secretly(vote, "o2")
    with transaction():
        commands.close_vote(vote, by=EDITOR)
    one.get(f"/desk/votes/{vote.public_id}/rooms").submit("結果を確定する")
    shown = one.get(f"/votes/{vote.public_id}").text
    assert "23票" in shown
    assert "会場の紙の票 3" not in shown
    assert "このサイト 20" not in shown
    text = one.client.get(f"/votes/{vote.public_id}/result.txt").get_data(as_text=True)
    assert "会場の紙の票" not in text


def test_what_differs_is_shown_mended_and_then_taken_in(clerks, vote):
    one, other = clerks
    a_batch(one, vote, counted="3").submit("入力を保存する", entries="1 x2\n3")
    differing = other.get(address(vote)).submit("入力を保存する", entries="1\n3 x2")
    assert "公園の水飲み場 2 1" in differing.text
    assert origins() == []
    mended = differing.submit("入力を保存する", entries="1 x2\n3")
    assert "照合が済みました" in mended.text
    assert origins() == ["paper"] * 3


def test_another_number_than_the_room_counted_needs_a_reason(clerks, vote):
    one, other = clerks
    a_batch(one, vote, counted="4", origin="hands").submit("入力を保存する", entries="1 x3")
    short = other.get(address(vote)).submit("入力を保存する", entries="1 x3")
    assert "会場では4枚と数えています" in short.text
    assert origins() == []
    done = short.submit("入力を保存する", gap_reason="1人が途中で帰りました")
    assert "差の理由：1人が途中で帰りました" in done.text
    assert origins() == ["hands"] * 3


def test_a_bad_line_is_told_and_what_was_typed_stays(clerks, vote):
    refused = a_batch(clerks[0], vote).submit("入力を保存する", expect=422, entries="1\n1 2")
    assert "2行目" in refused.text
    assert refused.form("入力を保存する").filled({})["entries"][0].split("\n")[-1] == "1 2"


def test_two_who_begin_at_once_do_not_overwrite_each_other(clerks, vote):
    one, other = clerks
    a_batch(one, vote)
    late = other.get(address(vote))
    one.get(address(vote)).submit("入力を保存する", entries="1 x5")
    conflict = late.submit("入力を保存する", expect=409, entries="2 x5")
    assert "2 x5" in conflict.html


def test_a_third_person_does_not_enter(app, clerks, vote):
    one, other = clerks
    a_batch(one, vote).submit("入力を保存する", entries="1 x5")
    other.get(address(vote)).submit("入力を保存する", entries="2 x5")
    third = app.test_client()
    log_in(third, a_member_of_staff(Role.SCREENER))
    assert "ほかの2人が入力しています" in PageClient(app, third).get(address(vote)).text


def test_a_vote_with_rooms_waits_for_all_of_them_and_is_settled_by_staff(clerks, vote):
    a_batch(clerks[0], vote)
    with transaction():
        commands.close_vote(vote, by=EDITOR)
    with transaction():
        assert not commands.settle_vote(vote, by=system("tests"))
    page = clerks[0].get(f"/desk/votes/{vote.public_id}/rooms")
    assert "照合の終わっていない会場の票があります" in page.submit("結果を確定する", expect=422).text
    assert (queries.count_closed(vote), queries.turnout_of(vote)) == (None, None)
    clerks[0].get(address(vote)).submit("この束を取り消す")
    assert (
        "に確定しました" in clerks[0].get(f"/desk/votes/{vote.public_id}/rooms").submit("結果を確定する").text
    )
    assert "この束の入力を始める" not in clerks[0].get(f"/desk/votes/{vote.public_id}/rooms").text


def test_a_vote_without_rooms_takes_none_and_residents_stay_outside(app, client, clerks):
    vote = a_vote_of(VoteKind.SINGLE)
    assert "会場でも投票する" in clerks[0].get(f"/desk/votes/{vote.public_id}/rooms").text
    close(vote)
    log_in(client, a_resident())
    assert client.get(f"/desk/votes/{vote.public_id}/rooms").status_code == 403
