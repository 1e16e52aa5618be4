"""Computing anew by which key texts are counted as the same (文面の種類), when the rule for it changed."""

from __future__ import annotations

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.opinions.domain import text_key
from participation.opinions.domain.dividing import Range, passages, words_of
from participation.opinions.models import Opinion, OriginalPassage, OriginalText

PORTION = 500


def refresh_text_keys(after: int = 0, *, by: Actor) -> tuple[int, int | None]:
    """Compute the keys of a portion of opinions, those with an id above `after`; return (changed, where to go on).

    From the words as they were handed in: what is covered with ■ since is counted as what it was.
    """
    access.require(by, "opinions.refresh_text_keys")
    rows = db.session.execute(
        select(Opinion, Contribution, OriginalText)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(OriginalText, OriginalText.id == Opinion.original_id)
        .where(Opinion.id > after)
        .order_by(Opinion.id)
        .limit(PORTION)
    ).all()
    ranges = _ranges([opinion.id for opinion, _, _ in rows])
    changed = 0
    for opinion, said, original in rows:
        if opinion.merged_into_id is not None or said.visibility is Visibility.ERASED:
            continue
        key = text_key(_words(opinion, said, original, ranges.get(opinion.id, [])))
        if key != opinion.text_key:
            opinion.text_key = key
            changed += 1
    if changed:
        audit.record(by, "opinions.refresh_text_keys", "opinions", {"rows": changed})
    return changed, rows[-1][0].id if len(rows) == PORTION else None


def _ranges(opinion_ids: list[int]) -> dict[int, list[Range]]:
    found: dict[int, list[Range]] = {}
    for opinion_id, start, end in db.session.execute(
        select(OriginalPassage.opinion_id, OriginalPassage.start, OriginalPassage.end).where(
            OriginalPassage.opinion_id.in_(opinion_ids)
        )
    ):
        if opinion_id is not None:
            found.setdefault(opinion_id, []).append((start, end))
    return found


def _words(opinion: Opinion, said: Contribution, original: OriginalText, ranges: list[Range]) -> str:
    if original.body and opinion.divided_at is not None:
        return words_of(original.body, passages(original.body, ranges))
    return original.body if original.body and not said.revision else said.body
