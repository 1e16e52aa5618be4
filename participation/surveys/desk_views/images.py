"""The pictures of a survey: adding one, saying what it shows, putting another in its place, taking it away."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.desk_views.editor import draft_of
from participation.surveys.domain.pictures import pictures_in
from participation.surveys.forms import ImageChangeForm, ImageForm, PlainForm
from participation.surveys.models import Survey, SurveyImage
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@bp.route("/<public_id>/images", methods=["GET", "POST"])
@requires("surveys.change")
def images(public_id: str) -> ResponseReturnValue:
    """The pictures of a survey, and adding one."""
    survey = draft_of(public_id)
    form = ImageForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            name, text = form.picture.data.filename or "", form.text.data
            commands.add_image(survey, name, form.content(), text=text, by=current_actor())
            sent.location = url_for(".images", public_id=public_id)
        if sent.given:
            return sent.redirect()
    rendered = render_template(
        "surveys/desk/images.html",
        survey=survey,
        form=form,
        images=queries.list_images(survey),
        uses=pictures_in(queries.get_questionnaire(survey)),
    )
    return rendered, form.status


@bp.route("/<public_id>/images/<image_id>", methods=["GET", "POST"])
@requires("surveys.change")
def change_image(public_id: str, image_id: str) -> ResponseReturnValue:
    """Say anew what a picture shows, or put another in its place, wherever it stands."""
    survey = draft_of(public_id)
    image = queries.get_image_of(survey, image_id)
    form = ImageChangeForm(data={"text": image.text})
    if form.validate_on_submit():
        with one_submission(form) as sent:
            other = form.replacement()
            if other is None:
                commands.describe_image(survey, image, form.text.data, by=current_actor())
            else:
                commands.replace_image(survey, image, *other, text=form.text.data, by=current_actor())
            sent.location = url_for(".images", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _image_page(survey, image, form), form.status


@bp.post("/<public_id>/images/<image_id>/remove")
@requires("surveys.change")
def remove_image(public_id: str, image_id: str) -> ResponseReturnValue:
    """Take a picture away, out of every question."""
    survey = draft_of(public_id)
    image = queries.get_image_of(survey, image_id)
    try:
        with transaction():
            commands.remove_image(survey, image, by=current_actor())
    except Refused as refusal:
        form = ImageChangeForm(formdata=None, data={"text": image.text})
        return _image_page(survey, image, form, refused=refusal.reason), 422
    return redirect(url_for(".images", public_id=public_id), 303)


def _image_page(survey: Survey, image: SurveyImage, form: ImageChangeForm, *, refused: str = "") -> str:
    return render_template(
        "surveys/desk/image.html",
        survey=survey,
        image=image,
        form=form,
        plain=PlainForm(formdata=None),
        uses=pictures_in(queries.get_questionnaire(survey)).get(image.public_id, []),
        refused=refused,
    )
