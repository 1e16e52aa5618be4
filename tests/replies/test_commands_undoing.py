"""Undoing one's own last act of gathering: all of it or nothing, never over what another did since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, NotFound, Refused
from participation.opinions.models import Opinion
from participation.replies import commands
from participation.replies.domain import NoPointReason, Operation, PointDraft
from participation.replies.models import Amendment, GatherAct, Point
from participation.replies.queries import acts, one_point, rows
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import (
    a_draft,
    a_point,
    an_editor,
    an_officer,
    published,
    submitted,
    the_schemes,
)
from tests.support.people import a_section


@pytest.fixture
def consultation(app):
    the_schemes()
    return an_open_consultation()


@pytest.fixture
def editor(consultation):
    return an_editor()


def do(command, *given, by, **named):
    with transaction():
        return command(*given, by=by, **named)


def undo(consultation, editor):
    act = acts.find_to_undo(consultation.id, editor)
    return do(commands.undo_gathering, act.public_id, by=editor)


def picture(consultation):
    """Where every opinion is, in which stage, and which points there are."""
    db.session.rollback()
    db.session.expire_all()
    members = db.session.scalars(select(Opinion).where(Opinion.consultation_id == consultation.id)).all()
    points = db.session.scalars(select(Point).where(Point.consultation_id == consultation.id)).all()
    return (
        acts.states_of(each.id for each in members),
        {each.number: each.stage for each in members},
        {each.number: (each.title, each.merged_into_id) for each in points},
    )


def draft(consultation, opinions, title="木陰"):
    return PointDraft(
        consultation_code=consultation.code,
        title=title,
        summary="",
        opinions=tuple(each.public_id for each in opinions),
    )


def test_every_act_is_undone_one_after_the_other_back_to_the_beginning(consultation, editor):
    said = [an_opinion(said=f"意見{number}", to=consultation) for number in range(5)]
    ids = [each.public_id for each in said]
    pictures = [picture(consultation)]

    def act(command, *given):
        done = do(command, *given, by=editor)
        pictures.append(picture(consultation))
        return done

    first = act(commands.gather_point, draft(consultation, said[:2]))
    act(commands.mark_without_point, ids[4:], NoPointReason.OTHER, "お礼")
    second = act(commands.gather_point, draft(consultation, said[2:3], "日よけ"))
    act(commands.add_to_point, second.public_id, ids[3:])
    act(commands.split_point, second.public_id, ids[3:4], "屋根", "")
    act(commands.remove_from_point, second.public_id, ids[2:3])
    act(commands.merge_points, second.public_id, first.public_id)
    told = [each.told for each in db.session.scalars(select(GatherAct).order_by(GatherAct.id))]
    assert told == [
        "No.1「木陰」を作り、意見を2件入れました。",
        "意見1件を「論点なし」にしました。",
        "No.2「日よけ」を作り、意見を1件入れました。",
        "No.2「日よけ」に、意見を2件入れました。",
        "意見1件を、No.3「屋根」に分けました。",
        "No.2「日よけ」から、意見を1件外しました。",
        "No.2「日よけ」を、No.1にまとめました。",
    ]
    while len(pictures) > 1:
        pictures.pop()
        undo(consultation, editor)
        assert picture(consultation) == pictures[-1]
    assert acts.find_to_undo(consultation.id, editor) is None
    assert a_point([said[0]]).number == 4, "a number that somebody saw is not given again"


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_was_done_in_whatever_order_undoing_leads_back(app, data):
    the_schemes()
    consultation, editor = an_open_consultation(), an_editor()
    said = [an_opinion(said=f"意見{number}", to=consultation).public_id for number in range(3)]
    points = [a_point([an_opinion(to=consultation)], title=title).public_id for title in "甲乙丙"]
    pictures = [picture(consultation)]
    for _ in range(data.draw(st.integers(1, 4))):
        kind = data.draw(st.sampled_from(["add", "remove", "none", "merge"]))
        chosen = data.draw(st.lists(st.sampled_from(said), min_size=1, unique=True))
        one, other = (data.draw(st.sampled_from(points)) for _ in range(2))
        given_to = {
            "add": (commands.add_to_point, one, chosen),
            "remove": (commands.remove_from_point, one, chosen),
            "none": (commands.mark_without_point, chosen, NoPointReason.IMPRESSION),
            "merge": (commands.merge_points, one, other),
        }[kind]
        try:
            do(*given_to, by=editor)
        except Refused:
            continue
        pictures.append(picture(consultation))
    while acts.find_to_undo(consultation.id, editor) is not None:
        undo(consultation, editor)
        while len(pictures) > 1 and pictures[-1] == pictures[-2]:
            pictures.pop()
        pictures.pop()
        assert picture(consultation) == pictures[-1]
    assert picture(consultation) == pictures[0]


def test_what_another_did_since_is_not_overwritten_and_is_named(consultation, editor):
    said = [an_opinion(to=consultation) for _ in range(2)]
    point, other = a_point(to=consultation), a_point(to=consultation, title="ほか")
    do(commands.add_to_point, point.public_id, [each.public_id for each in said], by=editor)
    do(commands.add_to_point, other.public_id, [said[1].public_id], by=an_editor())
    before = picture(consultation)
    with pytest.raises(Refused, match=f"意見 {said[1].number}は、そのあとで動かされています"):
        undo(consultation, editor)
    assert picture(consultation) == before


@pytest.mark.parametrize("touch", ["draft", "retitle", "member"])
def test_a_point_that_another_began_to_work_on_is_not_taken_away(consultation, editor, touch):
    point = do(commands.gather_point, draft(consultation, [an_opinion(to=consultation)]), by=editor)
    if touch == "draft":
        a_draft(point)
    elif touch == "retitle":
        do(commands.retitle_point, point.public_id, "日よけ", "", by=an_editor())
    else:
        late = an_opinion(to=consultation)
        do(commands.add_to_point, point.public_id, [late.public_id], by=an_editor())
    with pytest.raises(Refused, match="作った論点に、もう"):
        undo(consultation, editor)
    assert rows.get_point(point.public_id).number == point.number


def test_amendments_that_went_with_a_merged_point_come_back_with_it(consultation, editor, clock):
    target, merged = a_point(to=consultation), a_point(to=consultation, title="ほか")
    with transaction():
        db.session.add(
            Amendment(
                point_id=merged.id,
                subject_id=merged.subject_id,
                place="公園",
                operation=Operation.ADD,
                before="",
                after="木を植える。",
                present_text="",
                recorded_at=clock.moment,
            )
        )
    do(commands.merge_points, merged.public_id, target.public_id, by=editor)
    assert db.session.scalars(select(Amendment.point_id)).all() == [target.id]
    undo(consultation, editor)
    assert db.session.scalars(select(Amendment.point_id)).all() == [merged.id]


def test_what_is_decided_on_or_was_told_to_its_author_stays(consultation, editor):
    late = an_opinion(to=consultation)
    waiting, public = a_point(to=consultation), a_point(to=consultation)
    submitted(waiting)
    published(public)
    for point, why in ((waiting, "決裁"), (public, "書いた人へもう知らせています")):
        do(commands.add_to_point, point.public_id, [late.public_id], by=editor)
        with pytest.raises(Refused, match=why):
            undo(consultation, editor)
        do(commands.remove_from_point, point.public_id, [late.public_id], by=editor)


@pytest.mark.parametrize(
    ("since", "why"),
    [
        ("merged", "別の論点にまとめられています"),
        ("published", "もとの論点が公表されています"),
        ("waits", "決裁"),
    ],
)
def test_nothing_is_put_back_into_a_point_that_went_its_way_since(consultation, editor, since, why):
    leaving, staying = an_opinion(to=consultation), an_opinion(to=consultation)
    point = a_point([leaving, staying])
    do(commands.remove_from_point, point.public_id, [leaving.public_id], by=editor)
    if since == "merged":
        other = a_point(to=consultation, title="ほか")
        do(commands.merge_points, point.public_id, other.public_id, by=an_editor())
    elif since == "published":
        published(point)
    else:
        submitted(point)
    before = picture(consultation)
    with pytest.raises(Refused, match=why):
        undo(consultation, editor)
    assert picture(consultation) == before


def test_only_the_own_latest_act_is_undone_and_only_for_an_hour_and_once(consultation, editor, clock):
    said = [an_opinion(to=consultation) for _ in range(2)]
    point = a_point(to=consultation)
    for each in said:
        do(commands.add_to_point, point.public_id, [each.public_id], by=editor)
    first, latest = db.session.scalars(select(GatherAct.public_id).order_by(GatherAct.id)).all()
    assert acts.find_to_undo(consultation.id, an_editor()) is None
    with pytest.raises(Denied, match="ほかの職員"):
        do(commands.undo_gathering, latest, by=an_editor())
    with pytest.raises(Refused, match="新しい操作から順に"):
        do(commands.undo_gathering, first, by=editor)
    with pytest.raises(NotFound):
        do(commands.undo_gathering, "nope", by=editor)
    do(commands.undo_gathering, latest, by=editor)
    with pytest.raises(Conflict, match="もう元に戻して"):
        do(commands.undo_gathering, latest, by=editor)
    clock.advance(timedelta(minutes=61))
    assert acts.find_to_undo(consultation.id, editor) is None
    with pytest.raises(Refused, match="1時間を過ぎた"):
        do(commands.undo_gathering, first, by=editor)


def test_an_officer_takes_back_what_they_put_into_a_point_of_another_section(consultation):
    officer = an_officer(a_section("公園課"))
    point = a_point(to=consultation, section=a_section("道路課"))
    before = picture(consultation)
    opinion = an_opinion(to=consultation)
    do(commands.add_to_point, point.public_id, [opinion.public_id], by=officer)
    undo(consultation, officer)
    assert picture(consultation)[0].keys() - before[0].keys() == {str(opinion.id)}
    assert picture(consultation)[0][str(opinion.id)] == [[], "", "", "received"]


def test_the_page_of_a_point_offers_only_what_concerns_it(consultation, editor):
    point, other = a_point(to=consultation), a_point(to=consultation, title="ほか")
    opinion = an_opinion(to=consultation)
    do(commands.add_to_point, point.public_id, [opinion.public_id], by=editor)
    assert one_point.get_written_point(point.public_id, editor).to_undo is not None
    assert one_point.get_written_point(other.public_id, editor).to_undo is None
    do(commands.merge_points, other.public_id, point.public_id, by=editor)
    for each in (point, other):
        assert "まとめました" in one_point.get_written_point(each.public_id, editor).to_undo.told


def test_what_the_program_does_by_itself_is_nobodys_to_undo(consultation):
    a_point(to=consultation, by=system("tests"))
    assert db.session.scalars(select(GatherAct)).all() == []
