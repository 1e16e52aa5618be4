"""Who may do what with opinions, before, during and after the call: one row each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.access import rules as access
from participation.access.actors import Actor, Role, visitor
from participation.consultations.queries import get_procedure
from participation.foundation import clock as app_clock
from participation.foundation.db import transaction
from participation.opinions import commands
from participation.opinions.domain import OpinionStage
from tests.conftest import Clock
from tests.support.builders.consultations import STAFF, a_planned_consultation, an_open_consultation, close
from tests.support.builders.opinions import an_opinion

pytestmark = pytest.mark.usefixtures("app")

GUEST = visitor("guest")
RESIDENT = Actor(frozenset({Role.RESIDENT}), person_id=1)
DELEGATE = Actor(frozenset({Role.RESIDENT, Role.DELEGATE}), person_id=2, organisation_ids=frozenset({1}))


def staff(role: Role) -> Actor:
    return Actor(frozenset({role}), person_id=9)


ACTORS = {
    "guest": GUEST,
    "resident": RESIDENT,
    "delegate": DELEGATE,
    **{role.value: staff(role) for role in (Role.OFFICER, Role.SCREENER, Role.EDITOR, Role.APPROVER)},
    **{role.value: staff(role) for role in (Role.ANALYST, Role.ADMINISTRATOR, Role.AUDITOR)},
}

#: action → who may before, during and after the call; everybody else may not.
SUBMITTING = {"guest", "resident", "delegate"}
ENTERING = {"officer", "screener", "editor", "administrator"}
TABLE = [
    ("opinions.submit", "before", set()),
    ("opinions.submit", "during", SUBMITTING),
    ("opinions.submit", "after", set()),
    ("opinions.record_paper", "before", set()),
    ("opinions.record_paper", "during", ENTERING),
    ("opinions.record_paper", "after", ENTERING),
]


@pytest.mark.parametrize(("action", "moment", "may"), TABLE)
@pytest.mark.parametrize("who", ACTORS)
def test_receiving(action: str, moment: str, may: set[str], who: str) -> None:
    consultation = a_planned_consultation() if moment == "before" else an_open_consultation()
    if moment == "after":
        close(consultation)
    assert bool(access.can(ACTORS[who], action, get_procedure(consultation.code))) is (who in may)


@pytest.mark.parametrize("who", ["guest", "resident"])
def test_a_call_that_nobody_closed_still_ends_with_its_period(who: str, clock: Clock) -> None:
    consultation = an_open_consultation()
    period = get_procedure(consultation.code).open_period
    clock.set(period.closes_at - timedelta(microseconds=1))
    assert access.can(ACTORS[who], "opinions.submit", get_procedure(consultation.code))
    clock.set(period.closes_at)
    decision = access.can(ACTORS[who], "opinions.submit", get_procedure(consultation.code))
    assert not decision
    assert "で終わりました" in decision.reason


@pytest.mark.parametrize(("guests", "may"), [(True, True), (False, False)])
def test_visitors_submit_only_where_the_call_allows_it(guests: bool, may: bool) -> None:
    procedure = get_procedure(an_open_consultation(allows_guests=guests).code)
    assert bool(access.can(GUEST, "opinions.submit", procedure)) is may
    assert access.can(RESIDENT, "opinions.submit", procedure)


@pytest.mark.parametrize(
    ("stage", "holds", "actor", "may"),
    [
        (OpinionStage.RECEIVED, True, RESIDENT, True),
        (OpinionStage.RECEIVED, True, GUEST, True),
        (OpinionStage.RECEIVED, False, RESIDENT, False),
        (OpinionStage.CONSIDERED, True, RESIDENT, True),
        (OpinionStage.ANSWERED, True, RESIDENT, False),
        (OpinionStage.REFLECTED, True, RESIDENT, False),
        (OpinionStage.RECEIVED, False, staff(Role.SCREENER), True),
        (OpinionStage.RECEIVED, False, staff(Role.AUDITOR), False),
        (OpinionStage.ANSWERED, False, staff(Role.SCREENER), False),
    ],
)
def test_withdrawing(stage: OpinionStage, holds: bool, actor: Actor, may: bool) -> None:
    opinion = _at(stage)
    assert bool(access.can(actor, "opinions.withdraw", opinion, holds)) is may


@pytest.mark.parametrize(
    ("stage", "is_closed", "holds", "may"),
    [
        (OpinionStage.RECEIVED, False, True, True),
        (OpinionStage.RECEIVED, False, False, False),
        (OpinionStage.SCREENED, False, True, False),
        (OpinionStage.RECEIVED, True, True, False),
    ],
)
def test_rewriting(stage: OpinionStage, is_closed: bool, holds: bool, may: bool) -> None:
    consultation = an_open_consultation()
    opinion = _at(stage, consultation)
    if is_closed:
        close(consultation)
    procedure = get_procedure(consultation.code)
    assert bool(access.can(RESIDENT, "opinions.revise", opinion, procedure, holds)) is may


@pytest.mark.parametrize(
    ("action", "may"),
    [
        ("opinions.screen", {"screener", "editor", "administrator"}),
        ("opinions.advance", {"officer", "screener", "editor", "approver", "administrator"}),
        ("opinions.publish", {"editor", "approver", "administrator"}),
        ("opinions.look_at_identity", {"officer", "screener", "editor", "administrator"}),
        (
            "opinions.read_register",
            {"officer", "screener", "editor", "approver", "analyst", "administrator", "auditor"},
        ),
    ],
)
def test_what_staff_may(action: str, may: set[str]) -> None:
    assert {who for who, actor in ACTORS.items() if access.can_ever(actor, action)} == may


def test_nobody_is_told_that_a_planned_call_is_over() -> None:
    consultation = a_planned_consultation()
    reason = access.can(GUEST, "opinions.submit", get_procedure(consultation.code)).reason
    assert reason == "募集はまだ始まっていません。"
    assert app_clock.now() > get_procedure(consultation.code).open_period.opens_at


def _at(stage: OpinionStage, consultation=None):
    opinion = an_opinion(to=consultation)
    with transaction():
        commands.advance_opinions([opinion], stage, by=STAFF)
    return opinion
