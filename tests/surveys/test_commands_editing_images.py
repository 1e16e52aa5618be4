"""Pictures of a questionnaire: added, described, replaced, taken away, without loose ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from participation.foundation import files
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, NotFound, Refused
from participation.surveys import commands, queries
from participation.surveys.domain import MultipleSpec, Option
from participation.surveys.domain.pictures import PICTURE_ROOM
from participation.surveys.models import SurveyImage
from tests.support.builders.surveys import EDITOR, a_question, a_survey
from tests.support.photographs import png
from tests.surveys.test_domain_pictures import LOSSY


def add(survey, content=None, text="公園の入口"):
    with transaction():
        return commands.add_image(survey, "公園.png", content or png(), text=text, by=EDITOR)


@pytest.fixture
def pictured(app):
    """A draft whose one question and one option show the same picture."""
    survey = a_survey([a_question()], published=False)
    image = add(survey)
    options = (
        Option(code="a1", label="公園", image=image.public_id, image_text="入口"),
        Option(code="a2", label="駅"),
    )
    draft = replace(a_question(MultipleSpec(options=options)), image=image.public_id, image_text="公園の入口")
    with transaction():
        commands.change_question(survey, "q1", draft, by=EDITOR)
    return survey, image


def asked(survey):
    return queries.get_questionnaire(survey).questions[0]


def test_new_words_for_a_picture_are_read_out_wherever_it_stands(pictured):
    survey, image = pictured
    with transaction():
        commands.describe_image(survey, image, "春の公園", by=EDITOR)
    question = asked(survey)
    assert (question.image_text, question.spec.options[0].image_text, image.text) == ("春の公園",) * 3
    with pytest.raises(Refused, match="何の画像か"), transaction():
        commands.describe_image(survey, image, "", by=EDITOR)


def test_another_picture_takes_its_place_under_an_address_of_its_own_and_the_old_one_is_gone(pictured):
    survey, image = pictured
    old, content = image.public_id, image.file_hash
    with transaction():
        new = commands.replace_image(survey, image, "新.webp", LOSSY, text="冬の公園", by=EDITOR)
    question = asked(survey)
    assert question.image == question.spec.options[0].image == new.public_id != old
    assert (question.image_text, new.media_type, new.text) == ("冬の公園", "image/webp", "冬の公園")
    with pytest.raises(NotFound):
        queries.get_image(old)
    with pytest.raises(files.Lost):
        files.read(content, PICTURE_ROOM)
    assert queries.read_image(new) == LOSSY


def test_a_picture_taken_away_leaves_the_words_of_its_questions(pictured):
    survey, image = pictured
    with transaction():
        commands.remove_image(survey, image, by=EDITOR)
    question = asked(survey)
    assert (question.image, question.image_text, question.spec.options[0].image) == ("", "", "")
    assert question.text == "区報を読みますか"
    assert list(queries.list_images(survey)) == []


def test_what_copies_and_templates_show_is_not_taken_from_them(pictured):
    survey, image = pictured
    with transaction():
        commands.keep_template(survey, "定点", "", by=EDITOR)
    with pytest.raises(Refused, match="ひな形「定点」"), transaction():
        commands.remove_image(survey, image, by=EDITOR)
    with transaction():
        commands.replace_image(survey, image, "新.png", png(10, 10), text="別", by=EDITOR)
    assert queries.get_image(image.public_id).text == "公園の入口", "the template still shows it"


def test_the_same_content_stays_on_the_disk_while_another_picture_has_it(pictured):
    survey, image = pictured
    twin, content = add(survey), image.file_hash
    with transaction():
        commands.remove_image(survey, image, by=EDITOR)
    assert queries.read_image(twin) == png()
    with transaction():
        commands.remove_image(survey, db.session.get_one(SurveyImage, twin.id), by=EDITOR)
    with pytest.raises(files.Lost):
        files.read(content, PICTURE_ROOM)


def test_pictures_of_another_survey_and_of_one_that_is_published_are_not_touched(pictured):
    survey, image = pictured
    other = a_survey([a_question()], published=False)
    acts = (
        lambda each: commands.describe_image(each, image, "x", by=EDITOR),
        lambda each: commands.replace_image(each, image, "x", png(), text="x", by=EDITOR),
        lambda each: commands.remove_image(each, image, by=EDITOR),
    )
    for act in acts:
        with pytest.raises(NotFound), transaction():
            act(other)
    with transaction():
        commands.publish_survey(survey, by=EDITOR)
    for act in acts:
        with pytest.raises(Denied), transaction():
            act(survey)


def test_sheets_are_printed_even_where_a_picture_cannot_be_set(pictured, tmp_path):
    survey, _ = pictured
    sheet = queries.set_sheet(survey, issuer="見本区", link="http://localhost/surveys/x", folder=tmp_path)
    assert sheet.startswith(b"%PDF-")
