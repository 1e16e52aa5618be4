"""Acting on several opinions at once, and undoing it."""

from __future__ import annotations

import pytest

from participation.access.actors import Role
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.desk.domain import UNDO_WITHIN, BulkAction, BulkRequest
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Denied, Refused
from participation.opinions.domain import OpinionStage
from participation.replies.queries import rows
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.desk import ask, do, fresh, take_back, visibility
from tests.support.builders.opinions import a_submission, an_opinion, opinions_of
from tests.support.builders.replies import a_point, an_editor, the_schemes
from tests.support.people import a_member_of_staff, actor_of

ALL_ROLES = (
    Role.OFFICER,
    Role.SCREENER,
    Role.EDITOR,
    Role.APPROVER,
    Role.ANALYST,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)


@pytest.fixture(autouse=True)
def _data(app):
    the_schemes()


def test_screening_holding_and_hiding_many_at_once_and_taking_it_back():
    consultation = an_open_consultation()
    one, two = opinions_of(a_submission(["一つ目の意見です。", "二つ目の意見です。"], to=consultation))
    screener = actor_of(a_member_of_staff(Role.SCREENER))
    before = (visibility(one), fresh(one).stage)
    batch = do(ask("screen", one, two), screener)
    assert fresh(one).stage is OpinionStage.SCREENED
    assert take_back(batch, screener).restored == 2
    assert (visibility(one), fresh(one).stage) == before
    batch = do(ask("hold", one, two, reason="確かめます。"), screener)
    assert visibility(two) is Visibility.HELD
    take_back(batch, screener)
    assert visibility(two) is before[0]
    with pytest.raises(Refused, match="条"):
        do(ask("hide", one, reason="理由"), screener)
    batch = do(ask("hide", one, reason="個人を傷つけることばがあります。", clause_number=1), screener)
    assert visibility(one) is Visibility.HIDDEN
    take_back(batch, screener)
    assert visibility(one) is before[0]


def test_putting_many_into_a_point_and_taking_it_back():
    consultation = an_open_consultation()
    one, two, three = (an_opinion(to=consultation) for _ in range(3))
    point = a_point([one])
    editor = an_editor()
    batch = do(ask("to_point", one, two, three, point=point.public_id), editor)
    assert batch.changed_count == 2, "one was in it already"
    assert rows.opinion_ids_in(point) == [one.id, two.id, three.id]
    assert take_back(batch, editor).restored == 2
    assert rows.opinion_ids_in(point) == [one.id]
    batch = do(ask("new_point", two, three, title="新しい論点"), editor)
    assert fresh(two).stage is OpinionStage.GROUPED
    take_back(batch, editor)
    batch = do(ask("without_point", two, without_reason="impression"), editor)
    take_back(batch, editor)
    assert rows.find_without_point(fresh(two)) is None


def test_undoing_leaves_what_somebody_changed_since_and_says_which():
    consultation = an_open_consultation()
    one, two = (an_opinion(to=consultation) for _ in range(2))
    point, other = a_point(to=consultation), a_point(to=consultation)
    editor = an_editor()
    batch = do(ask("to_point", one, two, point=point.public_id), editor)
    do(ask("to_point", two, point=other.public_id), an_editor())
    undone = take_back(batch, editor)
    assert undone.restored == 1
    assert undone.changed_since == (fresh(two).number,)
    assert f"意見{fresh(two).number}は" in undone.in_words()
    with pytest.raises(Conflict, match="もう取り消せません"):
        take_back(batch, editor)


def test_only_oneself_undoes_and_only_for_an_hour(clock):
    opinion = an_opinion()
    editor = an_editor()
    batch = do(ask("screen", opinion), editor)
    with pytest.raises(Denied, match="ほかの職員"):
        take_back(batch, an_editor())
    clock.advance(UNDO_WITHIN * 2)
    with pytest.raises(Conflict):
        take_back(batch, editor)


def test_roles_keep_to_their_work():
    opinion = an_opinion()
    point = a_point(to=db.session.get_one(Consultation, opinion.consultation_id))
    officer = actor_of(a_member_of_staff(Role.OFFICER))
    screener = actor_of(a_member_of_staff(Role.SCREENER))
    with pytest.raises(Denied):
        do(ask("screen", opinion), officer)
    with pytest.raises(Denied):
        do(ask("to_point", opinion, point=point.public_id), screener)
    for role in (Role.AUDITOR, Role.ANALYST, Role.APPROVER):
        with pytest.raises(Denied):
            do(ask("screen", opinion), actor_of(a_member_of_staff(role)))


def test_nothing_chosen_and_nothing_to_do_are_refused():
    opinion = an_opinion()
    editor = an_editor()
    with pytest.raises(Refused, match="選んでください"):
        do(BulkRequest(BulkAction.SCREEN, ()), editor)
    do(ask("screen", opinion), editor)
    with pytest.raises(Refused, match="もうその対応"):
        do(ask("screen", opinion), editor)
