"""Asking other sections about a point (照会): the question, answers in versions, asking for more, the end."""

from __future__ import annotations

from datetime import date

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.replies.commands.gathering import _section_id
from participation.replies.domain import InquiryAct, InquiryStatus
from participation.replies.events import InquiryAnswered, InquirySent
from participation.replies.models import Inquiry, InquiryAnswer, InquiryEvent
from participation.replies.queries import inquiries, rows

CLOSED = "この照会は、もう終わっています。"


def send_inquiry(public_id: str, section_code: str, question: str, due_on: date, *, by: Actor) -> Inquiry:
    """Ask another section about a point (照会), to be answered by a day."""
    point = rows.get_point_to_change(public_id)
    access.require(by, "replies.send_inquiry", rows.sections_of(point))
    if not question.strip():
        raise Refused("聞きたいことを書いてください。", field="question")
    if due_on < clock.today():
        raise Refused("回答の期限は、きょうか、それより後の日にしてください。", field="due_on")
    section_id = _section_id(section_code)
    if section_id == point.section_id:
        raise Refused("この論点の担当課には照会できません。ほかの課を選んでください。", field="section")
    asking = by.section_id if by.section_id is not None else point.section_id
    inquiry = Inquiry(
        point_id=point.id,
        section_id=section_id,
        asking_section_id=asking,
        question=question,
        due_on=due_on,
        status=InquiryStatus.ASKED,
        latest_number=0,
        asked_at=clock.now(),
        asked_by_id=by.person_id,
    )
    db.session.add(inquiry)
    db.session.flush()  # The event needs the inquiry's id.
    _note(inquiry, InquiryAct.ASKED, by)
    audit.record(by, "replies.send_inquiry", inquiry, changes={"point": point.id, "section": section_id})
    events.publish(InquirySent(inquiry.id))
    return inquiry


def answer_inquiry(
    public_id: str, body: str, based_on: int, *, is_partial: bool = False, by: Actor
) -> InquiryAnswer:
    """Answer as the asked section, in full or in part (部分回答); each answer is a version of its own.

    Whoever answers on the basis of an older version is told instead of overwriting.
    """
    inquiry = inquiries.get_inquiry_to_change(public_id)
    access.require(by, "replies.answer_inquiry", inquiry.section_id)
    if inquiry.status is InquiryStatus.CLOSED:
        raise Refused(CLOSED)
    if not body.strip():
        raise Refused("回答を書いてください。", field="body")
    if based_on != inquiry.latest_number:
        raise Conflict("同じ課のほかの職員が、先に回答を保存しました。違いを確かめてから保存してください。")
    inquiry.latest_number += 1
    inquiry.status = InquiryStatus.PARTLY if is_partial else InquiryStatus.ANSWERED
    answer = InquiryAnswer(
        inquiry_id=inquiry.id,
        number=inquiry.latest_number,
        body=body,
        is_partial=is_partial,
        answered_at=clock.now(),
        answered_by_id=by.person_id,
    )
    db.session.add(answer)
    _note(inquiry, InquiryAct.ANSWERED, by, "一部の回答" if is_partial else "")
    audit.record(
        by, "replies.answer_inquiry", inquiry, changes={"number": answer.number, "partial": is_partial}
    )
    events.publish(InquiryAnswered(inquiry.id))
    return answer


def ask_for_more(public_id: str, note: str, due_on: date | None = None, *, by: Actor) -> Inquiry:
    """Return an answer to the asked section, saying what is still missing (追加の照会)."""
    inquiry, sections = inquiries.get_inquiry_of_ours(public_id)
    access.require(by, "replies.send_inquiry", sections)
    if inquiry.status not in (InquiryStatus.PARTLY, InquiryStatus.ANSWERED):
        raise Conflict("まだ回答がないか、もう終わった照会です。画面を開き直して確かめてください。")
    if not note.strip():
        raise Refused("何が足りないかを書いてください。", field="note")
    if due_on is not None and due_on < clock.today():
        raise Refused("回答の期限は、きょうか、それより後の日にしてください。", field="due_on")
    inquiry.status = InquiryStatus.RETURNED
    inquiry.due_on = due_on or inquiry.due_on
    _note(inquiry, InquiryAct.RETURNED, by, note)
    audit.record(by, "replies.send_inquiry", inquiry, changes={"returned": True})
    return inquiry


def close_inquiry(public_id: str, note: str = "", *, by: Actor) -> Inquiry:
    """End an inquiry: what was answered is enough, or it is no longer needed."""
    inquiry, sections = inquiries.get_inquiry_of_ours(public_id)
    access.require(by, "replies.send_inquiry", sections)
    if inquiry.status is InquiryStatus.CLOSED:
        raise Conflict(CLOSED)
    if inquiry.latest_number == 0 and not note.strip():
        raise Refused("回答がないまま終えるときは、理由を書いてください。", field="note")
    inquiry.status = InquiryStatus.CLOSED
    _note(inquiry, InquiryAct.CLOSED, by, note)
    audit.record(by, "replies.send_inquiry", inquiry, changes={"closed": True})
    return inquiry


def _note(inquiry: Inquiry, kind: InquiryAct, by: Actor, note: str = "") -> None:
    db.session.add(
        InquiryEvent(inquiry_id=inquiry.id, kind=kind, at=clock.now(), by_id=by.person_id, note=note)
    )
