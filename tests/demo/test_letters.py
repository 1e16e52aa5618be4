"""The long letter of the open call is divided, and the same words wait for a person."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from participation.consultations.queries import get_consultation
from participation.demo import calls
from participation.demo.letters import CALL
from participation.foundation.db import db
from participation.foundation.paging import Edge
from participation.opinions import queries
from participation.opinions.domain.wording import BundledAs
from participation.opinions.models import OriginalText, Submission
from participation.replies.domain import BundleStatus
from participation.replies.queries import bundles


def test_the_long_letter_became_three_opinions_and_one_sentence_still_waits(demo_ward: Flask) -> None:
    sent, position = db.session.execute(
        select(Submission.public_id, OriginalText.position)
        .join(OriginalText, OriginalText.submission_id == Submission.id)
        .where(OriginalText.division > 0)
    ).one()
    division = queries.get_division(sent, position)
    assert len(division.opinions) == 3
    assert division.open_count == 1
    assert len({each.subject.id for each in division.opinions}) == 2
    assert queries.find_misdivided() == []


def test_the_same_words_wait_for_a_person_and_the_added_reason_and_the_opposite_stand_apart(
    demo_ward: Flask,
) -> None:
    consultation = get_consultation(calls.code_of(CALL))
    (row,) = bundles.list_bundles(consultation.id, BundleStatus.PROPOSED, Edge()).items
    assert row.counts == {BundledAs.SAME: 3, BundledAs.ADDED: 1, BundledAs.OPPOSED: 1}
