"""Counting people, organisations, submissions and opinions; what the page of a subject shows."""

from __future__ import annotations

import pytest

from participation.access.actors import visitor
from participation.consultations.domain import ModerationMode, Tally
from participation.foundation.db import transaction
from participation.opinions import commands, queries
from participation.opinions.domain import OpinionStage
from tests.support.builders.consultations import STAFF, a_subject, an_open_consultation
from tests.support.builders.opinions import a_paper_submission, a_submission, an_opinion, opinions_of
from tests.support.people import a_delegate, a_resident, an_organisation

pytestmark = pytest.mark.usefixtures("app")

GUEST = visitor("reader")


def test_people_organisations_submissions_opinions_and_distinct_texts_are_different_counts() -> None:
    consultation = an_open_consultation()
    person, association = a_resident(), an_organisation()
    delegate = a_delegate(association)
    a_submission(["あ", "い"], to=consultation, by=person)
    a_submission(["う"], to=consultation, by=person)
    a_submission(["え"], to=consultation, by=delegate)
    a_submission(["お"], to=consultation, by=delegate, organisation=association.public_id)
    a_paper_submission(["か"], to=consultation, organisation=association.public_id)
    a_paper_submission(["同じ文面です。"], to=consultation)
    a_paper_submission(["同じ　文面です。\n"], to=consultation)
    a_paper_submission(["き"], to=consultation, organisation_name="登録のない会")
    a_paper_submission(["く"], to=consultation, organisation_name="登録の ない会")
    tally = queries.count_for_consultation(consultation.id)
    assert tally == Tally(people=4, organisations=2, submissions=9, opinions=10, distinct_texts=9)
    assert tally.in_words() == "4人・2団体から10件"


def test_a_consultation_without_opinions_counts_nothing() -> None:
    assert queries.count_for_consultation(an_open_consultation().id) == Tally()
    assert Tally().in_words() == "意見はまだありません"


def test_a_withdrawn_opinion_is_counted_nowhere() -> None:
    subject = a_subject()
    opinion = an_opinion(about=subject)
    assert queries.on_subjects([subject.id], GUEST).tally.opinions == 1
    with transaction():
        commands.withdraw_opinion(opinion, "頼まれた", by=STAFF)
    assert queries.count_for_consultation(opinion.consultation_id) == Tally()
    assert queries.on_subjects([subject.id], GUEST).tally == Tally()


def test_a_page_shows_counts_of_all_and_words_of_public_opinions_only(queries_of) -> None:
    viewpoint, part, other = a_subject("視点"), a_subject("○項目"), a_subject("ほか")
    consultation = an_open_consultation(
        about=[viewpoint, part, other], moderation=ModerationMode.HOLD_FLAGGED
    )
    a_submission(["見える意見"], about=viewpoint, to=consultation)
    a_submission(["電話 090-1234-5678"], about=part, to=consultation)
    a_submission(["ほかの項目の意見"], about=other, to=consultation)
    page = queries.on_subjects([viewpoint.id, part.id], GUEST)
    assert (page.tally.people, page.tally.opinions) == (2, 2)
    assert page.count_by_subject == {viewpoint.id: 1, part.id: 1}
    assert [shown.body for shown in page.latest] == ["見える意見"]
    assert queries_of(lambda: queries.on_subjects([viewpoint.id, part.id], GUEST)) == 2
    assert queries.on_subjects([], GUEST).tally == Tally()


def test_somebody_on_two_subjects_of_a_page_is_one_person_there() -> None:
    one, two = a_subject("い"), a_subject("ろ")
    consultation = an_open_consultation(about=[one, two])
    person = a_resident()
    a_submission(["あ"], about=one, to=consultation, by=person)
    a_submission(["い"], about=two, to=consultation, by=person)
    assert queries.on_subjects([one.id, two.id], GUEST).tally.people == 1


def test_the_way_of_an_opinion_says_what_was_done_where_it_is_and_when_the_rest_is_expected() -> None:
    person = a_resident()
    submission = a_submission(by=person)
    (opinion,) = opinions_of(submission)
    with transaction():
        commands.advance_opinions([opinion], OpinionStage.SCREENED, by=STAFF)
    (own,) = queries.get_receipt(submission.receipt_number).opinions
    assert [step.state for step in own.steps] == ["done", "current", "next", "next", "next", "next"]
    by_title = {step.title: step for step in own.steps}
    assert by_title["整理"].when == "令和8年12月21日（月）に募集が終わったあと"
    assert by_title["回答"].when == "令和9年2月10日（水）ごろの予定"
    assert by_title["検討"].text.endswith("検討します。")


def test_a_secret_belongs_to_one_receipt_and_is_found_again() -> None:
    one, two = a_submission(), a_submission()
    assert queries.secret_of(one.receipt_number) != queries.secret_of(two.receipt_number)
    assert queries.secret_of(one.receipt_number, one.secret_hash) == queries.secret_of(one.receipt_number)
    assert queries.secret_of(one.receipt_number, two.secret_hash) == ""
