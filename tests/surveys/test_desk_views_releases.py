"""Open data and comparisons as staff meet them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from participation.access.actors import Role
from participation.foundation.db import db, transaction
from participation.surveys import queries
from tests.support.builders.answered import a_surveyed_ward, fill, three_questions
from tests.support.builders.surveys import a_survey
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in


@pytest.fixture
def desk(app, client):
    log_in(client, a_member_of_staff(Role.ANALYST))
    return PageClient(app, client)


def test_two_people_bring_answers_to_the_public(desk, client, clock):
    survey = a_surveyed_ward(80)
    at = f"/desk/surveys/{survey.public_id}/releases"
    assert "締め切ったあとに作れます" in desk.get(at).text
    clock.advance(timedelta(days=11))
    log_in(client, a_member_of_staff(Role.ANALYST))
    page = desk.get(at)
    assert "確かめたことを書いてください" in page.submit("データを作る", codes=["q1"], expect=422).text
    waiting = page.submit("データを作る", codes=["q1", "q3"], note="文はありません。")
    assert "確認を待っています" in waiting.text
    assert "公開する" not in [button.text for button in waiting.main.all("button")]
    public = f"/surveys/{survey.public_id}/open-data.csv"
    assert client.get(public).status_code == 404
    log_in(client, a_member_of_staff(Role.APPROVER))
    shown = desk.get(at).submit("公開する")
    assert "公開しています" in shown.text
    text = client.get(public).get_data(as_text=True)
    assert len(text.splitlines()) == 81
    assert "年代" in client.get(f"/surveys/{survey.public_id}/open-data-columns.csv").get_data(as_text=True)
    assert "80人分" in desk.get(f"/surveys/{survey.public_id}/results").text
    assert "取り下げました" in shown.submit("取り下げる").text
    assert client.get(public).status_code == 404


def in_series(survey, wave):
    with transaction():
        stored = queries.get_survey(survey.public_id)
        stored.series, stored.wave = "区報", wave
    return survey


def test_waves_and_other_wards_stand_side_by_side_with_what_may_be_said(desk, client):
    first = in_series(a_survey(three_questions(), title="前の調査"), 1)
    second = in_series(a_survey(three_questions(), title="今の調査"), 2)
    fill(first, [{"q3": ["a1"]}] * 20 + [{"q3": ["a3"]}] * 80)
    fill(second, [{"q3": ["a1"]}] * 70 + [{"q3": ["a3"]}] * 30)
    at = f"/desk/surveys/{second.public_id}/comparison"
    page = desk.get(f"{at}?question=q3")
    assert "第1回 前の調査" in page.text
    assert "-50.0" in page.text
    assert "はっきりした違い" in page.text
    assert "区民の考えが変わった（違う）とは言えません" in page.text
    said = json.loads(client.get(f"/surveys/{first.public_id}/results.json").get_data())
    content = json.dumps(said | {"issuer": "となりの区"})
    form = {name: values[0] for name, values in page.form("読み込む").filled({}).items() if values}
    form.pop("document", None)
    sent = client.post(at, data=form | {"document": (io.BytesIO(content.encode()), "results.json")})
    assert sent.status_code == 303
    both = desk.get(f"{at}?question=q3")
    assert "となりの区「前の調査」" in both.text
    again = client.post(
        at, data=form | {"submission_id": "x" * 20, "document": (io.BytesIO(content.encode()), "r.json")}
    )
    assert (again.status_code, "もう読み込んであります" in again.get_data(as_text=True)) == (422, True)
    wrong = client.post(
        at, data=form | {"submission_id": "y" * 20, "document": (io.BytesIO(b"{}"), "r.json")}
    )
    assert (wrong.status_code, "ではないようです" in wrong.get_data(as_text=True)) == (422, True)
    assert "となりの区" not in both.submit("消す").text
    desk.get(f"{at}?question=zzz", expect=404)
    db.session.rollback()


def test_without_another_asking_the_page_says_what_to_do(desk):
    survey = a_survey([replace(three_questions()[0])])
    assert "比べる相手がまだありません" in desk.get(f"/desk/surveys/{survey.public_id}/comparison").text
