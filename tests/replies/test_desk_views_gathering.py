"""The gathering pages: the tree, ticking without a script, bundles, hints; few questions however much there is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.access.actors import Role
from participation.consultations.models import Consultation
from participation.foundation.db import db, transaction
from participation.jobs import long_runs
from participation.opinions.models import Opinion
from participation.plans.models import Plan, PlanNode
from participation.replies import commands
from participation.replies.queries import bundles, gathering, readiness
from participation.subjects.models import Subject
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import a_point, an_editor, submitted
from tests.support.page import Page, PageClient
from tests.support.people import a_member_of_staff, log_in

CAMPAIGN = "公園の再整備計画に反対します。木を切らず、今ある広場を残してください。"


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> PageClient:
    return PageClient(app, log_in(client, a_member_of_staff(Role.EDITOR, nickname="職員 一号")))


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return an_open_consultation(about=[a_subject("公園"), a_subject("図書館")])


def gather(desk: PageClient, consultation: Consultation, **query: object) -> Page:
    return desk.get("replies_desk.gather", code=consultation.code, **query)


def waiting(consultation: Consultation) -> int:
    db.session.rollback()
    return readiness.of_consultation(consultation.id).unassigned_count


def test_each_place_of_the_plan_says_what_waits_there(desk: PageClient, consultation: Consultation) -> None:
    an_opinion(to=consultation)
    a_point([an_opinion(to=consultation)])
    page = gather(desk, consultation)
    assert "意見2件・論点1・未整理1件" in page.text
    assert "意見なし" in page.text
    assert "まだ論点に入っていない意見が1件あります" in page.text


def test_one_place_shows_its_own_opinions_only(desk: PageClient, consultation: Consultation) -> None:
    opinion = an_opinion(said="公園の木陰がほしい。", to=consultation)
    page = gather(desk, consultation).follow("図書館")
    assert "公園の木陰" not in page.text
    assert "論点に入っていない意見はありません" in page.text
    assert "公園の木陰" in page.follow("公園").text
    assert opinion.number == 1


def test_ticked_opinions_go_into_the_point_whose_button_is_pressed(
    desk: PageClient, consultation: Consultation
) -> None:
    point = a_point([an_opinion(to=consultation)], title="木陰")
    opinion = an_opinion(to=consultation)
    page = gather(desk, consultation)
    assert page.all("button", name="point")[0].attrs["value"] == point.public_id
    done = page.submit("ここに入れる：No.1 木陰 1", opinion=[opinion.public_id])
    assert "No.1「木陰」に、意見を1件入れました。" in done.text
    assert waiting(consultation) == 0


def test_a_new_point_is_made_of_what_is_ticked(desk: PageClient, consultation: Consultation) -> None:
    opinion = an_opinion(to=consultation)
    page = gather(desk, consultation)
    done = page.submit("新しい論点を作って入れる", opinion=[opinion.public_id], new_title="木陰")
    assert "No.1「木陰」を作り、意見を1件入れました。" in done.text


def test_the_number_of_a_point_is_enough(desk: PageClient, consultation: Consultation) -> None:
    a_point([an_opinion(to=consultation)])
    opinion = an_opinion(to=consultation)
    page = gather(desk, consultation)
    wrong = page.submit("この番号の論点に入れる", opinion=[opinion.public_id], number="7", expect=422)
    assert "No.7の論点はありません" in wrong.text
    (ticked,) = [box for box in wrong.all("input", name="opinion") if "checked" in box.attrs]
    assert ticked.attrs["value"] == opinion.public_id
    wrong.submit("この番号の論点に入れる", number="1")
    assert waiting(consultation) == 0


def test_nothing_ticked_is_told(desk: PageClient, consultation: Consultation) -> None:
    an_opinion(to=consultation)
    page = gather(desk, consultation).submit("この番号の論点に入れる", number="1", expect=422)
    assert "意見を選んでください" in page.text


def test_an_opinion_may_belong_to_none_for_a_reason(desk: PageClient, consultation: Consultation) -> None:
    opinion = an_opinion(said="応援しています。", to=consultation)
    page = gather(desk, consultation)
    wrong = page.submit(
        "理由を付けて「論点なし」にする", opinion=[opinion.public_id], reason="other", expect=422
    )
    assert "理由を書いてください" in wrong.text
    wrong.submit("理由を付けて「論点なし」にする", reason="impression")
    assert waiting(consultation) == 0


def test_the_same_words_are_searched_confirmed_and_gathered_as_one(
    desk: PageClient, consultation: Consultation
) -> None:
    for text in (CAMPAIGN, CAMPAIGN, CAMPAIGN + "。", "図書館の席を増やしてください。"):
        an_opinion(said=text, to=consultation)
    page = gather(desk, consultation).follow("確認待ちの案 0束")
    page.submit("さがす")
    long_runs.work_off()
    bundle = desk.get("replies_desk.list_bundles", code=consultation.code).follow(CAMPAIGN)
    assert bundle.h1 == "同文 3件・3人"
    confirmed = bundle.submit("選んだ意見を同文としてまとめる")
    assert "同文としてまとめた" in confirmed.text
    page = gather(desk, consultation)
    assert "同文 3件" in page.text
    values = [box.attrs["value"] for box in page.all("input", name="opinion")]
    page.submit("新しい論点を作って入れる", opinion=[values[0]], new_title="広場を残す")
    assert waiting(consultation) == 1
    (point,) = gathering.list_targets(consultation.id)
    shown = desk.get("replies_desk.point", public_id=point.public_id)
    assert "この論点に入っている意見（3件）" in shown.text
    assert "同文 3件" in shown.text
    assert point.count.in_words() == "3件（3人）"
    assert point.count.distinct_texts == 1


def test_what_somebody_added_is_shown_with_its_words_marked(
    desk: PageClient, consultation: Consultation
) -> None:
    own = "毎朝この木陰で体操をしている母が、行くところを失います。"
    for text in (CAMPAIGN, CAMPAIGN, CAMPAIGN, CAMPAIGN + own):
        an_opinion(said=text, to=consultation)
    desk.get("replies_desk.list_bundles", code=consultation.code).submit("さがす")
    long_runs.work_off()
    bundle = desk.get("replies_desk.list_bundles", code=consultation.code).follow(CAMPAIGN)
    assert "たたまない意見（1件）" in bundle.text
    assert [mark.text for mark in bundle.all("mark")] == [own]


def test_a_bundle_may_be_refused_and_a_confirmed_one_loosened(
    desk: PageClient, consultation: Consultation
) -> None:
    for _ in range(3):
        an_opinion(said=CAMPAIGN, to=consultation)
    desk.get("replies_desk.list_bundles", code=consultation.code).submit("さがす")
    long_runs.work_off()
    bundle = desk.get("replies_desk.list_bundles", code=consultation.code).follow(CAMPAIGN)
    first = bundle.all("input", name="opinion")[0].attrs["value"]
    confirmed = bundle.submit("選んだ意見を同文としてまとめる")
    taken = confirmed.submit("この束から外す", opinion=[first])
    assert "同文 2件" in taken.h1
    for text in ("図書館の席をもっと増やしてください。夜も使いたいです。",) * 2:
        an_opinion(said=text, to=consultation)
    desk.get("replies_desk.list_bundles", code=consultation.code).submit("もう一度さがす")
    long_runs.work_off()
    other = desk.get("replies_desk.list_bundles", code=consultation.code).follow("図書館の席")
    assert "まとめないと決めた" in other.submit("まとめない").text


def test_hints_warn_before_opinions_are_put_together(desk: PageClient, consultation: Consultation) -> None:
    for text in (
        CAMPAIGN,
        CAMPAIGN.replace("反対", "賛成"),
        "計画に反対です。工事の車が通学路を通ると、子どもが危ないからです。",
    ):
        an_opinion(said=text, to=consultation)
    page = gather(desk, consultation)
    assert "同じ言葉・反対の立場：意見 1と意見 2" in page.text
    assert "同じ立場・別の理由：意見 1、3" in page.text


def test_who_may_not_gather_reads_only(app: Flask, consultation: Consultation) -> None:
    an_opinion(to=consultation)
    reader = PageClient(app, log_in(app.test_client(), a_member_of_staff(Role.AUDITOR)))
    page = gather(reader, consultation)
    assert not page.all("input", name="opinion")
    assert not page.all("button", name="point")


def test_the_page_asks_the_same_few_questions_however_much_there_is(
    desk: PageClient, consultation: Consultation, queries_of: Callable[[Callable[[], object]], int]
) -> None:
    an_opinion(to=consultation)
    few = queries_of(lambda: gather(desk, consultation))
    for number in range(6):
        a_point([an_opinion(said=f"{number}つ目の意見です。", to=consultation)])
        an_opinion(said=f"{number}つ目の別の意見です。", to=consultation)
    assert queries_of(lambda: gather(desk, consultation)) == few
    assert few <= 10


def test_of_a_whole_plan_the_page_shows_the_upper_levels_and_the_way_to_the_chosen_place(
    desk: PageClient,
) -> None:
    nodes = db.session.scalars(
        select(PlanNode).join(Plan).where(Plan.slug == "meguro-review-sheets", PlanNode.standing)
    ).all()
    subjects = db.session.scalars(
        select(Subject).where(Subject.id.in_([node.subject_id for node in nodes]))
    ).all()
    consultation = an_open_consultation(about=subjects)
    assert len(subjects) > 100
    public_id = {each.id: each.public_id for each in subjects}
    by_code = {node.code: public_id[node.subject_id] for node in nodes}
    deep = max(nodes, key=lambda node: (node.path.count("/"), node.position))
    subject = next(each for each in subjects if each.id == deep.subject_id)
    an_opinion(said="深い場所への意見です。", to=consultation, about=subject)
    page = gather(desk, consultation)
    assert re.search(r"この下に\d+か所", page.text)
    way = deep.path.split("/")
    assert len(way) >= 3
    for code in way:
        # Each place on the way is a link on the page above it, and what was said far below is seen from it.
        assert any(f"node={by_code[code]}" in link.href for link in page.links)
        assert len(page.html.encode()) < 60_000
        page = gather(desk, consultation, node=by_code[code])
        assert "深い場所への意見です。" in page.text
    assert "意見1件・論点0・未整理1件" in page.text


def test_numbers_in_the_tree_are_those_of_everybody(consultation: Consultation) -> None:
    opinions = [an_opinion(said=f"{n}番", to=consultation) for n in range(3)]
    a_point(opinions[:1])
    root = gathering.gather_tree(consultation)
    assert (root.opinions, root.unsorted, root.points) == (3, 2, 1)
    assert db.session.query(Opinion).count() == root.opinions


def hrefs(page: Page) -> set[str]:
    return {link.href for link in page.links if "/desk/opinions/" in link.href}


LONG = "公園の木陰をふやし、夏でも子どもが遊べる場所にしてください。" * 60


def test_every_opinion_of_a_big_point_is_reached_page_by_page_and_the_pages_stay_light(
    desk: PageClient, consultation: Consultation, queries_of: Callable[[Callable[[], object]], int]
) -> None:
    said = [an_opinion(said=f"{number}番。{LONG}", to=consultation) for number in range(60)]
    point = a_point(said, title="木陰")
    path = f"/desk/points/{point.public_id}"
    desk.get(path)
    counts, seen, page = [], set(), None
    for _ in range(3):
        page = desk.get(path)
        counts.append(queries_of(lambda path=path: desk.get(path)))
        assert "この論点に入っている意見（60件）" in page.text
        assert "意見60件" in page.text or "60件（60人）" in page.text
        assert len(page.html.encode()) < 60_000
        assert not seen & hrefs(page)
        seen |= hrefs(page)
        following = [link.href for link in page.links if link.text == "次の意見"]
        path = following[0].partition("#")[0] if following else ""
    assert path == ""
    assert len(seen) == 60
    assert max(counts) <= 10
    assert page is not None
    assert not seen.isdisjoint(hrefs(page.follow("前の意見")))


def test_whoever_takes_opinions_out_of_a_long_list_goes_on_where_they_were(
    desk: PageClient, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [an_opinion(said=f"{number}番の意見です。", to=consultation) for number in range(26)]
    point = a_point(said, title="木陰")
    page = desk.get(f"/desk/points/{point.public_id}").follow("次の意見")
    assert "26" in page.text
    done = page.submit("この論点から外す", opinion=[said[25].public_id])
    assert "この論点に入っている意見（25件）" in done.text
    assert "この先に意見はありません" in done.text
    assert "0番の意見です" in done.follow("はじめの意見").text


def test_a_bundle_is_read_to_its_end_page_by_page_with_long_texts_a_link_away(
    desk: PageClient, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "MEMBERS_SHOWN", 3)
    for own in ("", LONG, "", "", "わたしは毎日この道を通って学校へ行きます。", "", "", ""):
        an_opinion(said=CAMPAIGN + own, to=consultation)
    gather(desk, consultation).follow("確認待ちの案 0束").submit("さがす")
    long_runs.work_off()
    page = gather(desk, consultation).follow("確認待ちの案 1束").follow(CAMPAIGN)
    assert "全文を読む" in page.text
    seen: list[str] = []
    for _ in range(4):
        assert "たたまない意見（2件）" in page.text or "1つにたたむ意見（6件）" in page.text
        here = hrefs(page)
        assert not here & set(seen)
        seen += here
        if not any(link.text == "次の意見" for link in page.links):
            break
        page = page.follow("次の意見")
    assert len(seen) == 8


def test_who_decides_reads_the_beginning_of_long_opinions_and_the_whole_one_link_away(
    app: Flask, client: FlaskClient, consultation: Consultation
) -> None:
    said = [an_opinion(said=f"{number}番。{LONG}", to=consultation) for number in range(30)]
    point = a_point(said, title="木陰")
    submitted(point)
    approver = PageClient(app, log_in(client, a_member_of_staff(Role.APPROVER, nickname="職員 二号")))
    page = approver.get(f"/desk/approvals/{point.public_id}")
    assert len(page.html.encode()) < 60_000
    assert page.text.count("全文を読む") == 20
    assert "すべての意見を見る（30件）" in page.text


def test_the_last_act_is_undone_by_a_button_that_works_without_a_script_and_has_a_key(
    desk: PageClient, consultation: Consultation
) -> None:
    opinion = an_opinion(to=consultation)
    page = gather(desk, consultation)
    assert "元に戻す" not in [button.text for button in page.all("button")]
    done = page.submit("新しい論点を作って入れる", opinion=[opinion.public_id], new_title="木陰")
    (button,) = [each for each in done.all("button") if each.attrs.get("data-key") == "u"]
    assert button.attrs["aria-keyshortcuts"] == "u"
    back = done.submit("元に戻す u")
    assert "元に戻しました" in back.text
    assert waiting(consultation) == 1
    assert "論点は0" in back.text


def test_on_the_page_of_a_point_too_and_refused_in_words_when_another_changed_it(
    desk: PageClient, consultation: Consultation
) -> None:
    said = [an_opinion(to=consultation) for _ in range(2)]
    point = a_point(said, title="木陰")
    page = desk.get(f"/desk/points/{point.public_id}")
    page = page.submit("この論点から外す", opinion=[said[0].public_id])
    assert "No.1「木陰」から、意見を1件外しました。" in page.text
    with transaction():
        commands.add_to_point(point.public_id, [said[0].public_id], by=an_editor())
    refused = page.submit("元に戻す u", expect=422)
    assert f"意見 {said[0].number}は、そのあとで動かされています" in refused.text
