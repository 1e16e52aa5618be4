"""Writing a proposal together, approving it inside the organisation, submitting, revising, withdrawing."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.agreements import commands as agreements
from participation.agreements import queries as agreed
from participation.agreements.domain import Stance
from participation.audit import trail as audit
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.daily_order import shuffle_key
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.file_kinds import CheckedFile
from participation.foundation.ids import new_public_id
from participation.organisations.models import CommunityOrganisation
from participation.proposals import queries
from participation.proposals.commands.holding import (
    _lock,
    _lock_words,
    _note_stage,
    _refuse_missing,
    _set_text,
)
from participation.proposals.domain import (
    Merged,
    ProposalText,
    first_stage,
    merge_edits,
)
from participation.proposals.events import ProposalRevised, ProposalSubmitted, ProposalWithdrawn
from participation.proposals.models import (
    Proposal,
    ProposalAttachment,
    ProposalRevision,
    ProposalTie,
    ProposalVersion,
)
from participation.subjects import commands as subjects
from participation.subjects.models import Subject

MOST_TIES, MOST_ATTACHMENTS = 10, 10
RECEIVED = "提案の提出を受け付けました。"


def draft_proposal(
    organisation: CommunityOrganisation,
    about_id: int,
    title: str,
    *,
    by: Actor,
    origin_id: int | None = None,
) -> Proposal:
    """Begin a proposal in the name of an organisation; only its delegates see it.

    `origin_id` is the subject that it grew from (もとになったアイデア): its page shows it.
    """
    access.require(by, "proposals.draft", organisation)
    agreed.hold_right(organisation.id, Right.DRAFT, by)
    public_id, now = new_public_id(), clock.now()
    proposal = Proposal(
        public_id=public_id,
        organisation_id=organisation.id,
        about_id=about_id,
        origin_id=origin_id,
        **ProposalText(title).as_dict(),
        stage=first_stage().code,
        text_version=1,
        shuffle=shuffle_key(public_id),
        created_at=now,
        edited_at=now,
        edited_by_id=by.person_id,
    )
    db.session.add(proposal)
    _set_text(proposal, queries.text_of(proposal), by)
    audit.record(by, "proposals.draft", proposal)
    return proposal


class EditConflict(Conflict):
    """Two people changed the same part: both wordings, for who came second to choose from."""

    def __init__(self, merged: Merged, version: int) -> None:
        super().__init__("団体のほかの担当者が、同じところを先に書き直しました。")
        self.merged, self.version = merged, version


def write_draft(proposal: Proposal, text: ProposalText, seen_version: int, *, by: Actor) -> None:
    """Keep what was written so far, joined with what others wrote meanwhile; raises EditConflict.

    Recorded once for each person who takes it over from another.
    """
    access.require(by, "proposals.write", proposal)
    agreed.hold_right(proposal.organisation_id, Right.DRAFT, by)
    _lock(proposal)
    if proposal.submitted_at is not None:
        raise Conflict("この提案は、団体のほかの担当者が提出しました。")
    if proposal.edited_by_id != by.person_id:
        audit.record(by, "proposals.write", proposal)
    _set_text(proposal, _joined(proposal, text, seen_version, by), by, typed=text)


def discard_draft(proposal: Proposal, *, by: Actor) -> None:
    """Throw a draft away: nobody else ever saw it."""
    access.require(by, "proposals.write", proposal)
    agreed.hold_right(proposal.organisation_id, Right.DRAFT, by)
    _lock(proposal)
    if proposal.submitted_at is not None:
        raise Conflict("この提案は、団体のほかの担当者が提出しました。")
    audit.record(by, "proposals.write", proposal, changes={"discarded": True})
    for model in (ProposalRevision, ProposalAttachment, ProposalTie):
        db.session.execute(delete(model).where(model.proposal_id == proposal.id))
    db.session.delete(proposal)


def submit_proposal(proposal: Proposal, text: ProposalText, seen_version: int, *, by: Actor) -> None:
    """Hand the proposal in: from now on everybody reads it, may talk about it and endorse it."""
    access.require(by, "proposals.submit", proposal)
    agreed.hold_right(proposal.organisation_id, Right.SUBMIT, by)
    _lock(proposal)
    if proposal.submitted_at is not None:
        raise Conflict("この提案はもう提出しています。")
    text = _joined(proposal, text, seen_version, by)
    _refuse_missing(text)
    organisation = db.session.get_one(CommunityOrganisation, proposal.organisation_id)
    agreed.require_agreed(organisation.id, "proposals.submit", text.as_dict(), proposal.public_id)
    agreements.note_done(organisation.id, "proposals.submit", text.as_dict(), proposal.public_id, by=by)
    _set_text(proposal, text, by)
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
    agreed.hold_right(proposal.organisation_id, Right.SUBMIT, by)
    _lock_words(proposal)
    _lock(proposal)
    access.require(by, "proposals.revise", proposal)  # The stage may have moved meanwhile.
    text = _joined(proposal, text, seen_version, by)
    _refuse_missing(text)
    if text != queries.text_of(proposal):
        agreed.require_agreed(
            proposal.organisation_id, "proposals.revise", text.as_dict(), proposal.public_id
        )
        _publish_words(proposal, text, by)
        audit.record(by, "proposals.revise", proposal, changes={"text_version": proposal.text_version})


def _publish_words(proposal: Proposal, text: ProposalText, by: Actor) -> None:
    """Inner: other words take the place of the present ones, which are kept; endorsers are told of it."""
    before = queries.text_of(proposal)
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
    events.publish(ProposalRevised(proposal.id, has_endorsements=endorsed > 0))


def withdraw_proposal(proposal: Proposal, *, by: Actor) -> None:
    """Take a proposal back; its page says so."""
    access.require(by, "proposals.withdraw", proposal)
    agreed.hold_right(proposal.organisation_id, Right.WITHDRAW, by)
    _lock(proposal)
    if proposal.withdrawn_at is not None:
        raise Conflict("この提案はすでに取り下げられています。")
    agreed.require_agreed(proposal.organisation_id, "proposals.withdraw", {}, proposal.public_id)
    proposal.withdrawn_at = clock.now()
    contributions.change_visibility(
        db.session.get_one(Contribution, proposal.contribution_id), Visibility.WITHDRAWN
    )
    subjects.close_subject(db.session.get_one(Subject, proposal.subject_id))
    audit.record(by, "proposals.withdraw", proposal)
    events.publish(ProposalWithdrawn(proposal.id))


def approve_draft(proposal: Proposal, stance: Stance, note: str, *, is_note_public: bool, by: Actor) -> None:
    """Say, as a delegate, whether this wording may go out in the organisation's name; a later word replaces it."""
    access.require(by, "proposals.approve", proposal)
    _lock(proposal)
    if proposal.submitted_at is not None:
        raise Conflict("この提案はもう提出しています。")
    words = queries.text_of(proposal).as_dict()
    agreements.say_of(
        proposal.organisation_id,
        "proposals.submit",
        words,
        proposal.public_id,
        stance,
        note,
        is_note_public=is_note_public,
        by=by,
    )
    audit.record(by, "proposals.approve", proposal, {"stance": stance.value})


def tie_proposal(proposal: Proposal, subject_ids: Collection[int], *, by: Actor) -> None:
    """Say which other items of the plan a proposal is about (関わる項目)."""
    access.require(by, "proposals.equip", proposal)
    agreed.hold_right(proposal.organisation_id, Right.DRAFT, by)
    _lock(proposal)
    wanted = set(subject_ids) - {proposal.about_id}
    if len(wanted) > MOST_TIES:
        raise Refused(f"関わる項目は{MOST_TIES}件まで選べます。", field="ties")
    known = {subject_id for subject_id, _ in queries.list_subject_choices()}
    present = set(queries.list_tied_ids(proposal))
    if wanted - known - present:
        raise Refused("項目を一覧から選び直してください。", field="ties")
    db.session.execute(
        delete(ProposalTie).where(
            ProposalTie.proposal_id == proposal.id, ProposalTie.subject_id.not_in(wanted)
        )
    )
    for subject_id in sorted(wanted - present):
        db.session.add(ProposalTie(proposal_id=proposal.id, subject_id=subject_id))
    audit.record(by, "proposals.equip", proposal, {"ties": len(wanted)})


def attach_file(proposal: Proposal, file: CheckedFile, description: str, *, by: Actor) -> None:
    """Add a document to a proposal (添付); its content was kept before."""
    access.require(by, "proposals.equip", proposal)
    agreed.hold_right(proposal.organisation_id, Right.DRAFT, by)
    _lock(proposal)
    present = queries.list_attachments(proposal)
    if len(present) >= MOST_ATTACHMENTS:
        raise Refused(f"添付は{MOST_ATTACHMENTS}件までです。", field="file")
    if any(each.sha256 == file.sha256 for each in present):
        raise Refused("同じファイルが、もう付いています。", field="file")
    if not description.strip():
        raise Refused("何の資料かを書いてください。開けない人にも伝わります。", field="description")
    db.session.add(
        ProposalAttachment(
            proposal_id=proposal.id,
            sha256=file.sha256,
            name=file.name,
            kind=file.kind,
            size=file.size,
            description=description.strip(),
            added_at=clock.now(),
            added_by_id=by.person_id,
        )
    )
    audit.record(by, "proposals.equip", proposal, {"attached": file.sha256[:12]})


def remove_attachment(attachment: ProposalAttachment, proposal: Proposal, *, by: Actor) -> None:
    """Take a document away again; that there was one stays on record."""
    access.require(by, "proposals.equip", proposal)
    agreed.hold_right(proposal.organisation_id, Right.DRAFT, by)
    attachment.removed_at = attachment.removed_at or clock.now()
    audit.record(by, "proposals.equip", proposal, {"removed": attachment.sha256[:12]})


def _joined(proposal: Proposal, mine: ProposalText, seen_version: int, by: Actor) -> ProposalText:
    """Return the words as typed, joined with what others saved since the writer's form was opened."""
    if proposal.version == seen_version:
        return mine
    since = queries.list_revisions(proposal, after=seen_version)
    if all(each.saved_by_id == by.person_id for each in since) and proposal.edited_by_id == by.person_id:
        return mine
    theirs = queries.text_of(proposal)
    own = [each for each in since if each.saved_by_id == by.person_id]
    base = own[-1] if own else queries.find_revision(proposal, seen_version)
    if base is None:
        merged = Merged(
            mine,
            {
                part: (words, mine.as_dict()[part])
                for part, words in theirs.as_dict().items()
                if words != mine.as_dict()[part]
            },
        )
    else:
        merged = merge_edits(ProposalText(**(base.typed or base.text)), theirs, mine)
    if merged.conflicts:
        raise EditConflict(merged, proposal.version)
    return merged.text
