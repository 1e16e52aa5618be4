"""Opinion maps as residents meet them: every page read as a careful person would, without script."""

from __future__ import annotations

import random
import re
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from participation.access.actors import visitor
from participation.foundation.db import db, transaction
from participation.opinion_map import commands, queries, views
from participation.opinion_map.domain.maps import Audience, MapAnswer, ResultsShown
from participation.opinion_map.models import MapCount, MapStatement, MapVote
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


def test_the_second_view_tells_bridges_and_ones_own_side_and_the_table_stands_apart(page, monkeypatch):
    opinion_map = a_map()
    two_camps(opinion_map)
    a_run(opinion_map)
    address = f"/opinion-maps/{opinion_map.public_id}"
    shown = page.get(address)
    for number in range(8):
        shown = shown.submit(["賛成 A", "反対 D"][number % 2])
    model = page.get(f"{address}/result?view=model")
    assert "立場をこえて賛成を集める意見文" in model.text
    assert "右にいる人ほど" in model.text
    assert re.search(r"あなたは8件に答えました。横では|横も縦も", model.text)
    assert [each.attrs["aria-current"] for each in model.main.all("a") if "aria-current" in each.attrs]
    assert len(model.main.all("use")) == 24
    assert model.main.all("g", role="img")
    assert "%" not in model.main.text
    assert "＋" not in model.main.text
    monkeypatch.setattr(views, "MOST_INLINE", 5)
    first = page.get(f"{address}/result").follow("表で読む（12件）")
    assert len(first.main.all("table")[-1].all("tr")) == 6
    assert "12件中 1〜5件" in first.text
    last = first.follow("次のページ").follow("次のページ")
    assert "12件中 11〜12件" in last.text


def test_a_version_shows_both_views_as_they_were_frozen_and_an_older_one_says_that_it_has_one(page):
    opinion_map = a_map()
    two_camps(opinion_map)
    run = a_run(opinion_map)
    with transaction():
        published = commands.publish_run(opinion_map, run, "", by=EDITOR)
    address = f"/opinion-maps/{opinion_map.public_id}/versions/1?view=model"
    assert "立場をこえて賛成を集める意見文" in page.get(address).text
    with transaction():
        published.picture = {key: value for key, value in published.picture.items() if key != "model"}
    assert "橋渡しの見方がありません" in page.get(address).text
    assert "重なる考え" in page.get(address.partition("?")[0]).text


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


def links(shown):
    return {each.text.strip() for each in shown.main.all("a")}


#: What only an open map may offer or promise.
OFFERS = (
    "答えを変える",
    "ひとつずつ答える",
    "何度でも変えられます",
    "に答えると、",
    "続きに答える",
    "キーボードで答える",
)


def offers(*shown):
    return [offer for offer in OFFERS if any(offer in each.text for each in shown)]


def pages_of(page, opinion_map):
    return [page.get(f"/opinion-maps/{opinion_map.public_id}{end}") for end in ("", "/statements", "/result")]


def result_of(page, opinion_map):
    return page.get(f"/opinion-maps/{opinion_map.public_id}/result")


def test_an_open_map_offers_what_can_be_done_and_tells_what_came_after_the_last_computing(page):
    opinion_map = a_map()
    two_camps(opinion_map, people=11)
    a_run(opinion_map)
    assert "そのあと" not in result_of(page, opinion_map).text
    asked = page.get(f"/opinion-maps/{opinion_map.public_id}")
    assert "答えを変える" not in asked.text  # Nobody can change what was not given.
    asked.submit("賛成 A")
    first, listed, result = pages_of(page, opinion_map)
    assert {"地図を見る", "意見文の一覧・答えを変える"} <= links(first)
    assert "ひとつずつ答える" in links(listed)
    assert "続きに答える" in links(result)
    assert "あと6件答えると" in result.text
    assert "そのあと1回の投票や変更がありました" in result.text
    a_run(opinion_map)
    assert "そのあと" not in result_of(page, opinion_map).text


def test_a_closed_map_offers_nothing_that_cannot_be_done_and_says_what_is(page, clock):
    opinion_map = a_map()
    two_camps(opinion_map, people=11)
    a_run(opinion_map)
    page.get(f"/opinion-maps/{opinion_map.public_id}").submit("賛成 A")
    clock.set(opinion_map.closes_at)
    first, listed, result = pages_of(page, opinion_map)
    assert offers(first, listed, result) == []
    assert {"地図を見る", "意見文の一覧と自分の答え"} <= links(first)
    assert "受付は終わったので、答えは変えられません" in first.text
    assert "受付は終わりました。答えは変えられません。" in listed.text
    assert not list(listed.main.all("button"))
    assert "あなたは1件に答えました。7件に満たないので、位置は分かりません。" in result.text
    assert "そのあと1回の投票や変更がありました。それらは、次の計算で地図に入ります。" in result.text
    a_run(opinion_map)
    assert "最後の答えまでを入れて計算しました" in result_of(page, opinion_map).text


def test_who_never_answered_is_not_asked_to_once_a_map_is_closed(page):
    opinion_map = a_map()
    two_camps(opinion_map, people=11)
    a_run(opinion_map)
    with transaction():
        commands.close_map(opinion_map, by=EDITOR)
    first, listed, result = pages_of(page, opinion_map)
    assert offers(first, listed, result) == []
    assert "意見文の一覧" in links(first)
    assert "あなたの答えはありません。受付は終わりました。" in result.text
    assert "あなたの答え" not in listed.main.text


def test_a_closed_map_without_a_picture_waits_for_no_votes(page):
    few, empty = a_map(), a_map(question="だれも答えていない問い")
    answer(few, 1, "agree", visitor("alone"))
    for opinion_map in (few, empty):
        with transaction():
            commands.close_map(opinion_map, by=EDITOR)
    assert "すべての答えの計算が終わると、ここに地図が出ます" in result_of(page, few).text
    a_run(few)
    result = result_of(page, few)
    assert "地図はできませんでした" in result.text
    assert "お待ちください" not in result.text
    first, _, result = pages_of(page, empty)
    assert "答えた人がいなかったので、地図はありません" in first.text
    assert "地図はありません" in result.text
    assert "地図を見る" not in links(first)


def test_before_a_map_opens_its_statements_can_be_read_and_nothing_else_is_offered(page, clock):
    for shown in ResultsShown:
        opinion_map = a_map(results_shown=shown, question=f"問い {shown}")
        clock.set(opinion_map.opens_at - timedelta(days=1))
        first, listed, result = pages_of(page, opinion_map)
        assert "地図を見る" not in links(first)
        assert not listed.main.all("button")
        assert offers(listed, result) == []
        assert "受付は" in listed.text
        assert "まだ見られません" in result.text
        assert ("途中の地図は、職員のほかには" in result.text) is (shown is ResultsShown.AFTER_CLOSING)
        assert "答えは、受付が始まってから締切まで、何度でも変えられます" in first.text


def test_of_a_run_that_does_not_say_what_it_holds_the_page_says_nothing_about_later_votes(page):
    opinion_map = a_map()
    two_camps(opinion_map, people=11)
    a_run(opinion_map)
    with transaction():
        db.session.execute(update(MapCount).values(changes_in_run=None))
    assert "そのあと" not in result_of(page, opinion_map).text


def test_a_map_of_which_the_model_learnt_no_axis_still_tells_what_bridges(page):
    opinion_map = a_map()
    dice = random.Random(1)
    known = queries.list_statements(opinion_map)
    with transaction():
        for place in range(16):
            for statement in known[:9]:
                value = MapAnswer.AGREE if dice.random() < 0.5 else MapAnswer.DISAGREE
                commands.vote(opinion_map, statement, value, by=visitor(f"v{place}"))
    run = a_run(opinion_map)
    assert run.parameters["axes"] < 2
    model = page.get(f"/opinion-maps/{opinion_map.public_id}/result?view=model")
    assert "すべての意見文の橋渡しの度合い" in model.text
    assert len(model.main.all("use")) == (16 if run.parameters["axes"] else 0)
    assert "はっきりした分かれ方が表れていません" in model.text


def test_a_map_that_staff_closed_before_its_deadline_says_when_it_really_ended(page, clock):
    opinion_map = a_map()
    clock.advance(timedelta(days=2))
    with transaction():
        commands.close_map(opinion_map, by=EDITOR)
    for shown in pages_of(page, opinion_map):
        assert "11月21日から11月24日 14:05まで" in shown.text
        assert "12月2日" not in shown.text
