"""Reading organisations and sections."""

from __future__ import annotations

import pytest

from participation.foundation.errors import NotFound
from participation.organisations import queries
from tests.support.people import an_organisation


def test_names_are_found_by_id_in_one_go(app):
    one, other = an_organisation("さくら坂町会"), an_organisation("みどり通り商店会")
    assert queries.names_of([one.id, other.id]) == {one.id: "さくら坂町会", other.id: "みどり通り商店会"}
    assert queries.names_of([]) == {}


def test_a_section_is_found_by_its_code(app):
    section = queries.find_section("public-relations")
    assert section is not None
    assert section.name == "広報課"
    assert queries.find_section("nothing") is None


def test_an_organisation_that_does_not_exist_is_not_found(app):
    with pytest.raises(NotFound):
        queries.get_organisation("nothing")
