"""Reading consultations: the list, one page, what touches a subject, what may be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select

from participation.consultations.domain import (
    KIND_NAMES,
    MODERATION_NAMES,
    PHASE_NAMES,
    PHASE_ORDER,
    PUBLICATION_NAMES,
    STATUS_NAMES,
    Act,
    ConsultationStatus,
    Period,
    PhaseKind,
    PhaseSpan,
    Tally,
    acts_open,
    next_boundary,
    tallies,
)
from participation.consultations.models import Consultation, ConsultationSubject, Material, Phase
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.paging import Edge, Page, keyset, page
from participation.foundation.text import excerpt
from participation.organisations.models import Section
from participation.plans.models import Plan, PlanNode
from participation.subjects.models import Subject
from participation.subjects.queries import address_of

#: How many subjects staff choose among at a time.
SUBJECTS_SHOWN = 50
#: The order in which the list shows the statuses.
LISTED = (
    ConsultationStatus.OPEN,
    ConsultationStatus.PLANNED,
    ConsultationStatus.CLOSED_PREPARING,
    ConsultationStatus.RESULT_PUBLISHED,
    ConsultationStatus.NOT_CONDUCTED,
)


@dataclass(frozen=True)
class Procedure:
    """A consultation with its phases: what decides about what may be done."""

    consultation: Consultation
    phases: tuple[PhaseSpan, ...]

    @property
    def kind_name(self) -> str:
        """The kind of procedure, in words."""
        return KIND_NAMES[self.consultation.kind]

    @property
    def status_name(self) -> str:
        """Where it stands, in words."""
        return STATUS_NAMES[self.consultation.status]

    @property
    def moderation_name(self) -> str:
        """When voices become public, in words."""
        return MODERATION_NAMES[self.consultation.moderation]

    @property
    def publication_name(self) -> str:
        """How opinions stand in the result, in words."""
        return PUBLICATION_NAMES[self.consultation.publication]

    @property
    def open_period(self) -> Period | None:
        """The period in which opinions are received (募集期間), if it is set."""
        return next((phase.period for phase in self.phases if phase.kind is PhaseKind.OPEN), None)

    @property
    def changes_at(self) -> datetime | None:
        """When a page that shows it changes by itself: a boundary, or midnight while days are counted."""
        now = clock.now()
        boundary = next_boundary(self.phases, now)
        if self.open_period is None or self.open_period.days_left(now) is None:
            return boundary
        midnight = clock.end_of(clock.today())
        return min(midnight, boundary) if boundary else midnight

    def acts(self, at: datetime | None = None) -> frozenset[Act]:
        """Return what may be done at a moment, or now."""
        return acts_open(self.phases, self.consultation.status, at or clock.now())

    @property
    def accepts_opinions(self) -> bool:
        """Whether opinions are received now."""
        return Act.SUBMIT_OPINION in self.acts()

    @property
    def days_left(self) -> int | None:
        """Days after today while opinions are received; 0: today is the last."""
        if not self.accepts_opinions or self.open_period is None:
            return None
        return self.open_period.days_left(clock.now())


@dataclass(frozen=True)
class AskedSubject:
    """A subject about which a consultation asks, with the page on which it is shown."""

    id: int
    public_id: str
    title: str
    path: str
    is_open: bool

    @property
    def is_part(self) -> bool:
        """Whether it is shown as a part of a page (○項目 on the page of its 視点)."""
        return "#" in self.path


@dataclass(frozen=True)
class SubjectPage:
    """A page on which some of the subjects are shown."""

    title: str
    path: str
    part_count: int

    def as_node(self) -> dict[str, Any]:
        """Return it as the component `tree` wants it, with nothing below it yet."""
        note = f"○項目 {self.part_count}" if self.part_count else None
        return {"title": self.title, "href": self.path, "note": note, "children": []}


@dataclass(frozen=True)
class Step:
    """One step of the procedure as shown (手続の流れ): state is done, current, next or skipped."""

    title: str
    state: str
    when: str


@dataclass(frozen=True)
class ListedConsultation:
    """One row of the list of consultations."""

    procedure: Procedure
    section_name: str
    tally: Tally

    @property
    def consultation(self) -> Consultation:
        """The consultation itself."""
        return self.procedure.consultation


@dataclass(frozen=True)
class ConsultationPage:
    """Everything that the page of one consultation shows."""

    procedure: Procedure
    section_name: str
    subjects: list[AskedSubject]
    materials: Sequence[Material]
    tally: Tally
    steps: list[Step]

    @property
    def consultation(self) -> Consultation:
        """The consultation itself."""
        return self.procedure.consultation

    @property
    def subject_pages(self) -> list[SubjectPage]:
        """The pages on which the subjects are shown, each once: a 視点 stands for its ○項目."""
        pages: dict[str, list[AskedSubject]] = {}
        for subject in self.subjects:
            pages.setdefault(subject.path.partition("#")[0], []).append(subject)
        return [
            SubjectPage(
                title=next((each.title for each in group if not each.is_part), group[0].title),
                path=path,
                part_count=sum(each.is_part for each in group),
            )
            for path, group in pages.items()
        ]

    @property
    def subject_tree(self) -> list[dict[str, Any]]:
        """The same pages as a tree: a page whose address goes on from another's stands below it."""
        roots: list[dict[str, Any]] = []
        above: list[dict[str, Any]] = []
        for shown in self.subject_pages:
            while above and not shown.path.startswith(f"{above[-1]['href']}-"):
                above.pop()
            node = shown.as_node()
            (above[-1]["children"] if above else roots).append(node)
            above.append(node)
        return roots


def get_consultation(code: str) -> Consultation:
    """Return the consultation with this code; raises NotFound."""
    found = db.session.scalars(select(Consultation).where(Consultation.code == code)).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_procedure(code: str) -> Procedure:
    """Return a consultation with its phases; raises NotFound."""
    consultation = get_consultation(code)
    return Procedure(consultation, tuple(list_phases(consultation.id)))


def hold_procedure(code: str) -> Procedure:
    """Return a consultation with its phases, held until the end of the transaction.

    Many may hold it at once; whoever closes it waits for them, and they for whoever closes it.
    """
    statement = select(Consultation).where(Consultation.code == code).with_for_update(read=True)
    consultation = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if consultation is None:
        raise NotFound
    return Procedure(consultation, tuple(list_phases(consultation.id)))


def list_phases(consultation_id: int) -> list[PhaseSpan]:
    """Return the phases of a consultation in order."""
    return phases_of([consultation_id]).get(consultation_id, [])


def open_acts(consultation: Consultation, at: datetime | None = None) -> frozenset[Act]:
    """Return what may be done in a consultation at a moment, or now."""
    return acts_open(list_phases(consultation.id), consultation.status, at or clock.now())


def list_consultations(*, drafts: bool = False) -> dict[ConsultationStatus, list[ListedConsultation]]:
    """Return status → consultations, in the order of the list; each group by opening, latest first.

    Four queries. A planned one without any phase is still being written: only staff see it (`drafts`).
    """
    statement = _with_section()
    if not drafts:
        statement = statement.where(is_announced())
    rows = db.session.execute(statement.order_by(Consultation.id.desc())).all()
    ids = [consultation.id for consultation, _ in rows]
    phases, counts = phases_of(ids), tallies(ids)
    groups: dict[ConsultationStatus, list[ListedConsultation]] = {status: [] for status in LISTED}
    for consultation, section_name in rows:
        procedure = Procedure(consultation, tuple(phases.get(consultation.id, [])))
        groups[consultation.status].append(
            ListedConsultation(procedure, section_name or "", counts[consultation.id])
        )
    for group in groups.values():
        group.sort(key=_opening, reverse=True)
    return {status: group for status, group in groups.items() if group}


def list_choices() -> list[tuple[int, str]]:
    """Return (id, title) of all consultations, newest first, for staff who choose."""
    rows = db.session.execute(select(Consultation.id, Consultation.title).order_by(Consultation.id.desc()))
    return [(consultation_id, title) for consultation_id, title in rows]


def get_page(code: str, *, drafts: bool = False) -> ConsultationPage:
    """Return everything that the page of a consultation shows; raises NotFound. Six queries.

    With `drafts` also one that is still being written.
    """
    row = db.session.execute(_with_section().where(Consultation.code == code)).one_or_none()
    if row is None:
        raise NotFound
    consultation, section_name = row
    phases = list_phases(consultation.id)
    if not drafts and not phases and consultation.status is ConsultationStatus.PLANNED:
        raise NotFound
    return ConsultationPage(
        procedure=Procedure(consultation, tuple(phases)),
        section_name=section_name or "",
        subjects=list_subjects(consultation.id),
        materials=list_materials(consultation.id),
        tally=tallies([consultation.id])[consultation.id],
        steps=steps_of(consultation, phases),
    )


def list_materials(consultation_id: int) -> Sequence[Material]:
    """Return the documents that explain the matter, in their order."""
    return db.session.scalars(
        select(Material)
        .where(Material.consultation_id == consultation_id)
        .order_by(Material.position, Material.id)
    ).all()


def list_subjects(consultation_id: int) -> list[AskedSubject]:
    """Return the subjects about which a consultation asks, in the order in which they were added."""
    rows = db.session.scalars(
        select(Subject)
        .join(ConsultationSubject, ConsultationSubject.subject_id == Subject.id)
        .where(ConsultationSubject.consultation_id == consultation_id)
        .order_by(ConsultationSubject.id)
    )
    return [_asked(subject) for subject in rows]


def list_chosen(consultation_id: int, edge: Edge) -> tuple[Page[AskedSubject], int]:
    """Return one page of the subjects about which a consultation asks, and how many there are. One query."""
    own = ConsultationSubject.consultation_id == consultation_id
    total = select(func.count()).select_from(ConsultationSubject).where(own).scalar_subquery()
    statement, backwards = keyset(
        select(Subject, ConsultationSubject.id, total)
        .join(ConsultationSubject, ConsultationSubject.subject_id == Subject.id)
        .where(own),
        [ConsultationSubject.id],
        edge,
        limit=SUBJECTS_SHOWN,
    )
    rows = db.session.execute(statement).all()
    shown = page(
        [_asked(subject) for subject, _, _ in rows],
        [(key,) for _, key, _ in rows],
        edge,
        limit=SUBJECTS_SHOWN,
        backwards=backwards,
    )
    return shown, rows[0][2] if rows else 0


def find_asked(consultation_id: int, public_id: str) -> Subject | None:
    """Return a subject about which a consultation asks, by its public id, or None."""
    return db.session.scalars(
        select(Subject)
        .join(ConsultationSubject, ConsultationSubject.subject_id == Subject.id)
        .where(ConsultationSubject.consultation_id == consultation_id, Subject.public_id == public_id)
    ).one_or_none()


def _asked(subject: Subject) -> AskedSubject:
    return AskedSubject(
        subject.id,
        subject.public_id,
        subject.title,
        address_of(subject),
        subject.opened_at is not None and subject.closed_at is None,
    )


@dataclass(frozen=True)
class OfferedSubject:
    """An item of a plan that a consultation could ask about."""

    id: int
    public_id: str
    title: str


def list_offered(plan_slug: str, consultation_id: int, edge: Edge) -> Page[OfferedSubject]:
    """Return items of a plan that are not asked about yet, in the order of the plan, one page. One query."""
    is_asked = exists().where(
        ConsultationSubject.consultation_id == consultation_id, ConsultationSubject.subject_id == Subject.id
    )
    statement, backwards = keyset(
        select(Subject, PlanNode.number, PlanNode.position, PlanNode.id)
        .join(PlanNode, PlanNode.subject_id == Subject.id)
        .join(Plan, Plan.id == PlanNode.plan_id)
        .where(Plan.slug == plan_slug, PlanNode.standing, ~is_asked),
        [PlanNode.position, PlanNode.id],
        edge,
        limit=SUBJECTS_SHOWN,
    )
    rows = db.session.execute(statement).all()
    return page(
        [
            OfferedSubject(subject.id, subject.public_id, f"{number}　{excerpt(subject.title, 80)}".strip())
            for subject, number, _, _ in rows
        ],
        [(position, key) for _, _, position, key in rows],
        edge,
        limit=SUBJECTS_SHOWN,
        backwards=backwards,
    )


@dataclass(frozen=True)
class TouchingConsultation:
    """A consultation that asks about some of the subjects on a page."""

    procedure: Procedure
    subject_ids: frozenset[int]

    @property
    def consultation(self) -> Consultation:
        """The consultation itself."""
        return self.procedure.consultation


def for_subjects(subject_ids: Sequence[int]) -> list[TouchingConsultation]:
    """Return the announced consultations that ask about any of the subjects: open ones first, then the latest.

    Two queries. A page that shows them says `page_cache.expires(each.procedure.changes_at)`.
    """
    if not subject_ids:
        return []
    rows = db.session.execute(_TOUCHING, {"subject_ids": list(subject_ids)})
    touched: dict[int, tuple[Consultation, set[int]]] = {}
    for consultation, subject_id in rows:
        touched.setdefault(consultation.id, (consultation, set()))[1].add(subject_id)
    phases = phases_of(list(touched))
    found = [
        TouchingConsultation(Procedure(each, tuple(phases.get(each.id, []))), frozenset(ids))
        for each, ids in touched.values()
    ]
    return sorted(found, key=lambda each: LISTED.index(each.consultation.status))


def list_overlapping(period: Period, *, besides: int | None = None) -> list[ListedConsultation]:
    """Return the other consultations whose call overlaps a period (募集の重なり), earliest first."""
    statement = (
        _with_section()
        .join(Phase, Phase.consultation_id == Consultation.id)
        .where(
            Phase.kind == PhaseKind.OPEN,
            Phase.opens_at < period.closes_at,
            Phase.closes_at > period.opens_at,
            Phase.closes_at < clock.now() + timedelta(days=3650),
            Consultation.status.in_((ConsultationStatus.PLANNED, ConsultationStatus.OPEN)),
        )
        .order_by(Phase.opens_at)
    )
    if besides is not None:
        statement = statement.where(Consultation.id != besides)
    rows = db.session.execute(statement).all()
    phases = phases_of([consultation.id for consultation, _ in rows])
    return [
        ListedConsultation(Procedure(each, tuple(phases.get(each.id, []))), section or "", Tally())
        for each, section in rows
    ]


def steps_of(consultation: Consultation, phases: Sequence[PhaseSpan]) -> list[Step]:
    """Return the procedure as steps: each phase done, current or still to come; after it the result."""
    now, steps = clock.now(), []
    stopped = consultation.status is ConsultationStatus.NOT_CONDUCTED
    published = consultation.status is ConsultationStatus.RESULT_PUBLISHED
    for kind in PHASE_ORDER:
        period = next((phase.period for phase in phases if phase.kind is kind), None)
        if kind is PhaseKind.PUBLISHED:
            continue
        if period is None:
            continue
        state = "done" if now >= period.closes_at or published else "current" if now in period else "next"
        steps.append(Step(PHASE_NAMES[kind], "skipped" if stopped else state, period.in_words()))
    if not any(phase.period.is_endless for phase in phases):
        planned = next((p.period for p in phases if p.kind is PhaseKind.PUBLISHED), None)
        when = ""
        if published and consultation.result_published_on is not None:
            when = (
                Period(
                    clock.start_of(consultation.result_published_on),
                    clock.end_of(consultation.result_published_on),
                )
                .in_words()
                .partition("から")[0]
            )
        elif planned is not None:
            when = planned.in_words().partition("から")[0] + "ごろ"
        state = "skipped" if stopped else "done" if published else "next"
        steps.append(Step(STATUS_NAMES[ConsultationStatus.RESULT_PUBLISHED], state, when))
    return steps


def _with_section() -> Select[Consultation, str]:
    return select(Consultation, Section.name).outerjoin(Section, Section.id == Consultation.section_id)


def is_announced() -> ColumnElement[bool]:
    """Whether a consultation is for everybody to see: begun, or planned with its dates."""
    has_phase = exists().where(Phase.consultation_id == Consultation.id)
    return or_(Consultation.status != ConsultationStatus.PLANNED, has_phase)


#: Asked with every post and every page of a subject: made once.
_TOUCHING = (
    select(Consultation, ConsultationSubject.subject_id)
    .join(ConsultationSubject, ConsultationSubject.consultation_id == Consultation.id)
    .where(ConsultationSubject.subject_id.in_(bindparam("subject_ids", expanding=True)), is_announced())
    .order_by(Consultation.id.desc())
)
_PHASES = (
    select(Phase.consultation_id, Phase.kind, Phase.opens_at, Phase.closes_at)
    .where(Phase.consultation_id.in_(bindparam("ids", expanding=True)))
    .order_by(Phase.opens_at)
)


def phases_of(consultation_ids: Sequence[int]) -> dict[int, list[PhaseSpan]]:
    """Return consultation → its phases in order, in one query."""
    if not consultation_ids:
        return {}
    rows = db.session.execute(_PHASES, {"ids": list(consultation_ids)})
    phases: dict[int, list[PhaseSpan]] = {}
    for consultation_id, kind, opens_at, closes_at in rows:
        phases.setdefault(consultation_id, []).append(PhaseSpan(kind, Period(opens_at, closes_at)))
    return phases


def _opening(listed: ListedConsultation) -> datetime:
    period = listed.procedure.open_period
    return period.opens_at if period else listed.consultation.created_at
