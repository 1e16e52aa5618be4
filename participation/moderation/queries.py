"""Reading rules, reports, decisions and appeals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from participation.access.actors import Role
from participation.contributions.domain import (
    KIND_NAMES,
    REDACTION_REASON_NAMES,
    VISIBILITY_NAMES,
    Concern,
    ConcernKind,
    ContributionKind,
    Covering,
    Passage,
    RedactionReason,
    RedactionState,
    Topic,
    Visibility,
    covering_of,
    find_concerns,
    find_personal_data,
    in_parts,
    known_topics,
    marked,
)
from participation.contributions.models import Contribution, Redaction
from participation.contributions.queries import get_contribution, list_redactions, list_versions
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.foundation.text import excerpt
from participation.moderation.domain import (
    CONCERN_OUTCOME_NAMES,
    DECISION_NAMES,
    PERSONAL_DATA_TOPIC,
    AppealOutcome,
    DecisionKind,
    outcome_name,
)
from participation.moderation.models import (
    Appeal,
    ConcernNoted,
    GuidelineClause,
    ModerationDecision,
    Report,
)
from participation.opinions.models import Opinion
from participation.people.models import Person, StaffRole
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
    #: The state in which the decision found what was said.
    before: Visibility
    contribution_public_id: str
    said: str
    appeal_public_id: str | None
    appeal_state: str


@dataclass(frozen=True)
class CaseFile:
    """Everything staff need to decide about one contribution."""

    case: Case
    said: Contribution
    #: Who confirmed what is covered now.
    coverer_ids: frozenset[int]
    subject_kind: str
    subject_reference: str
    reports: Sequence[ReportLine]
    decisions: Sequence[DecisionLine]
    #: The words, cut where something is proposed to be covered, or else where a person should look.
    parts: Sequence[tuple[str, str | None]]
    proposal: Proposal | None
    is_covered: bool
    concerns: Sequence[ConcernLine]


@dataclass(frozen=True)
class Proposal:
    """What somebody proposes to cover (黒塗りの案)."""

    proposer: str
    proposer_ids: frozenset[int]
    proposed_at: datetime
    #: (the words, the reason, whether they stand only in an older wording).
    passages: Sequence[tuple[str, str, bool]]
    #: Whether it was held already before: covering these words does not show it by itself.
    was_held: bool


@dataclass(frozen=True)
class ConcernLine:
    """Something that a person should read soon (要注意), as staff see it."""

    public_id: str
    kind: ConcernKind
    title: str
    quoted: str
    answer: str
    noted_at: datetime
    outcome: str
    contribution_public_id: str
    said_kind: str
    subject: str
    has_author: bool


@dataclass(frozen=True)
class Candidate:
    """A passage that might be covered, with the words around it."""

    value: str
    words: str
    before: str
    after: str
    reason: RedactionReason
    is_older: bool


@dataclass(frozen=True)
class RedactFile:
    """What the page needs on which passages are chosen to be covered."""

    public_id: str
    author: str
    kind: str
    revision: int
    #: The texts by revision: the present one, and those before it, which the public may read too.
    texts: dict[int, str]
    candidates: Sequence[Candidate]


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
    covered_note: str
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
    covered: int = 0
    lifted: int = 0

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
    decisions = [
        _decision_line(*found)
        for found in db.session.execute(
            _decisions().where(ModerationDecision.contribution_id == said.id).limit(50)
        )
    ]
    redactions = list_redactions(said, RedactionState.PROPOSED, RedactionState.CONFIRMED)
    proposed = [each for each in redactions if each.state is RedactionState.PROPOSED]
    return CaseFile(
        case=_case(row),
        said=said,
        coverer_ids=frozenset(
            each.decided_by_id
            for each in redactions
            if each.state is RedactionState.CONFIRMED and each.decided_by_id is not None
        ),
        subject_kind=subject.kind,
        subject_reference=subject.reference,
        parts=_parts(said, proposed),
        proposal=_proposal(said, proposed, decisions),
        is_covered=bool(said.covered_for),
        concerns=_concerns_of(said, subject),
        reports=[
            ReportLine(_clause_words(clause), r.note, r.reported_at, r.settled_by_id is None)
            for r, clause in reports
        ],
        decisions=decisions,
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
        covered_note=said.covered_note,
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
            ModerationDecision.kind.in_(
                [DecisionKind.HOLD, DecisionKind.HIDE, DecisionKind.PROPOSE_REDACTION]
            ),
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
                covered=sum(row[2 + position] or 0 for row in hidden if row[0] is DecisionKind.REDACT),
                lifted=sum(row[2 + position] or 0 for row in hidden if row[0] is DecisionKind.LIFT_REDACTION),
                appeals=sum(row[1 + position] or 0 for row in appeals),
                upheld=sum(row[1 + position] or 0 for row in appeals if row[0] is AppealOutcome.UPHELD),
            )
        )
    return tally


# ── Covering words ──────────────────────────────────────────────────────────────────────────


def proposers_of(said: Contribution) -> frozenset[int]:
    """Return who proposed what waits to be covered."""
    return _people(Redaction.proposed_by_id, said, RedactionState.PROPOSED)


def coverers_of(said: Contribution) -> frozenset[int]:
    """Return who confirmed what is covered now."""
    return _people(Redaction.decided_by_id, said, RedactionState.CONFIRMED)


def parties_of(objection: Appeal) -> frozenset[int]:
    """Return who proposed the covering against which somebody objects."""
    row = db.session.execute(
        select(Contribution, ModerationDecision.kind)
        .join(ModerationDecision, ModerationDecision.contribution_id == Contribution.id)
        .where(ModerationDecision.id == objection.decision_id)
    ).one_or_none()
    if row is None or row.kind is not DecisionKind.REDACT:
        return frozenset()
    return _people(Redaction.proposed_by_id, row[0], RedactionState.CONFIRMED)


def _people(
    column: InstrumentedAttribute[int | None], said: Contribution, state: RedactionState
) -> frozenset[int]:
    found = db.session.scalars(
        select(column).where(
            Redaction.contribution_id == said.id, Redaction.state == state, column.is_not(None)
        )
    )
    return frozenset(each for each in found if each is not None)


def state_before_proposal(said: Contribution) -> Visibility | None:
    """Return the state that a contribution had when its covering was proposed."""
    return db.session.scalar(
        select(ModerationDecision.before)
        .where(
            ModerationDecision.contribution_id == said.id,
            ModerationDecision.kind == DecisionKind.PROPOSE_REDACTION,
        )
        .order_by(ModerationDecision.id.desc())
        .limit(1)
    )


def count_proposals() -> int:
    """Return how many contributions wait for the second person's look at a covering."""
    return (
        db.session.scalar(
            select(func.count(Redaction.contribution_id.distinct())).where(
                Redaction.state == RedactionState.PROPOSED
            )
        )
        or 0
    )


def list_proposals() -> list[Case]:
    """Return what waits for the second person's look at a covering, oldest first (at most 100)."""
    waiting = select(Redaction.contribution_id).where(Redaction.state == RedactionState.PROPOSED)
    rows = db.session.execute(
        _cases().where(Contribution.id.in_(waiting)).order_by(Contribution.id).limit(100)
    )
    return [_case(row) for row in rows]


def get_redact_file(public_id: str) -> RedactFile:
    """Return the texts of a contribution with the passages that might be covered; raises NotFound."""
    said = get_contribution(public_id)
    texts = {said.revision: said.body} | {
        version.revision: version.body for version in reversed(list_versions(said))
    }
    return RedactFile(
        public_id=said.public_id,
        author=said.shown_name or "匿名",
        kind=KIND_NAMES[said.kind],
        revision=said.revision,
        texts=texts,
        candidates=[
            Candidate(
                value=f"{revision}:{each.start}:{each.end}:{each.reason}",
                words=text[each.start : each.end],
                before=text[max(0, each.start - 12) : each.start],
                after=text[each.end : each.end + 12],
                reason=each.reason,
                is_older=revision != said.revision,
            )
            for revision, text in texts.items()
            for each in map(covering_of, find_personal_data(text))
        ],
    )


def _parts(said: Contribution, proposed: Sequence[Redaction]) -> list[tuple[str, str | None]]:
    if proposed:
        here = [row for row in proposed if row.revision == said.revision]
        return in_parts(said.body, [Covering(row.start, row.end, row.reason) for row in here])
    return marked(said.body)


def _proposal(
    said: Contribution, proposed: Sequence[Redaction], decisions: Sequence[DecisionLine]
) -> Proposal | None:
    if not proposed:
        return None
    texts = {said.revision: said.body}
    if any(row.revision != said.revision for row in proposed):
        texts |= {version.revision: version.body for version in list_versions(said)}
    proposing = (each for each in decisions if each.kind is DecisionKind.PROPOSE_REDACTION)
    latest = next(proposing, None)
    return Proposal(
        proposer=latest.decided_by if latest else "",
        proposer_ids=frozenset(row.proposed_by_id for row in proposed if row.proposed_by_id is not None),
        proposed_at=proposed[0].proposed_at,
        passages=[
            (
                texts[row.revision][row.start : row.end],
                REDACTION_REASON_NAMES[row.reason],
                row.revision != said.revision,
            )
            for row in proposed
        ],
        was_held=latest is not None and latest.before is Visibility.HELD,
    )


# ── What needs care ─────────────────────────────────────────────────────────────────────────


def get_concern(public_id: str) -> ConcernNoted:
    """Return something that needed care; raises NotFound."""
    found = db.session.scalars(select(ConcernNoted).where(ConcernNoted.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_open_concerns(said: Contribution) -> Sequence[ConcernNoted]:
    """Return what still needs care in somebody's words, in the order of noting."""
    return db.session.scalars(
        select(ConcernNoted)
        .where(ConcernNoted.contribution_id == said.id, ConcernNoted.outcome.is_(None))
        .order_by(ConcernNoted.id)
    ).all()


def contribution_of_opinion(opinion_id: int) -> int:
    """Return the id of an opinion's words."""
    return db.session.get_one(Opinion, opinion_id).contribution_id


def said_of(noted: ConcernNoted) -> Contribution:
    """Return the words that need care."""
    return db.session.get_one(Contribution, noted.contribution_id)


def count_concerns() -> dict[ConcernKind, int]:
    """Return how much waits in each queue, in one query; every kind is there."""
    found = dict(
        db.session.execute(
            select(ConcernNoted.kind, func.count(ConcernNoted.contribution_id.distinct()))
            .join(Contribution, Contribution.id == ConcernNoted.contribution_id)
            .where(*_needs_care())
            .group_by(ConcernNoted.kind)
        ).all()
    )
    return {kind: found.get(kind, 0) for kind in ConcernKind}


def list_concerns(kind: ConcernKind, edge: Edge) -> Page[ConcernLine]:
    """Return what waits in a queue, oldest first, quoted; in one query."""
    statement, backwards = keyset(
        select(ConcernNoted, Contribution, Subject.title)
        .join(Contribution, Contribution.id == ConcernNoted.contribution_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(ConcernNoted.kind == kind, *_needs_care()),
        [ConcernNoted.id],
        edge,
        limit=PAGE,
    )
    rows = db.session.execute(statement).all()
    return page(
        [_concern_line(*row) for row in rows],
        [(row[0].id,) for row in rows],
        edge,
        limit=PAGE,
        backwards=backwards,
    )


def list_to_tell_at_once() -> Sequence[Person]:
    """Return the staff who screen and can be written to; without any, the administrators. One query or two."""
    for role in (Role.SCREENER, Role.ADMINISTRATOR):
        found = db.session.scalars(
            select(Person)
            .where(
                Person.id.in_(select(StaffRole.person_id).where(StaffRole.role == role)),
                Person.is_staff,
                Person.email.is_not(None),
                Person.suspended_at.is_(None),
                Person.erased_at.is_(None),
            )
            .order_by(Person.id)
        ).all()
        if found:
            return found
    return ()


def _needs_care() -> tuple[ColumnElement[bool], ...]:
    gone = (Visibility.WITHDRAWN, Visibility.ERASED)
    return ConcernNoted.outcome.is_(None), Contribution.visibility.not_in(gone)


def _concerns_of(said: Contribution, subject: Subject) -> list[ConcernLine]:
    rows = db.session.scalars(
        select(ConcernNoted).where(ConcernNoted.contribution_id == said.id).order_by(ConcernNoted.id)
    )
    return [_concern_line(noted, said, subject.title) for noted in rows]


def _concern_line(noted: ConcernNoted, said: Contribution, subject: str) -> ConcernLine:
    topic = next((each for each in known_topics() if each.code == noted.topic), None)
    title = "個人の情報" if noted.topic == PERSONAL_DATA_TOPIC else topic.title if topic else noted.topic
    return ConcernLine(
        public_id=noted.public_id,
        kind=noted.kind,
        title=title,
        quoted="／".join(_quoted(said.body, noted.topic, topic)),
        answer=topic.answer_with_windows if topic else "",
        noted_at=noted.noted_at,
        outcome=CONCERN_OUTCOME_NAMES[noted.outcome] if noted.outcome else "",
        contribution_public_id=said.public_id,
        said_kind=KIND_NAMES[said.kind],
        subject=subject,
        has_author=said.author_id is not None,
    )


def _quoted(text: str, code: str, topic: Topic | None) -> list[str]:
    """Return the words that were noticed, with a few around them; at most three times."""
    found: Sequence[Concern | Passage]
    found = find_personal_data(text) if code == PERSONAL_DATA_TOPIC else ()
    if topic is not None:
        found = find_concerns(text, [topic])
    return [
        ("…" if each.start > 12 else "")
        + text[max(0, each.start - 12) : each.end + 12].replace("\n", " ")
        + ("…" if each.end + 12 < len(text) else "")
        for each in found[:3]
    ]


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
        appeal_state = outcome_name(outcome, decision.kind) if outcome else "異議の申し出あり（回答待ち）"
    return DecisionLine(
        public_id=decision.public_id,
        kind=decision.kind,
        name=DECISION_NAMES[decision.kind],
        clause=_clause_words(clause) if clause else "",
        reason=decision.reason,
        decided_by=nickname or "システム（通報の件数による）",
        decided_at=decision.decided_at,
        before=decision.before,
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
        outcome=outcome_name(found.outcome, decision.kind) if found.outcome else "",
        answer=found.answer,
    )
