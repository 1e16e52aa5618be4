"""The desk: today's work, the register, the queue with its actions and their undoing."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import event

from participation.access.actors import Role
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.desk import commands, queries
from participation.desk.domain import BulkAction, BulkRequest, SaidFilter
from participation.desk.models import BulkBatch
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.opinions.domain import OpinionStage
from participation.opinions.models import Opinion
from participation.replies.queries import rows
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.moderation import a_voice
from tests.support.builders.opinions import a_paper_submission, a_submission, an_opinion, opinions_of
from tests.support.builders.replies import a_point, an_editor, the_schemes
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, actor_of, log_in

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


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def fresh(opinion):
    db.session.expire_all()
    return db.session.get_one(Opinion, opinion.id)


def visibility(opinion):
    return db.session.get_one(Contribution, fresh(opinion).contribution_id).visibility


def ask(action, *opinions, **more):
    return BulkRequest(BulkAction(action), tuple(each.public_id for each in opinions), **more)


def do(request, by):
    with transaction():
        return commands.act(request, by=by)


def take_back(batch, by):
    with transaction():
        return commands.undo(batch.public_id, by=by)


@pytest.mark.parametrize("role", ALL_ROLES)
def test_every_role_opens_the_desk_with_its_own_work(page, client, role):
    a_point()
    log_in(client, a_member_of_staff(role))
    assert "きょうの仕事" in page.get("/desk/").text


def test_the_figures_of_today_are_the_lengths_of_the_lists_behind_them(page, client):
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


def test_a_resident_does_not_get_in(client):
    log_in(client, a_resident())
    for path in ("/desk/", "/desk/register", "/desk/opinions", "/desk/register.csv"):
        assert client.get(path).status_code == 403


def test_an_analyst_sees_figures_but_no_words(client):
    log_in(client, a_member_of_staff(Role.ANALYST))
    assert client.get("/desk/").status_code == 200
    assert client.get("/desk/register").status_code == 403
    assert client.get("/desk/opinions").status_code == 403


def test_everything_said_in_whatever_slice_stands_in_the_register(page, client):
    an_opinion(said="区報についての意見です。")
    log_in(client, a_member_of_staff(Role.AUDITOR))
    subject_title = queries.list_register(SaidFilter(), edge()).items[0].subject
    with transaction():
        from participation.contributions import commands as contributions  # noqa: PLC0415

        said = db.session.query(Contribution).first()
        for kind in ContributionKind:
            contributions.say(
                kind, f"{kind.value}のことば", subject_id=said.subject_id, visibility=Visibility.PUBLISHED
            )
    text = page.get("/desk/register").text
    for kind in ContributionKind:
        assert f"{kind.value}のことば" in text
    assert subject_title in text
    assert queries.count_register(SaidFilter(kind="post")) == 1
    assert queries.count_register(SaidFilter(kind="no-such-kind")) == 0


def edge():
    from participation.foundation.paging import Edge  # noqa: PLC0415

    return Edge()


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
        first = queries.list_register(chosen, edge())
        from participation.foundation.paging import Edge  # noqa: PLC0415

        second = queries.list_register(chosen, Edge(after=first.after))
        seen = [each.public_id for each in (*first.items, *second.items)]
        assert len(seen) == len(set(seen)) == 60
        assert second.after is None


def test_the_file_of_the_register_has_the_filtered_rows_and_no_names(client):
    consultation = an_open_consultation()
    person = a_resident("めぐろ太郎丸")
    an_opinion(to=consultation, by=person, said="=1+1 という意見です。")
    a_paper_submission(["郵送の意見です。"], to=consultation)
    log_in(client, a_member_of_staff(Role.EDITOR))
    body = client.get("/desk/register.csv?channel=web").get_data()
    assert body.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(table) == 2
    assert table[1][-1] == "'=1+1 という意見です。"
    assert "めぐろ太郎丸" not in body.decode("utf-8-sig")


def test_screening_holding_and_hiding_many_at_once_and_taking_it_back():
    consultation = an_open_consultation()
    one, two = opinions_of(a_submission(["一つ目の意見です。", "二つ目の意見です。"], to=consultation))
    screener = actor_of(a_member_of_staff(Role.SCREENER))
    before = (visibility(one), fresh(one).stage)
    batch = do(ask("screen", one, two), screener)
    assert fresh(one).stage is OpinionStage.SCREENED
    assert take_back(batch, screener).restored == 2
    assert (visibility(one), fresh(one).stage) == before
    batch = do(ask("hold", one, two, reason="確かめます。"), screener)
    assert visibility(two) is Visibility.HELD
    take_back(batch, screener)
    assert visibility(two) is before[0]
    with pytest.raises(Refused, match="条"):
        do(ask("hide", one, reason="理由"), screener)
    batch = do(ask("hide", one, reason="個人を傷つけることばがあります。", clause_number=1), screener)
    assert visibility(one) is Visibility.HIDDEN
    take_back(batch, screener)
    assert visibility(one) is before[0]


def test_putting_many_into_a_point_and_taking_it_back():
    consultation = an_open_consultation()
    one, two, three = (an_opinion(to=consultation) for _ in range(3))
    point = a_point([one])
    editor = an_editor()
    batch = do(ask("to_point", one, two, three, point=point.public_id), editor)
    assert batch.changed_count == 2, "one was in it already"
    assert rows.opinion_ids_in(point) == [one.id, two.id, three.id]
    assert take_back(batch, editor).restored == 2
    assert rows.opinion_ids_in(point) == [one.id]
    batch = do(ask("new_point", two, three, title="新しい論点"), editor)
    assert fresh(two).stage is OpinionStage.GROUPED
    take_back(batch, editor)
    batch = do(ask("without_point", two, without_reason="impression"), editor)
    take_back(batch, editor)
    assert rows.find_without_point(fresh(two)) is None


def test_undoing_leaves_what_somebody_changed_since_and_says_which():
    consultation = an_open_consultation()
    one, two = (an_opinion(to=consultation) for _ in range(2))
    point, other = a_point(to=consultation), a_point(to=consultation)
    editor = an_editor()
    batch = do(ask("to_point", one, two, point=point.public_id), editor)
    do(ask("to_point", two, point=other.public_id), an_editor())
    undone = take_back(batch, editor)
    assert undone.restored == 1
    assert undone.changed_since == (fresh(two).number,)
    assert f"意見{fresh(two).number}は" in undone.in_words()
    with pytest.raises(Conflict, match="もう取り消せません"):
        take_back(batch, editor)


def test_only_oneself_undoes_and_only_for_an_hour(clock):
    opinion = an_opinion()
    editor = an_editor()
    batch = do(ask("screen", opinion), editor)
    with pytest.raises(Denied, match="ほかの職員"):
        take_back(batch, an_editor())
    clock.advance(queries.UNDO_WITHIN * 2)
    with pytest.raises(Conflict):
        take_back(batch, editor)


def test_roles_keep_to_their_work():
    opinion = an_opinion()
    point = a_point(to=db.session.get_one(_consultation(), opinion.consultation_id))
    officer = actor_of(a_member_of_staff(Role.OFFICER))
    screener = actor_of(a_member_of_staff(Role.SCREENER))
    with pytest.raises(Denied):
        do(ask("screen", opinion), officer)
    with pytest.raises(Denied):
        do(ask("to_point", opinion, point=point.public_id), screener)
    for role in (Role.AUDITOR, Role.ANALYST, Role.APPROVER):
        with pytest.raises(Denied):
            do(ask("screen", opinion), actor_of(a_member_of_staff(role)))


def _consultation():
    from participation.consultations.models import Consultation  # noqa: PLC0415

    return Consultation


def test_nothing_chosen_and_nothing_to_do_are_refused():
    opinion = an_opinion()
    editor = an_editor()
    with pytest.raises(Refused, match="選んでください"):
        do(BulkRequest(BulkAction.SCREEN, ()), editor)
    do(ask("screen", opinion), editor)
    with pytest.raises(Refused, match="もうその対応"):
        do(ask("screen", opinion), editor)


def test_working_through_the_queue_without_javascript(page, client):
    consultation = an_open_consultation()
    one, two = (an_opinion(to=consultation, said=words) for words in ("一つ目です。", "二つ目です。"))
    log_in(client, a_member_of_staff(Role.EDITOR))
    query = f"?consultation={consultation.code}&stage=received"
    shown = page.get(f"/desk/opinions{query}")
    assert "一つ目です。" in shown.text
    html = client.get(f"/desk/opinions{query}").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', html).group(1)
    form = {"csrf_token": token, "submission_id": "queue-test-0123456789", "current": one.public_id}
    answer = client.post(f"/desk/opinions/act{query}", data={**form, "action": "screen"})
    assert answer.status_code == 303
    assert f"/desk/opinions/{two.public_id}?" in answer.headers["Location"]
    assert "stage=received" in answer.headers["Location"]
    after = page.get(answer.headers["Location"])
    assert "1件を確認済みにしました" in after.text
    batch = db.session.query(BulkBatch).one()
    form = {"csrf_token": token, "submission_id": "queue-test-undo-0123456789"}
    answer = client.post(f"/desk/opinions/undo/{batch.public_id}{query}", data=form)
    assert answer.status_code == 303
    assert "1件を元に戻しました" in page.get(answer.headers["Location"]).text
    assert fresh(one).stage is OpinionStage.RECEIVED
    form = {"csrf_token": token, "submission_id": "queue-test-bad-0123456789", "current": one.public_id}
    refused = client.post(
        f"/desk/opinions/act{query}", data={**form, "action": "hide", "reason": "書いた理由が残ること"}
    )
    assert refused.status_code == 422
    assert "書いた理由が残ること" in refused.get_data(as_text=True)


def test_the_queue_names_neighbours_and_likely_points(page, client):
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


def test_the_queue_needs_at_most_ten_queries_however_many_opinions(client):
    consultation = an_open_consultation()
    counts = []
    log_in(client, a_member_of_staff(Role.EDITOR))
    for size in (2, 20):
        for _ in range(size):
            an_opinion(to=consultation)
        a_point([an_opinion(to=consultation)])
        statements: list[str] = []

        def count(_c, _cursor, statement, *_rest, statements=statements):
            if not statement.startswith(("BEGIN", "PRAGMA", "SELECT scope")):
                statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", count)
        try:
            assert client.get("/desk/opinions").status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


def test_a_voice_that_is_no_opinion_is_not_in_the_queue():
    a_voice(a_resident())
    assert queries.get_queue(SaidFilter(), None, an_editor()).total == 0
