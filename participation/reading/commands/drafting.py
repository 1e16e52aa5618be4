"""Having a machine propose something, keeping what it answered, and deciding on it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.jobs import long_runs
from participation.opinions.events import AnswerProposed
from participation.reading.commands.editing import rename_topic
from participation.reading.domain.drafting import (
    DRAFT_KIND_NAMES,
    MARK,
    Checked,
    DraftKind,
    DraftStatus,
    hash_of_label,
)
from participation.reading.models import MachineDraft, MachineDraftOpinion, Topic
from participation.reading.queries.drafting import Question

ASK = "reading.ask_machine"
#: Stands under the words wherever they go.
TAKEN_UP = f"（{MARK}を、職員が読んで採りました。）"


def ask_machine(
    question: Question, host: str, model: str, consent: dict[str, Any], *, by: Actor
) -> MachineDraft:
    """Have a question asked, after somebody saw what is sent and agreed to it; it is asked by a long run."""
    access.require(by, "reading.ask_machine")
    draft = MachineDraft(
        consultation_id=question.consultation_id,
        topic_id=question.topic.id if question.topic else None,
        kind=question.kind,
        status=DraftStatus.ASKED,
        host=host,
        model=model,
        consent=consent,
        messages=question.messages,
        prompt_sha256=question.sha256,
        asked_at=clock.now(),
        asked_by_id=by.person_id,
        answered_at=None,
        decided_at=None,
        decided_by_id=None,
        emptied_at=None,
    )
    db.session.add(draft)
    db.session.flush()
    db.session.execute(
        insert(MachineDraftOpinion),
        [{"draft_id": draft.id, "opinion_id": each} for each in question.opinion_ids],
    )
    draft.run_id = long_runs.start(
        ASK,
        {"draft": draft.public_id},
        by=by,
        title=f"機械に案を頼む：{DRAFT_KIND_NAMES[question.kind]}（意見{len(question.given)}件）",
        about=f"draft:{draft.public_id}",
        page={"public_id": draft.public_id},
    ).id
    audit.record(
        by,
        "reading.ask_machine",
        draft,
        {"host": host, "model": model, "sha256": draft.prompt_sha256} | consent,
    )
    return draft


def note_answer(draft: MachineDraft, raw: str, checked: Checked, *, by: Actor) -> None:
    """Keep an answer as it came, and what of it stands; one with any reason against it is refused whole."""
    access.require(by, "reading.note_answer")
    if draft.status is not DraftStatus.ASKED or draft.emptied_at is not None:
        return  # It was answered already, or words in it had to go meanwhile.
    draft.response, draft.response_sha256 = raw, hashlib.sha256(raw.encode()).hexdigest()
    draft.text = checked.text
    draft.citations = [[each.number, each.quote] for each in checked.citations]
    draft.reasons = list(checked.reasons)
    draft.status = DraftStatus.REFUSED if checked.reasons else DraftStatus.PROPOSED
    draft.answered_at = clock.now()
    audit.record(
        by, "reading.note_answer", draft, {"status": draft.status.value, "sha256": draft.response_sha256}
    )


def note_no_answer(draft: MachineDraft, reason: str, *, by: Actor) -> None:
    """Keep why there is no answer, in words for staff."""
    access.require(by, "reading.note_answer")
    if draft.status is DraftStatus.ASKED:
        draft.status, draft.reasons, draft.answered_at = DraftStatus.FAILED, [reason], clock.now()
        audit.record(by, "reading.note_answer", draft, {"status": draft.status.value})


def adopt_draft(draft: MachineDraft, *, by: Actor) -> None:
    """Note that somebody read a proposal and takes it up; a label or a summary goes to its topic by their hand.

    The draft of a reply goes into what that person is writing at its point, if it was asked for one; nothing is saved
    as a reply by it: a person mends it, and it goes the way of every reply.
    """
    access.require(by, "reading.decide_draft", draft)
    _decide(draft, DraftStatus.ADOPTED, by)
    topic = db.session.get(Topic, draft.topic_id) if draft.topic_id is not None else None
    if topic is not None and draft.kind is DraftKind.LABEL:
        rename_topic(topic, draft.text, topic.note, version=topic.version, by=by)
        draft.consent = draft.consent | {"label_sha256": hash_of_label(topic.label)}
    elif topic is not None and draft.kind is DraftKind.SUMMARY:
        if topic.note:
            raise Refused(
                "この話題には、もう職員の説明があります。案を写して、話題の画面で書き足してください。"
            )
        rename_topic(topic, topic.label, f"{draft.text}\n\n{TAKEN_UP}", version=topic.version, by=by)
    elif draft.kind is DraftKind.REPLY and draft.point:
        events.publish(AnswerProposed(draft.point, draft.public_id, draft.text, by))
    audit.record(
        by,
        "reading.decide_draft",
        draft,
        {"status": draft.status.value} | ({"point": draft.point} if draft.point else {}),
    )


def discard_draft(draft: MachineDraft, *, by: Actor) -> None:
    """Note that a proposal is not taken up."""
    access.require(by, "reading.decide_draft", draft)
    _decide(draft, DraftStatus.DISCARDED, by)
    audit.record(by, "reading.decide_draft", draft, {"status": draft.status.value})


def empty_drafts(opinion_ids: Sequence[int], *, by: Actor) -> None:
    """Take the words out of every question and answer in which opinions stand that have to go; hashes stay."""
    access.require(by, "reading.note_answer")
    drafts = db.session.scalars(
        select(MachineDraft)
        .join(MachineDraftOpinion, MachineDraftOpinion.draft_id == MachineDraft.id)
        .where(MachineDraftOpinion.opinion_id.in_(opinion_ids), MachineDraft.emptied_at.is_(None))
        .distinct()
    ).all()
    for draft in drafts:
        draft.messages, draft.response, draft.text, draft.citations = [], "", "", []
        draft.emptied_at = clock.now()
        if draft.status in (DraftStatus.ASKED, DraftStatus.PROPOSED):
            draft.status = DraftStatus.FAILED
            draft.reasons = ["もとの意見の言葉が変わったか、消されたため、使えなくなりました。"]
        audit.record(by, "reading.note_answer", draft, {"emptied": True})


def _decide(draft: MachineDraft, status: DraftStatus, by: Actor) -> None:
    db.session.refresh(draft, with_for_update=True)
    if draft.status is not DraftStatus.PROPOSED:
        raise Conflict("この案は、もうほかの職員が決めました。")
    draft.status, draft.decided_at, draft.decided_by_id = status, clock.now(), by.person_id
