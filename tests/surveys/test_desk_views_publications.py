"""Tables, weighted figures and comparisons on their way to the public, as staff and everybody meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.access.actors import Role
from participation.foundation.db import db, transaction
from participation.surveys import queries
from tests.support.builders.answered import a_surveyed_ward, weighted
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in


@pytest.fixture
def survey(app, clock):
    first, survey = a_surveyed_ward(60, seed=8), a_surveyed_ward(240)
    with transaction():
        for number, each in enumerate((first, survey), 1):
            stored = queries.get_survey(each.public_id)
            stored.series, stored.wave = "区報", number
    weighted(survey)
    clock.advance(timedelta(days=11))
    return survey


def test_three_kinds_of_figures_are_prepared_by_one_and_published_by_another(app, client, survey):
    desk = PageClient(app, client)
    log_in(client, a_member_of_staff(Role.ANALYST))
    at, public = f"/desk/surveys/{survey.public_id}/publications", f"/surveys/{survey.public_id}"
    form = desk.get(at).follow("かけ合わせの表を用意する")
    mended = form.submit("確かめて用意する", expect=422)
    assert "行にする設問を1つ以上選んでください" in mended.text
    same = form.submit("確かめて用意する", rows=["q1"], columns=["q1"], note="読んだ。", expect=422)
    assert "別々の設問を選んでください" in same.text
    tables = same.submit("確かめて用意する", rows=["q3", "q4"], columns=["q1"], only="q2", note="読んだ。")
    assert "別の決裁者か管理者" in tables.text
    assert "公表する" not in [button.text for button in tables.main.all("button")]
    heavy = (
        desk.get(at).follow("重みを付けた結果を用意する").submit("確かめて用意する", note="表を確かめた。")
    )
    compared = desk.get(f"/desk/surveys/{survey.public_id}/comparison?question=q3")
    compared = compared.follow("この比べの公表を用意する").submit("用意する", note="文は同じ。")
    log_in(client, a_member_of_staff(Role.APPROVER))
    assert "公開しています" in desk.get(tables.path).submit("公表する").text
    stale = desk.get(heavy.path).submit("公表する", expect=422)
    assert "もう一度用意してください" in stale.text, "the tables came in between"
    assert "公開しています" in desk.get(compared.path).submit("公表する").text
    log_in(client, a_member_of_staff(Role.ANALYST))
    again = (
        desk.get(at).follow("重みを付けた結果を用意する").submit("確かめて用意する", note="表を確かめた。")
    )
    log_in(client, a_member_of_staff(Role.APPROVER))
    published = desk.get(again.path).submit("公表する")

    shown = desk.get(f"{public}/results")
    table = shown.follow("2つの設問をかけ合わせて見る")
    assert "しぼりこむ区分" in table.text
    assert desk.get(f"{public}/crosstab?table=2&part=0").status == 200
    desk.get(f"{public}/crosstab?table=9", expect=404)
    desk.get(f"{public}/crosstab?table=1&part=99", expect=404)
    lines = client.get(f"{public}/crosstab.csv").get_data(as_text=True).splitlines()
    assert len(lines) > 40
    beside = shown.follow("重みを付けた結果")
    for words in ("自分から答えた人の集計", "有効な人数", "上限・下限", "30.0%", "架空の統計"):
        assert words in beside.text
    other = shown.follow("ほかの回・ほかの区との比べ")
    assert "区民の考えが変わった（違う）とは言えません" in other.text
    report = client.get(f"{public}/results.html").get_data(as_text=True)
    assert "重みを付けた結果" in report
    assert "取り下げました" in published.submit("取り下げる").text
    desk.get(f"{public}/weighted", expect=404)
    db.session.rollback()
