"""The pages of finding: what is like an opinion, and what is like nothing in a point."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.access.actors import Role, system
from participation.foundation.db import transaction
from participation.jobs import long_runs, worker
from participation.opinions import commands as opinions
from participation.opinions.domain import OpinionStage
from participation.reading.domain.comparing import NEW_PEOPLE
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in

PAPER = "区報の文字が小さいです。駅にも大きな文字の区報を置いてください。"
NEAR = "大きな文字の区報がほしいです。駅に区報を置いてください。"
BUS = "循環バスの停留所を病院前に増設してください。"


@pytest.fixture
def page(app, client):
    log_in(client, a_member_of_staff(Role.EDITOR))
    return PageClient(app, client)


def test_from_an_opinion_of_the_queue_one_gets_to_what_is_like_it(page):
    consultation = an_open_consultation()
    asked, like = (an_opinion(said=text, to=consultation) for text in (PAPER, NEAR))
    before = page.get(f"/desk/finding/opinions/{asked.public_id}")
    assert "まだ索引に入っていません" in before.text
    worker.drain()
    assert f"/desk/finding/opinions/{asked.public_id}" in page.get(f"/desk/opinions/{asked.public_id}").html
    found = page.get(f"/desk/finding/opinions/{asked.public_id}")
    assert f"/desk/opinions/{like.public_id}" in found.html
    assert "前に答えた似た意見は見つかりませんでした" in found.text
    alone = page.get(f"/desk/finding/opinions/{an_opinion(said=BUS, to=consultation).public_id}")
    assert "似た意見は見つかりませんでした" in alone.text
    page.get("/desk/finding/opinions/no-such", expect=404)


def test_what_is_like_nothing_in_a_point_comes_first_and_what_is_new_above(page, clock, letters):
    assert "まだ意見が届いていません" in page.get("/desk/finding").text
    now = clock.moment
    clock.set(now - timedelta(days=20))
    consultation = an_open_consultation()
    grouped, near = (an_opinion(said=text, to=consultation) for text in (PAPER, NEAR))
    with transaction():
        opinions.advance_opinions([grouped], OpinionStage.GROUPED, by=system("tests"))
    clock.set(now)
    assert "まだ比べていません" in page.get("/desk/finding").text
    new = [an_opinion(said=BUS + f"要望{number}", to=consultation) for number in range(NEW_PEOPLE)]
    assert "メールで知らせます" in page.get("/desk/finding").submit("新しい話題をメールで受け取る").text
    started = page.get("/desk/finding").submit("いま比べる")
    assert "順番待ち" in started.text
    long_runs.work_off()
    shown = page.get("/desk/finding")
    assert shown.text.index(f"意見 {new[0].number} ") < shown.text.index("論点にある意見 1に似ている")
    assert "似た意見は、どの論点にもありません" in shown.text
    assert near.public_id in shown.html
    assert f"{NEW_PEOPLE}件・{NEW_PEOPLE}人" in shown.text
    assert "新しい話題 1件" in page.get("/desk/").text
    page.get("/desk/finding").submit("いま比べる")
    long_runs.work_off()  # The same topic is told of once.
    worker.drain()
    assert [letter["subject"][:13] for letter in letters] == ["新しい話題が1件あります（"]
    assert BUS not in letters[0]["body"]
    stopped = page.get("/desk/finding").submit("知らせをやめる")
    assert "メールで受け取る" in stopped.text
