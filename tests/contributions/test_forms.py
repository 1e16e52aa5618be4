"""A word of care before something is sent, in every form; and help after."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from participation.access.actors import Role
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.moderation import commands as moderation
from participation.moderation.models import Appeal
from participation.moderation.queries import get_clause
from participation.proposals.domain import ProposalText
from participation.surveys.domain import TextSpec
from tests.support.builders.discussion import a_post, a_subject, a_thread
from tests.support.builders.moderation import the_rules
from tests.support.builders.opinions import a_submission
from tests.support.builders.proposals import TEXT, a_draft, a_team
from tests.support.builders.surveys import a_question, a_survey
from tests.support.builders.votes import a_vote
from tests.support.page import Page, PageClient
from tests.support.people import a_member_of_staff, a_resident, actor_of, log_in

CALL = "くわしくは０９０－１２３４－５６７８へ。"
QUOTED = "「０９０－１２３４－５６７８」は、電話番号らしいものです。"


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def warned(page: Page, typed: str = CALL) -> None:
    """The page quotes what was found, keeps what was typed and offers to send it as it is."""
    assert QUOTED in page.text
    assert "まだ送られていません" in page.text
    assert typed in page.html
    assert page.all("input", name="anyway")


@pytest.fixture
def author(app):
    return a_resident()


@pytest.fixture
def page(app, author):
    return PageClient(app, log_in(app.test_client(), author))


def test_a_post_is_sent_after_the_box_is_ticked(page) -> None:
    thread = a_thread()
    before = count(Contribution)
    first = page.get(f"/talk/{thread.public_id}/write")
    assert not first.all("input", name="anyway")
    back = first.submit("投稿する", expect=422, body=CALL, kind="question")
    warned(back)
    assert count(Contribution) == before
    warned(back.submit("投稿する", expect=422))
    back.submit("投稿する", anyway=True)
    assert count(Contribution) == before + 1


def test_the_title_of_a_discussion_is_looked_at_too(page) -> None:
    back = page.get(f"/subjects/{a_subject().public_id}/talk/new").submit(
        "投稿する", expect=422, title=CALL, body="道が暗いです。", kind="question"
    )
    assert f"題名の{QUOTED}" in back.text


def test_without_the_passage_nothing_needs_to_be_ticked(page) -> None:
    thread = a_thread()
    before = count(Contribution)
    back = page.get(f"/talk/{thread.public_id}/write").submit(
        "投稿する", expect=422, body=CALL, kind="question"
    )
    back.submit("投稿する", body="くわしくは区報を見てください。")
    assert count(Contribution) == before + 1


def test_other_words_for_an_opinion_are_looked_at(page, author) -> None:
    submission = a_submission(by=author)
    address = page.get(f"/receipts/{submission.receipt_number}").link("書き直す").href
    back = page.get(address).submit("この文章に替える", expect=422, body=CALL)
    warned(back)
    assert CALL in back.submit("この文章に替える", anyway=True).text


def test_the_confirmation_of_an_opinion_quotes_the_passages(page, author) -> None:
    a_submission(by=author)
    code = db.session.scalar(select(db.metadata.tables["consultations"].c.code))
    form = page.get(f"/consultations/{code}/opinions/new").form()
    about = next(each for each in form.choices("about_0") if each)
    confirm = page.get(f"/consultations/{code}/opinions/new").submit(
        "内容を確かめる", about_0=about, body_0=CALL
    )
    assert f"意見1の{QUOTED}" in confirm.text
    assert "受け付けました" in confirm.submit("この内容で送る").text


def test_a_reason_for_a_ballot_is_looked_at(page) -> None:
    vote = a_vote()
    back = page.get(f"/votes/{vote.public_id}").submit("投票する", expect=422, choice="agree", reason=CALL)
    warned(back)
    assert "投票済みです" in back.submit("投票する", anyway=True).text


def test_free_words_in_a_survey_are_looked_at(page) -> None:
    survey = a_survey([a_question(TextSpec(limit=200), "ご自由に")])
    back = page.get(f"/surveys/{survey.public_id}").submit("回答を送る", expect=422, q1=CALL)
    warned(back)
    assert back.submit("回答を送る", anyway=True).url.endswith("/thanks")


def test_a_proposal_is_looked_at_when_it_is_handed_in_and_a_draft_is_not(app) -> None:
    organisation, delegate = a_team()
    proposal = a_draft(organisation, delegate)
    page = PageClient(app, log_in(app.test_client(), delegate))
    words = ProposalText(**{**TEXT.as_dict(), "purpose": CALL}).as_dict()
    saved = page.get(f"/proposals/{proposal.public_id}/edit").submit("下書きを保存する", **words)
    assert "下書きを保存しました" in saved.text
    back = saved.submit("提出する", expect=422)
    warned(back)
    assert CALL in back.submit("提出する", anyway=True).text


def test_an_objection_is_looked_at(app, page, author) -> None:
    the_rules()
    said, screener = a_post(a_thread(), "消える文", by=author), actor_of(a_member_of_staff(Role.SCREENER))
    with transaction():
        decision = moderation.hide(said, get_clause(1), "理由", by=screener)
    back = page.get(f"/my/decisions/{decision.public_id}").submit("異議を申し出る", expect=422, body=CALL)
    warned(back)
    assert count(Appeal) == 0
    back.submit("異議を申し出る", anyway=True)
    assert count(Appeal) == 1


def test_a_cry_for_help_is_answered_at_once_with_the_windows(page) -> None:
    thread = a_thread()
    shown = page.get(f"/talk/{thread.public_id}/write").submit(
        "投稿する", body="もう消えてしまいたいです。", kind="question"
    )
    assert "ひとりで抱えないでください" in shown.text
    assert "こころの相談の電話" in shown.text
    assert "03-0000-0101" in shown.text
    assert "ひとりで抱えないでください" not in page.get(f"/talk/{thread.public_id}").text


def test_the_receipt_of_a_cry_for_help_shows_the_windows_each_time(page, author) -> None:
    submission = a_submission(["学校でいじめられて、つらいです。"], by=author)
    for _ in range(2):
        shown = page.get(f"/receipts/{submission.receipt_number}")
        assert "子どもの相談の電話" in shown.text
    other = a_submission(by=author)
    assert "相談の電話" not in page.get(f"/receipts/{other.receipt_number}").text


def test_what_offers_help_carries_no_words_in_the_cookie(app, author) -> None:
    client = log_in(app.test_client(), author)
    page = PageClient(app, client)
    survey = a_survey([a_question(TextSpec(limit=200), "ご自由に")])
    data = (
        page.get(f"/surveys/{survey.public_id}")
        .form("回答を送る")
        .filled({"q1": "死にたい気持ちです。"}, pressed="回答を送る")
    )
    client.post(f"/surveys/{survey.public_id}", data=data)
    with client.session_transaction() as kept:
        assert kept["_flashes"] == [("help", "despair")]
