"""Tables, weights and files as staff meet them."""

from __future__ import annotations

import io
import json
from functools import partial

import pytest
from sqlalchemy import event

from participation.access.actors import Role
from participation.foundation.db import db
from participation.surveys import queries
from tests.support.builders.answered import MARGINS, a_surveyed_ward, every_kind, fill, weighted
from tests.support.builders.surveys import a_survey
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in


@pytest.fixture
def survey(app):
    return a_surveyed_ward(120)


@pytest.fixture
def desk(app, client):
    log_in(client, a_member_of_staff(Role.ANALYST))
    return PageClient(app, client)


def test_an_analyst_weights_a_survey_and_reads_the_weighted_table(desk, survey):
    at = f"/desk/surveys/{survey.public_id}"
    page = desk.get(f"{at}/crosstab")
    assert "表にする設問を選んでください" in page.text
    plain = desk.get(f"{at}/crosstab?rows=q3&columns=q1")
    assert "独立性の検定" in plain.text
    assert "重みつき：" not in plain.text
    read = desk.get(f"{at}/weighting").submit("表を読み取る", table=MARGINS)
    assert "3区分がすべて選択肢と合いました" in read.text
    done = read.submit("重みを計算する")
    assert done.h1.startswith("重みの計算")
    assert "30.0%" in done.text
    table = desk.get(f"{at}/crosstab?rows=q3&columns=q1")
    assert "重みつき：" in table.text
    assert "ラオ＝スコット" in table.text
    assert "有効な人数" in table.text
    gone = done.submit("重みを使うのをやめる")
    assert "いまの重み" in gone.text
    assert queries.find_current_run(survey) is None


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "表をはり付けてください"),
        ("variable\n年代", "1行目に列の名前"),
        (MARGINS.replace("300", "たくさん"), "人口「たくさん」"),
    ],
)
def test_a_file_of_margins_with_faults_is_shown_again_with_every_fault(desk, survey, table, words):
    page = desk.get(f"/desk/surveys/{survey.public_id}/weighting")
    again = page.submit("表を読み取る", table=table, expect=422)
    assert words in again.text
    assert again.form("表を読み取る").filled({})["table"][0].split() == table.split()


def test_a_file_takes_the_place_of_the_text_and_bounds_are_read(desk, survey, client):
    page = desk.get(f"/desk/surveys/{survey.public_id}/weighting")
    filled = page.form("表を読み取る").filled({})
    data = {name: values[0] for name, values in filled.items() if values}
    data |= {"document": (io.BytesIO(MARGINS.encode("cp932")), "m.csv"), "step": "read", "table": ""}
    response = client.post(f"/desk/surveys/{survey.public_id}/weighting", data=data)
    assert response.status_code == 200
    assert "架空の統計" in response.get_data(as_text=True)
    read = page.submit("表を読み取る", table=MARGINS)
    assert "0.2や5のような数" in read.submit("重みを計算する", most="多め", expect=422).text
    assert "上限は1より大きい" in read.submit("重みを計算する", most="0.5", expect=422).text


JOINED = (
    "年代,地区,population,source,as_of\n"
    "若い,北,90,架空の統計,2026-01-01\n若い,中央＋南,210,架空の統計,2026-01-01\n"
    "中ほど＋高い,北,280,架空の統計,2026-01-01\n中ほど＋高い,中央＋南,420,架空の統計,2026-01-01\n"
    "若い,,300,架空の統計,2026-01-01\n中ほど,,500,架空の統計,2026-01-01\n高い,,200,架空の統計,2026-01-01\n"
)


def test_joined_margins_are_read_matched_by_attribute_and_met(desk, survey):
    at = f"/desk/surveys/{survey.public_id}"
    read = desk.get(f"{at}/weighting").submit("表を読み取る", table=JOINED)
    assert "年代×地区" in read.text
    done = read.submit("重みを計算する")
    assert "中ほど＋高い×中央＋南" in done.text
    assert "42.0%" in done.text
    assert "年代×地区、年代" in desk.get(f"{at}/weighting").text
    apart = JOINED.replace("若い,,300", "若い,,310").replace("高い,,200", "高い,,190")
    read = desk.get(f"{at}/weighting").submit("表を読み取る", table=apart)
    refused = read.submit("重みを計算する", expect=422)
    assert "「若い」の人の割合が合いません" in refused.text
    unused = refused.submit("重みを計算する", **{"match-1": "-"})
    assert "年代×地区" not in unused.text


def test_a_template_of_margins_holds_the_answers_of_this_survey(desk, survey, client):
    at = f"/desk/surveys/{survey.public_id}/weighting"
    page = desk.get(at)
    assert page.form("ひな形を取り出す").filled({})["by"] == ["q1", "q2"]
    joined = client.get(f"{at}/template.csv?by=q1&by=q2&joined=1").get_data().decode("utf-8-sig")
    joined = joined.replace('"', "")
    assert joined.splitlines()[:2] == ["年代,地区,population,source,as_of", "若い,北,,,"]
    assert len(joined.splitlines()) == 10
    filled = joined.replace(",,,", ",30,架空の統計,2026-01-01")
    assert "9区分" not in page.submit("表を読み取る", table=filled).text
    assert "年代×地区" in page.submit("表を読み取る", table=filled).submit("重みを計算する").text
    assert client.get(f"{at}/template.csv?by=q1&by=q2").get_data().decode().count("\n") == 7
    assert client.get(f"{at}/template.csv").status_code == 422
    assert client.get(f"{at}/template.csv?by=q4").status_code == 404


def test_margins_that_nobody_answers_are_refused_with_what_was_typed(desk, survey):
    page = desk.get(f"/desk/surveys/{survey.public_id}/weighting")
    text = MARGINS + "年代,ほか,10,架空の統計,2026-01-01\n"
    read = page.submit("表を読み取る", table=text)
    assert "5行目" in read.text
    assert "年代の「ほか」と同じ名前の選択肢が、「問1 年代」にありません" in read.text
    refused = read.submit("重みを計算する", expect=422)
    assert "「ほか」と同じ名前の選択肢" in refused.text


def test_a_wrong_table_is_refused_in_words_and_an_unknown_one_not_found(desk, survey):
    at = f"/desk/surveys/{survey.public_id}/crosstab"
    assert "別の設問を選んでください" in desk.get(f"{at}?rows=q1&columns=q1", expect=422).text
    desk.get(f"{at}?rows=zzz", expect=404)
    filtered = desk.get(f"{at}?rows=q3&columns=q1&only=q2&part=a2")
    assert "地区が「中央」の人" in filtered.text


def test_files_are_offered_and_hold_the_answers(desk, survey, client):
    weighted(survey)
    page = desk.get(f"/desk/surveys/{survey.public_id}/exports")
    assert "入っています" in page.text
    at = f"/desk/surveys/{survey.public_id}"
    said = json.loads(client.get(f"{at}/answers.json").get_data())
    assert len(said["answers"]) == 120
    assert client.get(f"{at}/answers.xlsx").get_data()[:2] == b"PK"
    assert client.get(f"{at}/answers.sav").get_data()[:4] == b"$FL2"
    assert client.get(f"{at}/report.html").status_code == 200
    old = client.get(f"{at}/answers.csv?encoding=cp932&words=1").get_data().decode("cp932")
    assert old.startswith('"通し番号"')
    table = client.get(f"{at}/crosstab.csv?rows=q3&columns=q1").get_data().decode("utf-8-sig")
    assert table.splitlines()[0].endswith('"有効な人数"')
    assert len(table.splitlines()) == 1 + 3 * 4
    margins = queries.find_current_run(survey).public_id
    assert "若い" in client.get(f"{at}/weighting/{margins}/margins.csv").get_data(as_text=True)
    db.session.rollback()


def test_too_many_answers_are_put_into_an_excel_file_in_the_background_only(
    desk, survey, client, monkeypatch
):
    monkeypatch.setattr("participation.surveys.desk_views.exports.MOST_AT_ONCE", 100)
    at = f"/desk/surveys/{survey.public_id}"
    refused = client.get(f"{at}/answers.xlsx")
    assert (refused.status_code, "ファイルを作っておく" in refused.get_data(as_text=True)) == (422, True)
    page = desk.get(f"{at}/exports")
    assert "answers.xlsx" not in page.html
    waiting = page.submit("ファイルを頼む", kind="xlsx_words")
    assert "順番を待っています" in waiting.text


def test_words_of_people_stand_on_a_page_of_their_own_portion_by_portion(desk, app):
    survey = a_survey(every_kind())
    fill(survey, [{"q11": [f"文{number}"], "q1": ["a1"]} for number in range(55)])
    fill(survey, [{"q1": ["a4"], "q1-other": ["十代です"]}])
    at = f"/desk/surveys/{survey.public_id}/texts"
    first = desk.get(f"{at}/q11")
    assert "文54" in first.text
    assert "文0" in first.follow("これより前の文").text
    assert "十代です" in desk.get(f"{at}/q1").text
    assert "書かれた文はありません" in desk.get(f"{at}/q8").text
    desk.get(f"{at}/q99", expect=404)


def _note(seen, _connection, _cursor, statement, *_more):
    seen.append(statement)


def test_staff_pages_of_figures_ask_at_most_ten_questions_of_the_database(desk, survey, client):
    weighted(survey)
    at = f"/desk/surveys/{survey.public_id}"
    for path in ("results", "crosstab?rows=q3&columns=q1&only=q2", "weighting", "exports"):
        client.get(f"{at}/{path}")
        seen: list[str] = []
        listen = partial(_note, seen)
        event.listen(db.engine, "before_cursor_execute", listen)
        response = client.get(f"{at}/{path}")
        event.remove(db.engine, "before_cursor_execute", listen)
        asked = [text for text in seen if not text.startswith("BEGIN")]
        assert len(asked) <= 10, (path, len(asked), asked)
        assert len(response.get_data()) < 60_000
