"""New texts beside those that are there (届いた意見と同じ文面): found as they come, each by the few that it meets.

A text meets another one in the index of bands (`TextBand`), so the 200,001st costs what the second does. What is
the same, or nearly so, is proposed for the bundle of the text it is like; a person decides, as always.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.db import db, insert_missing, insert_once
from participation.foundation.lazily import lazily
from participation.opinions.domain import letters_of
from participation.opinions.domain.wording import (
    FOLDED,
    NEAR,
    SENT_BY_SEVERAL,
    SHORTEST,
    BundledAs,
    band_keys,
    grams,
    holds,
    in_common,
    relation_of,
    sketch,
)
from participation.opinions.models import Opinion
from participation.opinions.queries.counting import stands
from participation.replies.domain import BundleStatus
from participation.replies.models import BundledOpinion, BundleSearch, LeadingText, TextBand, TextBundle

if TYPE_CHECKING:
    from participation.opinions.domain import alike
else:  # It loads numpy, which no page needs.
    alike = lazily("participation.opinions.domain.alike")

#: So many opinions are looked at in one transaction.
PORTION = 100
#: So many texts that a new one meets are read: those that it meets most often.
_READ = 20
#: So many campaigns of a consultation are looked for inside of a new text; a search proposes the largest first.
_CAMPAIGNS = 100


@dataclass(frozen=True)
class _New:
    id: int
    consultation_id: int
    number: int
    text_key: str
    body: str


def bundle_new_texts(consultation_id: int, *, most: int = PORTION, by: Actor) -> int:
    """Look at the next opinions of a consultation that nobody compared yet; return how many."""
    access.require(by, "replies.propose_bundles")
    now = clock.now()
    values = {"id": consultation_id, "asked_at": now, "finished_at": now, "last_number": 0}
    insert_once(BundleSearch, values, unique=["id"])
    search = db.session.get_one(BundleSearch, consultation_id, with_for_update=True, populate_existing=True)
    rows = db.session.execute(
        select(Opinion.id, Opinion.number, Opinion.text_key, Contribution.body, Contribution.visibility)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.consultation_id == consultation_id, Opinion.number > search.last_number)
        .order_by(Opinion.number)
        .limit(most)
    ).all()
    proposed = 0
    for row in rows:
        if row.visibility not in (Visibility.WITHDRAWN, Visibility.ERASED):
            proposed += _look_at(_New(row.id, consultation_id, row.number, row.text_key, row.body))
    if rows:
        db.session.execute(
            update(BundleSearch)
            .where(BundleSearch.id == consultation_id)
            .values(last_number=rows[-1].number, finished_at=now)
        )
    if proposed:
        audit.record(by, "replies.propose_bundles", search, changes={"new": proposed})
    return len(rows)


def remember_texts(consultation_id: int, opinion_ids: Sequence[int], *, by: Actor) -> int:
    """Put texts into the index that a search looked at; return how many were not in it."""
    access.require(by, "replies.propose_bundles")
    first: dict[str, tuple[int, str]] = {}
    for opinion_id, key, body in db.session.execute(
        select(Opinion.id, Opinion.text_key, Contribution.body)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.id.in_(opinion_ids), stands(), Contribution.visibility != Visibility.ERASED)
        .order_by(Opinion.id)
    ):
        first.setdefault(key, (opinion_id, body))
    sketches, is_long = alike.sketches_of([body for _, body in first.values()])
    bands = {key: band_keys(sketches[at].tolist()) for at, key in enumerate(first) if is_long[at]}
    insert_missing(
        LeadingText,
        [{"consultation_id": consultation_id, "opinion_id": first[key][0], "text_key": key} for key in bands],
        unique=["consultation_id", "text_key"],
    )
    # Of what somebody else remembered meanwhile, the bands are theirs to write, and the same.
    kept = db.session.execute(
        select(LeadingText.id, LeadingText.text_key).where(
            LeadingText.consultation_id == consultation_id,
            LeadingText.opinion_id.in_([first[key][0] for key in bands]),
        )
    ).all()
    insert_missing(
        TextBand,
        sorted(
            (
                {"consultation_id": consultation_id, "band_key": band, "text_id": text_id}
                for text_id, key in kept
                for band in set(bands.get(key, ()))
            ),
            key=lambda row: (row["band_key"], row["text_id"]),
        ),
        unique=["consultation_id", "band_key", "text_id"],
    )
    audit.record(by, "replies.propose_bundles", "leading_texts", changes={"remembered": len(kept)})
    return len(kept)


def forget_text(opinion_id: int, *, by: Actor) -> None:
    """Take a text out of the index: its words had to go, or are others now."""
    access.require(by, "replies.propose_bundles")
    gone = list(db.session.scalars(select(LeadingText.id).where(LeadingText.opinion_id == opinion_id)))
    if gone:
        db.session.execute(delete(TextBand).where(TextBand.text_id.in_(gone)))
        db.session.execute(delete(LeadingText).where(LeadingText.id.in_(gone)))
        audit.record(by, "replies.propose_bundles", "leading_texts", changes={"forgotten": len(gone)})


def _look_at(new: _New) -> bool:
    """Compare one opinion with what was said before; return whether it is proposed for a bundle."""
    same = db.session.scalar(
        select(Opinion.id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(
            Opinion.consultation_id == new.consultation_id,
            Opinion.text_key == new.text_key,
            # Worked out, so that the index of keys is used: by number SQLite would walk through everything before.
            Opinion.number + 0 < new.number,
            stands(),
            Contribution.visibility != Visibility.ERASED,
        )
        .order_by(Opinion.id)
        .limit(1)
    )
    letters = letters_of(new.body)
    if same is not None:
        return bool(letters) and _propose(new, same, letters)
    if len(letters) < SHORTEST:
        return False
    runs = grams(letters)
    keys = band_keys(sketch(runs))
    nearest = _nearest(new, runs, keys)
    _remember(new, keys)
    if nearest is None:
        nearest = _held(new, runs)
    return nearest is not None and _propose(new, nearest, letters)


def _nearest(new: _New, runs: frozenset[int], keys: Sequence[int]) -> int | None:
    meets = (
        select(TextBand.text_id)
        .where(TextBand.consultation_id == new.consultation_id, TextBand.band_key.in_(keys))
        .group_by(TextBand.text_id)
        .order_by(func.count().desc(), TextBand.text_id)
        .limit(_READ)
    )
    met = db.session.execute(
        select(Opinion.id, Contribution.body)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(
            LeadingText, (LeadingText.opinion_id == Opinion.id) & (LeadingText.text_key == Opinion.text_key)
        )
        .where(
            LeadingText.id.in_(meets),
            Opinion.id != new.id,
            stands(),
            Contribution.visibility != Visibility.ERASED,
        )
        .order_by(Opinion.number)
    ).all()
    best, share = None, NEAR
    for opinion_id, body in met:
        common = in_common(runs, grams(letters_of(body)))
        if common >= share and (best is None or common > share):
            best, share = opinion_id, common
    return best


def _held(new: _New, runs: frozenset[int]) -> int | None:
    """Return the opinion that leads a campaign whose text this one holds, with words of its own beside it."""
    # Not counted: the third that uses the same words is looked for, and nothing after it.
    third = (
        select(BundledOpinion.id)
        .where(BundledOpinion.bundle_id == TextBundle.id, BundledOpinion.relation.in_(FOLDED))
        .limit(1)
        .offset(SENT_BY_SEVERAL - 1)
        .scalar_subquery()
    )
    several = (
        select(TextBundle.id)
        .where(
            TextBundle.consultation_id == new.consultation_id,
            TextBundle.status != BundleStatus.REFUSED,
            third.is_not(None),
        )
        .order_by(TextBundle.id)
        .limit(_CAMPAIGNS)
    )
    heads = db.session.execute(
        select(Opinion.id, Contribution.body)
        .join(TextBundle, TextBundle.head_id == Opinion.id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(TextBundle.id.in_(several), stands(), Contribution.visibility != Visibility.ERASED)
        .order_by(Opinion.number)
    )
    return next((opinion_id for opinion_id, body in heads if holds(runs, body)), None)


def _remember(new: _New, keys: Sequence[int]) -> bool:
    values = {"consultation_id": new.consultation_id, "opinion_id": new.id, "text_key": new.text_key}
    text_id = insert_once(LeadingText, values, unique=["consultation_id", "text_key"])
    if text_id is None:
        return False
    db.session.execute(
        insert(TextBand),
        [
            {"consultation_id": new.consultation_id, "band_key": key, "text_id": text_id}
            for key in sorted(set(keys))
        ],
    )
    return True


def _propose(new: _New, like_id: int, letters: str) -> bool:
    """Propose an opinion for the bundle of one that it is like, or a bundle of the two."""
    bundle = db.session.scalars(
        select(TextBundle)
        .join(BundledOpinion, BundledOpinion.bundle_id == TextBundle.id)
        .where(
            BundledOpinion.opinion_id == like_id,
            # What only stands beside a bundle leads one of its own once somebody else says the same.
            BundledOpinion.relation.in_(FOLDED),
            TextBundle.status != BundleStatus.REFUSED,
        )
        .order_by(TextBundle.status != BundleStatus.CONFIRMED, TextBundle.id)
        .limit(1)
    ).first()
    head = db.session.execute(
        select(Opinion.id, Opinion.text_key, Contribution.body)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.id == (bundle.head_id if bundle else like_id))
    ).one()
    if head.text_key == new.text_key:
        relation = BundledAs.SAME
    elif in_common(grams(letters_of(head.body)), runs := grams(letters)) >= NEAR or holds(runs, head.body):
        relation = relation_of(head.body, new.body, letters)
    else:
        return False  # Like one of the bundle, not like the text that leads it: no chains.
    if bundle is None:
        bundle = TextBundle(
            consultation_id=new.consultation_id,
            head_id=head.id,
            status=BundleStatus.PROPOSED,
            proposed_at=clock.now(),
        )
        db.session.add(bundle)
        db.session.flush()
        _put(bundle.id, head.id, BundledAs.SAME, head.text_key)
    return _put(bundle.id, new.id, relation, new.text_key)


def _put(bundle_id: int, opinion_id: int, relation: BundledAs, key: str) -> bool:
    values = {"bundle_id": bundle_id, "opinion_id": opinion_id, "relation": relation, "text_key": key}
    return insert_once(BundledOpinion, values, unique=["bundle_id", "opinion_id"]) is not None
