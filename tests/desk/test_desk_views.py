"""The desk as staff meet it: today's work, the register, the queue."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import event

from participation.access.actors import Role, system
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.desk import commands, queries
from participation.desk.domain import SaidFilter
from participation.desk.models import BulkBatch
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.foundation.paging import Edge
from participation.jobs import long_runs
from participation.opinions.domain import OpinionStage
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.desk import fresh
from tests.support.builders.opinions import a_paper_submission, an_opinion
from tests.support.builders.replies import a_point, the_schemes
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


@pytest.mark.parametrize("role", ALL_ROLES)
def test_every_role_opens_the_desk_with_its_own_work(page, client, role):
    a_point()
    log_in(client, a_member_of_staff(role))
    assert "きょうの仕事" in page.get("/desk/").text


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
    subject_title = queries.list_register(SaidFilter(), Edge()).items[0].subject
    with transaction():
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


@long_runs.runner("test.desk", name="試しの計算", endpoint="desk.index")
def _run(run):
    if run.parameters.get("broken"):
        raise Refused("文がありません。")


def a_run(title, by, **parameters):
    with transaction():
        return long_runs.start("test.desk", parameters, by=by, title=title).public_id


def test_staff_see_long_runs_and_who_asked_for_one_ends_it_and_begins_it_again(page, client):
    analyst = a_member_of_staff(Role.ANALYST)
    log_in(client, analyst)
    assert "まだありません" in page.get("/desk/runs").text
    others = a_run("ほかの人の処理", system("other"))
    own = a_run("話題分け", actor_of(analyst), broken=True)
    assert "取りやめる" not in page.get(f"/desk/runs/{others}").text
    with transaction(), pytest.raises(Denied):
        commands.cancel_run(long_runs.get(others), by=actor_of(analyst))
    shown = page.get(f"/desk/runs/{own}")
    assert "前の処理が終わると始まります。" in shown.text
    assert "取りやめました" in shown.submit("取りやめる").text
    again = page.get(f"/desk/runs/{own}").submit("もう一度行う")
    assert "順番待ち" in again.text
    long_runs.work_off()
    (failed, *_) = long_runs.list_all()
    assert "文がありません。" in page.get(f"/desk/runs/{failed.public_id}").text
    assert page.get(f"/desk/runs/{others}").link("結果を見る")
