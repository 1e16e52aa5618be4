"""Bundling the same words (同文をまとめる): a machine proposes, a person confirms, the originals stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, insert, select, update

from participation.access import rules as access
from participation.access.actors import Actor, system
from participation.audit import trail as audit
from participation.consultations.models import Consultation
from participation.consultations.queries import get_consultation
from participation.foundation import clock
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.jobs import long_runs
from participation.opinions.domain.wording import FOLDED, BundledAs
from participation.opinions.models import Opinion
from participation.replies.commands.bundling_new import remember_texts
from participation.replies.domain import FIND_BUNDLES, BundleFound, BundleStatus
from participation.replies.domain.bundling import AT_ONCE, search_of
from participation.replies.models import BundledOpinion, BundleSearch, TextBundle
from participation.replies.queries import bundles
from participation.replies.queries.bundles import get_bundle_to_change
from participation.replies.queries.rows import opinions_of

#: So many rows are written in one statement.
_PORTION = 1000


def ask_for_bundles(code: str, *, by: Actor) -> int | None:
    """Look a consultation through for the same texts: a small one now, a large one in the background.

    Returns how many bundles are proposed; None if it is done in the background.
    """
    consultation = get_consultation(code)
    access.require(by, "replies.bundle_texts")
    if any(run.is_open for run in bundles.list_searches(consultation.id)):
        raise Refused("同じ文面を、いまさがしています。終わるまでお待ちください。")
    note_search(consultation, by=by)
    if bundles.count_texts(consultation.id) <= AT_ONCE:
        return _search_now(consultation)
    long_runs.start(
        FIND_BUNDLES,
        {"consultation": consultation.code},
        by=by,
        title=f"同じ文面をさがす：{consultation.title}",
        about=search_of(consultation.id),
        page={"code": consultation.code},
    )
    audit.record(by, "replies.bundle_texts", consultation, changes={"asked": True})
    return None


def _search_now(consultation: Consultation) -> int:
    machine = system("replies:bundles")
    found, last_number = bundles.find_bundles(consultation.id)
    proposed = propose_bundles(consultation.code, found, last_number, by=machine)
    remember_texts(consultation.id, bundles.texts_to_remember(consultation.id), by=machine)
    return proposed


def note_search(consultation: Consultation, *, by: Actor) -> None:
    """Note that a search begins, so that the page can say it is under way."""
    access.require(by, "replies.bundle_texts")
    values = {"id": consultation.id, "asked_at": clock.now(), "finished_at": None, "last_number": 0}
    if insert_once(BundleSearch, values, unique=["id"]) is None:
        db.session.execute(
            update(BundleSearch)
            .where(BundleSearch.id == consultation.id)
            .values(asked_at=clock.now(), finished_at=None)
        )
    audit.record(by, "replies.bundle_texts", consultation, changes={"search": "begun"})


def propose_bundles(code: str, found: Sequence[BundleFound], last_number: int, *, by: Actor) -> int:
    """Store what was found, in the place of older proposals; what people decided stays. Return how many wait.

    An opinion that a person put into a bundle or kept out of one is not proposed for the same again.
    """
    consultation = get_consultation(code)
    access.require(by, "replies.propose_bundles")
    _forget_proposals(consultation.id)
    settled = _settled(consultation.id)
    existing: dict[int, int] = dict(
        db.session.execute(
            select(BundledOpinion.opinion_id, TextBundle.id)
            .join(TextBundle, TextBundle.id == BundledOpinion.bundle_id)
            .where(
                TextBundle.consultation_id == consultation.id,
                TextBundle.status == BundleStatus.CONFIRMED,
                # What only stands beside a bundle may lead one of its own.
                BundledOpinion.relation.in_(FOLDED),
            )
        ).all()
    )
    proposed, rows = 0, list[dict[str, object]]()
    for each in found:
        fresh = {member: what for member, what in each.members.items() if (member, what[1]) not in settled}
        known = next((existing[member] for member in sorted(each.members) if member in existing), None)
        others = fresh.keys() - {each.head_id}
        if not others:
            continue
        bundle_id = known or _add_bundle(consultation.id, each.head_id)
        if known is None:
            fresh[each.head_id] = each.members[each.head_id]
        rows += [
            {"bundle_id": bundle_id, "opinion_id": member, "relation": BundledAs(relation), "text_key": key}
            for member, (relation, key) in sorted(fresh.items())
        ]
        proposed += 1
    for start in range(0, len(rows), _PORTION):
        db.session.execute(insert(BundledOpinion), rows[start : start + _PORTION])
    db.session.execute(
        update(BundleSearch)
        .where(BundleSearch.id == consultation.id)
        .values(finished_at=clock.now(), last_number=last_number)
    )
    db.session.flush()
    audit.record(by, "replies.propose_bundles", consultation, changes={"bundles": proposed})
    return proposed


def confirm_bundle(public_id: str, opinion_ids: Iterable[str] | None = None, *, by: Actor) -> int:
    """Say that the ticked opinions (None: all that are proposed) use the same words; return how many are folded.

    What somebody added, or an opposite stance, is kept beside the bundle and is never folded.
    """
    bundle = get_bundle_to_change(public_id)
    access.require(by, "replies.bundle_texts")
    if bundle.status is BundleStatus.REFUSED:
        raise Conflict("この束は、まとめないと決めてあります。同文をさがし直すと、新しい案が出ます。")
    chosen = {each.id for each in opinions_of(opinion_ids)} if opinion_ids is not None else None
    waiting = db.session.scalars(
        select(BundledOpinion).where(
            BundledOpinion.bundle_id == bundle.id, BundledOpinion.confirmed_at.is_(None)
        )
    ).all()
    if not waiting:
        raise Conflict("この案は、ほかの職員が先に確かめました。画面を開き直してください。")
    kept = [
        each for each in waiting if chosen is None or each.opinion_id in chosen or each.relation not in FOLDED
    ]
    if not any(each.relation in FOLDED for each in kept):
        raise Refused("まとめる意見を選んでください。")
    for each in kept:
        each.confirmed_at = clock.now()
    for each in set(waiting) - set(kept):
        db.session.delete(each)
    bundle.status = BundleStatus.CONFIRMED
    bundle.decided_at, bundle.decided_by_id = clock.now(), by.person_id
    _keep_a_head(bundle)
    folded = [each.opinion_id for each in kept if each.relation in FOLDED]
    audit.record(by, "replies.bundle_texts", bundle, changes={"confirmed": folded})
    return len(folded)


def refuse_bundle(public_id: str, *, by: Actor) -> None:
    """Say that what is proposed is not to be bundled; the same is not proposed again."""
    bundle = get_bundle_to_change(public_id)
    access.require(by, "replies.bundle_texts")
    if bundle.status is BundleStatus.CONFIRMED:
        raise Conflict("この束は、ほかの職員が先に確かめました。画面を開き直してください。")
    bundle.status = BundleStatus.REFUSED
    bundle.decided_at, bundle.decided_by_id = clock.now(), by.person_id
    audit.record(by, "replies.bundle_texts", bundle, changes={"refused": True})


def take_from_bundle(public_id: str, opinion_ids: Iterable[str], *, by: Actor) -> int:
    """Take opinions out of a confirmed bundle: they stand by themselves again. Return how many were in it."""
    bundle = get_bundle_to_change(public_id)
    access.require(by, "replies.bundle_texts")
    ids = [each.id for each in opinions_of(opinion_ids)]
    gone = db.session.execute(
        delete(BundledOpinion)
        .where(BundledOpinion.bundle_id == bundle.id, BundledOpinion.opinion_id.in_(ids))
        .returning(BundledOpinion.opinion_id, BundledOpinion.text_key)
    ).all()
    if not gone:
        raise Refused("束から外す意見を選んでください。")
    # What a person took out is not proposed for the same again.
    refused = _add_bundle(bundle.consultation_id, bundle.head_id, status=BundleStatus.REFUSED)
    db.session.add_all(
        BundledOpinion(bundle_id=refused, opinion_id=each, relation=BundledAs.NEAR, text_key=key)
        for each, key in gone
    )
    db.session.flush()
    remaining = db.session.scalar(
        select(func.count()).select_from(BundledOpinion).where(BundledOpinion.bundle_id == bundle.id)
    )
    if (remaining or 0) < 2:
        bundle.status = BundleStatus.REFUSED
    else:
        _keep_a_head(bundle)
    audit.record(by, "replies.bundle_texts", bundle, changes={"taken_out": [each for each, _ in gone]})
    return len(gone)


def join_bundles(public_id: str, into: str, *, by: Actor) -> int:
    """Put a bundle together with another one of the same consultation; return how many came to it.

    What led it stands to the other's text as a machine sees it, or as nearly the same: a person says that it is.
    """
    access.require(by, "replies.bundle_texts")
    bundle, other = (get_bundle_to_change(each) for each in sorted((public_id, into)))
    if bundle.public_id != public_id:
        bundle, other = other, bundle
    if bundle.id == other.id or bundle.consultation_id != other.consultation_id:
        raise Refused("合わせる先の束を選んでください。", field="into")
    if BundleStatus.REFUSED in (bundle.status, other.status):
        raise Conflict("どちらかの束は、まとめないと決めてあります。画面を開き直してください。")
    there = set(
        db.session.scalars(select(BundledOpinion.opinion_id).where(BundledOpinion.bundle_id == other.id))
    )
    leads = db.session.execute(select(Opinion.text_key).where(Opinion.id == other.head_id)).scalar_one()
    came = 0
    for each in db.session.scalars(select(BundledOpinion).where(BundledOpinion.bundle_id == bundle.id)).all():
        if each.opinion_id in there:
            db.session.delete(each)
            continue
        each.bundle_id = other.id
        if each.relation in FOLDED:
            each.relation = BundledAs.SAME if each.text_key == leads else BundledAs.NEAR
            if bundle.status is BundleStatus.PROPOSED and other.status is BundleStatus.CONFIRMED:
                each.confirmed_at = clock.now()
        came += 1
    if bundle.status is BundleStatus.CONFIRMED:
        other.status, other.decided_at, other.decided_by_id = (
            BundleStatus.CONFIRMED,
            clock.now(),
            by.person_id,
        )
    db.session.flush()
    db.session.delete(bundle)
    audit.record(by, "replies.bundle_texts", other, changes={"joined": public_id, "opinions": came})
    return came


def split_bundle(public_id: str, opinion_ids: Iterable[str], *, by: Actor) -> TextBundle:
    """Make a bundle of its own of some opinions of a confirmed one; the first of them leads it."""
    bundle = get_bundle_to_change(public_id)
    access.require(by, "replies.bundle_texts")
    if bundle.status is not BundleStatus.CONFIRMED:
        raise Conflict("分けられるのは、同文としてまとめた束だけです。画面を開き直してください。")
    ids = [each.id for each in opinions_of(opinion_ids)]
    chosen = db.session.scalars(
        select(BundledOpinion)
        .join(Opinion, Opinion.id == BundledOpinion.opinion_id)
        .where(
            BundledOpinion.bundle_id == bundle.id,
            BundledOpinion.opinion_id.in_(ids),
            BundledOpinion.relation.in_(FOLDED),
        )
        .order_by(Opinion.number)
    ).all()
    whole = db.session.scalar(
        select(func.count())
        .select_from(BundledOpinion)
        .where(BundledOpinion.bundle_id == bundle.id, BundledOpinion.relation.in_(FOLDED))
    )
    if len(chosen) < 2 or (whole or 0) - len(chosen) < 2:
        raise Refused("どちらの束にも2件以上残るように、意見を選んでください。")
    new_id = _add_bundle(bundle.consultation_id, chosen[0].opinion_id, status=BundleStatus.CONFIRMED)
    new = db.session.get_one(TextBundle, new_id)
    new.decided_at, new.decided_by_id = clock.now(), by.person_id
    for each in chosen:
        each.bundle_id = new_id
        each.relation = BundledAs.SAME if each.text_key == chosen[0].text_key else BundledAs.NEAR
        each.confirmed_at = each.confirmed_at or clock.now()
    _keep_a_head(bundle)
    audit.record(by, "replies.bundle_texts", new, changes={"split_from": public_id, "opinions": len(chosen)})
    return new


def _forget_proposals(consultation_id: int) -> None:
    mine = select(TextBundle.id).where(TextBundle.consultation_id == consultation_id)
    open_ones = mine.where(TextBundle.status == BundleStatus.PROPOSED)
    confirmed = mine.where(TextBundle.status == BundleStatus.CONFIRMED)
    db.session.execute(delete(BundledOpinion).where(BundledOpinion.bundle_id.in_(open_ones)))
    db.session.execute(
        delete(BundledOpinion).where(
            BundledOpinion.bundle_id.in_(confirmed), BundledOpinion.confirmed_at.is_(None)
        )
    )
    db.session.execute(
        delete(TextBundle).where(
            TextBundle.consultation_id == consultation_id, TextBundle.status == BundleStatus.PROPOSED
        )
    )


def _settled(consultation_id: int) -> set[tuple[int, str]]:
    """Return the opinions, with their words, about which a person decided."""
    rows = db.session.execute(
        select(BundledOpinion.opinion_id, BundledOpinion.text_key)
        .join(TextBundle, TextBundle.id == BundledOpinion.bundle_id)
        .where(
            TextBundle.consultation_id == consultation_id,
            (TextBundle.status == BundleStatus.REFUSED) | BundledOpinion.confirmed_at.is_not(None),
        )
    )
    return {(opinion_id, key) for opinion_id, key in rows}


def _add_bundle(consultation_id: int, head_id: int, *, status: BundleStatus = BundleStatus.PROPOSED) -> int:
    bundle = TextBundle(
        consultation_id=consultation_id, head_id=head_id, status=status, proposed_at=clock.now()
    )
    db.session.add(bundle)
    db.session.flush()
    return bundle.id


def _keep_a_head(bundle: TextBundle) -> None:
    """Let the first folded opinion lead the bundle when the one that led it is out of it."""
    db.session.flush()
    inside = db.session.scalars(
        select(Opinion.id)
        .join(BundledOpinion, BundledOpinion.opinion_id == Opinion.id)
        .where(
            BundledOpinion.bundle_id == bundle.id,
            BundledOpinion.confirmed_at.is_not(None),
            BundledOpinion.relation.in_(FOLDED),
        )
        .order_by(Opinion.number)
    ).all()
    if inside and bundle.head_id not in inside:
        bundle.head_id = inside[0]
