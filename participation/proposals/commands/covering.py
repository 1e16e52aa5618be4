"""Covering words (黒塗り) wherever a proposal keeps them, letting them stand again, and erasing them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.agreements import commands as agreements
from participation.audit import trail as audit
from participation.contributions.domain import cover_words as covered_in
from participation.contributions.queries import covered_words
from participation.foundation import sealing
from participation.foundation.db import db
from participation.foundation.errors import Conflict
from participation.proposals import queries
from participation.proposals.domain import PART_NAMES, ProposalText, amendment_body
from participation.proposals.models import (
    Proposal,
    ProposalAmendment,
    ProposalRevision,
    ProposalVersion,
)
from participation.subjects import commands as subjects
from participation.subjects.models import Subject

#: The purpose under which wordings that only delegates see are sealed while words in them are covered.
SEALED_FOR = "proposals.covered"
UNREADABLE = (
    "暗号の鍵が替わったため読めません。管理者に、前の鍵（IDENTITY_KEY_FALLBACKS）の設定を頼んでください。"
)
ERASED_TITLE = "（消去された提案）"


def cover_words(contribution_id: int, texts: Sequence[tuple[str, str]], *, by: Actor) -> None:
    """Cover words here too, in a proposal and all that is kept of it; or let them stand again."""
    access.require(by, "proposals.cover_words")
    proposal = _proposal_of(contribution_id)
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
    covered = covered_words([contribution_id]).get(contribution_id, [])
    _cover_saved(queries.list_revisions(proposal), covered)
    agreements.follow_words(proposal.public_id, lambda words: covered_in(words, covered), by=by)
    _quote_again(proposal)
    audit.record(by, "proposals.cover_words", proposal)


def cover_amendment(contribution_id: int, texts: Sequence[tuple[str, str]], *, by: Actor) -> None:
    """Cover words of an offered change here too, or let them stand again."""
    access.require(by, "proposals.cover_words")
    amendment = db.session.scalars(
        select(ProposalAmendment).where(ProposalAmendment.contribution_id == contribution_id)
    ).one_or_none()
    if amendment is None:
        return  # It was said in another way.
    covered = dict(texts).get(amendment_body(amendment.part, amendment.after, amendment.reason))
    if covered is not None:
        start = len(amendment_body(amendment.part, "", "").partition("\n\n【理由】")[0])
        amendment.after = covered[start : start + len(amendment.after)]
        amendment.reason = covered[len(covered) - len(amendment.reason) :]
    audit.record(by, "proposals.cover_words", amendment)


def erase_words(contribution_id: int, *, by: Actor) -> None:
    """Erase words here too, when they were erased in the register; that there was a proposal stays."""
    access.require(by, "proposals.erase_words")
    proposal = _proposal_of(contribution_id)
    if proposal is not None:
        erased = ProposalText(ERASED_TITLE)
        for part, words in erased.as_dict().items():
            setattr(proposal, part, words)
        subjects.retitle_subject(db.session.get_one(Subject, proposal.subject_id), erased.title)
        for version in queries.list_versions(proposal):
            version.text = erased.as_dict()
        db.session.execute(delete(ProposalRevision).where(ProposalRevision.proposal_id == proposal.id))
        agreements.follow_words(proposal.public_id, None, by=by)
        _quote_again(proposal)
        audit.record(by, "proposals.erase_words", proposal)
    for amendment in db.session.scalars(
        select(ProposalAmendment).where(ProposalAmendment.contribution_id == contribution_id)
    ):
        amendment.after = amendment.reason = ""
        audit.record(by, "proposals.erase_words", amendment)


def _proposal_of(contribution_id: int) -> Proposal | None:
    return db.session.scalars(
        select(Proposal).where(Proposal.contribution_id == contribution_id)
    ).one_or_none()


def _cover_saved(revisions: Iterable[ProposalRevision], covered: Sequence[str]) -> None:
    """Cover the words in every wording that was saved: most of them never were in the register."""
    for revision in revisions:
        kept = json.dumps([revision.text, revision.typed], ensure_ascii=False)
        original = _opened(revision.sealed) if revision.sealed else kept
        text, typed = (
            each.read_again(covered_in(each.body(), covered)).as_dict()
            for each in (ProposalText(**parts) for parts in json.loads(original))
        )
        is_covered = [text, typed] != json.loads(original)
        revision.text, revision.typed = text, typed
        revision.sealed = sealing.seal(SEALED_FOR, original) if is_covered else None


def _quote_again(proposal: Proposal) -> None:
    """Let every offered change quote the part as it stands now in the text of which it was offered."""
    versions: Sequence[ProposalVersion] = queries.list_versions(proposal)
    texts = {version.number: version.text for version in versions}
    texts[proposal.text_version] = {part: getattr(proposal, part) for part in PART_NAMES}
    for amendment in db.session.scalars(
        select(ProposalAmendment).where(ProposalAmendment.proposal_id == proposal.id)
    ):
        amendment.before = texts[amendment.text_version][amendment.part]


def _opened(sealed: bytes) -> str:
    try:
        return sealing.unseal(SEALED_FOR, sealed)
    except sealing.Unreadable as error:
        raise Conflict(UNREADABLE) from error
