"""What the desk finds and counts."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from participation.desk import queries
from participation.desk.domain import SaidFilter
from participation.foundation.paging import Edge
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.moderation import a_voice
from tests.support.builders.opinions import a_paper_submission, a_submission, an_opinion
from tests.support.builders.replies import a_point, an_editor, the_schemes
from tests.support.people import a_member_of_staff, a_resident, actor_of

ALL_ROLES = (
    Role.OFFICER,
    Role.SCREENER,
    Role.EDITOR,
    Role.APPROVER,
    Role.ANALYST,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)


@pytest.fixture(autouse=True)
def _data(app):
    the_schemes()


def test_the_figures_of_today_are_the_lengths_of_the_lists_behind_them():
    consultation = an_open_consultation()
    for _ in range(3):
        an_opinion(to=consultation)
    a_point([an_opinion(to=consultation)])
    editor = a_member_of_staff(Role.EDITOR)
    work = {each.label: each for each in queries.todays_work(actor_of(editor))}
    assert work["新しく届いた意見"].count == 3
    assert work["論点に入っていない意見"].count == 3
    assert work["区の考え方が要る論点"].count == 1
    assert queries.get_queue(SaidFilter(unassigned=True), None, actor_of(editor)).total == 3


def test_a_receipt_number_however_it_is_typed_finds_its_opinions():
    sent = a_paper_submission(["一つ目です。", "二つ目です。"])
    an_opinion(said=f"控えの{sent.receipt_number}のことです。")
    for typed in (sent.receipt_number, sent.receipt_number.lower().replace("-", " ")):
        assert queries.count_register(SaidFilter(text=typed)) == 2


def test_the_filter_finds_by_channel_stage_and_words_and_wildcards_are_letters():
    consultation = an_open_consultation()
    an_opinion(to=consultation, said="掲示板が50%読めません。")
    a_paper_submission(["郵送の意見です。"], to=consultation)
    assert queries.count_register(SaidFilter(channel="post")) == 1
    assert queries.count_register(SaidFilter(text="50%読め")) == 1
    assert queries.count_register(SaidFilter(text="5%")) == 0
    assert queries.count_register(SaidFilter(stage="received", consultation=consultation.code)) == 2
    assert queries.count_register(SaidFilter(consultation="other")) == 0
    assert queries.count_register(SaidFilter(unassigned=True)) == 2


def test_paging_the_register_shows_everything_once():
    consultation = an_open_consultation()
    for number in range(6):
        a_submission([f"意見{number}-{each}です。" for each in range(10)], to=consultation)
    for newest in (False, True):
        chosen = SaidFilter(newest_first=newest)
        first = queries.list_register(chosen, Edge())
        second = queries.list_register(chosen, Edge(after=first.after))
        seen = [each.public_id for each in (*first.items, *second.items)]
        assert len(seen) == len(set(seen)) == 60
        assert second.after is None


def test_the_queue_names_neighbours_and_likely_points():
    consultation = an_open_consultation()
    like = an_opinion(to=consultation, said="掲示板とスマートフォンの両方で区の情報を知らせてください。")
    point = a_point([like], title="掲示板とスマートフォン")
    a_point([an_opinion(to=consultation, said="公園に日よけを増やしてほしい。")], title="公園の日よけ")
    new = an_opinion(to=consultation, said="スマートフォンと掲示板の両方で知らせてほしい。")
    last = an_opinion(to=consultation)
    queue = queries.get_queue(SaidFilter(), new.public_id, an_editor())
    assert queue.item.candidates[0].public_id == point.public_id
    assert queue.following == last.public_id
    assert queue.previous is not None
    backwards = queries.get_queue(SaidFilter(newest_first=True), new.public_id, an_editor())
    assert (backwards.previous, backwards.following) == (queue.following, queue.previous)


def test_a_voice_that_is_no_opinion_is_not_in_the_queue():
    a_voice(a_resident())
    assert queries.get_queue(SaidFilter(), None, an_editor()).total == 0


def test_a_cry_for_help_stands_before_all_other_work_and_says_that_it_is_urgent(app):
    a_voice(a_resident(), "もう死にたいです。")
    first = queries.todays_work(actor_of(a_member_of_staff(Role.SCREENER)))[0]
    assert (first.label, first.count, first.kind) == ("至急：助けを求める声", 1, "danger")
