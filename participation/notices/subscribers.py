"""What notices hears, and whom it tells."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g

from participation.access.actors import system
from participation.agreements.events import AgreementAsked
from participation.challenges.events import ApplicationAnswered, ApplicationSent, CallClosed, CallRevised
from participation.consultations.events import ConsultationResultPublished
from participation.contributions.events import AuthorTold, ContributionAnswered, ContributionFollowedUp
from participation.discussion.events import PostPublished, ReplyReceived
from participation.foundation import events
from participation.foundation.db import transaction
from participation.jobs import queue, retention
from participation.notices import commands, queries
from participation.notices.domain import (
    AMENDMENT_OFFERED_TITLE,
    ANSWERED_TITLE,
    APPLICATION_SENT_TITLE,
    APPLICATION_TITLES,
    CALL_CLOSED_TITLE,
    CALL_REVISED_TITLE,
    CORRECTED_TITLE,
    MERGE_OFFERED_TITLE,
    PROPOSAL_JOINED_TITLE,
    PROPOSAL_REVISED_TITLE,
    PROPOSAL_WITHDRAWN_TITLE,
    NotificationKind,
)
from participation.notices.queries import deliveries
from participation.papers.letters import forget_abandoned
from participation.proposals.events import (
    AmendmentAnswered,
    AmendmentOffered,
    MergeOffered,
    ProposalAdvanced,
    ProposalRevised,
    ProposalsJoined,
    ProposalWithdrawn,
)
from participation.web.access import current_actor

BY = system("notices")


def register(app: Flask) -> None:
    """Listen, and give the page header the number of unread notices."""
    events.subscribe(ContributionAnswered, answered)
    events.subscribe(ContributionFollowedUp, followed_up)
    events.subscribe(AuthorTold, told)
    events.subscribe(ReplyReceived, replied)
    events.subscribe(PostPublished, posted)
    events.subscribe(ConsultationResultPublished, result_published)
    events.subscribe(ProposalRevised, proposal_revised)
    events.subscribe(ProposalsJoined, proposals_joined)
    events.subscribe(ProposalWithdrawn, proposal_withdrawn)
    events.subscribe(ProposalAdvanced, proposal_advanced)
    events.subscribe(AmendmentOffered, amendment_offered)
    events.subscribe(MergeOffered, merge_offered)
    events.subscribe(AmendmentAnswered, amendment_answered)
    events.subscribe(AgreementAsked, agreement_asked)
    events.subscribe(CallRevised, call_revised)
    events.subscribe(CallClosed, call_closed)
    events.subscribe(ApplicationSent, application_sent)
    events.subscribe(ApplicationAnswered, application_answered)
    app.jinja_env.globals["unread_notices"] = unread_notices
    app.jinja_env.globals["told_about"] = deliveries.told_about


@retention.kept_for("notices.letters", 1, "印刷が途中で止まった文書の、宛名の入った書きかけ")
def forget_abandoned_letters(before: datetime) -> int:
    """Delete what killed processes left of letters."""
    return forget_abandoned(Path(current_app.config["DATA_DIR"]) / "papers", before)


def unread_notices() -> int:
    """Return how many notices the reader has not read."""
    person_id = current_actor().person_id
    if person_id is None:
        return 0
    if "unread_notices" not in g:  # The header stands on a page twice: for wide and for narrow screens.
        g.unread_notices = queries.count_unread(person_id)
    count: int = g.unread_notices
    return count


def answered(event: ContributionAnswered) -> None:
    """Tell the author that the ward answered."""
    kind = NotificationKind.ANSWERED
    title = CORRECTED_TITLE if event.is_correction else ANSWERED_TITLE
    commands.tell_author(
        event.contribution_id, kind, title, event.text, event.path, easy=event.easy, child=event.child, by=BY
    )


def followed_up(event: ContributionFollowedUp) -> None:
    """Tell the author what moved on."""
    kind = NotificationKind.FOLLOWED_UP
    commands.tell_author(event.contribution_id, kind, event.title, event.text, event.path, by=BY)


def told(event: AuthorTold) -> None:
    """Tell the author what was decided."""
    kind = NotificationKind.TOLD
    commands.tell_author(event.contribution_id, kind, event.title, event.text, event.path, by=BY)


def replied(event: ReplyReceived) -> None:
    """Tell whoever was answered."""
    commands.tell_answered(event.contribution_id, event.answered_id, by=BY)


def posted(event: PostPublished) -> None:
    """Tell followers of a new discussion."""
    if event.opens_thread:
        commands.tell_of_thread(event.contribution_id, by=BY)


def result_published(event: ConsultationResultPublished) -> None:
    """Tell followers of the result."""
    commands.tell_of_result(event.consultation_id, by=BY)


def proposal_revised(event: ProposalRevised) -> None:
    """Tell who endorsed a proposal that its words are others now."""
    if event.has_endorsements:
        commands.tell_endorsers(event.proposal_id, PROPOSAL_REVISED_TITLE, by=BY)


def proposals_joined(event: ProposalsJoined) -> None:
    """Tell who endorsed a proposal that it was joined into another."""
    commands.tell_endorsers(event.proposal_id, PROPOSAL_JOINED_TITLE, by=BY)


def proposal_withdrawn(event: ProposalWithdrawn) -> None:
    """Tell who endorsed a proposal that it was taken back."""
    commands.tell_endorsers(event.proposal_id, PROPOSAL_WITHDRAWN_TITLE, by=BY)


def proposal_advanced(event: ProposalAdvanced) -> None:
    """Tell who endorses and who proposes to which stage it came."""
    commands.tell_of_stage(event.proposal_id, event.stage, by=BY)


def amendment_offered(event: AmendmentOffered) -> None:
    """Tell the organisation that a change was offered."""
    commands.tell_proposers(event.proposal_id, AMENDMENT_OFFERED_TITLE, "amendments", by=BY)


def merge_offered(event: MergeOffered) -> None:
    """Tell the organisation that is asked."""
    commands.tell_proposers(event.proposal_id, MERGE_OFFERED_TITLE, "lineage", by=BY)


def application_sent(event: ApplicationSent) -> None:
    """Tell who called that somebody applied."""
    commands.tell_of_application(event.application_id, APPLICATION_SENT_TITLE, to_applicant=False, by=BY)


def application_answered(event: ApplicationAnswered) -> None:
    """Tell who applied what the answer is."""
    title = APPLICATION_TITLES[event.is_accepted]
    commands.tell_of_application(event.application_id, title, to_applicant=True, by=BY)


def call_revised(event: CallRevised) -> None:
    """Tell who applied that the call is other now."""
    commands.tell_applicants(event.call_id, CALL_REVISED_TITLE, by=BY)


def call_closed(event: CallClosed) -> None:
    """Tell who applied that the call is over."""
    commands.tell_applicants(event.call_id, CALL_CLOSED_TITLE, by=BY)


def agreement_asked(event: AgreementAsked) -> None:
    """Tell the delegates who may agree."""
    commands.tell_approvers(event.agreement_id, by=BY)


def amendment_answered(event: AmendmentAnswered) -> None:
    """Tell who offered a change what became of it."""
    commands.tell_of_answered_amendment(event.contribution_id, is_accepted=event.is_accepted, by=BY)


@queue.handler("notices.write_letters")
def write_letters(_payload: dict[str, Any]) -> None:
    """Write the letters that wait, to some people in one transaction."""
    left = True
    while left:
        with transaction():
            left = commands.write_letters(by=BY) > 0
