"""Pictures beside questions and options (設問の画像)."""

from __future__ import annotations

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, files
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.foundation.text import clean_line
from participation.surveys import queries
from participation.surveys.models import Survey, SurveyImage

MOST_IMAGES = 60
MOST_IMAGE_BYTES = 2 * 1024 * 1024
_KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def add_image(survey: Survey, name: str, content: bytes, *, by: Actor) -> SurveyImage:
    """Keep a picture for the questions of a draft; what it is, its content says, not its name."""
    access.require(by, "surveys.change", survey)
    if len(queries.list_images(survey)) >= MOST_IMAGES:
        raise Refused(f"画像は{MOST_IMAGES}枚までです。使わないものを取り除いてください。", field="picture")
    if len(content) > MOST_IMAGE_BYTES:
        raise Refused(
            f"画像は1枚{MOST_IMAGE_BYTES // 1024 // 1024}MBまでです。小さくしてから選んでください。",
            field="picture",
        )
    media_type = next((kind for start, kind in _KINDS.items() if content.startswith(start)), None)
    if media_type is None:
        raise Refused("画像は、PNGかJPEGのファイルを選んでください。", field="picture")
    image = SurveyImage(
        survey_id=survey.id,
        name=clean_line(name)[-200:] or "画像",
        media_type=media_type,
        file_hash=files.keep(content),
        size=len(content),
        added_at=clock.now(),
        added_by_id=by.person_id,
    )
    db.session.add(image)
    db.session.flush()
    audit.record(by, "surveys.change", survey, changes={"image": image.public_id})
    return image
