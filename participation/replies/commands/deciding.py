"""Deciding on a reply (決裁): handing it on over a route, passing each step, sending it back, recalling it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.queries import get_consultation
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.opinions import commands as opinions
from participation.organisations.models import Section
from participation.people.queries import list_holders
from participation.replies.commands.writing import _add_version, _refuse_unfinished
from participation.replies.domain import (
    APPROVER_SEAT,
    SHORTEST,
    SHORTEST_NAME,
    ActKind,
    Approval,
    DecisionKind,
    DecisionNumber,
    ReplyStatus,
    RunState,
    StepKind,
)
from participation.replies.events import ReplyApproved, ReplyRecalled, ReplySentBack, ReplySubmitted
from participation.replies.models import (
    ApprovalAct,
    ApprovalRoute,
    ApprovalRun,
    ApprovalStep,
    Point,
    ReplyDecision,
    ReplyVersion,
    WardReply,
)
from participation.replies.queries import routing, rows

OTHER_VERSION = "あなたが見た版のあとに、新しい版ができています。下で違いを確かめてから、決裁するかどうかを決めてください。"
SAY_WHAT_TO_MEND = "何を直してほしいかを書いてください。"


def submit_for_approval(
    public_id: str, version_number: int, *, route: str | None = None, by: Actor
) -> ReplyVersion:
    """Hand the newest version on to the approvers (決裁に回す), over a route.

    If the title, the summary or the amendments changed since it was written, a version with what
    they are now is made first: what is decided on is always one whole version. Without a route it
    goes the usual way of the section, or the shortest one.
    """
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.submit_for_approval", rows.sections_of(point))
    reply = rows.find_reply(point)
    if reply is None:
        raise Refused("まだ区の考え方が書かれていません。")
    if point.status is ReplyStatus.WAITING:
        raise Conflict("この区の考え方は、もう決裁に回っています。")
    if point.status not in (ReplyStatus.DRAFT, ReplyStatus.SENT_BACK):
        raise Refused("先に下書きを保存してください。")
    if version_number != reply.latest_number:
        raise Conflict("ほかの職員が先に新しい版を保存しました。画面を開き直して確かめてください。")
    version = _as_of_now(point, reply, by)
    _refuse_incomplete(point, version)
    reply.submitted_number = version.number
    point.status = ReplyStatus.WAITING
    run = _set_out(point, reply, version, route, by)
    _note(reply, version, DecisionKind.SUBMITTED, by)
    audit.record(
        by,
        "replies.submit_for_approval",
        point,
        changes={"version": version.number, "route": run.route_name},
    )
    events.publish(ReplySubmitted(point.id, version.number))
    return version


def send_back(
    public_id: str, version_number: int, comment: str, *, to_step: int | None = None, by: Actor
) -> Point:
    """Send a reply back (差戻し), saying what is to be mended; one that was decided on may come back too.

    It goes back to whoever wrote it, or, with `to_step`, to an earlier step of its route.
    """
    access.require(by, "replies.send_back")
    point = rows.get_point_to_change(public_id)
    reply = rows.find_reply(point)
    if reply is None or point.status not in (ReplyStatus.WAITING, ReplyStatus.APPROVED):
        raise Conflict(routing.NOT_WAITING)
    if version_number != reply.latest_number:
        raise Conflict(OTHER_VERSION)
    run = routing.find_running(reply)
    # On a route each sends back in their turn; what was decided on may come back from any approver.
    step = _open_step_of_approver(run, None) if run is not None else None
    _return(point, reply, version_number, comment, to_step, by, step=step, for_person_id=None)
    audit.record(by, "replies.send_back", point, changes={"version": version_number, "to_step": to_step})
    return point


def return_step(
    public_id: str,
    step_id: str,
    version_number: int,
    comment: str,
    *,
    to_step: int | None = None,
    by: Actor,
) -> Point:
    """Send a reply back from the step at which somebody has the turn: to the writer or to an earlier step."""
    found = routing.get_step_to_decide(public_id, step_id)
    access.require(by, "replies.return_step", found.turn)
    _refuse_wrong_moment(found, version_number)
    _return(
        found.point,
        found.reply,
        version_number,
        comment,
        to_step,
        by,
        step=found.step,
        for_person_id=found.turn.for_whom(by.person_id),
    )
    audit.record(
        by,
        "replies.return_step",
        found.point,
        changes={"version": version_number, "step": found.step.id, "to_step": to_step},
    )
    return found.point


def approve_reply(public_id: str, approval: Approval, *, by: Actor) -> Point:
    """Decide on exactly the version that was seen (決裁); two approvers at once give one decision.

    This is the step of an approver, whatever post they hold; steps of posts are passed by
    :func:`approve_step`.
    """
    point, reply, version = rows.get_to_decide(public_id, approval.version_number)
    access.require(by, "replies.approve_reply", rows.authors_of(version))
    if reply.latest_number != approval.version_number or version.content_hash != approval.content_hash:
        raise Conflict(OTHER_VERSION)
    if point.status is ReplyStatus.APPROVED:
        raise Conflict("ほかの決裁者が先に決裁しました。")
    if point.status is not ReplyStatus.WAITING:
        raise Conflict(routing.NOT_WAITING)
    # What waited before there were routes is on the shortest one.
    run = routing.find_running(reply) or _set_out(point, reply, version, SHORTEST, by)
    step = _open_step_of_approver(run, approval.step)
    _pass(point, reply, version, run, step, approval, by, for_person_id=None)
    audit.record(by, "replies.approve_reply", point, changes={"version": version.number, "step": step.id})
    return point


def approve_step(public_id: str, step_id: str, approval: Approval, *, by: Actor) -> Point:
    """Pass a step of a post (承認・合議・決裁) on exactly the version that was seen; a proxy is noted as such."""
    found = routing.get_step_to_decide(public_id, step_id)
    access.require(by, "replies.approve_step", found.turn)
    _refuse_wrong_moment(found, approval.version_number)
    if found.version.content_hash != approval.content_hash:
        raise Conflict(OTHER_VERSION)
    for_person_id = found.turn.for_whom(by.person_id)
    _pass(
        found.point,
        found.reply,
        found.version,
        found.run,
        found.step,
        approval,
        by,
        for_person_id=for_person_id,
    )
    audit.record(
        by,
        "replies.approve_step",
        found.point,
        changes={"version": found.version.number, "step": found.step.id, "for": for_person_id},
    )
    return found.point


def recall(public_id: str, *, by: Actor) -> Point:
    """Take a reply back before it was decided on (引戻し): it is a draft again."""
    drafters = routing.get_drafters(public_id)
    access.require(by, "replies.recall", drafters)
    point = rows.get_point_to_change(public_id)
    reply = rows.get_reply(point)
    number = reply.submitted_number or reply.latest_number
    run = routing.find_running(reply)
    if run is not None:
        _end(run, RunState.RECALLED)
        _act(run, ActKind.RECALLED, by)
    reply.submitted_number = None
    point.status = ReplyStatus.DRAFT
    audit.record(by, "replies.recall", point, changes={"version": number})
    events.publish(ReplyRecalled(point.id, number))
    return point


def record_decision_number(public_id: str, number: str, decided_on: date, *, by: Actor) -> ReplyDecision:
    """Write the number and day of the ward's own records into a decision (決裁番号・決裁日), also later.

    What was decided on does not change, and neither does what stands in public.
    """
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.record_number", rows.sections_of(point))
    if not number.strip():
        raise Refused("決裁番号を書いてください。", field="decision_number")
    if decided_on > clock.today():
        raise Refused("決裁日に、これから来る日は書けません。", field="decided_on")
    decision = rows.find_decision(point)
    if decision is None:
        raise Refused(f"No.{point.number}は、まだ決裁が済んでいません。")
    before = [decision.decision_number, decision.decided_on.isoformat() if decision.decided_on else None]
    decision.decision_number, decision.decided_on = number.strip(), decided_on
    audit.record(
        by,
        "replies.record_number",
        point,
        changes={
            "version": decision.version_number,
            "before": before,
            "after": [decision.decision_number, decided_on.isoformat()],
        },
    )
    return decision


def record_decision_numbers(code: str, lines: Sequence[DecisionNumber], *, by: Actor) -> int:
    """Write the numbers of many decisions of a consultation in, all or none; return how many changed."""
    numbered = rows.get_points_by_number(code, [line.point for line in lines])
    access.require(by, "replies.record_number", rows.sections_of(*numbered.values()))
    changed = 0
    for line in lines:
        point = numbered.get(line.point)
        if point is None:
            raise Refused(f"この案件に、No.{line.point}の論点はありません。")
        present = rows.find_decision(point)
        if present is None or (present.decision_number, present.decided_on) != (line.number, line.decided_on):
            record_decision_number(point.public_id, line.number, line.decided_on, by=by)
            changed += 1
    audit.record(by, "replies.record_number", "reply_decisions", changes={"code": code, "changed": changed})
    return changed


def note_package(code: str, *, by: Actor) -> None:
    """Note that somebody took out what is enclosed with a proposal (起案に付ける文書)."""
    consultation = get_consultation(code)
    access.require(by, "replies.export_package")
    audit.record(by, "replies.export_package", consultation)


# ── on the route ────────────────────────────────────────────────────────────────────────────────


def _set_out(
    point: Point, reply: WardReply, version: ReplyVersion, route: str | None, by: Actor
) -> ApprovalRun:
    """Copy a route for this version and give the first turn: later changes of the route do not reach it."""
    db.session.execute(
        update(ApprovalRun)
        .where(ApprovalRun.reply_id == reply.id, ApprovalRun.state == RunState.RUNNING)
        .values(state=RunState.LAPSED, ended_at=clock.now())
    )
    chosen = _chosen_route(point, route)
    run = ApprovalRun(
        reply_id=reply.id,
        version_number=version.number,
        content_hash=version.content_hash,
        route_name=chosen.name if chosen else SHORTEST_NAME,
        state=RunState.RUNNING,
        started_at=clock.now(),
        started_by_id=by.person_id,
    )
    db.session.add(run)
    db.session.flush()  # The steps need the run's id.
    steps = _copied(run, chosen, point) if chosen else [_shortest_step(run)]
    db.session.add_all(steps)
    db.session.flush()  # Whoever looks for the open step finds it.
    _open(steps, steps[0].position)
    _refuse_empty_seats(steps)
    _act(run, ActKind.SUBMITTED, by)
    return run


def _chosen_route(point: Point, route: str | None) -> ApprovalRoute | None:
    if route is None:
        return routing.find_usual_route(point.section_id)
    if route == SHORTEST:
        return None
    chosen = routing.get_route_to_change(route)
    if chosen.retired_at is not None:
        raise Refused("この経路は、もう使われていません。ほかの経路を選んでください。", field="route")
    if chosen.section_id is not None and chosen.section_id != point.section_id:
        raise Refused("この経路は、ほかの課のものです。", field="route")
    return chosen


def _shortest_step(run: ApprovalRun) -> ApprovalStep:
    return ApprovalStep(run_id=run.id, position=1, kind=StepKind.DECIDE, seat=APPROVER_SEAT, refuses_own=True)


def _copied(run: ApprovalRun, route: ApprovalRoute, point: Point) -> list[ApprovalStep]:
    steps = []
    for step, post in routing.steps_of(route):
        section_id = step.section_id if step.section_id is not None else point.section_id
        if post is not None and section_id is None:
            raise Refused("担当課が決まっていないため、この経路には回せません。先に担当課を決めてください。")
        section = db.session.get(Section, section_id) if section_id is not None else None
        steps.append(
            ApprovalStep(
                run_id=run.id,
                position=step.position,
                kind=step.kind,
                seat=f"{section.name if section else ''} {post.name}".strip() if post else APPROVER_SEAT,
                post_id=step.post_id,
                section_id=section_id if post else None,
                # Whoever decides as an approver never decides on their own words.
                refuses_own=step.refuses_own or post is None,
            )
        )
    if not steps:
        raise Refused("この経路には段がありません。ほかの経路を選んでください。", field="route")
    return steps


def _refuse_empty_seats(steps: Sequence[ApprovalStep]) -> None:
    """Nothing sets out on a way on which it would wait for nobody."""
    posts = sorted({step.post_id for step in steps if step.post_id is not None})
    holders = list_holders(post_ids=posts) if posts else []
    for step in steps:
        if step.post_id is None:
            continue
        section = db.session.get(Section, step.section_id) if step.section_id is not None else None
        department = section.department if section else ""
        if not any(routing.sits_there(each, step.post_id, step.section_id, department) for each in holders):
            raise Refused(
                f"「{step.seat}」にある人が登録されていないため、この経路には回せません。管理者に登録を頼むか、ほかの経路を選んでください。"
            )


def _open(steps: Sequence[ApprovalStep], position: int) -> None:
    for step in steps:
        if step.position == position:
            step.opened_at = clock.now()


def _open_step_of_approver(run: ApprovalRun, step_id: str | None) -> ApprovalStep:
    opened = [s for s in routing.list_steps(run) if s.opened_at is not None and s.decided_at is None]
    for step in opened:
        if step.post_id is None and step_id in (None, step.public_id):
            return step
    seats = "、".join(step.seat for step in opened)
    raise Conflict(f"いまは{seats}の順番です。画面を開き直して確かめてください。")


def _refuse_wrong_moment(found: routing.StepToDecide, version_number: int) -> None:
    if found.reply.latest_number != version_number or found.run.version_number != version_number:
        raise Conflict(OTHER_VERSION)
    if found.step.decided_at is not None:
        raise Conflict("この段は、ほかの職員が先に承認しました。")
    if found.step.opened_at is None:
        raise Conflict("この段の順番は、まだ来ていません。")


def _pass(
    point: Point,
    reply: WardReply,
    version: ReplyVersion,
    run: ApprovalRun,
    step: ApprovalStep,
    approval: Approval,
    by: Actor,
    *,
    for_person_id: int | None,
) -> None:
    """Note a passed step, give the next turn, or decide when there is none left."""
    step.decided_at, step.decided_by_id = clock.now(), by.person_id
    step.for_person_id, step.comment = for_person_id, approval.comment
    _act(run, ActKind.APPROVED, by, step=step, comment=approval.comment, for_person_id=for_person_id)
    db.session.flush()  # The steps are read again as they are now.
    left = [each for each in routing.list_steps(run) if each.decided_at is None]
    if any(each.position == step.position for each in left):
        return
    if left:
        _open(left, min(each.position for each in left))
        return
    _end(run, RunState.APPROVED)
    reply.submitted_number, reply.approved_number = None, version.number
    point.status = ReplyStatus.APPROVED
    _note(
        reply,
        version,
        DecisionKind.APPROVED,
        by,
        comment=approval.comment,
        decision_number=approval.decision_number,
        decided_on=approval.decided_on or clock.today(),
    )
    db.session.flush()  # The stages are read from the status as it is now.
    for stage, moved in rows.stages_due(rows.opinion_ids_in(point)).items():
        opinions.advance_opinions(moved, stage, by=by)
    events.publish(ReplyApproved(point.id, version.number))


def _return(
    point: Point,
    reply: WardReply,
    version_number: int,
    comment: str,
    to_step: int | None,
    by: Actor,
    *,
    step: ApprovalStep | None,
    for_person_id: int | None,
) -> None:
    if not comment.strip():
        raise Refused(SAY_WHAT_TO_MEND, field="mend")
    run = routing.find_running(reply)
    if to_step is not None:
        _to_earlier_step(run, to_step)
        assert run is not None
        _act(run, ActKind.RETURNED, by, step=step, comment=comment, for_person_id=for_person_id)
        return
    version = rows.get_version(reply, version_number)
    if run is not None:
        _end(run, RunState.SENT_BACK)
        _act(run, ActKind.SENT_BACK, by, step=step, comment=comment, for_person_id=for_person_id)
    reply.submitted_number = reply.approved_number = None
    point.status = ReplyStatus.SENT_BACK
    _note(reply, version, DecisionKind.SENT_BACK, by, comment=comment)
    db.session.flush()  # The stages are read from the status as it is now.
    for stage, moved in rows.stages_due(rows.opinion_ids_in(point)).items():
        opinions.advance_opinions(moved, stage, by=by)
    events.publish(ReplySentBack(point.id, version_number))


def _to_earlier_step(run: ApprovalRun | None, position: int) -> None:
    """Take the turns from a step on back: it is passed anew, and so is everything after it."""
    steps = routing.list_steps(run) if run is not None else []
    opened = [s.position for s in steps if s.opened_at is not None and s.decided_at is None]
    if not opened or position not in {s.position for s in steps if s.position < min(opened)}:
        raise Refused("戻せるのは、いまより前の段です。", field="to_step")
    for step in steps:
        if step.position >= position:
            step.opened_at = step.decided_at = step.decided_by_id = step.for_person_id = None
            step.comment = ""
    _open(steps, position)


def _end(run: ApprovalRun, state: RunState) -> None:
    run.state, run.ended_at = state, clock.now()


def _act(
    run: ApprovalRun,
    kind: ActKind,
    by: Actor,
    *,
    step: ApprovalStep | None = None,
    comment: str = "",
    for_person_id: int | None = None,
) -> None:
    db.session.add(
        ApprovalAct(
            run_id=run.id,
            step_id=step.id if step is not None else None,
            kind=kind,
            at=clock.now(),
            by_id=by.person_id,
            for_person_id=for_person_id,
            comment=comment,
        )
    )


def _as_of_now(point: Point, reply: WardReply, by: Actor) -> ReplyVersion:
    version = rows.get_version(reply, reply.latest_number)
    content = rows.content_of(version)
    now = replace(
        content,
        title=point.title,
        summary=point.summary,
        amendments=rows.amendments_in_draft(point),
    )
    if now == content:
        return version
    return _add_version(point, reply, now, by)


def _refuse_incomplete(point: Point, version: ReplyVersion) -> None:
    if not version.summary.strip():
        raise Refused("意見の要旨を書いてください。公表するのは要旨と区の考え方です。", field="summary")
    if version.disposition_id is None:
        raise Refused("対応区分を選んでください。", field="disposition")
    if not rows.opinion_ids_in(point):
        raise Refused("この論点には意見が1件も入っていません。")
    _refuse_unfinished(point, version)


def _note(
    reply: WardReply,
    version: ReplyVersion,
    kind: DecisionKind,
    by: Actor,
    *,
    comment: str = "",
    decision_number: str = "",
    decided_on: date | None = None,
) -> None:
    db.session.add(
        ReplyDecision(
            reply_id=reply.id,
            version_number=version.number,
            kind=kind,
            content_hash=version.content_hash,
            at=clock.now(),
            by_id=by.person_id,
            comment=comment,
            decision_number=decision_number,
            decided_on=decided_on,
        )
    )
