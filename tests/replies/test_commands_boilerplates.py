"""Words that are used again and again (定型文): who keeps them, their versions, where they were used."""

from __future__ import annotations

import pytest

from participation.access.actors import Role, system
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, NotFound, Refused
from participation.replies import commands
from participation.replies.domain import BoilerplateDraft, ReplyDraftText, Source, SourceKind
from participation.replies.models import ReplySource
from participation.replies.queries import boilerplates, editor, rows
from tests.support.builders.boilerplates import a_boilerplate
from tests.support.builders.replies import a_draft, a_point, an_editor, published, submitted, the_schemes
from tests.support.people import a_member_of_staff, a_section, actor_of

BY = system("tests")


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


def token(boilerplate):
    return Source(SourceKind.BOILERPLATE, boilerplate.public_id, boilerplate.latest_number).token


def offered(section_ids):
    return editor.offered("generic", section_ids).boilerplates


def written_from(point, *tokens, body="文です。", by=None):
    reply = rows.find_reply(point)
    draft = ReplyDraftText(body, "A", reply.latest_number if reply else 0, sources=tokens)
    with transaction():
        return commands.draft_reply(point.public_id, draft, by=by or an_editor())


def test_the_variables_are_filled_from_the_point_and_the_rest_is_left_to_the_writer(app):
    section = a_section("広報課")
    point = a_point(title="区報の文字", section=section)
    kept = a_boilerplate()
    text, number = boilerplates.get_filled(kept.public_id, point)
    assert text == "「区報の文字」は、広報課が{期限}までに検討します。"
    assert number == 1


def test_a_section_that_is_not_known_yet_leaves_its_variable(app):
    point = a_point()
    with transaction():
        point.section_id = None
    text, _ = boilerplates.get_filled(a_boilerplate("{課名}と{日付}と{案件}").public_id, point)
    assert text.startswith("{課名}と令和")
    assert "{案件}" not in text


def test_what_was_not_filled_in_keeps_a_reply_from_being_decided_on_and_is_named_with_its_place(app):
    point = a_point()
    a_draft(point, "一行目です。\n\n区は{期限}までに検討します。")
    with pytest.raises(Refused) as refusal:
        submitted(point, rows.get_version(rows.find_reply(point), 1))
    assert "区の考え方の3行目" in refusal.value.reason
    assert "{期限}" in refusal.value.reason
    a_draft(point, "区は3月までに検討します。")
    submitted(point, rows.get_version(rows.find_reply(point), 2))


def test_where_it_was_used_is_told_with_the_versions_of_both(app):
    kept = a_boilerplate("文です。")
    first, second = a_point(), a_point()
    written_from(first, token(kept))
    written_from(first, token(kept), body="直した文です。")
    with transaction():
        commands.edit_boilerplate(
            kept.public_id, BoilerplateDraft("検討の時期と担当", "新しい文。"), 1, by=BY
        )
    written_from(second, token(kept))
    page = boilerplates.get_page(kept.public_id)
    assert page.reply_count == 2
    assert {(use.point_number, use.versions, use.boilerplate_number) for use in page.uses} == {
        (first.number, (1, 2), 1),
        (second.number, (1,), 2),
    }
    (line,) = boilerplates.list_boilerplates(boilerplates.BoilerplateFilter())
    assert line.used == 2


def test_a_later_version_that_no_longer_names_it_has_not_used_it(app):
    kept = a_boilerplate("文です。")
    point = a_point()
    written_from(point, token(kept))
    written_from(point)
    (use,) = boilerplates.get_page(kept.public_id).uses
    assert use.versions == (1,)
    assert not use.is_newest
    assert boilerplates.list_boilerplates(boilerplates.BoilerplateFilter())[0].used == 0


def test_the_version_made_at_submission_keeps_what_it_was_written_from(app):
    kept = a_boilerplate("文です。")
    point = a_point()
    written_from(point, token(kept))
    with transaction():
        commands.retitle_point(point.public_id, "別の題名", point.summary, by=an_editor())
    version = submitted(point, rows.get_version(rows.find_reply(point), 1))
    assert version.number == 2
    assert [each.token for each in editor.offered("generic", [], version.reply_id, 2).sources] == [
        token(kept)
    ]


@pytest.mark.parametrize(
    "made_up", ["boilerplate:nothing000:1", "precedent:nothing000:1", "x", "boilerplate::", ""]
)
def test_a_source_that_does_not_exist_is_left_out(app, made_up):
    written_from(a_point(), made_up)
    assert db.session.query(ReplySource).count() == 0


def test_an_earlier_reply_is_noted_as_a_source_by_its_version(app):
    old, new = a_point(title="前の論点"), a_point()
    version = published(old)
    source = Source(SourceKind.PRECEDENT, old.public_id, version.number)
    made = written_from(new, source.token)
    (line,) = editor.offered("generic", [], made.reply_id, 1).sources
    assert (line.token, line.title, line.has_newer) == (source.token, f"No.{old.number} 前の論点", False)


def test_an_officer_keeps_the_words_of_their_own_section_only(app):
    section = a_section()
    officer = actor_of(a_member_of_staff(Role.OFFICER, section=section))
    with transaction():
        kept = commands.add_boilerplate(BoilerplateDraft("題", "文", "", section.code), by=officer)
    for code in (None, a_section().code):
        with pytest.raises(Denied), transaction():
            commands.add_boilerplate(BoilerplateDraft("題2", "文", "", code), by=officer)
    wards = a_boilerplate()
    with pytest.raises(Denied), transaction():
        commands.edit_boilerplate(wards.public_id, BoilerplateDraft("題", "文"), 1, by=officer)
    with pytest.raises(Denied), transaction():
        commands.retire_boilerplate(wards.public_id, by=officer)
    with transaction():
        commands.retire_boilerplate(kept.public_id, by=officer)


def test_whoever_edits_second_is_told(app):
    kept = a_boilerplate()
    with transaction():
        commands.edit_boilerplate(kept.public_id, BoilerplateDraft("題", "先の文"), 1, by=BY)
    with pytest.raises(Conflict), transaction():
        commands.edit_boilerplate(kept.public_id, BoilerplateDraft("題", "後の文"), 1, by=BY)
    assert boilerplates.get_page(kept.public_id).latest.body == "先の文"


def test_saving_the_same_words_makes_no_version(app):
    kept = a_boilerplate("文", title="題", category="")
    with transaction():
        commands.edit_boilerplate(kept.public_id, BoilerplateDraft("題", "文"), 1, by=BY)
    assert kept.latest_number == 1


@pytest.mark.parametrize(("title", "body", "field"), [(" ", "文", "title"), ("題", "\n", "body")])
def test_words_without_a_title_or_a_text_are_refused(app, title, body, field):
    with pytest.raises(Refused) as refusal, transaction():
        commands.add_boilerplate(BoilerplateDraft(title, body), by=BY)
    assert refusal.value.field == field


def test_two_of_one_title_would_be_mistaken_for_each_other(app):
    a_boilerplate(title="題")
    with pytest.raises(Refused):
        a_boilerplate(title="題")
    a_boilerplate(title="題", section=a_section().code)


def test_what_is_retired_is_offered_no_longer_and_may_come_back(app):
    point = a_point()
    kept = a_boilerplate()
    with transaction():
        commands.retire_boilerplate(kept.public_id, by=BY)
    assert offered([]) == ()
    with pytest.raises(NotFound):
        boilerplates.get_filled(kept.public_id, point)
    assert boilerplates.list_boilerplates(boilerplates.BoilerplateFilter()) == []
    assert len(boilerplates.list_boilerplates(boilerplates.BoilerplateFilter(retired=True))) == 1
    with transaction():
        commands.restore_boilerplate(kept.public_id, by=BY)
    assert [key for key, _ in offered([])] == [kept.public_id]


def test_a_writer_is_offered_their_sections_words_and_the_wards(app):
    ours, theirs = a_section(), a_section()
    a_boilerplate(title="区の")
    a_boilerplate(title="私たちの", section=ours.code, category="")
    a_boilerplate(title="よその", section=theirs.code)
    assert [label for _, label in offered([ours.id])] == [
        "私たちの",
        "これからのこと：区の",
    ]
