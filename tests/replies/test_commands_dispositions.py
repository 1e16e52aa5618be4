"""Sets of 対応区分: what was used keeps its words; what the ward changed is not loaded over."""

from __future__ import annotations

import pytest

from participation.access.actors import Role, system
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, NotFound, Refused
from participation.replies import commands
from participation.replies.domain import DispositionDraft
from participation.replies.queries import disposition_sets, rows
from participation.replies.queries.published import list_replies
from tests.support.builders.replies import a_point, published, the_schemes
from tests.support.people import a_member_of_staff, actor_of

BY = system("tests")


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


def labels(code="generic"):
    return [each.label for each in rows.list_dispositions(code)]


def test_a_new_one_stands_at_the_end(app):
    with transaction():
        added = commands.add_disposition("generic", DispositionDraft("F", "所管へ伝達"), by=BY)
    assert labels()[-1] == "所管へ伝達"
    with transaction():
        assert commands.add_disposition("generic", DispositionDraft("G", "検討中"), by=BY).code != added.code


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (DispositionDraft("A", "別の名前"), "symbol"),
        (DispositionDraft("Z", "反映"), "label"),
        (DispositionDraft(" ", "別の名前"), "symbol"),
        (DispositionDraft("Z", " "), "label"),
    ],
)
def test_a_sign_and_a_name_stand_once_in_a_set(app, draft, field):
    with pytest.raises(Refused) as refusal, transaction():
        commands.add_disposition("generic", draft, by=BY)
    assert refusal.value.field == field


def test_one_that_was_used_keeps_its_words_and_may_only_be_retired(app):
    point = a_point()
    published(point)
    with pytest.raises(Refused), transaction():
        commands.edit_disposition("generic", "A", DispositionDraft("A", "ちがうことば"), by=BY)
    with transaction():
        commands.retire_disposition("generic", "A", by=BY)
    assert "反映" not in labels()
    (reply,) = list_replies(point.consultation_id).items
    assert reply.disposition_text == "A 反映"
    with transaction():
        commands.restore_disposition("generic", "A", by=BY)
    assert labels()[0] == "反映"


def test_one_that_nobody_used_is_reworded(app):
    with transaction():
        commands.edit_disposition("generic", "B", DispositionDraft("Ｂ", "もう書いてある"), by=BY)
    assert labels()[1] == "もう書いてある"


def test_they_are_moved_up_and_down_and_stay_at_the_ends(app):
    first, second, *rest = labels()
    for up in (True, False):
        with transaction():
            commands.move_disposition("generic", "A", up=up, by=BY)
    assert labels() == [second, first, *rest]
    with transaction():
        commands.move_disposition("generic", "E", up=False, by=BY)
    assert labels() == [second, first, *rest]


def test_the_last_one_cannot_be_retired(app):
    *others, last = [each.code for each in rows.list_dispositions("setagaya")]
    with transaction():
        for code in others:
            commands.retire_disposition("setagaya", code, by=BY)
    with pytest.raises(Refused), transaction():
        commands.retire_disposition("setagaya", last, by=BY)


def test_loading_the_file_again_leaves_a_set_alone_that_the_ward_changed(app):
    with transaction():
        commands.retire_disposition("generic", "E", by=BY)
    the_schemes()
    assert len(labels()) == 4
    assert len(labels("nerima6")) == 6


def test_only_an_administrator_changes_them(app):
    editor = actor_of(a_member_of_staff(Role.EDITOR))
    with pytest.raises(Denied), transaction():
        commands.retire_disposition("generic", "E", by=editor)


def test_what_is_not_there_is_not_found(app):
    with pytest.raises(NotFound), transaction():
        commands.retire_disposition("generic", "no-such", by=BY)
    with pytest.raises(NotFound):
        disposition_sets.get_set("no-such")


def test_the_list_counts_what_is_offered_and_used(app):
    point = a_point()
    published(point)
    lines = {each.code: each for each in disposition_sets.list_sets()}
    assert lines["generic"].consultations == 1
    assert (lines["generic"].offered, lines["generic"].retired) == (5, 0)
    assert lines["nerima6"].consultations == 0
    used = {each.code: each.used for each in disposition_sets.get_set("generic").lines}
    assert used == {"A": 1, "B": 0, "C": 0, "D": 0, "E": 0}
    assert db.session.is_active
