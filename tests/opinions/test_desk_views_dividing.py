"""The two pages on which a letter is divided, and the list of what is still open: without a script, and nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.access.actors import Role
from participation.foundation.db import db
from participation.opinions import queries
from participation.opinions.models import Opinion, Submission
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.opinions import a_paper_submission
from tests.support.page import Page, PageClient
from tests.support.people import a_member_of_staff, log_in

LETTER = (
    "はじめまして。\n\n・公園を増やしてください。木陰が足りません。\n・図書館の席が足りません。\n\n以上です。"
)


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> PageClient:
    return PageClient(app, log_in(client, a_member_of_staff(Role.OFFICER, nickname="職員 一号")))


@pytest.fixture
def letter(app: Flask) -> Submission:
    return a_paper_submission([LETTER])


def cutting(desk: PageClient, letter: Submission, **query: Any) -> Page:
    return desk.get("opinions_desk.divide", public_id=letter.public_id, position=1, **query)


def pieces(desk: PageClient, letter: Submission) -> Page:
    return cutting(desk, letter).submit("この区切りで次へ")


def save(page: Page, **fields: Any) -> Page:
    return page.submit("この分け方を保存する", **fields)


def opinions(letter: Submission) -> list[str]:
    db.session.rollback()
    return [each.said.body for each in queries.get_division(letter.public_id, 1).opinions]


def test_suggested_places_are_ticked_and_two_buttons_later_the_letter_is_divided(
    desk: PageClient, letter: Submission
) -> None:
    page = pieces(desk, letter)
    shown = save(page, kind_0="greeting", kind_3="open")
    assert opinions(letter) == ["・公園を増やしてください。木陰が足りません。", "・図書館の席が足りません。"]
    assert "意見に数えないところ（あいさつ・前置き）" in shown.text
    assert "まだ分けていないところ" in shown.text


def test_a_suggestion_changes_nothing_until_a_person_saves(desk: PageClient, letter: Submission) -> None:
    pieces(desk, letter)
    assert opinions(letter) == [LETTER]


def test_what_is_still_open_is_listed_until_it_is_dealt_with(desk: PageClient, letter: Submission) -> None:
    save(pieces(desk, letter), kind_0="greeting", kind_3="open")
    consultation = queries.get_division(letter.public_id, 1).consultation
    listed = desk.get("opinions_desk.open_passages", code=consultation.code)
    assert "以上です。" in listed.text
    save(listed.follow("以上です。").submit("この区切りで次へ"), kind_3="greeting")
    listed = desk.get("opinions_desk.open_passages", code=consultation.code)
    assert "すべての文章が、意見に入っているか" in listed.text


def test_pieces_with_the_same_number_are_one_opinion(desk: PageClient, letter: Submission) -> None:
    save(pieces(desk, letter), number_0="1", number_1="5", number_2="5", number_3="1")
    assert opinions(letter) == [
        "はじめまして。\n以上です。",
        "・公園を増やしてください。木陰が足りません。\n・図書館の席が足りません。",
    ]


def test_a_sentence_is_cut_in_the_middle_by_the_words_that_follow(
    desk: PageClient, letter: Submission
) -> None:
    page = cutting(desk, letter, chosen="1").submit("この場所を一覧に加える", before="木陰が足り")
    page = page.submit("この区切りで次へ")
    save(page)
    assert opinions(letter)[1] == "木陰が足りません。\n・図書館の席が足りません。\n\n以上です。"


def test_words_that_do_not_stand_in_the_letter_are_told_and_the_ticks_stay(
    desk: PageClient, letter: Submission
) -> None:
    page = cutting(desk, letter, chosen="1", cut="9", before="ありません言葉", expect=422)
    assert "原本にありません" in page.text
    (ticked,) = [box for box in page.all("input", name="cut") if "checked" in box.attrs]
    assert ticked.attrs["value"] == "9"


def test_an_opinion_without_a_number_is_asked_for_and_what_was_typed_stays(
    desk: PageClient, letter: Submission
) -> None:
    page = pieces(desk, letter).submit("この分け方を保存する", kind_0="signature", number_1="", expect=422)
    assert "意見の番号を入れてください" in page.text
    (chosen,) = [o for o in page.all("select", name="kind_0")[0].all("option") if "selected" in o.attrs]
    assert chosen.attrs["value"] == "signature"


def test_another_reason_wants_words(desk: PageClient, letter: Submission) -> None:
    page = pieces(desk, letter).submit("この分け方を保存する", kind_0="other", expect=422)
    assert "意見に数えない理由を書いてください" in page.text
    save(page, note="集会の案内の写し")
    assert len(opinions(letter)) == 3


def test_whoever_saves_second_sees_both_and_may_still_save_theirs(
    desk: PageClient, letter: Submission
) -> None:
    mine, theirs = pieces(desk, letter), pieces(desk, letter)
    save(theirs, kind_0="greeting", kind_3="greeting")
    page = mine.submit("この分け方を保存する", kind_0="signature", kind_3="open", expect=409)
    assert "別の職員が先に分け直しました" in page.text
    assert "・図書館の席が足りません。" in page.text
    save(page)
    assert "まだ分けていないところ" in desk.get("opinions_desk.original", public_id=letter.public_id).text


def test_each_piece_may_be_about_another_item_chosen_from_the_list(desk: PageClient) -> None:
    first, second = a_subject("公園"), a_subject("図書館")
    letter = a_paper_submission([LETTER], to=an_open_consultation(about=[first, second]))
    save(pieces(desk, letter), about_2=second.public_id)
    subjects = [each.subject.title for each in queries.get_division(letter.public_id, 1).opinions]
    assert subjects == ["公園", "公園", "図書館", "公園"]


def test_of_many_items_the_number_is_typed(desk: PageClient) -> None:
    asked = [a_subject(f"項目{n}") for n in range(1, 50)]
    letter = a_paper_submission([LETTER], to=an_open_consultation(about=asked))
    page = pieces(desk, letter)
    assert page.all("input", name="about_0")[0].attrs["list"] == "subjects"
    wrong = page.submit("この分け方を保存する", about_2="999", expect=422)
    assert "一覧の番号を入れてください" in wrong.text
    save(wrong, about_2="４９")
    assert queries.get_division(letter.public_id, 1).opinions[2].subject.title == "項目49"


def test_its_author_reads_which_part_became_which_opinion(
    app: Flask, desk: PageClient, letter: Submission, client: FlaskClient
) -> None:
    save(pieces(desk, letter), kind_0="greeting", kind_3="open")
    own = queries.get_receipt(letter.receipt_number)
    visitor = PageClient(app, app.test_client())
    page = visitor.get("opinions.receipts").submit(
        "意見の今を見る", number=letter.receipt_number, secret=own.secret
    )
    assert "1通を、2つの意見として扱っています" in page.text
    assert "意見に数えていません（あいさつ・前置き）" in page.text
    assert "No.2" in page.text


def test_its_author_may_take_the_whole_letter_back(app: Flask, desk: PageClient, letter: Submission) -> None:
    save(pieces(desk, letter), kind_0="greeting", kind_3="greeting")
    own = queries.get_receipt(letter.receipt_number)
    visitor = PageClient(app, app.test_client())
    visitor.get("opinions.receipts").submit("意見の今を見る", number=letter.receipt_number, secret=own.secret)
    first = visitor.get("opinions.withdraw", public_id=own.opinions[0].opinion.public_id)
    taken = first.submit("この意見を取り下げる", whole_letter="y")
    assert taken.text.count("この意見は取り下げました") == 2
    assert queries.count_for_consultation(letter.consultation_id).opinions == 0


def test_a_long_letter_is_divided_with_few_questions_to_the_database(
    desk: PageClient, app: Flask, queries_of: Any
) -> None:
    letter = a_paper_submission(["・公園を増やしてください。木陰が足りません。\n" * 60])
    assert queries_of(lambda: pieces(desk, letter)) <= 20  # Two pages, ten each.


def test_numbers_of_opinions_go_on_and_are_never_given_twice(desk: PageClient, letter: Submission) -> None:
    save(pieces(desk, letter))
    save(cutting(desk, letter, chosen="1").submit("この区切りで次へ"), number_0="1")
    save(cutting(desk, letter, suggest="1").submit("この区切りで次へ"))
    numbers = [each.number for each in db.session.query(Opinion).all()]
    assert len(numbers) == len(set(numbers))
