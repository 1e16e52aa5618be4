"""Inviting by post (招待): issuing codes, taking them out once, withdrawing, reissuing, noting what came back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, sealing
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.ids import new_public_id
from participation.surveys import queries
from participation.surveys.domain import InvitationKind
from participation.surveys.domain.inviting import (
    MOST_IN_A_BATCH,
    BatchDraft,
    InvitationState,
    new_code,
    numbered,
)
from participation.surveys.models import Invitation, InvitationBatch, Survey

_SEALED_FOR = "surveys.codes"
TAKEN_BEFORE = "この束の番号は、もう取り出されています。なくしたときは、番号を再発行してください。"
ANSWERED_BEFORE = "この招待では、もう回答が届いています。"


@dataclass(frozen=True)
class TakenCode:
    """A code as it leaves the house, with the number and the strata of its invitation."""

    number: str
    code: str
    strata: dict[str, str]


def issue_invitations(survey: Survey, draft: BatchDraft, *, by: Actor) -> InvitationBatch:
    """Issue a batch of codes: for a list with strata, or numbered through."""
    access.require(by, "surveys.invite", survey)
    _hold(survey)
    invitees = draft.invitees or numbered(draft.count, queries.last_number(survey))
    if not 0 < len(invitees) <= MOST_IN_A_BATCH:
        raise Refused(f"1回に発行できるのは1件から{MOST_IN_A_BATCH:,}件までです。", field="count")
    there = queries.list_invitations(survey, [each.number for each in invitees])
    if there:
        raise Refused(
            f"整理番号「{there[0].number}」は、もう招待しています（{len(there):,}件）。", field="rows"
        )
    codes = {each.number: new_code() for each in invitees}
    batch = _new_batch(survey, draft.kind, draft.note, codes, is_reissue=False, by=by)
    db.session.add_all(
        Invitation(
            survey_id=survey.id,
            batch_id=batch.id,
            number=each.number,
            code_hash=queries.code_hash(survey, codes[each.number]),
            strata=dict(each.strata),
        )
        for each in invitees
    )
    audit.record(by, "surveys.invite", survey, changes={"batch": batch.number, "count": len(invitees)})
    return batch


def open_codes(survey: Survey, batch: InvitationBatch, *, by: Actor) -> list[TakenCode]:
    """Return the codes of a batch for printing; they are let go by :func:`take_codes` when that is done."""
    access.require(by, "surveys.take_codes", survey)
    if batch.sealed is None:
        raise Conflict(TAKEN_BEFORE)
    audit.record(by, "surveys.take_codes", survey, changes={"opened": batch.number})
    return _unsealed(survey, batch.sealed)


def take_codes(survey: Survey, batch: InvitationBatch, *, by: Actor) -> list[TakenCode]:
    """Give the codes of a batch out, once: after this they can be read nowhere here."""
    access.require(by, "surveys.take_codes", survey)
    db.session.refresh(batch, with_for_update=True)
    if batch.sealed is None:
        raise Conflict(TAKEN_BEFORE)
    taken = _unsealed(survey, batch.sealed)
    batch.sealed, batch.taken_at, batch.taken_by_id = None, clock.now(), by.person_id
    audit.record(by, "surveys.take_codes", survey, changes={"batch": batch.number, "count": len(taken)})
    return taken


def reissue_invitations(survey: Survey, numbers: Sequence[str], note: str, *, by: Actor) -> InvitationBatch:
    """Give invitations new codes, as a batch to be taken out; the old codes open nothing any more.

    Who already answered gets one too, and is told so when using it: whether somebody answered does not
    show here.
    """
    access.require(by, "surveys.invite", survey)
    _hold(survey)
    found = _all_of(survey, numbers)
    if any(each.state is InvitationState.WITHDRAWN for each in found):
        raise Refused("取り消した招待は再発行できません。", field="numbers")
    kinds = set(
        db.session.scalars(
            select(InvitationBatch.kind).where(InvitationBatch.id.in_({each.batch_id for each in found}))
        )
    )
    if len(kinds) != 1:
        raise Refused("個人の招待と世帯の招待は、分けて再発行してください。", field="numbers")
    codes = {each.number: new_code() for each in found}
    batch = _new_batch(survey, kinds.pop(), note, codes, is_reissue=True, by=by)
    for each in found:
        each.code_hash = queries.code_hash(survey, codes[each.number])
        each.batch_id, each.state = batch.id, InvitationState.ISSUED
    audit.record(by, "surveys.invite", survey, changes={"reissued": len(found), "batch": batch.number})
    return batch


def withdraw_invitations(survey: Survey, numbers: Sequence[str], reason: str, *, by: Actor) -> int:
    """Let these codes open nothing any more; answers given with them stay."""
    access.require(by, "surveys.invite", survey)
    if not reason.strip():
        raise Refused("取り消す理由を書いてください。記録に残ります。", field="reason")
    found = _all_of(survey, numbers)
    for each in found:
        each.state, each.reason = InvitationState.WITHDRAWN, reason.strip()[:200]
    audit.record(by, "surveys.invite", survey, changes={"withdrawn": len(found), "reason": reason})
    return len(found)


def mark_returned(survey: Survey, numbers: Sequence[str], *, by: Actor) -> int:
    """Note that these letters came back undelivered; the codes still open the survey."""
    access.require(by, "surveys.invite", survey)
    found = _all_of(survey, numbers)
    if any(each.state is InvitationState.WITHDRAWN for each in found):
        raise Refused("取り消した招待が含まれています。", field="numbers")
    for each in found:
        each.state = InvitationState.RETURNED
    audit.record(by, "surveys.invite", survey, changes={"returned": len(found)})
    return len(found)


def _claim_invitation(survey: Survey, code: str) -> queries.FoundInvitation:
    """Return the invitation of a code and note that it is answered; raises Refused in words.

    An answer under the same code may be changed; one under a code issued anew is a second one.
    """
    found = _sound(survey, code)
    _note_answered(survey, found.id, found.respondent_key)
    return found


def _note_answered(survey: Survey, invitation_id: int, respondent_key: str) -> None:
    """Note an invitation as answered; raises Refused where that was done under another code or on paper."""
    if queries.has_paper(survey, respondent_key):
        raise Refused(ANSWERED_BEFORE, field="code")
    claimed = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.is_answered.is_(False))
        .values(is_answered=True)
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if claimed is None and not queries.has_answered(survey, respondent_key):
        raise Refused(ANSWERED_BEFORE, field="code")


def _sound(survey: Survey, code: str) -> queries.FoundInvitation:
    lookup = queries.find_invitation(survey, code)
    if lookup.invitation is None:
        raise Refused(lookup.words, field="code")
    return lookup.invitation


def _unsealed(survey: Survey, sealed: bytes) -> list[TakenCode]:
    codes: dict[str, str] = json.loads(sealing.unseal_bytes(_SEALED_FOR, sealed))
    strata = queries.strata_of(survey, codes)
    return [TakenCode(number, code, strata.get(number, {})) for number, code in codes.items()]


def _hold(survey: Survey) -> None:
    """Batches of one survey are made one after the other."""
    db.session.execute(select(Survey.id).where(Survey.id == survey.id).with_for_update())


def _new_batch(
    survey: Survey, kind: InvitationKind, note: str, codes: dict[str, str], *, is_reissue: bool, by: Actor
) -> InvitationBatch:
    last = db.session.scalar(
        select(func.max(InvitationBatch.number)).where(InvitationBatch.survey_id == survey.id)
    )
    batch = InvitationBatch(
        public_id=new_public_id(),
        survey_id=survey.id,
        number=(last or 0) + 1,
        kind=kind,
        note=note,
        count=len(codes),
        is_reissue=is_reissue,
        issued_at=clock.now(),
        issued_by_id=by.person_id,
        sealed=sealing.seal_bytes(_SEALED_FOR, json.dumps(codes).encode()),
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def _all_of(survey: Survey, numbers: Iterable[str]) -> Sequence[Invitation]:
    wanted = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    if not wanted:
        raise Refused("整理番号を1行に1つずつ書いてください。", field="numbers")
    if len(wanted) > MOST_IN_A_BATCH:
        raise Refused(f"1回に{MOST_IN_A_BATCH:,}件までです。", field="numbers")
    found = queries.list_invitations(survey, wanted)
    missing = set(wanted) - {each.number for each in found}
    if missing:
        named = "、".join(sorted(missing)[:5])
        raise Refused(f"この整理番号の招待はありません：{named}（{len(missing):,}件）", field="numbers")
    return found
