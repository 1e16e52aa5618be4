"""Routes of approval, and where a version is on its route: whose turn it is, who said what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from participation.access.actors import Actor, Role
from participation.foundation.db import db
from participation.foundation.errors import Conflict, NotFound
from participation.organisations.domain import PostScope
from participation.organisations.models import OfficePost, Section
from participation.people.models import Person
from participation.people.queries import Holder, list_holders
from participation.replies.domain import (
    ACT_NAMES,
    APPROVER_SEAT,
    RUN_STATE_NAMES,
    SHORTEST,
    SHORTEST_NAME,
    STEP_NAMES,
    ReplyStatus,
    RunState,
    StepKind,
)
from participation.replies.models import (
    ApprovalAct,
    ApprovalRoute,
    ApprovalRun,
    ApprovalStep,
    Point,
    ReplyVersion,
    RouteStep,
    WardReply,
)
from participation.replies.policies import Turn
from participation.replies.queries import rows

NOT_WAITING = "この区の考え方は、今は決裁を待っていません。画面を開き直して確かめてください。"


# ── routes ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class StepOfRoute:
    """One step of a route, as a list shows it."""

    position: int
    kind: StepKind
    post_code: str
    post_name: str
    section_code: str
    section_name: str
    refuses_own: bool

    @property
    def seat(self) -> str:
        """Whose turn it is, in words."""
        if not self.post_code:
            return APPROVER_SEAT
        return f"{self.section_name or '担当課の'} {self.post_name}".replace("の ", "の")

    @property
    def in_words(self) -> str:
        """The kind of turn with whose it is."""
        return f"{STEP_NAMES[self.kind]}：{self.seat}"


@dataclass(frozen=True)
class RouteLine:
    """A route with its steps."""

    public_id: str
    name: str
    section_code: str
    section_name: str
    version: int
    is_retired: bool
    steps: tuple[StepOfRoute, ...]

    @property
    def in_words(self) -> str:
        """The whole way in one line: 「承認：係長 → 合議：A・B → 決裁：部長」."""
        parts: dict[int, list[str]] = {}
        for step in self.steps:
            parts.setdefault(step.position, []).append(step.in_words)
        return " → ".join("・".join(together) for together in parts.values())


def list_routes(*, with_retired: bool = False, section_id: int | None = None) -> list[RouteLine]:
    """Return the routes by name; `section_id`: those that this section may choose. One query."""
    of_route, of_step = aliased(Section), aliased(Section)
    found = db.session.execute(
        select(
            ApprovalRoute, of_route.code, of_route.name, RouteStep, OfficePost.code, OfficePost.name, of_step
        )
        .outerjoin(of_route, of_route.id == ApprovalRoute.section_id)
        .outerjoin(RouteStep, RouteStep.route_id == ApprovalRoute.id)
        .outerjoin(OfficePost, OfficePost.id == RouteStep.post_id)
        .outerjoin(of_step, of_step.id == RouteStep.section_id)
        .order_by(ApprovalRoute.name, ApprovalRoute.id, RouteStep.position, RouteStep.id)
    )
    lines: dict[int, tuple[ApprovalRoute, str, str, list[StepOfRoute]]] = {}
    for route, section_code, section_name, step, post_code, post_name, step_section in found:
        if route.retired_at is not None and not with_retired:
            continue
        if section_id is not None and route.section_id not in (None, section_id):
            continue
        steps = lines.setdefault(route.id, (route, section_code or "", section_name or "", []))[3]
        if step is not None:
            steps.append(
                StepOfRoute(
                    step.position,
                    step.kind,
                    post_code or "",
                    post_name or "",
                    step_section.code if step_section else "",
                    step_section.name if step_section else "",
                    step.refuses_own,
                )
            )
    return [
        RouteLine(
            route.public_id,
            route.name,
            section_code,
            section_name,
            route.version,
            route.retired_at is not None,
            tuple(steps),
        )
        for route, section_code, section_name, steps in lines.values()
    ]


def get_route_line(public_id: str) -> RouteLine:
    """Return a route with its steps; raises NotFound."""
    found = next((each for each in list_routes(with_retired=True) if each.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def get_route_to_change(public_id: str) -> ApprovalRoute:
    """Return a route and keep it from being changed by others until the commit; raises NotFound."""
    route = db.session.scalars(
        select(ApprovalRoute)
        .where(ApprovalRoute.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if route is None:
        raise NotFound
    return route


def choices_for(section_id: int | None) -> tuple[list[tuple[str, str]], str]:
    """Return the routes that a section may choose, and its usual one. One query."""
    routes = list_routes(section_id=section_id if section_id is not None else -1)
    own = next((each.public_id for each in routes if each.section_code), SHORTEST)
    return [
        (SHORTEST, f"{SHORTEST_NAME}（{STEP_NAMES[StepKind.DECIDE]}：{APPROVER_SEAT}）"),
        *((each.public_id, f"{each.name}（{each.in_words}）") for each in routes if each.steps),
    ], own


def find_usual_route(section_id: int | None) -> ApprovalRoute | None:
    """Return the usual route of a section, or None where it is the shortest one."""
    if section_id is None:
        return None
    return db.session.scalars(
        select(ApprovalRoute)
        .where(ApprovalRoute.section_id == section_id, ApprovalRoute.retired_at.is_(None))
        .order_by(ApprovalRoute.name, ApprovalRoute.id)
        .limit(1)
    ).one_or_none()


def steps_of(route: ApprovalRoute) -> Sequence[tuple[RouteStep, OfficePost | None]]:
    """Return the steps of a route with their posts, in order."""
    found = db.session.execute(
        select(RouteStep, OfficePost)
        .outerjoin(OfficePost, OfficePost.id == RouteStep.post_id)
        .where(RouteStep.route_id == route.id)
        .order_by(RouteStep.position, RouteStep.id)
    )
    return [(step, post) for step, post in found]


# ── whose turn it is ────────────────────────────────────────────────────────────────────────────


def sits_there(holder: Holder, post_id: int | None, section_id: int | None, department: str) -> bool:
    """Return whether a holder of a post has the seat that a step names."""
    if holder.post_id != post_id:
        return False
    if holder.scope is PostScope.WARD:
        return True
    if holder.scope is PostScope.DEPARTMENT and department:
        return holder.department == department
    return holder.section_id == section_id


def turn_of(
    step: ApprovalStep, department: str, holders: Iterable[Holder], author_ids: frozenset[int | None]
) -> Turn:
    """Return whose turn a step is, today."""
    sitting = [each for each in holders if sits_there(each, step.post_id, step.section_id, department)]
    return Turn(
        seat=step.seat,
        holder_ids=frozenset(each.person_id for each in sitting),
        proxies={each.proxy_id: each.person_id for each in sitting if each.proxy_id is not None},
        author_ids=author_ids - {None} if step.refuses_own else frozenset(),
    )


def find_running(reply: WardReply) -> ApprovalRun | None:
    """Return the run of the version that waits for its decision, or None.

    A run whose version was replaced meanwhile is over, though nobody ended it yet.
    """
    return db.session.scalars(
        select(ApprovalRun)
        .where(
            ApprovalRun.reply_id == reply.id,
            ApprovalRun.state == RunState.RUNNING,
            ApprovalRun.version_number == reply.submitted_number,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def list_steps(run: ApprovalRun) -> Sequence[ApprovalStep]:
    """Return the steps of a run, in order."""
    return db.session.scalars(
        select(ApprovalStep)
        .where(ApprovalStep.run_id == run.id)
        .order_by(ApprovalStep.position, ApprovalStep.id)
        .execution_options(populate_existing=True)
    ).all()


@dataclass(frozen=True)
class StepToDecide:
    """A step that is about to be decided on, with everything it belongs to; the point is locked."""

    point: Point
    reply: WardReply
    version: ReplyVersion
    run: ApprovalRun
    step: ApprovalStep
    turn: Turn


def get_step_to_decide(public_id: str, step_id: str) -> StepToDecide:
    """Lock a point and return the step of its run that somebody decides on; raises NotFound or Conflict."""
    point = rows.get_point_to_change(public_id)
    reply = rows.find_reply(point)
    found = db.session.execute(
        select(ApprovalStep, ApprovalRun, Section.department)
        .join(ApprovalRun, ApprovalRun.id == ApprovalStep.run_id)
        .outerjoin(Section, Section.id == ApprovalStep.section_id)
        .where(ApprovalStep.public_id == step_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if reply is None or found is None or found[1].reply_id != reply.id:
        raise NotFound
    step, run, department = found
    if run.state is not RunState.RUNNING or point.status is not ReplyStatus.WAITING:
        raise Conflict(NOT_WAITING)
    version = rows.get_version(reply, run.version_number)
    holders = list_holders(post_ids=[step.post_id]) if step.post_id is not None else []
    turn = turn_of(step, department or "", holders, rows.authors_of(version))
    return StepToDecide(point, reply, version, run, step, turn)


def get_drafters(public_id: str) -> frozenset[int | None]:
    """Lock a point and return who may take its reply back: whoever handed it on or wrote it."""
    point = rows.get_point_to_change(public_id)
    reply = rows.find_reply(point)
    if reply is None or point.status is not ReplyStatus.WAITING or reply.submitted_number is None:
        raise Conflict("この区の考え方は、今は決裁に回っていません。画面を開き直して確かめてください。")
    run = find_running(reply)
    written_by = rows.get_version(reply, reply.submitted_number).author_id
    return frozenset({written_by, run.started_by_id if run else None}) - {None}


# ── the way as pages show it ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class StepLine:
    """One step of a run, as the page shows it."""

    public_id: str
    position: int
    kind_name: str
    seat: str
    #: done, current or next: what the component `steps` calls it.
    state: str
    decided_by: str
    #: 代理: for whom; empty: for themselves.
    decided_for: str
    decided_at: datetime | None
    comment: str
    #: Who may pass it today.
    who: tuple[str, ...]
    is_role_step: bool
    refuses_own: bool
    #: Whether the reader has the turn now.
    is_mine: bool
    #: Whom the reader would stand in for; empty: nobody.
    as_proxy_of: str

    @property
    def title(self) -> str:
        """The step in words."""
        return f"{self.kind_name}：{self.seat}"

    @property
    def told(self) -> str:
        """What was said or who is awaited."""
        if self.state == "done":
            by = f"{self.decided_by}（{self.decided_for}の代理）" if self.decided_for else self.decided_by
            return f"{by}「{self.comment}」" if self.comment else by
        if self.is_role_step:
            return "決裁者なら、だれでも決裁できます。"
        return "、".join(self.who) if self.who else "いまこの役職にある人が登録されていません。"


@dataclass(frozen=True)
class ActLine:
    """Something that was done on a route."""

    at: datetime
    what: str
    who: str
    text: str


@dataclass(frozen=True)
class RunView:
    """A version's way over its route."""

    route_name: str
    version_number: int
    state: RunState
    state_name: str
    steps: tuple[StepLine, ...]
    acts: tuple[ActLine, ...]
    started_by: str
    started_by_id: int | None

    @property
    def mine(self) -> StepLine | None:
        """The step at which the reader has the turn."""
        return next((each for each in self.steps if each.is_mine), None)

    @property
    def earlier_positions(self) -> list[tuple[str, str]]:
        """The steps to which it may be returned, as choices: those before the one that is open."""
        now = min((each.position for each in self.steps if each.state == "current"), default=0)
        choices: dict[int, list[str]] = {}
        for each in self.steps:
            if each.position < now:
                choices.setdefault(each.position, []).append(each.title)
        return [(str(position), "・".join(titles)) for position, titles in choices.items()]


def find_run_view(reply: WardReply, version_number: int, status: ReplyStatus, actor: Actor) -> RunView | None:
    """Return the latest way of a version over a route, or None where it took none. Three queries."""
    decider, absent = aliased(Person), aliased(Person)
    starter = aliased(Person)
    newest = (
        select(ApprovalRun.id)
        .where(ApprovalRun.reply_id == reply.id, ApprovalRun.version_number == version_number)
        .order_by(ApprovalRun.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(
            ApprovalRun, ApprovalStep, Section.department, decider.nickname, absent.nickname, starter.nickname
        )
        .join(ApprovalStep, ApprovalStep.run_id == ApprovalRun.id)
        .outerjoin(Section, Section.id == ApprovalStep.section_id)
        .outerjoin(decider, decider.id == ApprovalStep.decided_by_id)
        .outerjoin(absent, absent.id == ApprovalStep.for_person_id)
        .outerjoin(starter, starter.id == ApprovalRun.started_by_id)
        .where(ApprovalRun.id == newest)
        .order_by(ApprovalStep.position, ApprovalStep.id)
    ).all()
    if not found:
        return None
    run = found[0][0]
    runs = run.state is RunState.RUNNING and status is ReplyStatus.WAITING
    state = RunState.LAPSED if run.state is RunState.RUNNING and not runs else run.state
    posts = sorted({step.post_id for _, step, *_ in found if step.post_id is not None})
    holders = list_holders(post_ids=posts) if posts and runs else []
    steps = tuple(
        _step_line(step, department or "", by or "", for_whom or "", holders, actor, runs=runs)
        for _, step, department, by, for_whom, _ in found
    )
    return RunView(
        route_name=run.route_name,
        version_number=run.version_number,
        state=state,
        state_name=RUN_STATE_NAMES[state],
        steps=steps,
        acts=_acts(run),
        started_by=found[0][5] or "システム",
        started_by_id=run.started_by_id,
    )


def _step_line(
    step: ApprovalStep,
    department: str,
    by: str,
    for_whom: str,
    holders: Sequence[Holder],
    actor: Actor,
    *,
    runs: bool,
) -> StepLine:
    sitting = [each for each in holders if sits_there(each, step.post_id, step.section_id, department)]
    is_open = runs and step.opened_at is not None and step.decided_at is None
    own = any(each.person_id == actor.person_id for each in sitting)
    absent = "" if own else next((h.name for h in sitting if h.proxy_id == actor.person_id), "")
    has_turn = own or bool(absent) or (step.post_id is None and actor.has(Role.APPROVER))
    return StepLine(
        public_id=step.public_id,
        position=step.position,
        kind_name=STEP_NAMES[step.kind],
        seat=step.seat,
        state="done" if step.decided_at is not None else "current" if is_open else "next",
        decided_by=by or ("システム" if step.decided_at else ""),
        decided_for=for_whom,
        decided_at=step.decided_at,
        comment=step.comment,
        who=tuple(h.name + (f"（不在。代理 {h.proxy_name}）" if h.proxy_name else "") for h in sitting),
        is_role_step=step.post_id is None,
        refuses_own=step.refuses_own,
        is_mine=is_open and has_turn,
        as_proxy_of=absent,
    )


def _acts(run: ApprovalRun) -> tuple[ActLine, ...]:
    doer, absent = aliased(Person), aliased(Person)
    found = db.session.execute(
        select(ApprovalAct, ApprovalStep.seat, doer.nickname, absent.nickname)
        .outerjoin(ApprovalStep, ApprovalStep.id == ApprovalAct.step_id)
        .outerjoin(doer, doer.id == ApprovalAct.by_id)
        .outerjoin(absent, absent.id == ApprovalAct.for_person_id)
        .where(ApprovalAct.run_id == run.id)
        .order_by(ApprovalAct.id.desc())
        .limit(100)
    )
    return tuple(
        ActLine(
            act.at,
            ACT_NAMES[act.kind] + (f"（{seat}）" if seat else ""),
            (who or "システム") + (f"（{for_whom}の代理）" if for_whom else ""),
            act.comment,
        )
        for act, seat, who, for_whom in found
    )


@dataclass(frozen=True)
class OpenTurn:
    """A step that is open just now, somewhere."""

    point_public_id: str
    step_public_id: str
    position: int
    seat: str
    since: datetime
    is_mine: bool
    as_proxy_of: str


def list_open_turns(actor: Actor) -> list[OpenTurn]:
    """Return the steps that are open just now, longest waiting first. Two queries."""
    mine = list_holders(of_person=actor.person_id) if actor.person_id is not None else []
    found = db.session.execute(
        select(Point.public_id, ApprovalStep, Section.department)
        .join(ApprovalRun, ApprovalRun.id == ApprovalStep.run_id)
        .join(WardReply, WardReply.id == ApprovalRun.reply_id)
        .join(Point, Point.id == WardReply.point_id)
        .outerjoin(Section, Section.id == ApprovalStep.section_id)
        .where(
            ApprovalRun.state == RunState.RUNNING,
            ApprovalRun.version_number == WardReply.submitted_number,
            Point.status == ReplyStatus.WAITING,
            ApprovalStep.opened_at.is_not(None),
            ApprovalStep.decided_at.is_(None),
        )
        .order_by(ApprovalStep.opened_at, ApprovalStep.id)
        .limit(1000)
    )
    turns = []
    for point, step, department in found:
        assert step.opened_at is not None  # Asked for so.
        sitting = [each for each in mine if sits_there(each, step.post_id, step.section_id, department or "")]
        own = any(each.person_id == actor.person_id for each in sitting)
        absent = "" if own else next((each.name for each in sitting), "")
        has_turn = bool(sitting) or (step.post_id is None and actor.has(Role.APPROVER))
        turns.append(
            OpenTurn(
                point,
                step.public_id,
                step.position,
                step.seat,
                step.opened_at,
                has_turn,
                absent,
            )
        )
    return turns
