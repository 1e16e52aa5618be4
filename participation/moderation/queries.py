"""Reading rules, reports, decisions and appeals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from participation.contributions.domain import KIND_NAMES, VISIBILITY_NAMES, ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.foundation.text import excerpt
from participation.moderation.domain import DECISION_NAMES, OUTCOME_NAMES, AppealOutcome, DecisionKind
from participation.moderation.models import Appeal, GuidelineClause, ModerationDecision, Report
from participation.people.models import Person
from participation.subjects.models import Subject

PAGE = 50

#: A statement whose rows are taken apart right below it.
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Case:
    """One contribution that waits for a decision (確認を待つ投稿)."""

    public_id: str
    kind: str
    body: str
    author: str
    subject: str
    said_at: datetime
    visibility: Visibility
    state: str
    report_count: int


@dataclass(frozen=True)
class ReportLine:
    """One report as staff read it; who reported is not shown."""

    clause: str
    note: str
    reported_at: datetime
    is_open: bool


@dataclass(frozen=True)
class DecisionLine:
    """One decision as staff read it."""

    public_id: str
    kind: DecisionKind
    name: str
    clause: str
    reason: str
    decided_by: str
    decided_at: datetime
    contribution_public_id: str
    said: str
    appeal_public_id: str | None
    appeal_state: str


@dataclass(frozen=True)
class CaseFile:
    """Everything staff need to decide about one contribution."""

    case: Case
    contribution_id: int
    subject_kind: str
    subject_reference: str
    reports: Sequence[ReportLine]
    decisions: Sequence[DecisionLine]


@dataclass(frozen=True)
class AppealFile:
    """An appeal with what it is about."""

    public_id: str
    body: str
    made_at: datetime
    said: str
    said_public_id: str
    author: str
    clause: str
    reason: str
    decided_by: str
    decided_at: datetime
    outcome: str
    answer: str


@dataclass(frozen=True)
class OwnDecision:
    """A decision as the author of the words reads it."""

    public_id: str
    kind: DecisionKind
    said: str
    said_kind: str
    visibility: Visibility
    clause_number: int | None
    clause_title: str
    clause_text: str
    reason: str
    decided_at: datetime
    appeal: Appeal | None


@dataclass(frozen=True)
class TallyMonth:
    """What was decided in one month (月ごとの件数)."""

    first_day: date
    hidden: dict[int, int]
    restored: int
    appeals: int
    upheld: int

    @property
    def hidden_total(self) -> int:
        """How many contributions were hidden in the month."""
        return sum(self.hidden.values())


def list_clauses() -> Sequence[GuidelineClause]:
    """Return the clauses in force, by number."""
    return db.session.scalars(
        select(GuidelineClause).where(GuidelineClause.retired_at.is_(None)).order_by(GuidelineClause.number)
    ).all()


def get_clause(number: int) -> GuidelineClause:
    """Return the clause in force with this number; raises NotFound."""
    clause = db.session.scalars(
        select(GuidelineClause).where(GuidelineClause.number == number, GuidelineClause.retired_at.is_(None))
    ).one_or_none()
    if clause is None:
        raise NotFound
    return clause


def get_decision(public_id: str) -> ModerationDecision:
    """Return a decision; raises NotFound."""
    decision = db.session.scalars(
        select(ModerationDecision).where(ModerationDecision.public_id == public_id)
    ).one_or_none()
    if decision is None:
        raise NotFound
    return decision


def get_appeal(public_id: str) -> Appeal:
    """Return an appeal; raises NotFound."""
    found = db.session.scalars(select(Appeal).where(Appeal.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def count_cases() -> int:
    """Return how many contributions wait for a decision."""
    return db.session.scalar(select(func.count()).select_from(Contribution).where(_waits())) or 0


def count_open_appeals() -> int:
    """Return how many appeals wait for an answer."""
    return db.session.scalar(select(func.count()).select_from(Appeal).where(Appeal.outcome.is_(None))) or 0


def list_cases(edge: Edge) -> Page[Case]:
    """Return what waits for a decision, oldest first: what is held, and what was reported."""
    statement, backwards = keyset(_cases().where(_waits()), [Contribution.id], edge, limit=PAGE)
    rows = db.session.execute(statement).all()
    return page(
        [_case(row) for row in rows], [(row[0].id,) for row in rows], edge, limit=PAGE, backwards=backwards
    )


def get_case(public_id: str) -> CaseFile:
    """Return everything about one contribution for the one who decides; raises NotFound."""
    row = db.session.execute(_cases().where(Contribution.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    said, subject = row[0], row[1]
    reports = db.session.execute(
        select(Report, GuidelineClause)
        .join(GuidelineClause, GuidelineClause.id == Report.clause_id)
        .where(Report.contribution_id == said.id)
        .order_by(Report.id.desc())
        .limit(100)
    )
    decisions = db.session.execute(
        _decisions().where(ModerationDecision.contribution_id == said.id).limit(50)
    )
    return CaseFile(
        case=_case(row),
        contribution_id=said.id,
        subject_kind=subject.kind,
        subject_reference=subject.reference,
        reports=[
            ReportLine(_clause_words(clause), r.note, r.reported_at, r.settled_by_id is None)
            for r, clause in reports
        ],
        decisions=[_decision_line(*found) for found in decisions],
    )


def list_decisions(edge: Edge) -> Page[DecisionLine]:
    """Return all decisions, newest first."""
    statement, backwards = keyset(_decisions(), [ModerationDecision.id], edge, limit=PAGE, descending=True)
    rows = db.session.execute(statement).all()
    lines = [_decision_line(*row) for row in rows]
    return page(lines, [(row[0].id,) for row in rows], edge, limit=PAGE, backwards=backwards)


def list_open_appeals() -> Sequence[AppealFile]:
    """Return appeals without an answer, oldest first (at most 100)."""
    rows = db.session.execute(_appeals().where(Appeal.outcome.is_(None)).order_by(Appeal.id).limit(100))
    return [_appeal_file(*row) for row in rows]


def get_appeal_file(public_id: str) -> AppealFile:
    """Return an appeal with what it is about; raises NotFound."""
    row = db.session.execute(_appeals().where(Appeal.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    return _appeal_file(*row)


def get_own_decision(public_id: str, person_id: int | None) -> OwnDecision:
    """Return a decision about the person's own words; raises NotFound for anybody else."""
    row = db.session.execute(
        select(ModerationDecision, Contribution, GuidelineClause, Appeal)
        .join(Contribution, Contribution.id == ModerationDecision.contribution_id)
        .join(GuidelineClause, GuidelineClause.id == ModerationDecision.clause_id, isouter=True)
        .join(Appeal, Appeal.decision_id == ModerationDecision.id, isouter=True)
        .where(ModerationDecision.public_id == public_id, Contribution.author_id == person_id)
    ).one_or_none()
    if row is None or person_id is None:
        raise NotFound
    decision, said, clause, found = row
    return OwnDecision(
        public_id=decision.public_id,
        kind=decision.kind,
        said=said.body,
        said_kind=KIND_NAMES[said.kind],
        visibility=said.visibility,
        clause_number=clause.number if clause else None,
        clause_title=clause.title if clause else "",
        clause_text=clause.text if clause else "",
        reason=decision.reason,
        decided_at=decision.decided_at,
        appeal=found,
    )


def state_to_restore(said: Contribution) -> Visibility:
    """Return the state that a held or hidden contribution had before staff stepped in."""
    before = db.session.scalar(
        select(ModerationDecision.before)
        .where(
            ModerationDecision.contribution_id == said.id,
            ModerationDecision.before.in_([Visibility.PUBLISHED, Visibility.RECEIVED]),
            ModerationDecision.kind.in_([DecisionKind.HOLD, DecisionKind.HIDE]),
        )
        .order_by(ModerationDecision.id.desc())
        .limit(1)
    )
    if before is not None:
        return before
    # Held from the beginning: an opinion is only received until results are published, all else is shown.
    return Visibility.RECEIVED if said.kind is ContributionKind.OPINION else Visibility.PUBLISHED


def list_tally(month_count: int = 12) -> list[TallyMonth]:
    """Return what was decided month by month (Tokyo time), newest first, in two queries."""
    months = _months(month_count)
    hidden = _counts_by_month(
        select(ModerationDecision.kind, GuidelineClause.number)
        .join(GuidelineClause, GuidelineClause.id == ModerationDecision.clause_id, isouter=True)
        .group_by(ModerationDecision.kind, GuidelineClause.number),
        ModerationDecision.decided_at,
        months,
    )
    appeals = _counts_by_month(select(Appeal.outcome).group_by(Appeal.outcome), Appeal.made_at, months)
    tally = []
    for position, (first, _, _) in enumerate(months):
        by_clause = {
            row[1] or 0: row[2 + position]
            for row in hidden
            if row[0] is DecisionKind.HIDE and row[2 + position]
        }
        tally.append(
            TallyMonth(
                first_day=first,
                hidden=by_clause,
                restored=sum(row[2 + position] or 0 for row in hidden if row[0] is DecisionKind.RESTORE),
                appeals=sum(row[1 + position] or 0 for row in appeals),
                upheld=sum(row[1 + position] or 0 for row in appeals if row[0] is AppealOutcome.UPHELD),
            )
        )
    return tally


def _months(count: int) -> list[tuple[date, datetime, datetime]]:
    first = clock.today().replace(day=1)
    months = []
    for _ in range(count):
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        months.append((first, clock.start_of(first), clock.start_of(following)))
        first = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    return months


def _counts_by_month(
    statement: Rows,
    column: InstrumentedAttribute[datetime],
    months: Sequence[tuple[date, datetime, datetime]],
) -> Sequence[Any]:
    """Add one column per month to a grouped statement: how many rows fall into it."""
    for _, begins, ends in months:
        statement = statement.add_columns(func.sum(case(((column >= begins) & (column < ends), 1), else_=0)))
    return db.session.execute(statement.where(column >= months[-1][1])).all()


def _waits() -> ColumnElement[bool]:
    reported = select(Report.contribution_id).where(Report.settled_by_id.is_(None))
    return or_(Contribution.visibility == Visibility.HELD, Contribution.id.in_(reported))


def _cases() -> Rows:
    open_reports = (
        select(func.count())
        .select_from(Report)
        .where(Report.contribution_id == Contribution.id, Report.settled_by_id.is_(None))
        .scalar_subquery()
    )
    return select(Contribution, Subject, open_reports).join(Subject, Subject.id == Contribution.subject_id)


def _case(row: Any) -> Case:
    said, subject, report_count = row
    return Case(
        public_id=said.public_id,
        kind=KIND_NAMES[said.kind],
        body=said.body,
        author=said.shown_name or "匿名",
        subject=subject.title,
        said_at=said.said_at,
        visibility=said.visibility,
        state=VISIBILITY_NAMES[said.visibility],
        report_count=report_count,
    )


def _decisions() -> Rows:
    return (
        select(
            ModerationDecision,
            GuidelineClause,
            Person.nickname,
            Contribution.public_id,
            Contribution.body,
            Appeal.public_id,
            Appeal.outcome,
        )
        .join(Contribution, Contribution.id == ModerationDecision.contribution_id)
        .join(GuidelineClause, GuidelineClause.id == ModerationDecision.clause_id, isouter=True)
        .join(Person, Person.id == ModerationDecision.decided_by_id, isouter=True)
        .join(Appeal, Appeal.decision_id == ModerationDecision.id, isouter=True)
        .order_by(ModerationDecision.id.desc())
    )


def _decision_line(
    decision: ModerationDecision,
    clause: GuidelineClause | None,
    nickname: str | None,
    said_public_id: str,
    said: str,
    appeal_public_id: str | None,
    outcome: AppealOutcome | None,
) -> DecisionLine:
    appeal_state = ""
    if appeal_public_id is not None:
        appeal_state = OUTCOME_NAMES[outcome] if outcome else "異議の申し出あり（回答待ち）"
    return DecisionLine(
        public_id=decision.public_id,
        kind=decision.kind,
        name=DECISION_NAMES[decision.kind],
        clause=_clause_words(clause) if clause else "",
        reason=decision.reason,
        decided_by=nickname or "システム（通報の件数による）",
        decided_at=decision.decided_at,
        contribution_public_id=said_public_id,
        said=excerpt(said, 50),
        appeal_public_id=appeal_public_id,
        appeal_state=appeal_state,
    )


def _clause_words(clause: GuidelineClause) -> str:
    return f"{clause.number} {clause.title}"


def _appeals() -> Rows:
    return (
        select(Appeal, ModerationDecision, Contribution, GuidelineClause, Person.nickname)
        .join(ModerationDecision, ModerationDecision.id == Appeal.decision_id)
        .join(Contribution, Contribution.id == ModerationDecision.contribution_id)
        .join(GuidelineClause, GuidelineClause.id == ModerationDecision.clause_id, isouter=True)
        .join(Person, Person.id == ModerationDecision.decided_by_id, isouter=True)
    )


def _appeal_file(
    found: Appeal,
    decision: ModerationDecision,
    said: Contribution,
    clause: GuidelineClause | None,
    nickname: str | None,
) -> AppealFile:
    return AppealFile(
        public_id=found.public_id,
        body=found.body,
        made_at=found.made_at,
        said=said.body,
        said_public_id=said.public_id,
        author=said.shown_name or "匿名",
        clause=_clause_words(clause) if clause else "",
        reason=decision.reason,
        decided_by=nickname or "システム（通報の件数による）",
        decided_at=decision.decided_at,
        outcome=OUTCOME_NAMES[found.outcome] if found.outcome else "",
        answer=found.answer,
    )
