"""Covering words and the queues of what needs care, as staff meet them."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from tests.support.builders.discussion import a_post, a_thread
from tests.support.builders.moderation import the_rules
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, log_in

BODY = "田中一郎さんの電話は090-1234-5678です。隣の喫茶みどりも困っています。"


def at_desk(app, *roles):
    return PageClient(app, log_in(app.test_client(), a_member_of_staff(*roles)))


@pytest.fixture
def said(app):
    the_rules()
    return a_post(a_thread(), BODY, by=a_resident())


def now(said) -> Contribution:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Contribution, said.id)


def test_what_was_found_is_ticked_and_other_words_are_typed(app, said) -> None:
    first, second = at_desk(app, Role.SCREENER), at_desk(app, Role.EDITOR)
    page = first.get(f"/desk/moderation/{said.public_id}").follow("黒塗りの案を出す")
    boxes = page.all("input", name="passages")
    assert len(boxes) == 2
    assert all("checked" in box.attrs for box in boxes)
    preview = page.submit("結果を確かめる", words="喫茶みどり", reason="third_party")
    assert "■■■■■■の電話は■■■■■■■■■■■■■です。隣の■■■■■も" in preview.text
    assert now(said).visibility is Visibility.PUBLISHED
    case = preview.submit("この案を出す")
    assert "自分が出した黒塗りの案は、ほかの職員が確認します。" in case.text
    assert now(said).visibility is Visibility.HELD
    waiting = second.get("/desk/moderation")
    assert "黒塗りの確認待ち" in waiting.text
    case = second.get(f"/desk/moderation/{said.public_id}")
    assert "「喫茶みどり」（第三者の権利利益）" in case.text
    assert [mark.text for mark in case.all("mark")][-1].endswith("喫茶みどり")
    done = case.submit("この案のとおり黒塗りにする")
    assert "一部を黒塗りにした" in done.text
    assert now(said).visibility is Visibility.PUBLISHED
    assert "田中" not in done.html


def test_a_passage_whose_tick_is_taken_off_stays(app, said) -> None:
    page = at_desk(app, Role.SCREENER).get(f"/desk/moderation/{said.public_id}/redact")
    kept = page.form("この案を出す").choices("passages")[1:]
    preview = page.submit("結果を確かめる", passages=kept)
    assert "田中一郎さんの電話は■■■■■■■■■■■■■です" in preview.text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"passages": [], "words": ""}, "伏せるところを選ぶか"),
        (
            {"passages": [], "words": "ここにない名前", "reason": "name"},
            "「ここにない名前」は、文の中にありません",
        ),
        ({"passages": [], "words": "喫茶みどり", "reason": ""}, "ことばを伏せる理由を選んでください"),
    ],
)
def test_an_incomplete_proposal_comes_back_with_what_was_typed(app, said, fields, message) -> None:
    page = at_desk(app, Role.SCREENER).get(f"/desk/moderation/{said.public_id}/redact")
    back = page.submit("この案を出す", expect=422, **fields)
    assert message in back.text
    assert fields["words"] in back.html
    assert now(said).visibility is Visibility.PUBLISHED


def test_the_second_person_refuses_and_the_words_come_back(app, said) -> None:
    at_desk(app, Role.SCREENER).get(f"/desk/moderation/{said.public_id}/redact").submit("この案を出す")
    case = at_desk(app, Role.SCREENER).get(f"/desk/moderation/{said.public_id}")
    case.submit("黒塗りにしない", refusal="店の名前です。")
    assert (now(said).visibility, now(said).body) == (Visibility.PUBLISHED, BODY)


def test_a_stale_button_of_the_proposer_changes_nothing(app, said) -> None:
    first = at_desk(app, Role.SCREENER)
    case = first.get(f"/desk/moderation/{said.public_id}/redact").submit("この案を出す")
    token = case.form("決める").filled({})["csrf_token"]
    first.post(
        f"/desk/moderation/{said.public_id}/redaction",
        {"csrf_token": token, "do": "confirm", "submission_id": "a" * 24},
        expect=422,
    )
    assert now(said).body == BODY


def test_covered_words_are_shown_only_with_a_reason(app, said) -> None:
    at_desk(app, Role.SCREENER).get(f"/desk/moderation/{said.public_id}/redact").submit("この案を出す")
    second = at_desk(app, Role.SCREENER)
    case = second.get(f"/desk/moderation/{said.public_id}").submit("この案のとおり黒塗りにする")
    back = case.submit("伏せた文字を見る", expect=422, look_reason="")
    assert "見る理由を書いてください" in back.text
    assert "田中一郎" in back.submit("伏せた文字を見る", look_reason="異議に答えるため").text
    assert "田中一郎" not in second.get(f"/desk/moderation/{said.public_id}").html
    third = at_desk(app, Role.SCREENER).get(f"/desk/moderation/{said.public_id}")
    third.submit("黒塗りを外す", lift_reason="公人の名前でした。")
    assert now(said).body == BODY


def test_the_author_sees_what_was_covered_and_objects(app) -> None:
    the_rules()
    author = a_resident()
    said = a_post(a_thread(), BODY, by=author)
    at_desk(app, Role.SCREENER).get(f"/desk/moderation/{said.public_id}/redact").submit("この案を出す")
    at_desk(app, Role.SCREENER).get(f"/desk/moderation/{said.public_id}").submit("この案のとおり黒塗りにする")
    own = PageClient(app, log_in(app.test_client(), author))
    notice = own.get("/my/notices").follow("投稿の一部を伏せました")
    assert "人の名前・連絡先" in notice.text
    assert "■■■■■■の電話" in notice.text
    assert "回答を待っています" in notice.submit("異議を申し出る", body="わたしの名前です。").text
    reader = at_desk(app, Role.SCREENER)
    answered = reader.get("/desk/moderation").follow("わたしの名前です。")
    done = answered.submit("回答する", outcome="upheld", answer="本人の名前でした。")
    assert "異議を認め、黒塗りを外した" in done.text
    assert now(said).body == BODY


def test_each_queue_quotes_the_words_and_offers_the_prepared_answer(app, letters) -> None:
    author = a_resident()
    said = a_post(a_thread(), "学校でいじめられて、つらいです。", by=author)
    desk = at_desk(app, Role.SCREENER)
    queue = desk.get("/desk/moderation").follow("要注意")
    assert "助けを求める声" in queue.h1 or "要注意" in queue.h1
    case = queue.follow("学校でいじめられて")
    assert "子どもの相談の電話" in case.html
    case.submit("この案内を送る")
    own = PageClient(app, log_in(app.test_client(), author))
    assert "子どもの相談の電話" in own.get("/my/notices").text
    assert "この列で待っているものはありません" in desk.get("/desk/moderation/concerns").text
    assert now(said).visibility is Visibility.PUBLISHED


def test_an_empty_queue_says_what_comes_there(app) -> None:
    desk = at_desk(app, Role.AUDITOR)
    for kind in ("personal_data", "offensive", "other_procedure", "other_office", "nonsense"):
        assert "この列で待っているものはありません" in desk.get(f"/desk/moderation/concerns?kind={kind}").text


def test_what_needs_no_action_is_ticked_off(app) -> None:
    a_post(a_thread(), "区長の頭がおかしいという噂です。")
    desk = at_desk(app, Role.EDITOR)
    case = desk.get("/desk/moderation/concerns?kind=offensive").follow("頭がおかしい")
    assert "要注意のうち対応済み：悪口" in case.submit("読んだ（対応はいらない）").text


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OFFICER, Role.AUDITOR])
def test_others_cannot_propose(app, said, role) -> None:
    at_desk(app, role).get(f"/desk/moderation/{said.public_id}/redact", expect=403)


def test_todays_work_counts_what_waits(app, said) -> None:
    at_desk(app, Role.SCREENER).get(f"/desk/moderation/{said.public_id}/redact").submit("この案を出す")
    shown = at_desk(app, Role.SCREENER).get("/desk/")
    assert "黒塗りの確認待ち 1件" in shown.text
    assert "要注意：個人情報 1件" in shown.text


def test_the_tally_counts_coverings(app, said, client) -> None:
    at_desk(app, Role.SCREENER).get(f"/desk/moderation/{said.public_id}/redact").submit("この案を出す")
    at_desk(app, Role.SCREENER).get(f"/desk/moderation/{said.public_id}").submit("この案のとおり黒塗りにする")
    row = next(r for r in PageClient(app, client).get("/rules/tally").all("tr") if "2026年11月" in r.text)
    assert row.text.split()[1:3] == ["1", "0"]


def test_a_cry_for_help_stands_on_top_of_the_desk_as_urgent(app) -> None:
    the_rules()
    a_post(a_thread(), "もう死にたいです。", by=a_resident())
    desk = at_desk(app, Role.SCREENER).get("/desk/moderation")
    assert "至急：助けを求める声かもしれない書き込みが1件あります" in desk.text
    queue = desk.follow("すぐに読む")
    assert "至急" in queue.text
    assert "もう死にたいです" in queue.text
