"""Acting on several opinions at once, and undoing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.desk.domain import (
    MOST_AT_ONCE,
    UNDO_WITHIN,
    BulkAction,
    BulkRequest,
    OpinionState,
    Undone,
    state_from,
)
from participation.desk.models import BulkBatch, BulkStep
from participation.desk.queries import get_batch_to_undo, states_of
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.jobs import long_runs
from participation.jobs.models import LongRun
from participation.moderation import commands as moderation
from participation.moderation.queries import get_clause
from participation.opinions import commands as opinions
from participation.opinions.domain import OpinionStage, may_advance
from participation.opinions.models import Opinion
from participation.replies import commands as replies
from participation.replies.domain import NoPointReason, PointDraft
from participation.replies.queries import rows

GONE = (Visibility.WITHDRAWN, Visibility.ERASED)


def act(request: BulkRequest, *, by: Actor) -> BulkBatch:
    """Do something with several opinions (まとめて対応); what they were before is kept for undoing it."""
    access.require(by, "desk.act")
    if not request.opinions:
        raise Refused("意見を選んでください。")
    if len(request.opinions) > MOST_AT_ONCE:
        raise Refused(f"一度に選べるのは{MOST_AT_ONCE}件までです。")
    chosen = rows.opinions_of(request.opinions)
    ids = [opinion.id for opinion in chosen]
    before = states_of(ids)
    _ACTS[request.action](request, chosen, by)
    db.session.flush()  # What comes after is read from the tables.
    after = states_of(ids)
    changed = [each for each in ids if before[each] != after[each]]
    if not changed:
        raise Refused("選んだ意見には、もうその対応が済んでいます。")
    batch = BulkBatch(
        action=request.action, person_id=by.person_id, done_at=clock.now(), changed_count=len(changed)
    )
    db.session.add(batch)
    audit.record(by, "desk.act", batch, changes={"action": request.action.value, "opinions": changed})
    db.session.add_all(
        BulkStep(
            batch_id=batch.id,
            opinion_id=each,
            before=before[each].as_stored(),
            after=after[each].as_stored(),
        )
        for each in changed
    )
    return batch


def undo(public_id: str, *, by: Actor) -> Undone:
    """Undo one's own last action; what somebody changed in the meantime stays, and is named."""
    batch = get_batch_to_undo(public_id)
    access.require(by, "desk.undo", batch)
    if batch.undone_at is not None or batch.done_at < clock.now() - UNDO_WITHIN:
        raise Conflict("この操作は、もう取り消せません。")
    steps = db.session.scalars(
        select(BulkStep).where(BulkStep.batch_id == batch.id).order_by(BulkStep.id)
    ).all()
    now = states_of([step.opinion_id for step in steps])
    members = {
        opinion.id: opinion
        for opinion in db.session.scalars(select(Opinion).where(Opinion.id.in_(list(now))))
    }
    changed_since = []
    for step in steps:
        opinion, after = members[step.opinion_id], state_from(step.after)
        if now[opinion.id] != after:
            changed_since.append(opinion.number)
            continue
        _restore(opinion, state_from(step.before), after, by)
        step.was_undone = True
    batch.undone_at = clock.now()
    undone = Undone(len(steps) - len(changed_since), tuple(changed_since))
    audit.record(by, "desk.undo", batch, changes={"restored": undone.restored, "kept": changed_since})
    return undone


def note_export(count: int, *, by: Actor) -> None:
    """Record that somebody took the register out as a file (受付簿の書き出し)."""
    access.require(by, "desk.export_register")
    audit.record(by, "desk.export_register", "contributions", changes={"rows": count})


def _screen(_request: BulkRequest, chosen: Sequence[Opinion], by: Actor) -> None:
    waiting = [opinion for opinion in chosen if opinion.stage is OpinionStage.RECEIVED]
    said = _said([opinion.contribution_id for opinion in waiting])
    opinions.screen_opinions(
        [each for each in waiting if said[each.contribution_id].visibility not in (*GONE, Visibility.HIDDEN)],
        by=by,
    )


def _hold(request: BulkRequest, chosen: Sequence[Opinion], by: Actor) -> None:
    for said in _said([opinion.contribution_id for opinion in chosen]).values():
        if said.visibility in (Visibility.RECEIVED, Visibility.PUBLISHED):
            moderation.hold(said, request.reason, by=by)


def _hide(request: BulkRequest, chosen: Sequence[Opinion], by: Actor) -> None:
    if not request.clause_number:
        raise Refused("話し合いのルールの、どの条に当たるかを選んでください。", field="clause")
    clause = get_clause(request.clause_number)
    for said in _said([opinion.contribution_id for opinion in chosen]).values():
        if said.visibility not in (*GONE, Visibility.HIDDEN):
            moderation.hide(said, clause, request.reason, by=by)


def _to_point(request: BulkRequest, chosen: Sequence[Opinion], by: Actor) -> None:
    if not request.point:
        raise Refused("論点を選んでください。")
    replies.add_to_point(request.point, [opinion.public_id for opinion in chosen], by=by)


def _new_point(request: BulkRequest, chosen: Sequence[Opinion], by: Actor) -> None:
    consultation = rows.consultation_by_id(chosen[0].consultation_id)
    replies.gather_point(
        PointDraft(
            consultation_code=consultation.code,
            title=request.title,
            summary=request.summary,
            opinions=tuple(opinion.public_id for opinion in chosen),
        ),
        by=by,
    )


def _without_point(request: BulkRequest, chosen: Sequence[Opinion], by: Actor) -> None:
    if request.without_reason not in set(NoPointReason):
        raise Refused("論点に入れない理由を選んでください。", field="without_reason")
    replies.mark_without_point(
        [opinion.public_id for opinion in chosen],
        NoPointReason(request.without_reason),
        request.reason,
        by=by,
    )


_ACTS: dict[BulkAction, Callable[[BulkRequest, Sequence[Opinion], Actor], None]] = {
    BulkAction.SCREEN: _screen,
    BulkAction.HOLD: _hold,
    BulkAction.HIDE: _hide,
    BulkAction.TO_POINT: _to_point,
    BulkAction.NEW_POINT: _new_point,
    BulkAction.WITHOUT_POINT: _without_point,
}


def _restore(opinion: Opinion, before: OpinionState, after: OpinionState, by: Actor) -> None:
    """Bring one opinion back through the commands of the slices that changed it."""
    for point in set(after.points) - set(before.points):
        replies.remove_from_point(point, [opinion.public_id], by=by)
    if after.without_reason and not before.without_reason:
        replies.unmark_without_point([opinion.public_id], by=by)
    if before.without_reason and not after.without_reason:
        reason = NoPointReason(before.without_reason)
        replies.mark_without_point([opinion.public_id], reason, before.without_note, by=by)
    if before.visibility != after.visibility:
        _restore_visibility(opinion, Visibility(before.visibility), by)
    stage = OpinionStage(before.stage)
    if opinion.stage is not stage and may_advance(opinion.stage, stage):
        opinions.advance_opinions([opinion], stage, by=by)


def _restore_visibility(opinion: Opinion, before: Visibility, by: Actor) -> None:
    said = db.session.get_one(Contribution, opinion.contribution_id)
    if said.visibility in (Visibility.HELD, Visibility.HIDDEN):
        moderation.restore(said, by=by)
    if said.visibility is not before:
        # What screening showed to everybody goes back out of sight until somebody looks at it again.
        moderation.hold(said, "", by=by)


def _said(contribution_ids: Iterable[int]) -> dict[int, Contribution]:
    ids = list(contribution_ids)
    return {
        said.id: said
        for said in db.session.scalars(
            select(Contribution).where(Contribution.id.in_(ids)).order_by(Contribution.id)
        )
    }


def cancel_run(run: LongRun, *, by: Actor) -> None:
    """End a long run (取りやめる)."""
    access.require(by, "desk.steer_run", run)
    long_runs.ask_to_cancel(run)
    audit.record(by, "desk.steer_run", run, changes={"cancelled": run.kind})


def run_again(run: LongRun, *, by: Actor) -> LongRun:
    """Ask once more for a long run that did not come to its end."""
    access.require(by, "desk.steer_run", run)
    again = long_runs.start_again(run, by=by)
    audit.record(by, "desk.steer_run", again, changes={"again": run.public_id})
    return again
