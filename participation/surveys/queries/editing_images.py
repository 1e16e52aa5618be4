"""The pictures of questionnaires (設問の画像): which there are, where they are used, their content."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import String, cast, exists, select

from participation.foundation import files
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.surveys.domain.pictures import PICTURE_ROOM
from participation.surveys.models import Question, Survey, SurveyImage, SurveyTemplate


def list_images(survey: Survey) -> Sequence[SurveyImage]:
    """Return the pictures of a survey, the newest first."""
    return db.session.scalars(
        select(SurveyImage).where(SurveyImage.survey_id == survey.id).order_by(SurveyImage.id.desc())
    ).all()


def get_image(public_id: str) -> SurveyImage:
    """Return a picture by its public id; raises NotFound."""
    image = db.session.scalars(select(SurveyImage).where(SurveyImage.public_id == public_id)).one_or_none()
    if image is None:
        raise NotFound
    return image


def get_image_of(survey: Survey, public_id: str) -> SurveyImage:
    """Return a picture of this survey; raises NotFound."""
    image = get_image(public_id)
    if image.survey_id != survey.id:
        raise NotFound
    return image


def uses_elsewhere(survey: Survey, image: SurveyImage) -> list[str]:
    """Return where else a picture is used: other surveys made from this one, and templates, by their titles."""
    others = db.session.scalars(
        select(Survey.title)
        .where(
            Survey.id != survey.id,
            exists().where(
                Question.survey_id == Survey.id,
                (Question.image == image.public_id)
                | cast(Question.spec, String).contains(f'"{image.public_id}"'),
            ),
        )
        .order_by(Survey.id)
    ).all()
    templates = db.session.scalars(
        select(SurveyTemplate.title)
        .where(cast(SurveyTemplate.content, String).contains(f'"{image.public_id}"'))
        .order_by(SurveyTemplate.id)
    ).all()
    return [f"「{title}」" for title in others] + [f"ひな形「{title}」" for title in templates]


def has_image_content(file_hash: str) -> bool:
    """Return whether a picture has this content."""
    return db.session.scalar(select(exists().where(SurveyImage.file_hash == file_hash))) or False


def list_images_by_id(public_ids: Collection[str]) -> Sequence[SurveyImage]:
    """Return pictures by their public ids, of whatever survey: copies show those of the first."""
    return db.session.scalars(
        select(SurveyImage).where(SurveyImage.public_id.in_(public_ids)).order_by(SurveyImage.id)
    ).all()


def read_image(image: SurveyImage) -> bytes:
    """Return the content of a picture; raises files.Lost. The older ones lie among the files of opinions."""
    try:
        return files.read(image.file_hash, PICTURE_ROOM)
    except files.Lost:
        return files.read(image.file_hash)
