"""The pages on which staff have opinions sorted, look at topics, change them, and compare themselves with the machine."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from participation.foundation.db import db
from participation.jobs import long_runs
from participation.opinions.models import Opinion
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.reading import a_consultation_with, members_in, sayings, topics_in, topics_of
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def public_ids(members):
    ids = [member.opinion_id for member in members]
    return [db.session.get_one(Opinion, opinion_id).public_id for opinion_id in ids]


def test_an_analyst_has_opinions_sorted_and_sees_them_as_list_tree_map_and_scatter(page, client):
    consultation = a_consultation_with([*sayings(40), "電話は03-1234-5678です。保育園の待機児童について。"])
    log_in(client, a_member_of_staff(Role.ANALYST))
    shown = page.get("/desk/reading")
    assert "話題分けは、まだありません。" in shown.text
    assert "案件を選んでください。" in shown.submit("話題に分ける", expect=422).text
    asked = shown.submit("話題に分ける", consultation=consultation.code, seed="0")
    assert "前の処理が終わると始まります。" in asked.text
    assert "順番待ち" in page.get("/desk/reading").text
    again = page.get("/desk/reading").submit("話題に分ける", expect=422, consultation=consultation.code)
    assert "順番待ちか処理中です" in again.text
    long_runs.work_off()
    (run,) = [each for each in long_runs.list_all() if each.kind == "reading.topics"]
    topics = page.get(f"/desk/runs/{run.public_id}").follow("結果を見る")
    assert consultation.title in topics.h1
    assert "41件" in topics.text
    assert "03-1234-5678" not in topics.text
    path = f"/desk/reading/{run.page['public_id']}"
    for view in ("tree", "scatter"):
        drawn = page.get(f"{path}?view={view}")
        assert "図と同じ内容の表" in drawn.text
        labels = [
            node.attrs["aria-label"] for node in drawn.all("a") if "件・" in node.attrs.get("aria-label", "")
        ]
        assert len(labels) >= 3
    # Who may read no register gets no link to originals.
    assert not [link for link in topics.links if "/desk/opinions/" in link.href]


def test_what_people_are_is_no_way_to_single_them_out(page, client):
    run = topics_of(a_consultation_with(sayings(48), each=3))
    log_in(client, a_member_of_staff(Role.EDITOR))
    path = f"/desk/reading/{run.public_id}"
    assert "48件（しぼりこみ中）" in page.get(f"{path}?channel=post&from_on=2026-01-01").text
    few = page.get(f"{path}?age=from_30")
    assert "表示できません" in few.text
    few_people = topics_of(a_consultation_with(sayings(12), each=12))
    shown = page.get(f"/desk/reading/{few_people.public_id}?submitter=person")
    assert "5人に満たない" in shown.text
    topic = topics_in(few_people)[0]
    hidden = page.get(f"/desk/reading/topics/{topic.public_id}?submitter=person")
    assert "5人に満たないため、表示しません。" in hidden.text
    nowhere = page.get(f"{path}?place=nothing/at-all&from_on=x&channel=y")
    assert "条件をゆるめてください" in nowhere.text


def test_staff_name_merge_split_move_and_sign_off_and_a_stale_name_is_not_lost(page, client):
    run = topics_of(a_consultation_with(sayings(40)))
    log_in(client, a_member_of_staff(Role.OFFICER))
    one, two, *_ = topics_in(run)
    path = f"/desk/reading/topics/{one.public_id}"
    first = page.get(path)
    assert "話題の名前を書いてください。" in first.submit("保存する", expect=422, label="").text
    before = page.get(path)
    renamed = first.submit("保存する", label="地域の防災", note="区内の避難所について。")
    assert renamed.h1.endswith("地域の防災")
    stale = before.submit("保存する", expect=409, label="べつの名前")
    assert "べつの名前" in stale.form("保存する").values["label"]
    assert "いまの名前：「地域の防災」" in stale.text

    chosen = public_ids(members_in(one))[:3]
    assert (
        "意見を選んでください。" in page.get(path).submit("移す・分ける", expect=422, new_label="新しい").text
    )
    nowhere = page.get(path).submit("移す・分ける", expect=422, opinion=chosen)
    assert "移す先を選ぶか" in nowhere.text
    split = page.get(path).submit("移す・分ける", opinion=chosen, new_label="備え")
    assert split.h1.endswith("備え")
    assert "3件" in split.text
    moved = page.get(path).submit("移す・分ける", opinion=public_ids(members_in(one))[:1], to=two.public_id)
    assert moved.h1.endswith("地域の防災")
    assert "機械の分け方" in page.get(f"/desk/reading/topics/{two.public_id}").text
    merged = split.submit("まとめる", into=two.public_id)
    assert merged.h1.endswith(two.label)
    assert page.get(split.path).path == merged.path

    log_in(client, a_member_of_staff(Role.EDITOR))
    queue = page.get(path).follow("この話題の意見を整理する")
    assert f"topic={one.public_id}" in queue.url
    signed = page.get(f"/desk/reading/{run.public_id}").submit("この話題分けを確定する")
    assert "確定した人" in signed.text
    assert "確定した話題です" in page.get(path).text
    assert "この話題分けを確定する" in signed.submit("確定を取り消す").text


def test_people_label_a_sample_without_seeing_the_answer_and_agreement_is_told(page, client):
    run = topics_of(a_consultation_with(sayings(30)))
    log_in(client, a_member_of_staff(Role.ANALYST))
    path = f"/desk/reading/{run.public_id}/sample"
    start = page.get(path)
    assert "まだ計算できません" in start.text
    step = start.submit("始める", size="30")
    assert "30件のうち1件目" in step.text
    assert "話題を選んでください。" in step.submit("決めて次へ", expect=422).text
    for _ in range(3):
        step = step.submit("決めて次へ", topic=step.form("決めて次へ").choices("topic")[0])
    assert "30件のうち4件目" in step.text
    assert "3件（1人）" in step.text


def test_no_opinions_at_all_and_unknown_addresses_are_told_plainly(page, client):
    an_open_consultation()
    log_in(client, a_member_of_staff(Role.ANALYST))
    assert "意見はまだありません。" in page.get("/desk/reading").text
    for path in ("/desk/reading/nothing", "/desk/reading/topics/nothing", "/desk/reading/nothing/sample"):
        assert client.get(path).status_code == 404
