"""The form of a registration keeps what was typed and never shows what is sealed."""

from __future__ import annotations

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

from participation.foundation.errors import Refused
from participation.organisations.forms import OrganisationForm, organisation_form
from tests.support.people import an_organisation


def test_the_form_shows_what_is_registered_but_not_the_contact(app):
    organisation = an_organisation()
    with app.test_request_context():
        form = organisation_form(organisation)
        assert (form.name.data, form.kind.data) == ("さくら坂町会", "neighbourhood_association")
        assert (form.representative.data, form.contact.data) == ("", "")
        assert form.seen_version == organisation.version


@pytest.mark.parametrize("given", ["", "x", "-1", "１", "9" * 12])
def test_a_version_that_is_no_number_never_matches(app, given):
    with app.test_request_context():
        form = OrganisationForm()
        form.version.data = given
        assert form.seen_version == 0


@pytest.mark.parametrize(
    ("name", "content"), [("規約.pdf", b"MZ..."), ("規約.pdf", b""), ("a.pdf", b"%PDF-" + b"0" * 11_000_000)]
)
def test_rules_that_are_no_document_are_refused_at_their_field(app, name, content):
    with app.test_request_context():
        form = OrganisationForm()
        form.rules.data = FileStorage(BytesIO(content), filename=name)
        with pytest.raises(Refused) as refusal:
            form.upload()
        assert refusal.value.field == "rules"
