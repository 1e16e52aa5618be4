"""Routes as data: loaded, made, changed, retired; impossible ones are refused with the reason."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import Role
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.replies import commands
from participation.replies.domain import RouteDraft, StepDraft, StepKind
from participation.replies.models import ApprovalRoute
from participation.replies.queries import routing
from tests.support.builders.office import BY, a_route
from tests.support.people import a_member_of_staff, a_section, actor_of

DECIDE = StepDraft(9, StepKind.DECIDE, "head")


def test_the_seed_is_loaded_once_and_what_administrators_changed_stays(app):
    names = [line.name for line in routing.list_routes()]
    assert names == ["課長まで", "部長まで"]
    first = db.session.scalars(select(ApprovalRoute).order_by(ApprovalRoute.id)).first()
    with transaction():
        commands.change_route(first.public_id, RouteDraft("直した経路", (DECIDE,)), 1, by=BY)
    with transaction():
        assert commands.load_routes(by=BY) == 0
    assert "直した経路" in [line.name for line in routing.list_routes()]


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(app, tmp_path):
    for text in (
        "[[route",
        '[[route]]\ncode = "x"',
        '[[route]]\ncode="x"\nname="x"\nstep=[{position=1,kind="?"}]',
    ):
        path = tmp_path / "routes.toml"
        path.write_text(text, "utf-8")
        with pytest.raises(Refused, match="決裁の経路のファイルを読めません"), transaction():
            commands.load_routes(path, by=BY)


def test_places_are_counted_anew_and_the_way_reads_in_one_line(app):
    section = a_section("防災課")
    route = a_route(
        StepDraft(7, StepKind.DECIDE, "director"),
        StepDraft(3, StepKind.CONSULT, "head", section.code),
        StepDraft(3, StepKind.CONSULT, "head"),
        name="合議あり",
    )
    line = routing.get_route_line(route.public_id)
    assert [step.position for step in line.steps] == [1, 1, 2]
    assert line.in_words == "合議：防災課 課長・合議：担当課の課長 → 決裁：担当課の部長"


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (RouteDraft(" ", (DECIDE,)), "名前"),
        (RouteDraft("x", ()), "段を1つ以上"),
        (RouteDraft("x", (StepDraft(1, StepKind.AGREE, "head"),)), "最後は"),
        (RouteDraft("x", (StepDraft(1, StepKind.DECIDE, "head"), DECIDE)), "最後の1つだけ"),
        (RouteDraft("x", (DECIDE, DECIDE)), "最後は"),
        (RouteDraft("x", (DECIDE,) * 9), "8つまで"),
        (RouteDraft("x", (StepDraft(1, StepKind.DECIDE, "nai"),)), "登録されていない"),
        (RouteDraft("x", (StepDraft(1, StepKind.CONSULT, "", "s"), DECIDE)), "役職も"),
        (RouteDraft("x", (DECIDE,), section="nai"), "その課はありません"),
        (RouteDraft("x", (StepDraft(1, StepKind.DECIDE, "head", refuses_own=False),)), "自分が書いたもの"),
    ],
)
def test_an_impossible_route_is_refused_with_the_reason(app, draft, reason):
    with pytest.raises(Refused, match=reason), transaction():
        commands.make_route(draft, by=BY)


def test_the_second_of_two_administrators_is_told(app):
    route = a_route()
    seen = routing.get_route_line(route.public_id).version
    with transaction():
        commands.change_route(route.public_id, RouteDraft("一人目", (DECIDE,)), seen, by=BY)
    with pytest.raises(Conflict, match="先にこの経路を"), transaction():
        commands.change_route(route.public_id, RouteDraft("二人目", (DECIDE,)), seen, by=BY)


def test_a_retired_route_is_not_offered_and_can_come_back(app):
    route = a_route(name="臨時の経路")
    section = a_section()
    offered, _ = routing.choices_for(section.id)
    assert any("臨時の経路" in label for _, label in offered)
    for retired in (True, False):
        with transaction():
            commands.retire_route(route.public_id, retired=retired, by=BY)
        offered, _ = routing.choices_for(section.id)
        assert any("臨時の経路" in label for _, label in offered) is not retired


def test_a_section_is_offered_its_own_route_first_and_not_those_of_others(app):
    ours, theirs = a_section("広報課"), a_section("防災課")
    own = a_route(name="広報課の経路", section=ours.code)
    a_route(name="防災課の経路", section=theirs.code)
    offered, usual = routing.choices_for(ours.id)
    assert usual == own.public_id
    assert not any("防災課の経路" in label for _, label in offered)
    assert offered[0][0] == "", "the shortest way is always there"
    assert routing.choices_for(None)[1] == ""


def test_only_administrators_change_routes(app):
    for role in (Role.APPROVER, Role.EDITOR, Role.OFFICER):
        with pytest.raises(Denied), transaction():
            commands.make_route(RouteDraft("x", (DECIDE,)), by=_actor(role))


_people: dict[Role, object] = {}


def _actor(role):
    return _people[role]


@pytest.fixture(autouse=True)
def _staff(app):
    for role in (Role.APPROVER, Role.EDITOR, Role.OFFICER):
        _people[role] = actor_of(a_member_of_staff(role))
