"""Forms of the desk."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict

from participation.plans.domain.tree import Unreadable, VersionStage
from participation.plans.forms import ConfirmForm, SummaryForm, UploadForm
from tests.plans.documents import CSV


def an_upload(app: Flask, filename: str = "Sakura Plan.csv", **fields: str) -> UploadForm:
    data = MultiDict({"plan": "", "title": "さくら区の計画", "stage": "draft", "form": "", **fields})
    data["document"] = FileStorage(io.BytesIO(CSV.encode()), filename)
    with app.test_request_context(method="POST"):
        form = UploadForm(formdata=data, meta={"csrf": False})
        form.plan.choices = [("", "新しい計画"), ("meguro-basic-plan", "目黒区基本計画")]
        form.validate()
    return form


def test_what_is_filled_in_becomes_an_upload_that_can_be_read(app: Flask):
    form = an_upload(app, label="令和8年10月", dated_on="2026-10-01")
    assert form.errors == {}
    upload = form.draft(CSV.encode())
    assert (upload.slug, upload.title, upload.stage) == ("sakura-plan", "さくら区の計画", VersionStage.DRAFT)
    assert upload.read().version_date == "2026-10-01"


def test_a_new_plan_needs_a_name_and_a_known_one_does_not(app: Flask):
    assert "title" in an_upload(app, title="").errors
    assert an_upload(app, title="", plan="meguro-basic-plan").draft(b"").slug == "meguro-basic-plan"


@pytest.mark.parametrize(
    ("field", "value"),
    [("slug", "さくら"), ("slug", "A b"), ("stage", "x"), ("form", "exe"), ("dated_on", "きのう")],
)
def test_what_cannot_be_is_refused_in_japanese(app: Flask, field, value):
    assert an_upload(app, **{field: value}).errors[field][0].endswith("。")


def test_without_a_file_the_form_says_so(app: Flask):
    with app.test_request_context(method="POST"):
        form = UploadForm(formdata=MultiDict({"plan": "", "title": "あ"}), meta={"csrf": False})
        form.plan.choices = [("", "新しい計画")]
        assert not form.validate()
    assert form.document.errors == ["ファイルを選んでください。"]


def test_an_upload_that_is_no_plan_cannot_be_read(app: Flask):
    with pytest.raises(Unreadable):
        an_upload(app).draft(b"%PDF-").read()


def test_by_default_nothing_is_published_at_once(app: Flask):
    with app.test_request_context():
        assert ConfirmForm().publish.data == "later"


@pytest.mark.parametrize(("typed", "revision"), [("3", 3), ("", -1), ("x", -1), ("-5", -1), ("9" * 30, -1)])
def test_the_revision_on_the_screen_is_a_number_or_nothing(app: Flask, typed, revision):
    with app.test_request_context(method="POST"):
        form = SummaryForm(formdata=MultiDict({"seen_revision": typed}), meta={"csrf": False})
        assert form.revision() == revision
