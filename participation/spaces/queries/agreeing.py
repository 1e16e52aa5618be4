"""One consensus check: its answers with their reasons, who may answer, and what is still to be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from participation.access.actors import Actor
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.contributions.queries import may_read
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Person
from participation.places.models import ResidentialDistrict
from participation.proposals.models import Proposal
from participation.spaces.domain import Audience, Consent, SaidOfDraft, SpaceKind, tally
from participation.spaces.models import ConsensusAnswer, ConsensusCheck, LocalIssue, Space
from participation.spaces.queries.showing import list_organisation_ids

#: Answers that are read on one page: a space is a neighbourhood.
MOST_ANSWERS = 500


@dataclass(frozen=True)
class AnswerLine:
    """One answer as a page shows it."""

    public_id: str
    contribution_public_id: str
    consent: Consent
    is_strong: bool
    name: str
    reason: str
    #: shown, pending, held, hidden, withdrawn or erased.
    state: str
    note: str
    said_at: datetime
    answer: str
    is_mine: bool


@dataclass(frozen=True)
class CheckPage:
    """A consensus check with everything its page shows."""

    check: ConsensusCheck
    space: Space
    issue: LocalIssue
    secretariat: CommunityOrganisation | None
    proposal: Proposal | None
    answers: Sequence[AnswerLine]
    counts: Sequence[tuple[str, int]]
    strong_waiting: int

    @property
    def own(self) -> AnswerLine | None:
        """What the reader answered."""
        return next((line for line in self.answers if line.is_mine), None)


#: What a page shows of an answer; what is held is shown to who may read it.
_STATES = {
    Visibility.PUBLISHED: "shown",
    Visibility.HIDDEN: "hidden",
    Visibility.WITHDRAWN: "withdrawn",
    Visibility.ERASED: "erased",
}


def get_check(public_id: str) -> tuple[ConsensusCheck, Space]:
    """Return a check with its space; raises NotFound."""
    row = db.session.execute(
        select(ConsensusCheck, Space)
        .join(Space, Space.id == ConsensusCheck.space_id)
        .where(ConsensusCheck.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def get_check_page(public_id: str, actor: Actor) -> CheckPage:
    """Return a check for its page, in two queries; raises NotFound."""
    row = db.session.execute(
        select(ConsensusCheck, Space, LocalIssue, CommunityOrganisation, Proposal)
        .join(Space, Space.id == ConsensusCheck.space_id)
        .join(LocalIssue, LocalIssue.id == ConsensusCheck.issue_id)
        .outerjoin(CommunityOrganisation, CommunityOrganisation.id == Space.organisation_id)
        .outerjoin(Proposal, Proposal.id == ConsensusCheck.proposal_id)
        .where(ConsensusCheck.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    check = row[0]
    rows = _answers_of(check)
    return CheckPage(
        check=check,
        space=row[1],
        issue=row[2],
        secretariat=row[3],
        proposal=row[4],
        answers=[_line(answer, said, actor) for answer, said in rows],
        counts=tally([answer.consent for answer, _ in rows]),
        strong_waiting=sum(1 for answer, said in rows if _waits(answer, said)),
    )


def get_answer(check: ConsensusCheck, public_id: str) -> ConsensusAnswer:
    """Return an answer of a check; raises NotFound."""
    answer = db.session.scalars(
        select(ConsensusAnswer).where(
            ConsensusAnswer.check_id == check.id, ConsensusAnswer.public_id == public_id
        )
    ).one_or_none()
    if answer is None:
        raise NotFound
    return answer


def find_own_answer(check: ConsensusCheck, actor: Actor) -> ConsensusAnswer | None:
    """Return what this person answered."""
    if actor.person_id is None:
        return None
    return db.session.scalars(
        select(ConsensusAnswer).where(
            ConsensusAnswer.check_id == check.id, ConsensusAnswer.person_id == actor.person_id
        )
    ).one_or_none()


def find_open_check(issue_id: int) -> ConsensusCheck | None:
    """Return the check about an issue that is not closed."""
    return db.session.scalars(
        select(ConsensusCheck).where(ConsensusCheck.issue_id == issue_id, ConsensusCheck.closed_at.is_(None))
    ).one_or_none()


def get_place_of_answerer(
    check: ConsensusCheck, space: Space, actor: Actor
) -> tuple[bool, frozenset[int], bool]:
    """Return (belongs to the place by their account, the place's organisations, has answered), as the rule asks.

    Only what the check's audience makes matter is looked up.
    """
    lives_here, organisation_ids = False, frozenset[int]()
    if check.audience is Audience.AREA and actor.person_id is not None:
        lives_here = space.kind is SpaceKind.WARD or _lives_in(space, actor.person_id)
    if check.audience is Audience.DELEGATES:
        organisation_ids = list_organisation_ids(space)
    return lives_here, organisation_ids, find_own_answer(check, actor) is not None


def count_unanswered_strong(check: ConsensusCheck) -> int:
    """Return how many strong concerns wait for an answer; words that were taken off the page do not."""
    return sum(1 for answer, said in _answers_of(check) if _waits(answer, said))


def list_said_of_draft(check: ConsensusCheck) -> tuple[list[SaidOfDraft], int]:
    """Return what was said of a draft for a text about it: reasons only as far as everybody may read them."""
    rows = _answers_of(check)
    shown = {answer.id for answer, said in rows if said.visibility is Visibility.PUBLISHED}
    return [
        SaidOfDraft(
            answer.consent,
            answer.is_strong,
            said.body if answer.id in shown else "",
            answer.answer if answer.id in shown else "",
        )
        for answer, said in rows
    ], len(rows) - len(shown)


def _answers_of(check: ConsensusCheck) -> Sequence[tuple[ConsensusAnswer, Contribution]]:
    rows = db.session.execute(
        select(ConsensusAnswer, Contribution)
        .join(Contribution, Contribution.id == ConsensusAnswer.contribution_id)
        .where(ConsensusAnswer.check_id == check.id)
        .order_by(ConsensusAnswer.id)
        .limit(MOST_ANSWERS)
    )
    return [(answer, said) for answer, said in rows]


def _waits(answer: ConsensusAnswer, said: Contribution) -> bool:
    is_there = said.visibility in (Visibility.PUBLISHED, Visibility.HELD)
    return answer.is_strong and not answer.answer and is_there


def _lives_in(space: Space, person_id: int) -> bool:
    district_id = db.session.scalar(select(Person.district_id).where(Person.id == person_id))
    if district_id is None:
        return False
    if space.kind is SpaceKind.DISTRICT:
        return district_id == space.district_id
    area_id = db.session.scalar(
        select(ResidentialDistrict.area_id).where(ResidentialDistrict.id == district_id)
    )
    return area_id == space.area_id


def _line(answer: ConsensusAnswer, said: Contribution, actor: Actor) -> AnswerLine:
    is_mine = actor.person_id is not None and answer.person_id == actor.person_id
    state = _STATES.get(said.visibility) or ("pending" if may_read(actor, said) else "held")
    is_readable = state in ("shown", "pending")
    return AnswerLine(
        public_id=answer.public_id,
        contribution_public_id=said.public_id,
        consent=answer.consent,
        is_strong=answer.is_strong,
        name=(said.shown_name or "匿名") if is_readable else "",
        reason=said.body if is_readable else "",
        state=state,
        note=said.covered_note,
        said_at=answer.said_at,
        answer=answer.answer,
        is_mine=is_mine,
    )
