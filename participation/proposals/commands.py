"""Writing, submitting, endorsing and deciding proposals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.foundation.ids import new_public_id
from participation.organisations.models import CommunityOrganisation
from participation.proposals import queries
from participation.proposals.domain import ProposalText, first_stage, shuffle_key, stages
from participation.proposals.events import (
    ProposalAdvanced,
    ProposalEndorsed,
    ProposalRevised,
    ProposalSubmitted,
    ProposalWithdrawn,
)
from participation.proposals.models import (
    OrganisationEndorsement,
    PersonEndorsement,
    Proposal,
    ProposalVersion,
    StageChange,
)
from participation.subjects import commands as subjects
from participation.subjects.models import Subject

CHANGED_MEANWHILE = (
    "団体のほかの担当者が先に書き直しました。画面を開き直し、書いた内容を写してから続けてください。"
)
RECEIVED = "提案の提出を受け付けました。"


def draft_proposal(organisation: CommunityOrganisation, about_id: int, title: str, *, by: Actor) -> Proposal:
    """Begin a proposal in the name of an organisation; only its delegates see it."""
    access.require(by, "proposals.draft", organisation)
    public_id, now = new_public_id(), clock.now()
    proposal = Proposal(
        public_id=public_id,
        organisation_id=organisation.id,
        about_id=about_id,
        title=title,
        stage=first_stage().code,
        text_version=1,
        shuffle=shuffle_key(public_id),
        created_at=now,
        edited_at=now,
        edited_by_id=by.person_id,
    )
    db.session.add(proposal)
    audit.record(by, "proposals.draft", proposal)
    return proposal


def write_draft(proposal: Proposal, text: ProposalText, seen_version: int, *, by: Actor) -> None:
    """Keep what was written so far; recorded once for each person who takes it over from another."""
    access.require(by, "proposals.write", proposal)
    _lock(proposal, seen_version, by)
    if proposal.submitted_at is not None:
        raise Conflict("この提案は、団体のほかの担当者が提出しました。")
    if proposal.edited_by_id != by.person_id:
        audit.record(by, "proposals.write", proposal)
    _set_text(proposal, text, by)


def discard_draft(proposal: Proposal, *, by: Actor) -> None:
    """Throw a draft away: nobody else ever saw it."""
    access.require(by, "proposals.write", proposal)
    _lock(proposal, None, by)
    audit.record(by, "proposals.write", proposal, changes={"discarded": True})
    db.session.delete(proposal)


def submit_proposal(proposal: Proposal, text: ProposalText, seen_version: int, *, by: Actor) -> None:
    """Hand the proposal in: from now on everybody reads it, may talk about it and endorse it."""
    access.require(by, "proposals.submit", proposal)
    _lock(proposal, seen_version, by)
    if proposal.submitted_at is not None:
        raise Conflict("この提案はもう提出しています。")
    _refuse_missing(text)
    _set_text(proposal, text, by)
    organisation = db.session.get_one(CommunityOrganisation, proposal.organisation_id)
    about = db.session.get_one(Subject, proposal.about_id)
    subject = subjects.add_subject(
        "proposal", proposal.public_id, proposal.title, section_id=about.section_id
    )
    subjects.open_subject(subject)
    said = contributions.say(
        ContributionKind.PROPOSAL,
        text.body(),
        subject_id=proposal.about_id,
        author_id=by.person_id,
        organisation_id=organisation.id,
        shown_name=organisation.name,
        visibility=Visibility.PUBLISHED,
    )
    proposal.subject_id, proposal.contribution_id = subject.id, said.id
    proposal.submitted_at = clock.now()
    _note_stage(proposal, RECEIVED, about.section_id)
    audit.record(by, "proposals.submit", proposal)
    events.publish(ProposalSubmitted(proposal.id))


def revise_proposal(proposal: Proposal, text: ProposalText, seen_version: int, *, by: Actor) -> None:
    """Change the words of a submitted proposal; the ones before are kept and shown.

    Who endorsed an earlier text is shown as having done so: an endorsement is never carried over silently.
    """
    access.require(by, "proposals.revise", proposal)
    _lock_words(proposal)
    _lock(proposal, seen_version, by)
    access.require(by, "proposals.revise", proposal)  # The stage may have moved meanwhile.
    _refuse_missing(text)
    before = queries.text_of(proposal)
    if text == before:
        return
    endorsed = queries.count_person_endorsements(proposal) + queries.count_organisation_endorsements(proposal)
    db.session.add(
        ProposalVersion(
            proposal_id=proposal.id,
            number=proposal.text_version,
            text=before.as_dict(),
            endorsement_count=endorsed,
            replaced_at=clock.now(),
        )
    )
    proposal.text_version += 1
    _set_text(proposal, text, by)
    contributions.revise(db.session.get_one(Contribution, proposal.contribution_id), text.body())
    subjects.retitle_subject(db.session.get_one(Subject, proposal.subject_id), text.title)
    audit.record(by, "proposals.revise", proposal, changes={"text_version": proposal.text_version})
    events.publish(ProposalRevised(proposal.id))


def withdraw_proposal(proposal: Proposal, *, by: Actor) -> None:
    """Take a proposal back; its page says so."""
    access.require(by, "proposals.withdraw", proposal)
    _lock(proposal, None, by)
    if proposal.withdrawn_at is not None:
        raise Conflict("この提案はすでに取り下げられています。")
    proposal.withdrawn_at = clock.now()
    contributions.change_visibility(
        db.session.get_one(Contribution, proposal.contribution_id), Visibility.WITHDRAWN
    )
    subjects.close_subject(db.session.get_one(Subject, proposal.subject_id))
    audit.record(by, "proposals.withdraw", proposal)
    events.publish(ProposalWithdrawn(proposal.id))


def endorse_proposal(
    proposal: Proposal, organisation: CommunityOrganisation | None = None, *, by: Actor
) -> None:
    """Endorse as a person, or in the name of an organisation; twice is once."""
    access.require(by, "proposals.endorse", proposal, organisation)
    _share(proposal)
    values: dict[str, Any] = {
        "proposal_id": proposal.id,
        "person_id": by.person_id,
        "text_version": proposal.text_version,
        "endorsed_at": clock.now(),
    }
    if organisation is None:
        new_id = insert_once(PersonEndorsement, values, unique=["proposal_id", "person_id"])
    else:
        values["organisation_id"] = organisation.id
        new_id = insert_once(OrganisationEndorsement, values, unique=["proposal_id", "organisation_id"])
    if new_id is None:
        return
    audit.record(
        by,
        "proposals.endorse",
        proposal,
        changes={"organisation_id": organisation.id if organisation else None},
    )
    events.publish(ProposalEndorsed(proposal.id))


def take_back_endorsement(
    proposal: Proposal, organisation: CommunityOrganisation | None = None, *, by: Actor
) -> None:
    """Endorse no longer."""
    access.require(by, "proposals.take_back_endorsement", proposal, organisation)
    _share(proposal)
    if organisation is None:
        db.session.execute(
            delete(PersonEndorsement).where(
                PersonEndorsement.proposal_id == proposal.id, PersonEndorsement.person_id == by.person_id
            )
        )
    else:
        db.session.execute(
            delete(OrganisationEndorsement).where(
                OrganisationEndorsement.proposal_id == proposal.id,
                OrganisationEndorsement.organisation_id == organisation.id,
            )
        )
    audit.record(
        by,
        "proposals.take_back_endorsement",
        proposal,
        changes={"organisation_id": organisation.id if organisation else None},
    )


def advance_proposal(
    proposal: Proposal, stage: str, reason: str, section_id: int | None, *, by: Actor
) -> None:
    """Move a proposal to another stage, with the reason and the section, for everybody to read."""
    access.require(by, "proposals.advance", proposal)
    seen = proposal.stage
    _lock(proposal, None, by)
    if proposal.stage != seen or proposal.withdrawn_at is not None:
        raise Conflict("この提案の段階は、ほかの人が先に変えました。画面を開き直してください。")
    if stage not in stages()[proposal.stage].follows:
        raise Refused("いまの段階からは、その段階へ進めません。", field="stage")
    if not reason.strip():
        raise Refused("理由を書いてください。公開のページに載ります。", field="reason")
    proposal.stage = stage
    _note_stage(proposal, reason.strip(), section_id)
    audit.record(by, "proposals.advance", proposal, changes={"from": seen, "to": stage})
    events.publish(ProposalAdvanced(proposal.id, stage))


def cover_words(contribution_id: int, texts: Sequence[tuple[str, str]], *, by: Actor) -> None:
    """Cover words here too, in the parts of a proposal, its title and its earlier texts; or let them stand again."""
    access.require(by, "proposals.cover_words")
    proposal = db.session.scalars(
        select(Proposal).where(Proposal.contribution_id == contribution_id)
    ).one_or_none()
    if proposal is None:
        return  # It was said in another way than as a proposal.
    after = dict(texts)
    present = queries.text_of(proposal)
    if present.body() in after:
        text = present.read_again(after[present.body()])
        for part, words in text.as_dict().items():
            setattr(proposal, part, words)
        subjects.retitle_subject(db.session.get_one(Subject, proposal.subject_id), text.title)
    for version in queries.list_versions(proposal):
        earlier = ProposalText(**version.text)
        if earlier.body() in after:
            version.text = earlier.read_again(after[earlier.body()]).as_dict()
    audit.record(by, "proposals.cover_words", proposal)


def _lock(proposal: Proposal, seen_version: int | None, by: Actor) -> None:
    """Take the row for this transaction; refuse words written on top of another person's unseen ones."""
    db.session.scalars(
        select(Proposal)
        .where(Proposal.id == proposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    unseen = seen_version is not None and proposal.version != seen_version
    if unseen and proposal.edited_by_id != by.person_id:
        raise Conflict(CHANGED_MEANWHILE)


def _lock_words(proposal: Proposal) -> None:
    """Take the words before the proposal: who covers a part of them (黒塗り) locks in this order too."""
    db.session.get(Contribution, proposal.contribution_id, with_for_update={"key_share": True})


def _share(proposal: Proposal) -> None:
    """Hold the row, so that an endorsement is of the text and in the stage that its giver saw."""
    db.session.scalars(
        select(Proposal)
        .where(Proposal.id == proposal.id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).one()
    if proposal.withdrawn_at is not None or not stages()[proposal.stage].takes_endorsements:
        raise Conflict("賛同の受付は終わりました。")


def _set_text(proposal: Proposal, text: ProposalText, by: Actor) -> None:
    for part, words in text.as_dict().items():
        setattr(proposal, part, words)
    proposal.edited_at = clock.now()
    if by.person_id is not None:
        proposal.edited_by_id = by.person_id


def _refuse_missing(text: ProposalText) -> None:
    for part, reason in text.missing().items():
        raise Refused(reason, field=part)


def _note_stage(proposal: Proposal, reason: str, section_id: int | None) -> None:
    db.session.add(
        StageChange(
            proposal_id=proposal.id,
            stage=proposal.stage,
            reason=reason,
            section_id=section_id,
            changed_at=clock.now(),
        )
    )
