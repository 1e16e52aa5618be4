"""Putting published amendments into the plan: its next version, and what became of each amendment (反映)."""

from __future__ import annotations

import itertools
from collections import Counter

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions.domain import Visibility
from participation.contributions.events import ContributionFollowedUp
from participation.contributions.models import Contribution
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.foundation.ids import new_public_id
from participation.opinions.models import Opinion
from participation.plans import commands as plans
from participation.plans.domain.amending import ChangedSentence, is_in
from participation.plans.domain.tree import AmendedPlan, Wording
from participation.plans.models import NodeText, Plan, PlanNode, PlanVersion
from participation.plans.queries import LANGUAGE, newest_texts, version_name
from participation.replies.domain import VersionDraft
from participation.replies.models import Amendment, AmendmentApplication, Point, PointOpinion
from participation.replies.queries import changes, rows

SEEN_OTHERWISE = "確かめたあとで、修正か計画の文章が変わりました。変わる文をもう一度確かめてください。"
IN_THE_PLAN = "あなたの意見をもとにした修正が、計画に入りました"


def make_version(slug: str, draft: VersionDraft, *, by: Actor) -> PlanVersion:
    """Make the next version of a plan of published amendments, exactly as it was looked at; it waits to be published.

    An amendment that overlaps another or no longer fits refuses the whole: nothing is put in by halves.
    """
    access.require(by, "replies.make_version", slug)
    found = changes.next_version(slug, set(draft.amendments))
    if found is None or not draft.amendments:
        raise Refused("入れる修正を選んでください。", field="amendments")
    if len(found.chosen) != len(set(draft.amendments)):
        raise Conflict(SEEN_OTHERWISE)
    if found.misfits:
        told = "".join(f"{each.name}（{each.text.place}）：{why}" for each, why in found.misfits)
        raise Refused(f"入れられない修正があります。{told}", field="amendments")
    if found.seal != draft.seal:
        raise Conflict(SEEN_OTHERWISE)
    texts = newest_texts(found.plan)
    version = plans.amend_plan(
        found.plan,
        AmendedPlan(
            based_on=found.base.number,
            wordings=tuple(
                Wording(
                    place.code,
                    title=place.new if place.is_title else texts[place.code][1].title,
                    text="" if place.is_title else place.new,
                )
                for place in found.places
            ),
            stage=draft.stage,
            label=draft.label,
            dated_on=draft.dated_on,
        ),
        by=by,
    )
    ids = _ids_of([each.text.public_id for each in found.chosen])
    noted: Counter[str] = Counter()
    for place in found.places:
        node = texts[place.code][0]
        for sentence, asked in place.sentences:
            for each in asked:
                key = each.text.public_id
                noted[key] += 1
                _note(ids[key], version.plan_id, version.number, node, sentence, noted[key])
    audit.record(
        by, "replies.make_version", version, changes={"amendments": sorted(ids.values()), "plan": slug}
    )
    return version


def note_version(plan_id: int, version_id: int, *, by: Actor) -> int:
    """See what a version that was just published made of the amendments, and tell whose opinions they came from.

    A version taken in from a document has the amendments in its words: they are found there. Return
    how many opinions are told of.
    """
    access.require(by, "replies.note_version")
    plan = db.session.get_one(Plan, plan_id)
    version = db.session.get_one(PlanVersion, version_id)
    _find_in_words(plan)
    db.session.flush()  # What was found is told of, too.
    told = _tell(plan, version)
    if told:
        audit.record(by, "replies.note_version", version, changes={"opinions": told})
    return told


def note_point(public_id: str, *, by: Actor) -> None:
    """See whether the plan says already what a reply that was just published changes: both come on one day."""
    point = rows.get_point(public_id)
    access.require(by, "replies.publish_reply", point)
    touched = db.session.scalars(
        select(Plan)
        .join(PlanNode, PlanNode.plan_id == Plan.id)
        .join(Amendment, Amendment.subject_id == PlanNode.subject_id)
        .where(Amendment.point_id == point.id, Amendment.published_at.is_not(None))
        .distinct()
    ).all()
    for plan in touched:
        _find_in_words(plan)
    audit.record(by, "replies.publish_reply", point, changes={"looked_in": [plan.id for plan in touched]})


def _ids_of(public_ids: list[str]) -> dict[str, int]:
    return dict(
        db.session.execute(
            select(Amendment.public_id, Amendment.id).where(Amendment.public_id.in_(public_ids))
        ).all()
    )


def _note(
    amendment_id: int, plan_id: int, number: int, node: PlanNode, sentence: ChangedSentence, position: int = 1
) -> None:
    insert_once(
        AmendmentApplication,
        {
            "public_id": new_public_id(),
            "amendment_id": amendment_id,
            "plan_id": plan_id,
            "version_number": number,
            "node_id": node.id,
            "position": position,
            "old_sentence": sentence.old,
            "new_sentence": sentence.new,
            "made_at": clock.now(),
        },
        unique=["amendment_id", "plan_id", "version_number", "position"],
    )


def _find_in_words(plan: Plan) -> None:
    """Note the waiting amendments whose new words a version in public holds and the one before did not."""
    waiting = changes.list_waiting(plan.id)
    if not waiting or plan.current_number is None:
        return
    ids = _ids_of([each.text.public_id for each in waiting])
    codes = {each.code for each in waiting}
    states: dict[str, list[tuple[PlanNode, NodeText]]] = {}
    for node, state in db.session.execute(
        select(PlanNode, NodeText)
        .join(NodeText, NodeText.node_id == PlanNode.id)
        .where(PlanNode.plan_id == plan.id, PlanNode.code.in_(codes), NodeText.language == LANGUAGE)
        .where(NodeText.number <= plan.current_number)
        .order_by(NodeText.number)
    ):
        states.setdefault(node.code, []).append((node, state))
    for each in waiting:
        for (_, old), (node, new) in itertools.pairwise(states.get(each.code, ())):
            sentence = is_in(old.text or old.title, new.text or new.title, each.edit)
            if sentence is not None:
                _note(ids[each.text.public_id], plan.id, new.number, node, sentence)
                break


def _tell(plan: Plan, version: PlanVersion) -> int:
    """Tell whoever's opinion is in the points behind this version, once for each point and place."""
    found = db.session.execute(
        select(AmendmentApplication, Amendment.place, Point)
        .join(Amendment, Amendment.id == AmendmentApplication.amendment_id)
        .join(Point, Point.id == Amendment.point_id)
        .where(
            AmendmentApplication.plan_id == plan.id,
            AmendmentApplication.version_number <= version.number,
            AmendmentApplication.version_number > _last_published_before(version),
            Amendment.unpublished_at.is_(None),
        )
        .order_by(AmendmentApplication.node_id, AmendmentApplication.id)
    ).all()
    roots = changes.roots_of({point.id for _, _, point in found})
    lines: dict[int, list[str]] = {}
    for application, place, point in found:
        words = _changed_in_words(place, application.old_sentence, application.new_sentence)
        lines.setdefault(roots[point.id].id, []).append(words)
    told = 0
    points = {root.id: root for root in roots.values()}
    for point_id, changed in lines.items():
        point = points[point_id]
        text = (
            f"「{plan.title}」の第{version.number}版（{version_name(version)}）が公開されました。\n\n"
            + "\n\n".join(changed)
        )
        for contribution_id in _contributions_in(point_id):
            events.publish(
                ContributionFollowedUp(contribution_id, IN_THE_PLAN, text, f"/points/{point.public_id}")
            )
            told += 1
    return told


def _changed_in_words(place: str, old: str, new: str) -> str:
    """Return a changed sentence in lines of a letter."""
    return f"{place}\n　変わる前：{old or '（なかった文）'}\n　変わった後：{new or '（削除）'}"


def _last_published_before(version: PlanVersion) -> int:
    return (
        db.session.scalar(
            select(PlanVersion.number)
            .where(
                PlanVersion.plan_id == version.plan_id,
                PlanVersion.number < version.number,
                PlanVersion.published_at.is_not(None),
            )
            .order_by(PlanVersion.number.desc())
            .limit(1)
        )
        or 0
    )


def _contributions_in(point_id: int) -> list[int]:
    return list(
        db.session.scalars(
            select(Opinion.contribution_id)
            .join(PointOpinion, PointOpinion.opinion_id == Opinion.id)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(PointOpinion.point_id == point_id, Contribution.visibility != Visibility.WITHDRAWN)
            .order_by(Opinion.id)
        )
    )
