"""Opinion maps as residents meet them: every page read as a careful person would, without script."""

from __future__ import annotations

import re
import time

import pytest
from sqlalchemy import func, select

from participation.access.actors import visitor
from participation.foundation.db import db, transaction
from participation.opinion_map import commands, queries
from participation.opinion_map.domain.maps import Audience, MapAnswer, ResultsShown
from participation.opinion_map.models import MapStatement, MapVote
from tests.support.builders.opinion_map import EDITOR, a_map, a_run, answer, two_camps
from tests.support.page import PageClient
from tests.support.people import a_resident, log_in


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def votes():
    return db.session.scalar(select(func.count()).select_from(MapVote))


def test_a_visitor_answers_one_by_one_and_is_asked_every_statement_once(page):
    opinion_map = a_map()
    shown, asked = page.get(f"/opinion-maps/{opinion_map.public_id}"), set()
    for number in range(12):
        asked.add(shown.main.all("h2")[0].text)
        shown = shown.submit(["賛成 A", "反対 D", "パス P"][number % 3])
    assert len(asked) == 12
    assert "すべての意見文に答えました" in shown.text
    assert votes() == 12


def test_opening_the_page_again_asks_the_same_statement(page):
    address = f"/opinion-maps/{a_map().public_id}"
    first = page.get(address).submit("賛成 A").main.all("h2")[0].text
    assert page.get(address).main.all("h2")[0].text == first


def test_buttons_have_keys_with_and_without_script_and_the_page_explains_them(page):
    shown = page.get(f"/opinion-maps/{a_map().public_id}")
    buttons = [each for each in shown.main.all("button") if each.attrs.get("name") == "answer"]
    keys = [(each.attrs["data-key"], each.attrs["accesskey"]) for each in buttons]
    assert keys == [("a", "a"), ("d", "d"), ("p", "p")]
    assert "A キーで賛成、D キーで反対、P キーでパス" in shown.text
    assert "Alt と A、D、P のどれか" in shown.text


def test_an_answer_can_be_changed_in_the_list_of_all_statements(page):
    opinion_map = a_map()
    page.get(f"/opinion-maps/{opinion_map.public_id}").submit("賛成 A")
    listed = page.get(f"/opinion-maps/{opinion_map.public_id}/statements")
    assert listed.text.count("（あなたの答え）") == 1
    (pressed,) = [each for each in listed.main.all("button") if "data-mine" in each.attrs]
    where = pressed.inside("form")
    other = next(each for each in where.all("button") if each.attrs["value"] == "disagree")
    fields = {each.attrs["name"]: each.attrs["value"] for each in where.all("input")}
    changed = page.post(where.attrs["action"], {**fields, "answer": other.attrs["value"]})
    (pressed,) = [each for each in changed.main.all("button") if "data-mine" in each.attrs]
    assert pressed.attrs["value"] == "disagree"
    assert votes() == 1


@pytest.mark.parametrize("fields", [{}, {"answer": "yes"}, {"answer": "agree", "statement": "nothing"}])
def test_a_bad_answer_is_refused_and_nothing_is_stored(client, fields):
    opinion_map = a_map()
    address = f"/opinion-maps/{opinion_map.public_id}"
    html = client.get(address).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', html).group(1)
    statement = re.search(r'name="statement" value="([^"]+)"', html).group(1)
    sent = client.post(f"{address}/votes", data={"csrf_token": token, "statement": statement, **fields})
    assert sent.status_code in (404, 422)
    assert votes() == 0


def test_a_late_answer_is_told_that_it_is_late(page, clock):
    opinion_map = a_map()
    shown = page.get(f"/opinion-maps/{opinion_map.public_id}")
    clock.set(opinion_map.closes_at)
    late = shown.submit("賛成 A", expect=409)
    assert "締め切りました" in late.text
    assert votes() == 0


def test_an_offered_statement_is_warned_about_personal_data_and_waits(page):
    opinion_map = a_map()
    listed = page.get(f"/opinion-maps/{opinion_map.public_id}/statements")
    warned = listed.submit("意見文を出す", expect=422, text="要望は 03-1234-5678 の係まで伝えてほしい")
    assert "03-1234-5678" in warned.text
    offered = warned.submit("意見文を出す", text="ベンチに屋根を付けてほしい")
    assert "確認待ち" in offered.text
    assert db.session.scalar(select(func.count()).where(MapStatement.contribution_id.is_not(None))) == 1
    again = offered.submit("意見文を出す", expect=422, text="ベンチに屋根を付けてほしい")
    assert "同じ意見文がもうあります" in again.text


def test_before_enough_votes_there_is_a_sentence_instead_of_a_picture(page):
    opinion_map = a_map()
    address = f"/opinion-maps/{opinion_map.public_id}/result"
    assert "まだ地図になっていません" in page.get(address).text
    for number in range(1, 9):
        answer(opinion_map, number, "agree", visitor("alone"))
    a_run(opinion_map)
    shown = page.get(address)
    assert "10人要ります（今は1人）" in shown.text
    assert not shown.main.all("svg", role="group")


def test_the_result_tells_in_words_what_the_drawing_shows_and_never_of_residents_in_percent(page):
    opinion_map = a_map()
    two_camps(opinion_map)
    a_run(opinion_map)
    shown = page.get(f"/opinion-maps/{opinion_map.public_id}/result")
    assert "区民全体の割合ではありません" in shown.text
    assert "%" not in shown.main.text
    assert "％" not in shown.main.text
    links = [each.attrs["href"] for each in shown.main.all("a") if each.attrs.get("data-group")]
    assert links == ["#group-1", "#group-2"]
    assert len(shown.main.all("use")) == 24
    table = shown.main.all("table")[-1]
    assert len(table.all("tr")) == 13
    assert "7件以上に答えると、自分の位置が分かります" in shown.text


def test_a_vote_is_in_the_map_at_once_in_under_a_fifth_of_a_second(page):
    opinion_map = a_map()
    two_camps(opinion_map, people=30)
    run = a_run(opinion_map)
    address = f"/opinion-maps/{opinion_map.public_id}"
    shown = page.get(address)
    for _ in range(6):
        shown = shown.submit("賛成 A")
    assert "あと1件答えると" in page.get(f"{address}/result").text
    with_place = shown.submit("賛成 A").follow("地図を見る")
    assert "の近くにいます。この見立ては、" in with_place.text
    assert with_place.main.all("g", role="img")
    assert queries.find_latest_run(opinion_map).id == run.id
    voter, numbers = visitor("in a hurry"), queries.list_statements(opinion_map)
    for statement in numbers[:8]:
        with transaction():
            commands.vote(opinion_map, statement, MapAnswer.AGREE, by=voter)
    began = time.perf_counter()
    with transaction():
        commands.vote(opinion_map, numbers[8], MapAnswer.DISAGREE, by=voter)
    values = queries.own_values(opinion_map, voter)
    own = queries.own_place(run, queries.picture_of(opinion_map, run), values, None)
    assert (own.standing.votes, time.perf_counter() - began < 0.2) == (9, True)


def test_until_the_closing_the_picture_and_the_counts_are_hidden_where_it_was_decided_so(page, clock):
    opinion_map = a_map(results_shown=ResultsShown.AFTER_CLOSING)
    two_camps(opinion_map)
    a_run(opinion_map)
    address = f"/opinion-maps/{opinion_map.public_id}"
    hidden = page.get(f"{address}/result")
    assert "締切のあとに公開します" in hidden.text
    assert not hidden.main.all("svg", role="group")
    assert "24人" not in page.get(address).text
    clock.set(opinion_map.closes_at)
    assert page.get(f"{address}/result").main.all("svg", role="group")


def test_a_published_version_and_its_files_are_public(page, client):
    opinion_map = a_map()
    two_camps(opinion_map)
    run = a_run(opinion_map)
    with transaction():
        commands.name_group(run, 1, "静かな広場", by=EDITOR)
        commands.publish_run(opinion_map, run, "設計の参考にします。", by=EDITOR)
    shown = page.get(f"/opinion-maps/{opinion_map.public_id}/versions/1")
    assert "静かな広場" in shown.text
    assert "設計の参考にします。" in shown.text
    files = [each.attrs["href"] for each in shown.all("a") if "/versions/1/" in each.attrs.get("href", "")]
    assert len(files) == 5
    for href in files:
        assert client.get(href).status_code == 200
    assert client.get(f"/opinion-maps/{opinion_map.public_id}/versions/1/other.csv").status_code == 404
    assert client.get(f"/opinion-maps/{opinion_map.public_id}/versions/2").status_code == 404


def test_drafts_are_seen_by_nobody_and_where_an_account_is_needed_the_page_says_so(page, client):
    draft = a_map(opened=False)
    assert client.get(f"/opinion-maps/{draft.public_id}").status_code == 404
    assert draft.question not in page.get("/opinion-maps").text
    members = a_map(audience=Audience.ACCOUNT, question="登録した人への問い")
    asked = page.get(f"/opinion-maps/{members.public_id}")
    assert "答えられるのは、登録した人です" in asked.text
    assert not [each for each in asked.main.all("button") if each.attrs.get("name") == "answer"]
    log_in(client, a_resident())
    assert page.get(f"/opinion-maps/{members.public_id}").submit("賛成 A")
    assert votes() == 1


def test_a_list_without_maps_says_so(page):
    assert "意見の地図は、まだありません" in page.get("/opinion-maps").text
