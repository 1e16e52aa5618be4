"""Reporting, holding, hiding with a reason, restoring, and objecting to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import func, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions import commands as contributions
from participation.contributions.domain import (
    KIND_NAMES,
    ConcernKind,
    Covering,
    Visibility,
    personal_data_in,
    reasons_in_words,
    topics_of,
)
from participation.contributions.events import AuthorTold
from participation.contributions.models import Contribution
from participation.contributions.queries import list_covered, unsealed
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, NotFound, Refused
from participation.foundation.ids import new_public_id
from participation.foundation.text import excerpt
from participation.jobs import queue
from participation.mail import outbox as mail
from participation.moderation import queries
from participation.moderation.domain import (
    HELD,
    HELD_FOR_REDACTION,
    HELD_FOR_REPORTS,
    PERSONAL_DATA_TOPIC,
    REPORTER_AGE,
    REPORTS_A_DAY,
    REPORTS_TO_HOLD,
    TELL_AT_ONCE,
    URGENT,
    VAIN_REPORTS,
    VAIN_WITHIN,
    AppealOutcome,
    Clause,
    ConcernOutcome,
    DecisionKind,
    decision_path,
    public_reason,
)
from participation.moderation.models import Appeal, ConcernNoted, GuidelineClause, ModerationDecision, Report
from participation.people.models import Person

GUIDANCE_TITLE = "お書きになったことについて、ご案内します"


def load_rules(clauses: Sequence[Clause], *, by: Actor) -> dict[str, int]:
    """Bring the rules to what the seed file says, by number; clauses are retired, never deleted."""
    access.require(by, "moderation.load_rules")
    known = {clause.number: clause for clause in db.session.scalars(select(GuidelineClause))}
    counts = {"added": 0, "changed": 0, "retired": 0}
    for new in clauses:
        words = {"title": new.title, "text": new.text, "avoid": new.avoid, "instead": new.instead}
        old = known.pop(new.number, None)
        if old is None:
            db.session.add(GuidelineClause(number=new.number, **words))
            counts["added"] += 1
        elif old.retired_at is not None or any(getattr(old, name) != text for name, text in words.items()):
            old.retired_at = None
            for name, text in words.items():
                setattr(old, name, text)
            counts["changed"] += 1
    for old in known.values():
        if old.retired_at is None:
            old.retired_at = clock.now()
            counts["retired"] += 1
    if any(counts.values()):
        audit.record(by, "moderation.load_rules", "guideline_clauses", counts)
    return counts


def report(said: Contribution, clause: GuidelineClause, note: str, *, by: Actor) -> None:
    """Say that a contribution breaks a rule; a second report by the same person changes nothing.

    Reports never hide anything. Three by different accounts older than seven days hold it for
    review, which is temporary: staff see it at once and put it back or hide it.
    """
    access.require(by, "moderation.report", said)
    _lock(said)
    _refuse_too_many_reports(by)
    values = {
        "contribution_id": said.id,
        "reporter_id": by.person_id,
        "clause_id": clause.id,
        "note": note,
        "reported_at": clock.now(),
    }
    if insert_once(Report, values, unique=["contribution_id", "reporter_id"]) is None:
        return
    audit.record(by, "moderation.report", said, {"clause": clause.number})
    if said.visibility is Visibility.PUBLISHED and _count_heavy_reports(said) >= REPORTS_TO_HOLD:
        _decide(said, DecisionKind.HOLD, Visibility.HELD, by=None, reason=HELD_FOR_REPORTS, settles=False)


def hold(said: Contribution, reason: str, *, by: Actor) -> ModerationDecision:
    """Take a contribution out of sight until staff have looked at it (確認のため表示を止める)."""
    access.require(by, "moderation.hold", said)
    _lock(said)
    _refuse_repeat(said, Visibility.HELD)
    decision = _decide(said, DecisionKind.HOLD, Visibility.HELD, by=by, reason=reason or HELD, settles=False)
    audit.record(by, "moderation.hold", said)
    return decision


def hide(said: Contribution, clause: GuidelineClause, reason: str, *, by: Actor) -> ModerationDecision:
    """Hide a contribution for breaking a clause of the rules; its author learns why and may object."""
    access.require(by, "moderation.hide", said)
    _lock(said)
    _refuse_repeat(said, Visibility.HIDDEN)
    if not reason.strip():
        raise Refused("書いた人に伝える理由を書いてください。", field="reason")
    decision = _decide(
        said, DecisionKind.HIDE, Visibility.HIDDEN, by=by, reason=reason, clause=clause, settles=True
    )
    _settle_concerns(
        said, ConcernOutcome.DECIDED, by, kinds=(ConcernKind.PERSONAL_DATA, ConcernKind.OFFENSIVE)
    )
    audit.record(by, "moderation.hide", said, {"clause": clause.number})
    return decision


def restore(said: Contribution, reason: str = "", *, by: Actor) -> ModerationDecision:
    """Bring a held or hidden contribution back to the state it had before (表示に戻す)."""
    access.require(by, "moderation.restore", said)
    _lock(said)
    if said.visibility not in (Visibility.HELD, Visibility.HIDDEN):
        raise Conflict("この投稿は、すでに別の状態になっています。画面を開き直してください。")
    decision = _restore(said, reason, by)
    audit.record(by, "moderation.restore", said)
    return decision


def keep(said: Contribution, reason: str, *, by: Actor) -> ModerationDecision:
    """Answer open reports by leaving the contribution as it is (そのまま表示する)."""
    access.require(by, "moderation.keep", said)
    _lock(said)
    if said.visibility is Visibility.HELD:
        raise Conflict("確認中の投稿です。表示に戻すか、非表示にするかを選んでください。")
    decision = _add_decision(said, DecisionKind.KEEP, by, reason, None, said.visibility)
    _settle_reports(said, decision)
    audit.record(by, "moderation.keep", said)
    return decision


def propose_redaction(
    said: Contribution, coverings: Mapping[int, Sequence[Covering]], revision: int, *, by: Actor
) -> ModerationDecision:
    """Propose to cover passages (黒塗りの案); what is public goes out of sight until another person decided.

    `coverings` are by the revision of the text in which they stand; `revision` is the one that was read.
    """
    access.require(by, "moderation.propose_redaction", said)
    _lock(said)
    if said.revision != revision:
        raise Conflict("書いた人が文を書き直しました。画面を開き直して、もう一度選んでください。")
    contributions.propose_redactions(said, coverings, proposer_id=by.person_id)
    before = said.visibility
    if before in (Visibility.PUBLISHED, Visibility.RECEIVED):
        contributions.change_visibility(said, Visibility.HELD, reason=HELD_FOR_REDACTION)
    decision = _add_decision(said, DecisionKind.PROPOSE_REDACTION, by, "", None, before)
    if before is Visibility.PUBLISHED:
        _tell_author(said, decision, None)
    audit.record(by, "moderation.propose_redaction", said, {"passages": _count(coverings)})
    return decision


def confirm_redaction(said: Contribution, *, shows: bool = False, by: Actor) -> ModerationDecision:
    """Cover what somebody else proposed (二人目の確認); it goes back to the state it had, with ■ in it.

    With `shows`, what was held already before the proposal is shown too: often it was held for these words.
    """
    access.require(by, "moderation.decide_redaction", said, queries.proposers_of(said))
    _lock(said)
    reasons = contributions.confirm_redactions(said, decider_id=by.person_id)
    before = said.visibility
    _bring_back_from_proposal(said)
    decision = _add_decision(said, DecisionKind.REDACT, by, reasons_in_words(reasons), None, before)
    _settle_concerns(said, ConcernOutcome.DECIDED, by, kinds=(ConcernKind.PERSONAL_DATA,))
    audit.record(by, "moderation.decide_redaction", said, {"confirmed": True, "reasons": reasons})
    if shows and said.visibility is Visibility.HELD:
        access.require(by, "moderation.restore", said)
        _restore(said, "", by, tell=False)
        audit.record(by, "moderation.restore", said)
    _tell_author(said, decision, None)
    return decision


def refuse_redaction(said: Contribution, reason: str, *, by: Actor) -> ModerationDecision:
    """Leave the words as they are; they go back to the state they had."""
    access.require(by, "moderation.decide_redaction", said, queries.proposers_of(said))
    _lock(said)
    contributions.refuse_redactions(said, decider_id=by.person_id)
    before = said.visibility
    _bring_back_from_proposal(said)
    decision = _add_decision(said, DecisionKind.REFUSE_REDACTION, by, reason, None, before)
    if said.visibility is Visibility.PUBLISHED:
        _tell_author(said, decision, None)
    audit.record(by, "moderation.decide_redaction", said, {"confirmed": False})
    return decision


def lift_redaction(said: Contribution, reason: str, *, by: Actor) -> ModerationDecision:
    """Let covered words stand again (黒塗りを外す), because the covering was a mistake or its reason is gone."""
    access.require(by, "moderation.lift_redaction", said, queries.coverers_of(said))
    _lock(said)
    if not reason.strip():
        raise Refused("黒塗りを外す理由を書いてください。", field="lift_reason")
    decision = _lift(said, reason, by)
    _tell_author(said, decision, None)
    audit.record(by, "moderation.lift_redaction", said)
    return decision


def look_at_redacted(said: Contribution, reason: str, *, by: Actor) -> list[str]:
    """Return the words under the ■; the look and its reason are recorded."""
    access.require(by, "moderation.look_at_redacted", said)
    if not reason.strip():
        raise Refused("見る理由を書いてください。監査の記録に残ります。", field="look_reason")
    audit.record(by, "moderation.look_at_redacted", said, {"reason": reason})
    return [unsealed(row) for row in list_covered(said) if row.revision == said.revision]


def note_concerns(contribution_id: int, *, by: Actor) -> None:
    """Note what a person should read soon (要注意): it changes nothing about the words or who sees them."""
    access.require(by, "moderation.note_concerns")
    said = db.session.get_one(Contribution, contribution_id)
    kinds = {topic.code: topic.kind for topic in topics_of(said.body)}
    if personal_data_in(said.body):
        kinds[PERSONAL_DATA_TOPIC] = ConcernKind.PERSONAL_DATA
    for topic, kind in kinds.items():
        values = {
            "public_id": new_public_id(),
            "contribution_id": said.id,
            "kind": kind,
            "topic": topic,
            "noted_at": clock.now(),
        }
        if insert_once(ConcernNoted, values, unique=["contribution_id", "topic"]) is None:
            _open_again(said, topic)
    if URGENT & set(kinds.values()):
        queue.enqueue(TELL_AT_ONCE, {"contribution": said.id})
    if kinds:
        audit.record(by, "moderation.note_concerns", said, {"topics": sorted(kinds)})


def tell_at_once(contribution_id: int, *, by: Actor) -> int:
    """Write to those who screen that something cannot wait (至急); return to how many. Nobody is told twice.

    The mail holds none of the words and not who wrote them. Where nobody screens, the administrators are told.
    """
    access.require(by, "moderation.tell_at_once")
    urgent = update(ConcernNoted).where(
        ConcernNoted.contribution_id == contribution_id,
        ConcernNoted.kind.in_(URGENT),
        ConcernNoted.outcome.is_(None),
        ConcernNoted.told_at.is_(None),
    )
    claimed = db.session.scalars(urgent.values(told_at=clock.now()).returning(ConcernNoted.id)).all()
    if not claimed:
        return 0
    said = db.session.get_one(Contribution, contribution_id)
    people = queries.list_to_tell_at_once()
    for person in people:
        mail.send(
            to=str(person.email),
            template="moderation/urgent",
            context={"person": person, "at": said.said_at, "public_id": said.public_id},
        )
    audit.record(by, "moderation.tell_at_once", said, {"people": len(people)})
    return len(people)


def settle_concern(noted: ConcernNoted, *, by: Actor) -> None:
    """Say that somebody read it and nothing needs to be done (対応済み)."""
    access.require(by, "moderation.settle_concern", queries.said_of(noted))
    _take(noted)
    _close(noted, ConcernOutcome.NOTHING, by)
    audit.record(by, "moderation.settle_concern", noted)


def send_guidance(noted: ConcernNoted, text: str, *, by: Actor) -> None:
    """Send the author where they find help or the right office (案内): the prepared words, or changed ones."""
    access.require(by, "moderation.send_guidance", queries.said_of(noted))
    _take(noted)
    if not text.strip():
        raise Refused("書いた人に送る案内を書いてください。", field="text")
    _close(noted, ConcernOutcome.GUIDED, by)
    events.publish(AuthorTold(noted.contribution_id, GUIDANCE_TITLE, text, "/my/notices"))
    audit.record(by, "moderation.send_guidance", noted, {"topic": noted.topic})


def settle_after_screening(contribution_id: int, *, by: Actor) -> None:
    """Close what was noted about personal data once staff have read and screened the opinion."""
    access.require(by, "moderation.note_concerns")
    said = db.session.get_one(Contribution, contribution_id)
    if _settle_concerns(said, ConcernOutcome.DECIDED, by, kinds=(ConcernKind.PERSONAL_DATA,)):
        audit.record(by, "moderation.note_concerns", said, {"settled": True})


def appeal(decision: ModerationDecision, body: str, *, by: Actor) -> Appeal:
    """Object to the hiding or covering of one's own words (異議の申し出), once per decision."""
    access.require(by, "moderation.appeal", decision, _said_of(decision))
    if not body.strip():
        raise Refused("見直してほしい理由を書いてください。", field="body")
    values = {"decision_id": decision.id, "body": body, "made_at": clock.now()}
    appeal_id = insert_once(Appeal, values, unique=["decision_id"])
    if appeal_id is None:
        raise Conflict("この決定への異議は、すでに受け付けています。")
    made = db.session.get_one(Appeal, appeal_id)
    audit.record(by, "moderation.appeal", made)
    return made


def answer_appeal(objection: Appeal, outcome: AppealOutcome, answer: str, *, by: Actor) -> None:
    """Answer an appeal after reading everything anew; upheld, the words are shown again."""
    access.require(by, "moderation.answer_appeal", *_decision_of(objection), queries.parties_of(objection))
    decision, said = _decision_of(objection)
    _lock(said)
    db.session.refresh(objection)
    if objection.outcome is not None:
        raise Conflict("この異議には、ほかの職員がすでに回答しています。")
    if not answer.strip():
        raise Refused("書いた人に伝える回答を書いてください。", field="answer")
    objection.outcome, objection.answer = outcome, answer
    objection.answered_by_id, objection.answered_at = by.person_id, clock.now()
    title = "異議を見直した結果をお知らせします"
    if outcome is AppealOutcome.UPHELD and decision.kind is DecisionKind.REDACT:
        title = "異議を認め、黒塗りを外しました"
        if said.covered_for:
            _lift(said, answer, by)
    elif outcome is AppealOutcome.UPHELD:
        title = "異議を認め、投稿を表示に戻しました"
        if said.visibility is Visibility.HIDDEN:
            _restore(said, answer, by, tell=False)
    events.publish(AuthorTold(said.id, title, answer, decision_path(decision.public_id)))
    audit.record(by, "moderation.answer_appeal", objection, {"outcome": outcome.value})


def _lock(said: Contribution) -> None:
    """Read the row again under a lock: two decisions at once come one after the other."""
    db.session.refresh(said, with_for_update={"key_share": True})


def _refuse_repeat(said: Contribution, after: Visibility) -> None:
    if said.visibility is after:
        raise Conflict("ほかの職員が先に同じ対応をしました。画面を開き直してください。")


def _decide(
    said: Contribution,
    kind: DecisionKind,
    after: Visibility,
    *,
    by: Actor | None,
    reason: str,
    settles: bool,
    clause: GuidelineClause | None = None,
) -> ModerationDecision:
    before = said.visibility
    shown_reason = public_reason(clause.number, clause.title) if clause else reason
    contributions.change_visibility(said, after, reason=shown_reason)
    decision = _add_decision(said, kind, by, reason, clause, before)
    if settles:
        _settle_reports(said, decision)
    _tell_author(said, decision, clause)
    return decision


def _restore(said: Contribution, reason: str, by: Actor, *, tell: bool = True) -> ModerationDecision:
    before, after = said.visibility, queries.state_to_restore(said)
    was_known = before is Visibility.HIDDEN or _has_decision(said)
    contributions.change_visibility(said, after)
    decision = _add_decision(said, DecisionKind.RESTORE, by, reason, None, before)
    _settle_reports(said, decision)
    if tell and was_known:
        _tell_author(said, decision, None)
    return decision


def _lift(said: Contribution, reason: str, by: Actor) -> ModerationDecision:
    contributions.lift_redactions(said, decider_id=by.person_id)
    return _add_decision(said, DecisionKind.LIFT_REDACTION, by, reason, None, said.visibility)


def _bring_back_from_proposal(said: Contribution) -> None:
    """Put the words back where they were before somebody proposed to cover a part of them."""
    before = queries.state_before_proposal(said)
    if said.visibility is Visibility.HELD and before in (Visibility.PUBLISHED, Visibility.RECEIVED):
        contributions.change_visibility(said, before)


def _count(coverings: Mapping[int, Sequence[Covering]]) -> int:
    return sum(len(some) for some in coverings.values())


def _open_again(said: Contribution, topic: str) -> None:
    """What was dealt with in other words waits anew: these are new. What still waits was told already."""
    same = (ConcernNoted.contribution_id == said.id, ConcernNoted.topic == topic)
    db.session.execute(
        update(ConcernNoted)
        .where(*same, ConcernNoted.outcome.is_not(None))
        .values(outcome=None, settled_by_id=None, settled_at=None, told_at=None)
    )
    db.session.execute(update(ConcernNoted).where(*same).values(noted_at=clock.now()))


def _take(noted: ConcernNoted) -> None:
    """Read the row again under a lock; refuse what somebody else dealt with in the meantime."""
    db.session.refresh(noted, with_for_update=True)
    if noted.outcome is not None:
        raise Conflict("ほかの職員が先に対応しました。画面を開き直してください。")


def _close(noted: ConcernNoted, outcome: ConcernOutcome, by: Actor) -> None:
    noted.outcome, noted.settled_by_id, noted.settled_at = outcome, by.person_id, clock.now()


def _settle_concerns(
    said: Contribution, outcome: ConcernOutcome, by: Actor, *, kinds: Sequence[ConcernKind]
) -> bool:
    settled = db.session.execute(
        update(ConcernNoted)
        .where(
            ConcernNoted.contribution_id == said.id,
            ConcernNoted.outcome.is_(None),
            ConcernNoted.kind.in_(kinds),
        )
        .values(outcome=outcome, settled_by_id=by.person_id, settled_at=clock.now())
        .returning(ConcernNoted.id)
    ).all()
    return bool(settled)


def _add_decision(
    said: Contribution,
    kind: DecisionKind,
    by: Actor | None,
    reason: str,
    clause: GuidelineClause | None,
    before: Visibility,
) -> ModerationDecision:
    decision = ModerationDecision(
        contribution_id=said.id,
        kind=kind,
        clause_id=clause.id if clause else None,
        reason=reason,
        before=before,
        revision=said.revision,
        decided_by_id=by.person_id if by else None,
        decided_at=clock.now(),
    )
    db.session.add(decision)
    db.session.flush()  # Reports and the letter name the decision.
    return decision


def _tell_author(said: Contribution, decision: ModerationDecision, clause: GuidelineClause | None) -> None:
    quoted = f"「{excerpt(said.body, 40)}」"
    if decision.kind is DecisionKind.HIDE and clause is not None:
        title = "投稿を非表示にしました"
        text = (
            f"{quoted}は、{public_reason(clause.number, clause.title)}に沿って表示を止めました。\n"
            f"理由：{decision.reason}\n"
            "納得できないときは、下のページから異議を申し出ることができます。決めた人とは別の職員が読みます。"
        )
    elif decision.kind is DecisionKind.PROPOSE_REDACTION:
        # Not quoted: a notice is kept longer than the words that are about to be covered.
        title = "投稿を確認しています"
        text = f"あなたの{KIND_NAMES[said.kind]}は、今はほかの人に表示していません。{HELD_FOR_REDACTION}"
    elif decision.kind is DecisionKind.REDACT:
        title = "投稿の一部を伏せました"
        text = (
            f"あなたの{KIND_NAMES[said.kind]}の中の、{decision.reason}にあたるところを■で伏せました。"
            "ほかのところは、もとのままです。\n"
            "納得できないときは、下のページから異議を申し出ることができます。案を出した人・決めた人とは別の職員が読みます。"
        )
    elif decision.kind is DecisionKind.REFUSE_REDACTION:
        title = "投稿を表示に戻しました"
        text = f"あなたの{KIND_NAMES[said.kind]}を確認し、伏せるところはないと判断しました。ふたたび表示しています。"
    elif decision.kind is DecisionKind.LIFT_REDACTION:
        title = "伏せたところを元に戻しました"
        text = f"あなたの{KIND_NAMES[said.kind]}の■を外し、もとの文を表示しています。{decision.reason}"
    elif decision.kind is DecisionKind.HOLD:
        title, text = "投稿を確認しています", f"{quoted}は、今はほかの人に表示していません。{decision.reason}"
    else:
        title, text = "投稿を表示に戻しました", f"{quoted}を、ふたたび表示しました。{decision.reason}"
    events.publish(AuthorTold(said.id, title, text, decision_path(decision.public_id)))


def _settle_reports(said: Contribution, decision: ModerationDecision) -> None:
    db.session.execute(
        update(Report)
        .where(Report.contribution_id == said.id, Report.settled_by_id.is_(None))
        .values(settled_by_id=decision.id)
    )


def _refuse_too_many_reports(by: Actor) -> None:
    since = clock.now() - timedelta(days=1)
    # The reporter's own row is the lock: two tabs at once count one after the other.
    db.session.execute(
        select(Person.id).where(Person.id == by.person_id).with_for_update(key_share=True)
    ).one()
    count = db.session.scalar(
        select(func.count())
        .select_from(Report)
        .where(Report.reporter_id == by.person_id, Report.reported_at > since)
    )
    if (count or 0) >= REPORTS_A_DAY:
        raise Refused(f"1日に知らせられるのは{REPORTS_A_DAY}件までです。明日またお願いします。")


def _count_heavy_reports(said: Contribution) -> int:
    """Count open reports by accounts old enough and not known for reporting in vain."""
    now = clock.now()
    in_vain = (
        select(Report.reporter_id)
        .join(ModerationDecision, ModerationDecision.id == Report.settled_by_id)
        .where(
            ModerationDecision.kind.in_([DecisionKind.KEEP, DecisionKind.RESTORE]),
            Report.reported_at > now - VAIN_WITHIN,
        )
        .group_by(Report.reporter_id)
        .having(func.count() >= VAIN_REPORTS)
    )
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Report)
            .join(Person, Person.id == Report.reporter_id)
            .where(
                Report.contribution_id == said.id,
                Report.settled_by_id.is_(None),
                Person.created_at <= now - REPORTER_AGE,
                Report.reporter_id.not_in(in_vain),
            )
        )
        or 0
    )


def _has_decision(said: Contribution) -> bool:
    return (
        db.session.scalar(
            select(ModerationDecision.id).where(ModerationDecision.contribution_id == said.id).limit(1)
        )
        is not None
    )


def _said_of(decision: ModerationDecision) -> Contribution:
    return db.session.get_one(Contribution, decision.contribution_id)


def _decision_of(objection: Appeal) -> tuple[ModerationDecision, Contribution]:
    decision = db.session.get(ModerationDecision, objection.decision_id)
    if decision is None:
        raise NotFound
    return decision, _said_of(decision)
