"""A question holds what is sent to the letter, and nothing of who said it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.opinions.models import Submission
from participation.reading.domain.drafting import DraftKind
from participation.reading.queries import drafting
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion


def test_only_numbers_and_masked_words_of_what_may_be_read_are_sent(app):
    consultation = an_open_consultation()
    an_opinion(said="区報の字が小さくて読めません。", to=consultation)
    an_opinion(said="電話は03-1234-5678です。", to=consultation)  # Held: a person looks at it first.
    question = drafting.question_of(consultation, DraftKind.LABEL, [1, 2, 9], None)
    assert [each.number for each in question.given] == [1]
    assert question.left_out == (2, 9)
    sent = "".join(each["content"] for each in question.messages)
    for row in db.session.scalars(select(Submission)):
        assert row.receipt_number not in sent
        assert row.public_id not in sent
    assert question.sha256 == drafting.question_of(consultation, DraftKind.LABEL, [1], None).sha256
    with pytest.raises(Refused):
        drafting.question_of(consultation, DraftKind.LABEL, [2], None)
    with pytest.raises(NotFound):
        drafting.get_draft("no-such")
    assert drafting.list_drafts() == []
