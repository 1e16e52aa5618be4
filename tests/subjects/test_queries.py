"""Reading subjects."""

from __future__ import annotations

import pytest

from participation.foundation.db import transaction
from participation.foundation.errors import NotFound
from participation.subjects import commands, queries
from tests.support.builders.consultations import a_subject


def test_a_subject_is_found_by_its_public_id_and_knows_its_address(app):
    subject = a_subject("公園")
    assert queries.get_subject(subject.public_id).title == "公園"
    assert queries.address_of(subject).startswith("/consultations#")


def test_a_subject_that_does_not_exist_is_not_found(app):
    with pytest.raises(NotFound):
        queries.get_subject("nothing")


def test_what_may_be_spoken_about_now_is_offered_but_for_kinds_that_are_not_wanted(app):
    open_one, closed = a_subject("公園"), a_subject("旧庁舎")
    with transaction():
        commands.close_subject(closed)
    offered = dict(queries.list_open_choices())
    assert offered[open_one.id] == "公園"
    assert closed.id not in offered
    assert open_one.id not in dict(queries.list_open_choices(besides=[open_one.kind]))
