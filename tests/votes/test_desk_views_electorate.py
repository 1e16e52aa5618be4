"""Lists and invitations at the desk; the seed that is a public figure; previews of every kind."""

from __future__ import annotations

from io import BytesIO

import pytest

from participation.access.actors import Role, visitor
from participation.foundation.db import db
from participation.votes import queries
from participation.votes.domain import Audience, Keeping, VoteKind
from participation.votes.models import Vote
from tests.support.builders.consultations import a_subject
from tests.support.builders.votes import a_vote_of, cast, close
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in


@pytest.fixture
def desk(app, client):
    log_in(client, a_member_of_staff(Role.EDITOR))
    return PageClient(app, client)


def test_invitations_are_made_once_as_a_file_and_let_people_vote(desk, client):
    vote = a_vote_of(VoteKind.SINGLE, keeping=Keeping.SECRET, audience=Audience.INVITED, published=False)
    page = desk.get(f"/desk/votes/{vote.public_id}").follow("投票できる人")
    for wrong in ("0", "x", "5001"):
        assert (
            "までの数で書いてください"
            in page.submit("番号を作ってファイルで受け取る", expect=422, number=wrong).text
        )
    form = page.form("番号を作ってファイルで受け取る")
    answer = client.post(form.action, data=form.filled({"number": "3"}))
    codes = [line.split(",")[1].strip('"') for line in answer.get_data(as_text=True).splitlines()[1:]]
    assert (len(set(codes)), queries.count_electors(vote)) == (3, 3)
    assert desk.get(f"/desk/votes/{vote.public_id}").submit("公開する")
    voter = queries.find_voter(vote, visitor(), queries.Ticket(identifier=codes[0].upper()))
    assert voter.key.startswith("elector:")


def test_a_list_is_read_whole_or_not_at_all(desk, client):
    vote = a_vote_of(VoteKind.SINGLE, audience=Audience.LISTED, published=False)
    page = desk.get(f"/desk/votes/{vote.public_id}/electorate")
    form = page.form("読み込む")

    def send(text):
        data = {**form.filled({}), "document": (BytesIO(text.encode()), "名簿.csv")}
        return client.post(form.action, data=data)

    refused = send("番号\nAB000017\n12\n")
    assert refused.status_code == 422
    assert "3行目" in refused.get_data(as_text=True)
    assert queries.count_electors(vote) == 0
    assert send("番号,地区\nAB000017,\nAB000018,\n").status_code == 303
    assert queries.count_electors(vote) == 2
    again = client.get(f"/desk/votes/{vote.public_id}/electorate").get_data(as_text=True)
    assert "AB000017" not in again


def test_a_public_figure_is_written_down_after_the_closing_and_gives_the_result(desk):
    vote = a_vote_of(VoteKind.RANKING, seed_source="12月7日の最高気温")
    cast(vote, "o1>o2")
    close(vote)
    page = desk.get(f"/desk/votes/{vote.public_id}")
    assert "選ばれたもの" not in page.text
    assert "種になる数字" in page.submit("種を書き込んで結果を出す", expect=422, seed="").text
    assert (
        "選ばれたもの（順位をつけた決選投票）：甲" in page.submit("種を書き込んで結果を出す", seed="121").text
    )


@pytest.mark.parametrize("kind", VoteKind)
def test_the_paper_of_every_kind_is_previewed_before_it_is_published(desk, kind):
    vote = a_vote_of(kind, published=False)
    assert desk.get(f"/desk/votes/{vote.public_id}").follow("投票用紙の見本").h1 == "投票用紙の見本"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "budget", "labels": "甲｜100\n乙"}, "「乙」の費用がありません"),
        ({"kind": "budget", "labels": "甲｜たくさん\n乙｜1"}, "費用が読めません"),
        ({"kind": "budget", "budget": ""}, "予算を、1円以上"),
        ({"kind": "budget", "budget": "50"}, "予算全体をこえています"),
        ({"kind": "points", "points": ""}, "持ち点を"),
        ({"kind": "approval", "most": "9"}, "選べる数の上限"),
        ({"kind": "approval", "least": "3"}, "選ぶ数の下限"),
        ({"kind": "ranking", "rule": "greedy"}, "この数え方は使えません"),
        ({"kind": "ranking", "labels": "甲\n乙\n丙", "rule": "irv", "seats": "2"}, "選べるのは一つだけ"),
        ({"kind": "ranking", "results_shown": "live"}, "途中経過は見せられません"),
        ({"keeping": "secret", "asks_reason": True}, "理由はたずねられません"),
        ({"audience": "standing"}, "区分を、一つ以上"),
        ({"has_rooms": True, "results_shown": "live", "kind": "single"}, "会場でも投票するとき"),
        ({"most": "1e3", "kind": "approval"}, "数字で書いてください"),
    ],
)
def test_a_vote_that_cannot_be_held_so_is_refused_in_words(desk, wrong, words):
    subject = a_subject()
    fields = {
        "question": "どうしますか",
        "kind": "budget",
        "labels": "甲｜1,000,000円｜公園に\n乙｜2000000",
        "budget": "2,500,000",
        "subject_id": str(subject.id),
        "asks_reason": False,
        "results_shown": "after_closing",
    }
    page = desk.get("/desk/votes/new").submit("保存する", expect=422, **{**fields, **wrong})
    assert words in page.text
    right = desk.get("/desk/votes/new").submit("保存する", **fields)
    assert right.h1 == "どうしますか"
    vote = db.session.query(Vote).one()
    options = [(each.label, each.cost, each.description) for each in queries.list_options(vote)]
    assert options == [("甲", 1_000_000, "公園に"), ("乙", 2_000_000, "")]
    edited = right.follow("直す").submit("保存する", question="どれにしますか")
    assert edited.h1 == "どれにしますか"
    assert [(each.label, each.cost, each.description) for each in queries.list_options(vote)] == options
