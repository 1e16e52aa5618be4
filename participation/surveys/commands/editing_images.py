"""Pictures beside questions and options (設問の画像): added, described, replaced, taken away."""

from __future__ import annotations

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, files
from participation.foundation.db import after_commit, db
from participation.foundation.errors import NotFound, Refused
from participation.foundation.text import clean_line
from participation.surveys import queries
from participation.surveys.commands.editing import _lock
from participation.surveys.domain import SurveyStatus
from participation.surveys.domain.pictures import PICTURE_ROOM, check_picture, with_other_picture
from participation.surveys.models import Survey, SurveyImage

MOST_IMAGES = 60
SAY_WHAT = "何の画像かを書いてください。画像を見られない人に読み上げます。"


def add_image(survey: Survey, name: str, content: bytes, *, text: str = "", by: Actor) -> SurveyImage:
    """Keep a picture for the questions of a draft; what it is, its content says, not its name."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    if len(queries.list_images(survey)) >= MOST_IMAGES:
        raise Refused(f"画像は{MOST_IMAGES}枚までです。使わないものを取り除いてください。", field="picture")
    image = _kept(survey, name, content, text, by)
    audit.record(by, "surveys.change", survey, changes={"image": image.public_id})
    return image


def describe_image(survey: Survey, image: SurveyImage, text: str, *, by: Actor) -> None:
    """Say anew what a picture shows, wherever it stands in the draft."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    _refuse_foreign(survey, image)
    if not text:
        raise Refused(SAY_WHAT, field="text")
    image.text = text
    _put_instead(survey, image.public_id, image.public_id, text)
    audit.record(by, "surveys.change", survey, changes={"image": image.public_id, "described": True})


def replace_image(
    survey: Survey, image: SurveyImage, name: str, content: bytes, *, text: str, by: Actor
) -> SurveyImage:
    """Put another picture wherever one stands in a draft, with words of its own; the one before goes.

    It gets an address of its own: browsers keep the picture that they know under an address.
    """
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    _refuse_foreign(survey, image)
    if not text:
        raise Refused(SAY_WHAT, field="text")
    new = _kept(survey, name, content, text, by)
    _put_instead(survey, image.public_id, new.public_id, text)
    audit.record(
        by, "surveys.change", survey, changes={"image": new.public_id, "instead_of": image.public_id}
    )
    if not queries.uses_elsewhere(survey, image):
        _let_go(image)
    return new


def remove_image(survey: Survey, image: SurveyImage, *, by: Actor) -> None:
    """Take a picture away, out of every question of the draft where it stands."""
    access.require(by, "surveys.change", survey)
    _lock(survey, SurveyStatus.DRAFT)
    _refuse_foreign(survey, image)
    elsewhere = queries.uses_elsewhere(survey, image)
    if elsewhere:
        raise Refused(f"この画像は{'、'.join(elsewhere[:3])}でも使っているので、取り除けません。")
    _put_instead(survey, image.public_id, "", "")
    audit.record(by, "surveys.change", survey, changes={"image_removed": image.public_id})
    _let_go(image)


def _kept(survey: Survey, name: str, content: bytes, text: str, by: Actor) -> SurveyImage:
    picture = check_picture(content)
    image = SurveyImage(
        survey_id=survey.id,
        name=clean_line(name)[-200:] or "画像",
        text=text,
        media_type=picture.media_type,
        file_hash=files.keep(content, PICTURE_ROOM),
        size=len(content),
        added_at=clock.now(),
        added_by_id=by.person_id,
    )
    db.session.add(image)
    db.session.flush()
    return image


def _refuse_foreign(survey: Survey, image: SurveyImage) -> None:
    if image.survey_id != survey.id:
        raise NotFound


def _put_instead(survey: Survey, before: str, after: str, text: str) -> None:
    for question in queries.list_questions(survey):
        if question.image == before:
            question.image, question.image_text = after, text
        spec = queries.asked(question).spec
        changed = with_other_picture(spec, before, after, text)
        if changed != spec:
            question.spec = changed.model_dump(mode="json")


def _let_go(image: SurveyImage) -> None:
    """Take a picture off the disk after the commit, except where another row has the same content."""
    name = image.file_hash
    db.session.delete(image)
    db.session.flush()
    if not queries.has_image_content(name):
        after_commit(lambda: files.remove(name, PICTURE_ROOM))
