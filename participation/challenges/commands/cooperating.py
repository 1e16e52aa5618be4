"""Calls for cooperation between organisations (協力の募集), applying to them and answering."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.agreements import queries as agreed
from participation.audit import trail as audit
from participation.challenges import queries
from participation.challenges.domain import ApplicationState, CallDraft, CallEnd, resources
from participation.challenges.events import (
    ApplicationAnswered,
    ApplicationSent,
    CallClosed,
    CallOpened,
    CallRevised,
)
from participation.challenges.models import CallApplication, CallChange, CooperationCall
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.daily_order import shuffle_key
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.foundation.ids import new_public_id
from participation.organisations.models import CommunityOrganisation
from participation.subjects import commands as subjects
from participation.subjects.models import Subject

NO_REASON = "理由を書いてください。公開のページに載ります。"
NO_ANSWER = "返事の理由を書いてください。相手の団体が読みます。"
CHANGED_MEANWHILE = "団体のほかの担当者が、先にこの募集を書き直しました。"


def open_call(organisation: CommunityOrganisation, draft: CallDraft, *, by: Actor) -> CooperationCall:
    """Say in an organisation's name what it needs or offers, for other organisations to join in."""
    access.require(by, "challenges.call", organisation)
    agreed.hold_right(organisation.id, Right.SUBMIT, by)
    _refuse_unfit(draft)
    agreed.require_agreed(organisation.id, "challenges.call", draft.as_words())
    public_id = new_public_id()
    subject = subjects.add_subject("call", public_id, draft.title)
    subjects.open_subject(subject)
    db.session.flush()
    said = contributions.say(
        ContributionKind.COOPERATION,
        draft.body(),
        subject_id=subject.id,
        author_id=by.person_id,
        organisation_id=organisation.id,
        shown_name=organisation.name,
        visibility=Visibility.PUBLISHED,
    )
    call = CooperationCall(
        public_id=public_id,
        organisation_id=organisation.id,
        contribution_id=said.id,
        subject_id=subject.id,
        about_id=draft.about_id,
        side=draft.side,
        resources=list(draft.resources),
        area_id=draft.area_id,
        begins_on=draft.begins_on,
        ends_on=draft.ends_on,
        apply_until=draft.apply_until,
        sealed_contact=queries.seal_contact("", draft.contact),
        shuffle=shuffle_key(public_id),
        opened_at=clock.now(),
    )
    db.session.add(call)
    db.session.flush()
    audit.record(by, "challenges.call", call)
    events.publish(CallOpened(call.id))
    return call


def revise_call(
    call: CooperationCall, draft: CallDraft, reason: str, seen_version: int, *, by: Actor
) -> None:
    """Rewrite a call; what it was before stays readable, and whoever applied is told. Raises Conflict."""
    access.require(by, "challenges.change_call", call)
    agreed.hold_right(call.organisation_id, Right.SUBMIT, by)
    said = db.session.get_one(Contribution, call.contribution_id)
    db.session.refresh(said, with_for_update={"key_share": True})
    db.session.refresh(call, with_for_update=True)
    access.require(by, "challenges.change_call", call)  # Somebody may have ended it meanwhile.
    if call.version != seen_version:
        raise Conflict(CHANGED_MEANWHILE)
    if said.visibility not in (Visibility.PUBLISHED, Visibility.HELD):
        raise Conflict("この募集は、いまは公開されていません。")
    _refuse_rewriting(call, said, draft, reason)
    words = {**draft.as_words(), "reason": reason.strip()}
    agreed.require_agreed(call.organisation_id, "challenges.change_call", words, call.public_id)
    before = call.draft(said.body)
    db.session.add(
        CallChange(
            call_id=call.id,
            number=queries.count_changes(call) + 1,
            revision=said.revision if draft.body() != said.body else None,
            facts=before.facts(),
            reason=reason.strip(),
            application_count=queries.count_standing(call),
            changed_at=clock.now(),
        )
    )
    contributions.revise(said, draft.body())
    for name in ("side", "about_id", "area_id", "begins_on", "ends_on", "apply_until"):
        setattr(call, name, getattr(draft, name))
    call.resources = list(draft.resources)
    call.sealed_contact = queries.seal_contact("", draft.contact)
    flag_modified(call, "resources")  # Also where only words changed the row gets its next version.
    subjects.retitle_subject(db.session.get_one(Subject, call.subject_id), draft.title)
    audit.record(by, "challenges.change_call", call, {"revision": said.revision})
    events.publish(CallRevised(call.id))


def _refuse_rewriting(call: CooperationCall, said: Contribution, draft: CallDraft, reason: str) -> None:
    """Refuse a rewriting that could not go out."""
    _refuse_unfit(draft, besides=call)
    if not reason.strip():
        raise Refused("何を、なぜ変えたかを書いてください。応募した団体に伝わります。", field="reason")
    if draft == call.draft(said.body, queries.contact_of(call.sealed_contact)[1]):
        raise Refused("いまの内容と同じです。変えるところがあるときに保存してください。")


def close_call(call: CooperationCall, reason: str, how: CallEnd = CallEnd.DONE, *, by: Actor) -> None:
    """Close a call with what came of it, or call it off; whoever applied is told.

    Called off, applications that wait are over, and how anybody is reached is forgotten.
    """
    access.require(by, "challenges.close_call", call)
    agreed.hold_right(call.organisation_id, Right.SUBMIT, by)
    db.session.refresh(call, with_for_update=True)
    if call.closed_at is not None:
        raise Conflict("この募集は、団体のほかの担当者が終えました。")
    if not reason.strip():
        raise Refused(NO_REASON, field="reason")
    words = {"reason": reason.strip(), "how": how.value}
    agreed.require_agreed(call.organisation_id, "challenges.close_call", words, call.public_id)
    call.closed_at, call.close_reason, call.ended_as = clock.now(), reason.strip(), how
    if how is CallEnd.CALLED_OFF:
        call.sealed_contact = None
        _end_applications(call)
    subjects.close_subject(db.session.get_one(Subject, call.subject_id))
    audit.record(by, "challenges.close_call", call)
    events.publish(CallClosed(call.id))


def apply_to_call(
    call: CooperationCall, organisation: CommunityOrganisation, message: str, contact: str, *, by: Actor
) -> CallApplication:
    """Apply to a call in an organisation's name; the message and the contact are kept apart."""
    access.require(by, "challenges.apply", call, organisation)
    agreed.hold_right(organisation.id, Right.SUBMIT, by)
    db.session.refresh(call, with_for_update={"read": True})
    access.require(by, "challenges.apply", call, organisation)  # It may have been closed meanwhile.
    if db.session.get_one(Contribution, call.contribution_id).visibility is not Visibility.PUBLISHED:
        raise Conflict("この募集は、いまは公開されていません。")
    if not message.strip():
        raise Refused("何ができるかを書いてください。", field="message")
    if not contact.strip():
        raise Refused(
            "連絡先を入れてください。応募が受け入れられたときだけ、相手に伝えます。", field="contact"
        )
    words = {"message": message.strip(), "contact": contact.strip()}
    agreed.require_agreed(organisation.id, "challenges.apply", words, call.public_id)
    values = {
        "public_id": new_public_id(),
        "person_id": by.person_id,
        "message": message.strip(),
        "sealed_contact": queries.seal_contact("", contact),
        "state": ApplicationState.SENT,
        "answer": "",
        "applied_at": clock.now(),
    }
    key = {"call_id": call.id, "organisation_id": organisation.id}
    new_id = insert_once(CallApplication, key | values, unique=list(key))
    if new_id is None:
        application = _locked_application(call, organisation)
        if application.state is not ApplicationState.TAKEN_BACK:
            raise Conflict("この団体は、もう応募しています。")
        for name, value in values.items():
            if name != "public_id":
                setattr(application, name, value)
        application.answered_at = None
        db.session.flush()
    else:
        application = db.session.get_one(CallApplication, new_id)
    audit.record(by, "challenges.apply", application)
    events.publish(ApplicationSent(application.id))
    return application


def answer_application(
    application: CallApplication, call: CooperationCall, answer: str, *, accept: bool, by: Actor
) -> None:
    """Accept or decline an application, with the reason; accepted, each side learns how to reach the other."""
    access.require(by, "challenges.answer_application", call)
    agreed.hold_right(call.organisation_id, Right.SUBMIT, by)
    db.session.refresh(application, with_for_update=True)
    if application.state is not ApplicationState.SENT:
        raise Conflict("この応募には、もう返事があるか、相手が応募をやめています。")
    if not answer.strip():
        raise Refused(NO_ANSWER, field="answer")
    words = {"answer": answer.strip(), "accept": accept}
    agreed.require_agreed(
        call.organisation_id, "challenges.answer_application", words, call.public_id, application.public_id
    )
    application.state = ApplicationState.ACCEPTED if accept else ApplicationState.DECLINED
    application.answer, application.answered_at = answer.strip(), clock.now()
    if not accept:
        application.sealed_contact = None
    audit.record(by, "challenges.answer_application", application, {"accepted": accept})
    events.publish(ApplicationAnswered(application.id, accept))


def take_back_application(application: CallApplication, *, by: Actor) -> None:
    """Take an application back before it is answered; the contact is forgotten."""
    access.require(by, "challenges.take_back_application", application)
    agreed.hold_right(application.organisation_id, Right.WITHDRAW, by)
    db.session.refresh(application, with_for_update=True)
    if application.state is not ApplicationState.SENT:
        raise Conflict("この応募には、もう返事があります。")
    call = db.session.get_one(CooperationCall, application.call_id)
    agreed.require_agreed(
        application.organisation_id,
        "challenges.take_back_application",
        {},
        call.public_id,
        application.public_id,
    )
    application.state, application.sealed_contact = ApplicationState.TAKEN_BACK, None
    application.answered_at = clock.now()
    audit.record(by, "challenges.take_back_application", application)


def _end_applications(call: CooperationCall) -> None:
    """Applications to a call that was called off are over; the applicants read why."""
    waiting = db.session.scalars(
        select(CallApplication)
        .where(CallApplication.call_id == call.id, CallApplication.state == ApplicationState.SENT)
        .with_for_update()
    )
    for application in waiting:
        application.state, application.sealed_contact = ApplicationState.DECLINED, None
        application.answer = f"募集が取りやめになりました。\n理由：{call.close_reason}"
        application.answered_at = call.closed_at


def _locked_application(call: CooperationCall, organisation: CommunityOrganisation) -> CallApplication:
    return db.session.scalars(
        select(CallApplication)
        .where(CallApplication.call_id == call.id, CallApplication.organisation_id == organisation.id)
        .with_for_update()
    ).one()


def _refuse_unfit(draft: CallDraft, besides: CooperationCall | None = None) -> None:
    if not draft.title.strip():
        raise Refused("題名を書いてください。", field="title")
    if not draft.text.strip():
        raise Refused("くわしい内容を書いてください。", field="text")
    if not draft.resources or set(draft.resources) - resources().keys():
        raise Refused("一つ以上選んでください。", field="resources")
    if draft.begins_on and draft.ends_on and draft.ends_on < draft.begins_on:
        raise Refused("終わりの日は、始まりの日より後にしてください。", field="ends_on")
    is_kept = besides is not None and besides.apply_until == draft.apply_until
    if draft.apply_until and draft.apply_until < clock.today() and not is_kept:
        raise Refused("応募の期限は、きょうか、きょうより後の日にしてください。", field="apply_until")
