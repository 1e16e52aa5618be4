"""Inner commands on contributions: only other slices' commands call them.

The calling command asks permission and writes the audit record; here only the change and the event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from participation.access.actors import Right
from participation.contributions.domain import (
    COVER,
    ContributionKind,
    Covering,
    KeptCovering,
    RedactionReason,
    RedactionState,
    Visibility,
    cover,
    joined,
    may_follow,
    places_of,
    put_back,
)
from participation.contributions.events import (
    ContributionRevised,
    ContributionSaid,
    VisibilityChanged,
    WordsCovered,
)
from participation.contributions.models import Contribution, ContributionVersion, Redaction
from participation.contributions.queries import (
    SEALED_FOR,
    list_covered,
    list_open_redactions,
    list_versions,
    unsealed,
)
from participation.foundation import clock, events, sealing
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Denied, Refused
from participation.people import queries as people

ANOTHER_PROPOSAL = "黒塗りの案が確認を待っています。先にその案を確認してください。"
NO_LONGER_DELEGATE = "この団体の担当者としての任期や権限は、もう終わっています。"
COVERED_BEFORE = "前に区が伏せたところがあるため、書き直した文を区が確認しています。"


def say(
    kind: ContributionKind,
    body: str,
    *,
    subject_id: int,
    visibility: Visibility,
    consultation_id: int | None = None,
    author_id: int | None = None,
    organisation_id: int | None = None,
    shown_name: str = "",
    language: str = "ja",
    visibility_reason: str = "",
    said_at: datetime | None = None,
) -> Contribution:
    """Add what somebody said. The row gets its id at once, so that its owner can point to it.

    `said_at` is given only for what reached the ward before it was entered (paper, telephone).
    """
    if author_id is not None and organisation_id is not None:
        _hold_delegation(author_id, organisation_id)
    said = Contribution(
        kind=kind,
        body=body,
        subject_id=subject_id,
        consultation_id=consultation_id,
        author_id=author_id,
        organisation_id=organisation_id,
        shown_name=shown_name,
        language=language,
        said_at=said_at or clock.now(),
        visibility=visibility,
        visibility_reason=visibility_reason,
        revision=0,
        covered_for=[],
    )
    db.session.add(said)
    db.session.flush()
    events.publish(ContributionSaid(said.id))
    return said


def say_many(drafts: Sequence[Mapping[str, Any]]) -> list[Contribution]:
    """Add what several people said, each as in :func:`say`, in a few statements; ids are there at once."""
    rows = [
        Contribution(**({"shown_name": "", "visibility_reason": "", "revision": 0} | dict(draft)))
        for draft in drafts
    ]
    for author_id, organisation_id in sorted(
        {(row.author_id, row.organisation_id) for row in rows if row.author_id and row.organisation_id}
    ):
        _hold_delegation(author_id, organisation_id)
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        events.publish(ContributionSaid(row.id))
    return rows


def _hold_delegation(author_id: int, organisation_id: int) -> None:
    """Who speaks for an organisation may still do so now: a hand-over may have come while they wrote."""
    if not people.hold_right(author_id, organisation_id, Right.SUBMIT):
        raise Denied(NO_LONGER_DELEGATE)


def revise(said: Contribution, body: str) -> None:
    """Change the words; the old ones are kept with the moment they were replaced.

    A covering that was proposed for the old words is void. Where something was covered before, staff
    look at the new words before others see them: what was covered might stand in them again.
    """
    if body == said.body:
        return
    was_covered = bool(said.covered_for)
    was_proposed = _void_redactions(said)
    db.session.add(
        ContributionVersion(
            contribution_id=said.id, revision=said.revision, body=said.body, replaced_at=clock.now()
        )
    )
    said.body = body
    said.revision += 1
    if was_covered and COVER not in body:
        said.covered_for = []
    events.publish(ContributionRevised(said.id))
    if (was_covered or was_proposed) and said.visibility is Visibility.PUBLISHED:
        change_visibility(said, Visibility.HELD, reason=COVERED_BEFORE)


def recut(said: Contribution, body: str, kept: Sequence[KeptCovering], *, subject_id: int) -> None:
    """Give a contribution other words of the same original (意見の分け直し), with the coverings that lie on them.

    No version is kept: whoever owns the original can say which words these were.
    """
    if list_open_redactions(said):
        raise Conflict(ANOTHER_PROPOSAL)
    present = [row for row in list_covered(said) if row.revision == said.revision]
    _settle(present, RedactionState.VOID, None)
    said.body = cover(body, [Covering(each.start, each.end, each.reason) for each in kept])
    said.revision += 1
    said.subject_id = subject_id
    said.covered_for = sorted({each.reason.value for each in kept}, key=_ORDER.index)
    db.session.add_all(
        Redaction(
            contribution_id=said.id,
            revision=said.revision,
            start=each.start,
            end=each.end,
            reason=each.reason,
            sealed=sealing.seal(SEALED_FOR, each.words),
            state=RedactionState.CONFIRMED,
            proposed_by_id=each.proposed_by_id,
            proposed_at=each.proposed_at,
            decided_by_id=each.decided_by_id,
            decided_at=each.decided_at,
        )
        for each in kept
    )
    db.session.flush()
    events.publish(ContributionRevised(said.id))


#: While a covering is proposed, words wait in one of these; then they may not go to one of those.
_OUT_OF_SIGHT = (Visibility.HELD, Visibility.HIDDEN)
_ON_THE_WAY = (Visibility.RECEIVED, Visibility.PUBLISHED)


def change_visibility(said: Contribution, after: Visibility, *, reason: str = "") -> None:
    """Show, hold, hide, restore or withdraw; raises Conflict if the state no longer allows it."""
    before = said.visibility
    if before is after:
        said.visibility_reason = reason
        return
    if not may_follow(before, after):
        raise Conflict("この発言はすでに別の状態になっています。画面を開き直してください。")
    if before in _OUT_OF_SIGHT and after in _ON_THE_WAY and list_open_redactions(said):
        raise Conflict(ANOTHER_PROPOSAL)
    said.visibility, said.visibility_reason = after, reason
    events.publish(VisibilityChanged(said.id, before, after))


def erase(said: Contribution) -> None:
    """Remove the words for good, here and in older versions; the row stays, so that counts do."""
    change_visibility(said, Visibility.ERASED)
    said.body = ""
    said.shown_name = ""
    said.covered_for = []
    db.session.execute(delete(ContributionVersion).where(ContributionVersion.contribution_id == said.id))
    db.session.execute(delete(Redaction).where(Redaction.contribution_id == said.id))


def propose_redactions(
    said: Contribution, coverings: Mapping[int, Sequence[Covering]], *, proposer_id: int | None
) -> None:
    """Note which words somebody proposes to cover (黒塗りの案), by revision; they stay until another confirms."""
    if list_open_redactions(said):
        raise Conflict(ANOTHER_PROPOSAL)
    texts = {said.revision: said.body} | {each.revision: each.body for each in list_versions(said)}
    passages = [(revision, each) for revision, some in coverings.items() for each in joined(some)]
    if not passages:
        raise Refused("伏せるところを選んでください。")
    for revision, each in passages:
        text = texts.get(revision, "")
        words = text[each.start : each.end]
        if each.start < 0 or each.end > len(text) or not words.strip():
            raise Refused("伏せるところを選び直してください。")
        if not words.strip(f"{COVER}\n"):
            raise Refused("そこは、もう伏せてあります。")
        db.session.add(_redaction(said, revision, each, words, proposer_id))
    db.session.flush()


def confirm_redactions(said: Contribution, *, decider_id: int | None) -> list[str]:
    """Cover the proposed words, and wherever else they stand in older versions; return the reasons."""
    proposed = _proposed(said)
    words = {unsealed(row): row.reason for row in proposed}
    texts: list[tuple[str, str]] = []
    for text in _wordings(said):
        inside = [
            Covering(row.start, row.end, row.reason) for row in proposed if row.revision == text.revision
        ]
        if text is not said:
            also = [
                place
                for place in joined(p for w, reason in words.items() for p in places_of(w, text.body, reason))
                if all(place.end <= each.start or each.end <= place.start for each in inside)
            ]
            for place in also:
                sealed = text.body[place.start : place.end]
                row = _redaction(said, text.revision, place, sealed, proposed[0].proposed_by_id)
                db.session.add(row)
                proposed.append(row)
            inside += also
        if inside:
            texts.append((text.body, cover(text.body, inside)))
            text.body = texts[-1][1]
    _settle(proposed, RedactionState.CONFIRMED, decider_id)
    reasons = sorted({row.reason.value for row in proposed}, key=_ORDER.index)
    said.covered_for = sorted({*said.covered_for, *reasons}, key=_ORDER.index)
    db.session.flush()
    events.publish(WordsCovered(said.id, tuple(texts)))
    return reasons


def refuse_redactions(said: Contribution, *, decider_id: int | None) -> None:
    """Leave the proposed words as they are."""
    _settle(_proposed(said), RedactionState.REFUSED, decider_id)
    db.session.flush()


def lift_redactions(said: Contribution, *, decider_id: int | None) -> None:
    """Let all covered words stand again (黒塗りを外す), here and in older versions."""
    covered = list_covered(said)
    if not covered:
        raise Conflict("この発言には、伏せたところがありません。")
    # What was covered last comes back first: it may hold the ■ of something covered before.
    by_revision: dict[int, list[tuple[int, str]]] = {}
    for row in sorted(covered, key=lambda each: each.id, reverse=True):
        by_revision.setdefault(row.revision, []).append((row.start, unsealed(row)))
    texts = []
    for text in _wordings(said):
        if text.revision in by_revision:
            texts.append((text.body, put_back(text.body, by_revision[text.revision])))
            text.body = texts[-1][1]
    _settle(covered, RedactionState.LIFTED, decider_id)
    said.covered_for = []
    db.session.flush()
    events.publish(WordsCovered(said.id, tuple(texts)))


def _wordings(said: Contribution) -> list[Contribution | ContributionVersion]:
    """Return what is said now and what was said before."""
    return [said, *list_versions(said)]


#: In which order reasons are named.
_ORDER = [reason.value for reason in RedactionReason]


def _redaction(
    said: Contribution, revision: int, place: Covering, words: str, proposer_id: int | None
) -> Redaction:
    return Redaction(
        contribution_id=said.id,
        revision=revision,
        start=place.start,
        end=place.end,
        reason=place.reason,
        sealed=sealing.seal(SEALED_FOR, words),
        state=RedactionState.PROPOSED,
        proposed_by_id=proposer_id,
        proposed_at=clock.now(),
    )


def _proposed(said: Contribution) -> list[Redaction]:
    proposed = list(list_open_redactions(said))
    if not proposed:
        raise Conflict("この案は、ほかの職員が先に確認しました。画面を開き直してください。")
    return proposed


def _settle(rows: Sequence[Redaction], state: RedactionState, decider_id: int | None) -> None:
    for row in rows:
        row.state, row.decided_by_id, row.decided_at = state, decider_id, clock.now()


def _void_redactions(said: Contribution) -> bool:
    proposed = list_open_redactions(said)
    _settle(proposed, RedactionState.VOID, None)
    return bool(proposed)
