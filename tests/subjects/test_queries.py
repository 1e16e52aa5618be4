"""Reading subjects."""

from __future__ import annotations

import pytest

from participation.foundation.errors import NotFound
from participation.subjects import queries
from tests.support.builders.consultations import a_subject


def test_a_subject_is_found_by_its_public_id_and_knows_its_address(app):
    subject = a_subject("公園")
    assert queries.get_subject(subject.public_id).title == "公園"
    assert queries.address_of(subject).startswith("/consultations#")


def test_a_subject_that_does_not_exist_is_not_found(app):
    with pytest.raises(NotFound):
        queries.get_subject("nothing")
