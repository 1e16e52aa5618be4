"""Reading versions of a plan: what each says, and what changed between two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.remembering import remembered
from participation.plans.domain.anchoring import Anchors, Stand
from participation.plans.domain.text_diff import Part, difference
from participation.plans.models import (
    NodeText,
    Plan,
    PlanNode,
    PlanVersion,
)
from participation.plans.queries.library import LANGUAGE, get_plan, version_name
from participation.plans.queries.places import number_and_title


@dataclass(frozen=True)
class NodeVersion:
    """What one version made of a node, compared with the one before."""

    version: PlanVersion
    version_name: str
    standing: bool
    title: tuple[Part, ...]
    text: tuple[Part, ...]


@dataclass(frozen=True)
class NodeDifference:
    """One node in the difference between two versions."""

    code: str
    name: str
    kind: str
    title: tuple[Part, ...] = ()
    text: tuple[Part, ...] = ()


@dataclass(frozen=True)
class VersionDifference:
    """What changed from one version of a plan to another, in reading order."""

    plan: Plan
    old: PlanVersion
    new: PlanVersion
    old_name: str
    new_name: str
    nodes: tuple[NodeDifference, ...]
    counts: tuple[tuple[str, int], ...]
    introduction: tuple[Part, ...] = ()


@dataclass(frozen=True)
class WaitingVersion:
    """A version as staff see it in the list of a plan."""

    version: PlanVersion
    name: str
    is_current: bool


def list_versions(slug: str, *, with_unpublished: bool = False) -> list[WaitingVersion]:
    """Return the versions of a plan, newest first."""
    plan = get_plan(slug)
    statement = select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.number.desc())
    if not with_unpublished:
        statement = statement.where(PlanVersion.published_at.is_not(None))
    return [
        WaitingVersion(version, version_name(version), version.number == plan.current_number)
        for version in db.session.scalars(statement)
    ]


def get_version(slug: str, number: int, *, with_unpublished: bool = False) -> PlanVersion:
    """Return a version of a plan by its number; raises NotFound."""
    version = db.session.scalars(
        select(PlanVersion)
        .join(Plan, Plan.id == PlanVersion.plan_id)
        .where(Plan.slug == slug, PlanVersion.number == number)
    ).one_or_none()
    if version is None or (version.published_at is None and not with_unpublished):
        raise NotFound("この版は見つかりませんでした。")
    return version


def list_node_versions(slug: str, code: str) -> list[NodeVersion]:
    """Return what every published version changed in a node, newest first."""
    rows = db.session.execute(
        select(NodeText, PlanVersion)
        .join(PlanNode, PlanNode.id == NodeText.node_id)
        .join(Plan, Plan.id == PlanNode.plan_id)
        .join(PlanVersion, (PlanVersion.plan_id == Plan.id) & (PlanVersion.number == NodeText.number))
        .where(Plan.slug == slug, PlanNode.code == code, NodeText.language == LANGUAGE)
        .where(PlanVersion.published_at.is_not(None))
        .order_by(NodeText.number)
    ).all()
    if not rows:
        raise NotFound("この項目は見つかりませんでした。")
    found: list[NodeVersion] = []
    before: NodeText | None = None
    for state, version in rows:
        if before is not None and _says_the_same(before, state):
            continue
        found.append(
            NodeVersion(
                version=version,
                version_name=version_name(version),
                standing=state.standing,
                title=tuple(difference(before.title if before else state.title, state.title)),
                text=tuple(difference(before.text if before else state.text, state.text)),
            )
        )
        before = state
    return found[::-1]


def _says_the_same(before: NodeText, now: NodeText) -> bool:
    """Whether only the place among siblings changed."""
    return (before.standing, before.written, before.title, before.text, before.parent_code) == (
        now.standing,
        now.written,
        now.title,
        now.text,
        now.parent_code,
    )


def get_version_difference(
    slug: str, old_number: int, new_number: int, *, with_unpublished: bool = False
) -> VersionDifference:
    """Return what changed between two versions, in the reading order of the newer one; raises NotFound."""
    if old_number >= new_number:
        raise NotFound("比べる版は、古い版、新しい版の順に指定してください。")
    plan = get_plan(slug)
    old = get_version(slug, old_number, with_unpublished=with_unpublished)
    new = get_version(slug, new_number, with_unpublished=with_unpublished)
    rows = db.session.execute(
        select(PlanNode.code, NodeText)
        .join(NodeText, NodeText.node_id == PlanNode.id)
        .where(PlanNode.plan_id == plan.id, NodeText.number <= new_number, NodeText.language == LANGUAGE)
        .order_by(NodeText.number)
    ).all()
    before: dict[str, NodeText] = {}
    now: dict[str, NodeText] = {}
    for code, state in rows:
        if state.number <= old_number:
            before[code] = state
        now[code] = state
    order = _order(now)
    nodes = [
        changed
        for code in sorted(now, key=lambda each: order.get(each, len(order) + 1))
        if (changed := _difference_of(code, _place_in(code, now), before.get(code), now[code])) is not None
    ]
    counts: dict[str, int] = {}
    for node in nodes:
        counts[node.kind] = counts.get(node.kind, 0) + 1
    changed_words = old.introduction != new.introduction
    return VersionDifference(
        plan=plan,
        old=old,
        new=new,
        old_name=version_name(old),
        new_name=version_name(new),
        nodes=tuple(nodes),
        counts=tuple(counts.items()),
        introduction=tuple(difference(old.introduction, new.introduction)) if changed_words else (),
    )


def _order(states: dict[str, NodeText]) -> dict[str, int]:
    below: dict[str | None, list[tuple[int, str]]] = defaultdict(list)
    for code, state in states.items():
        below[state.parent_code].append((state.sibling_order, code))
    order: dict[str, int] = {}
    waiting = sorted(below[None], reverse=True)
    while waiting:
        _, code = waiting.pop()
        order[code] = len(order)
        waiting.extend(sorted(below.get(code, ()), reverse=True))
    return order


def _place_in(code: str, states: dict[str, NodeText]) -> str:
    """Return what a reader calls this place: its title, or the how-manieth it is below which title."""
    state = states[code]
    if state.title:
        return number_and_title(state.written, state.title, "")
    parent = states.get(state.parent_code or "")
    if parent is None or not parent.title:
        return code
    beside = sorted(
        (each.sibling_order, other)
        for other, each in states.items()
        if each.parent_code == state.parent_code and not each.title and (each.standing or other == code)
    )
    place = [other for _, other in beside].index(code) + 1
    return f"{number_and_title(parent.written, parent.title, '')}　{state.written or '○'}{place}つ目"


def _difference_of(code: str, name: str, before: NodeText | None, now: NodeText) -> NodeDifference | None:
    stood = before is not None and before.standing
    if not stood and not now.standing:
        return None
    if not stood:
        return NodeDifference(
            code, name, "追加", tuple(difference("", now.title)), tuple(difference("", now.text))
        )
    assert before is not None
    if not now.standing:
        return NodeDifference(
            code, name, "廃止", tuple(difference(before.title, "")), tuple(difference(before.text, ""))
        )
    title, text = difference(before.title, now.title), difference(before.text, now.text)
    if (before.title, before.text, before.written) != (now.title, now.text, now.written):
        return NodeDifference(code, name, "変更", tuple(title), tuple(text))
    if before.parent_code != now.parent_code:
        return NodeDifference(code, name, "移動", tuple(title), tuple(text))
    return None


def list_stands(subject_ids: Iterable[int]) -> dict[int, list[Stand]]:
    """Return subject → what each published version made of its place, in the order of the versions. One query."""
    wanted = sorted(set(subject_ids))
    if not wanted:
        return {}
    found: dict[int, list[Stand]] = defaultdict(list)
    for subject_id, state, version in db.session.execute(
        select(PlanNode.subject_id, NodeText, PlanVersion)
        .join(NodeText, NodeText.node_id == PlanNode.id)
        .join(
            PlanVersion, (PlanVersion.plan_id == PlanNode.plan_id) & (PlanVersion.number == NodeText.number)
        )
        .join(Plan, Plan.id == PlanNode.plan_id)
        .where(PlanNode.subject_id.in_(wanted), NodeText.language == LANGUAGE)
        # A version that was passed over is part of the later one that was published.
        .where(PlanVersion.number <= Plan.current_number)
        .order_by(PlanVersion.number)
    ):
        found[subject_id].append(
            Stand(
                number=version.number,
                version_name=version_name(version),
                published_at=version.published_at or version.imported_at,
                standing=state.standing,
                parent=state.parent_code,
                level=state.level_code,
                title=state.title,
                text=state.text,
            )
        )
    return dict(found)


def anchors_of(subject_ids: Iterable[int]) -> Anchors:
    """Return what became of these places in every version since the first. One query, remembered."""
    wanted = tuple(sorted(set(subject_ids)))
    return Anchors(remembered(list_stands, wanted) if wanted else {})
