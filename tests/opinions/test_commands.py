"""Receiving, correcting, withdrawing, advancing: result, record and event."""

from __future__ import annotations

import pytest
from flask import Flask

from participation.consultations.domain import ModerationMode
from participation.contributions.domain import Visibility
from participation.opinions import commands, queries
from participation.opinions.domain import OpinionStage
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import a_submission, an_opinion, opinions_of, words_of
from tests.support.people import a_resident

pytestmark = pytest.mark.usefixtures("app")


def test_a_resident_s_submission_is_received_and_waits_for_a_reader() -> None:
    person = a_resident("さくら")
    submission = a_submission(["一つめ", "二つめ"], by=person)
    opinions = opinions_of(submission)
    assert [opinion.number for opinion in opinions] == [1, 2]
    assert [words_of(opinion).visibility for opinion in opinions] == [Visibility.RECEIVED] * 2
    assert words_of(opinions[0]).shown_name == "さくら"
    assert opinions[0].stage is OpinionStage.RECEIVED
