"""Changing plans: taking a document in, publishing a version, opening nodes for talk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, or_, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.foundation.text import excerpt
from participation.plans.domain.comparing import Changes, Known, compare, keep_codes
from participation.plans.domain.reading.seed import read_seed, seed_folders
from participation.plans.domain.similarity import relate
from participation.plans.domain.tree import (
    AmendedPlan,
    DocumentForm,
    Level,
    Placed,
    PlanKind,
    PlanTree,
    Wording,
    check,
)
from participation.plans.domain.uploads import DraftUpload
from participation.plans.events import NodeClosed, NodeOpened, PlanImported, VersionPublished
from participation.plans.models import (
    NodeText,
    Plan,
    PlanDraft,
    PlanLevel,
    PlanNode,
    PlanVersion,
    RelatedPassage,
)
from participation.plans.queries import LANGUAGE, latest_state, latest_version, newest_texts
from participation.subjects import commands as subjects
from participation.subjects.models import Subject


@dataclass(frozen=True)
class ImportReport:
    """What an import did: the plan, the new version (None: nothing had changed), the changes."""

    plan: Plan
    version: PlanVersion | None
    changes: Changes


def import_plan(tree: PlanTree, *, home_ward: str, by: Actor) -> ImportReport:
    """Take a document in as a new version of its plan; what everybody reads stays until it is published.

    Nodes are known by their codes. A node that is gone is retired, never deleted. A document that
    changes nothing makes no version, so the same file may be taken in any number of times.
    """
    access.require(by, "plans.import", tree.title)
    check(tree)
    if not tree.slug or not tree.title.strip():
        raise Refused("計画の名前とアドレス名を決めてください。", field="title")
    plan = _plan_of(tree, home_ward)
    nodes = {
        node.code: node for node in db.session.scalars(select(PlanNode).where(PlanNode.plan_id == plan.id))
    }
    known = latest_state(plan)
    tree = keep_codes(tree, known)
    changes = compare(known.values(), tree)
    latest = latest_version(plan)
    if latest is not None and not changes.any and tree.introduction == latest.introduction:
        _complete(tree, nodes)
        audit.record(by, "plans.import", plan, {"changed": 0})
        return ImportReport(plan, None, changes)
    version = PlanVersion(
        plan_id=plan.id,
        number=(latest.number if latest else 0) + 1,
        stage=tree.stage,
        label=tree.version_label or f"第{(latest.number if latest else 0) + 1}版",
        dated_on=_day(tree.version_date),
        introduction=tree.introduction,
        imported_at=clock.now(),
        changes={name: len(each) for name, each in changes.named()},
    )
    db.session.add(version)
    guessed = tree.form in (DocumentForm.RAW, DocumentForm.MARKDOWN)
    levels = _levels_of(plan, tree.levels, guessed=guessed)
    _write_states(plan, version, tree, nodes, known, levels)
    audit.record(by, "plans.import", plan, {"version": version.number, **version.changes})
    events.publish(PlanImported(plan.id, version.id))
    return ImportReport(plan, version, changes)


def amend_plan(plan: Plan, amended: AmendedPlan, *, by: Actor) -> PlanVersion:
    """Make the next version of a plan by rewording some of its places (修正を入れた版); it waits to be published.

    It stands on the newest version, published or not: whoever prepared it on an older one is told.
    """
    access.require(by, "plans.import", plan.title)
    latest = latest_version(_held(plan))
    if latest is None or latest.number != amended.based_on:
        raise Conflict("確かめているあいだに、新しい版が取り込まれました。もう一度確かめてください。")
    if not amended.wordings:
        raise Refused("変わる文がありません。入れる修正を選んでください。")
    number = latest.number + 1
    version = PlanVersion(
        plan_id=plan.id,
        number=number,
        stage=amended.stage,
        label=amended.label or f"第{number}版",
        dated_on=amended.dated_on,
        introduction=latest.introduction,
        imported_at=clock.now(),
        changes={"変更": len(amended.wordings)},
    )
    db.session.add(version)
    states = newest_texts(plan)
    for wording in amended.wordings:
        node, state = states[wording.code]
        db.session.add(_reworded(node, state, wording, number))
    db.session.flush()  # The audit entry and the event name the version's id.
    audit.record(by, "plans.import", plan, {"version": number, "reworded": len(amended.wordings)})
    events.publish(PlanImported(plan.id, version.id))
    return version


def publish_version(version: PlanVersion, *, by: Actor) -> None:
    """Make a version the plan that everybody reads; nodes that left it can no longer be spoken about."""
    access.require(by, "plans.publish", version)
    plan = db.session.get_one(Plan, version.plan_id)
    if plan.current_number is not None and version.number < plan.current_number:
        raise Refused("今の版より前の版は公開できません。")
    now = clock.now()
    version.published_at = now
    plan.current_number = version.number
    plan.introduction = version.introduction
    _apply(plan, version)
    audit.record(by, "plans.publish", version, {"number": version.number})
    events.publish(VersionPublished(plan.id, version.id))


def open_node(node: PlanNode, *, by: Actor) -> None:
    """Let people speak about a node (意見・話し合いの受付を始める)."""
    access.require(by, "plans.open_node", node)
    subjects.open_subject(db.session.get_one(Subject, node.subject_id))
    audit.record(by, "plans.open_node", node)
    events.publish(NodeOpened(node.id))


def close_node(node: PlanNode, *, by: Actor) -> None:
    """Let people only read a node (受付を終える); what was said stays to be read."""
    access.require(by, "plans.close_node", node)
    subjects.close_subject(db.session.get_one(Subject, node.subject_id))
    audit.record(by, "plans.close_node", node)
    events.publish(NodeClosed(node.id))


def edit_summary(node: PlanNode, summary: str, *, seen_revision: int, by: Actor) -> None:
    """Word the plain summary (3行のまとめ) of a node; a colleague's newer wording is never overwritten."""
    access.require(by, "plans.edit_summary", node)
    if node.summary_revision != seen_revision:
        raise Conflict(
            "ほかの職員が先にまとめを書き換えました。新しい文を確かめてから、もう一度保存してください。"
        )
    node.summary = summary.strip()
    node.summary_revision += 1
    audit.record(by, "plans.edit_summary", node, {"revision": node.summary_revision})


def link_related(plan: Plan | None, *, by: Actor) -> int:
    """Look for like passages in other plans, for one plan or for all; return how many links stand now."""
    access.require(by, "plans.link_related", plan)
    words, plan_of = _passages()
    relations = relate(words, plan_of)
    if plan is not None:
        relations = [
            each for each in relations if plan_of[each.first] == plan.id or plan_of[each.second] == plan.id
        ]
        own = select(PlanNode.id).where(PlanNode.plan_id == plan.id)
        removed = delete(RelatedPassage).where(
            or_(RelatedPassage.node_id.in_(own), RelatedPassage.related_id.in_(own))
        )
    else:
        removed = delete(RelatedPassage)
    db.session.execute(removed.execution_options(synchronize_session=False))
    db.session.add_all(
        RelatedPassage(node_id=each.first, related_id=each.second, score=each.score) for each in relations
    )
    audit.record(by, "plans.link_related", plan if plan is not None else "plans", {"links": len(relations)})
    return len(relations)


def keep_draft(upload: DraftUpload, *, by: Actor) -> PlanDraft:
    """Keep an uploaded document until a person has looked at what was understood."""
    access.require(by, "plans.keep_draft", upload.title)
    draft = PlanDraft(
        filename=upload.filename,
        content=upload.content,
        form=upload.form,
        slug=upload.slug,
        title=upload.title,
        stage=upload.stage,
        label=upload.label,
        dated_on=upload.dated_on,
        created_by_id=by.person_id,
        created_at=clock.now(),
    )
    db.session.add(draft)
    audit.record(by, "plans.keep_draft", draft)
    return draft


def discard_draft(draft: PlanDraft, *, by: Actor) -> None:
    """Throw an upload away."""
    access.require(by, "plans.discard_draft", draft)
    audit.record(by, "plans.discard_draft", draft)
    db.session.delete(draft)


def load_plans(home_ward: str, *, by: Actor) -> list[ImportReport]:
    """Load the plans that come with the site: the ward's own first, then those of other wards for reference."""
    access.require(by, "plans.load", home_ward)
    trees = sorted(
        (read_seed(folder) for folder in seed_folders()), key=lambda tree: _pack_order(tree, home_ward)
    )
    reports = []
    for place, tree in enumerate(trees, 1):
        report = import_plan(tree, home_ward=home_ward, by=by)
        report.plan.position = place * 10
        if report.version is not None:
            publish_version(report.version, by=by)
        reports.append(report)
    if any(report.version for report in reports):
        link_related(None, by=by)
    audit.record(by, "plans.load", "plans", {"plans": len(reports)})
    return reports


def _pack_order(tree: PlanTree, home_ward: str) -> tuple[bool, int, str]:
    kinds = [PlanKind.BASIC_PLAN, PlanKind.VISION, PlanKind.IMPLEMENTATION_PLAN, PlanKind.REVIEW_SHEET]
    return tree.ward != home_ward, kinds.index(tree.kind) if tree.kind in kinds else len(kinds), tree.slug


def _plan_of(tree: PlanTree, home_ward: str) -> Plan:
    plan = db.session.scalars(select(Plan).where(Plan.slug == tree.slug)).one_or_none()
    ward = tree.ward or (plan.ward if plan else home_ward)
    if plan is None:
        subject = subjects.add_subject("plan", tree.slug, tree.title)
        db.session.flush()  # The plan's row needs the subject's id.
        plan = Plan(
            slug=tree.slug,
            kind=tree.kind,
            code_prefix=tree.code_prefix,
            introduction="",
            position=(db.session.scalar(select(func.max(Plan.position))) or 0) + 10,
            subject_id=subject.id,
            created_at=clock.now(),
            title="",
            short_title="",
            source="",
            ward="",
            is_reference=False,
        )
        db.session.add(plan)
    plan.title = tree.title
    plan.short_title = tree.details.get("short_title") or plan.short_title or excerpt(tree.title, 24)
    plan.source = tree.source or plan.source
    plan.ward = ward
    plan.is_reference = ward != home_ward
    subjects.retitle_subject(db.session.get_one(Subject, plan.subject_id), tree.title)
    db.session.flush()  # Versions, levels and nodes need the plan's id.
    return plan


def _held(plan: Plan) -> Plan:
    """Return the plan as it is now, held until the end of the transaction: one version after the other is made."""
    db.session.refresh(plan, with_for_update=True)
    return plan


def _reworded(node: PlanNode, state: NodeText, wording: Wording, number: int) -> NodeText:
    return NodeText(
        node_id=node.id,
        number=number,
        language=LANGUAGE,
        standing=True,
        level_code=state.level_code,
        parent_code=state.parent_code,
        sibling_order=state.sibling_order,
        position=state.position,
        written=state.written,
        title=wording.title,
        text=wording.text,
        note=state.note,
        source_line=state.source_line,
    )


def _levels_of(plan: Plan, levels: Sequence[Level], *, guessed: bool) -> dict[str, PlanLevel]:
    """The plan's levels; names that were only guessed from a document never replace names somebody gave."""
    rows = {
        row.code: row for row in db.session.scalars(select(PlanLevel).where(PlanLevel.plan_id == plan.id))
    }
    for level in levels:
        row = rows.get(level.code)
        if row is not None and guessed:
            continue
        if row is None:
            row = rows[level.code] = PlanLevel(plan_id=plan.id, code=level.code)
            db.session.add(row)
        row.name, row.name_en = level.name, level.name_en
        row.depth, row.marker, row.within = level.depth, level.marker[:40], level.within
    db.session.flush()  # New nodes need the ids of their levels.
    return rows


def _write_states(
    plan: Plan,
    version: PlanVersion,
    tree: PlanTree,
    nodes: dict[str, PlanNode],
    known: Mapping[str, Known],
    levels: Mapping[str, PlanLevel],
) -> None:
    placed = tree.placed()
    opened = _levels_for_talk(plan, tree)
    new = [place for place in placed if place.node.code not in nodes]
    told = {place.node.code: place for place in placed}
    made = [_subject_of(plan, place, told, levels) for place in new]
    db.session.flush()  # New nodes need the ids of their subjects.
    for place, subject in zip(new, made, strict=True):
        if place.node.level in opened:
            subjects.open_subject(subject)
        nodes[place.node.code] = _new_node(plan, place, subject, levels)
        db.session.add(nodes[place.node.code])
    db.session.flush()  # States need the ids of their nodes.
    for place in placed:
        if _differs(place, known.get(place.node.code)):
            db.session.add(_state(place, nodes[place.node.code], version))
    for code, old in known.items():
        if code not in told and old.standing:
            db.session.add(_farewell(old, nodes[code], version))
    _complete(tree, nodes)
    db.session.flush()  # The audit entry and the event name the version's id.


def _levels_for_talk(plan: Plan, tree: PlanTree) -> frozenset[str]:
    """The ward's own plans are open for talk where their levels say so; other wards' are only read."""
    if plan.is_reference:
        return frozenset()
    named = tree.details.get("talk_levels")
    return frozenset(named.split() if named else (level.code for level in tree.levels))


def _subject_of(
    plan: Plan, place: Placed, told: Mapping[str, Placed], levels: Mapping[str, PlanLevel]
) -> Subject:
    return subjects.add_subject("plan_node", _reference(plan, place, told, levels), _title_of(place))


def _reference(plan: Plan, place: Placed, told: Mapping[str, Placed], levels: Mapping[str, PlanLevel]) -> str:
    """The node's page; a passage stands on the page of what is above it, at its own anchor."""
    page = place
    while levels[page.node.level].within and page.parent is not None:
        page = told[page.parent]
    anchor = "" if page is place else f"#{place.node.code}"
    return f"{plan.slug}/{page.node.code}{anchor}"


def _title_of(place: Placed) -> str:
    node = place.node
    return " ".join(filter(None, (node.number, node.title))) if node.title else excerpt(node.text, 60)


def _new_node(plan: Plan, place: Placed, subject: Subject, levels: Mapping[str, PlanLevel]) -> PlanNode:
    node = place.node
    return PlanNode(
        plan_id=plan.id,
        subject_id=subject.id,
        level_id=levels[node.level].id,
        code=node.code,
        path=node.code,
        depth=place.depth,
        position=0,
        number=node.number[:80],
        title=node.title,
        text=node.text,
        summary=node.summary,
        summary_revision=0,
        note=node.note,
        source_line=node.line,
        standing=False,
    )


def _differs(place: Placed, old: Known | None) -> bool:
    node = place.node
    return (
        old is None
        or not old.standing
        or (old.parent, old.order, old.level, old.number, old.title, old.text)
        != (
            place.parent,
            place.order,
            node.level,
            node.number[:80],
            node.title,
            node.text,
        )
    )


def _state(place: Placed, node: PlanNode, version: PlanVersion) -> NodeText:
    read = place.node
    return NodeText(
        node_id=node.id,
        number=version.number,
        language=LANGUAGE,
        standing=True,
        level_code=read.level,
        parent_code=place.parent,
        sibling_order=place.order,
        position=place.position,
        written=read.number[:80],
        title=read.title,
        text=read.text,
        note=read.note,
        source_line=read.line,
    )


def _farewell(old: Known, node: PlanNode, version: PlanVersion) -> NodeText:
    return NodeText(
        node_id=node.id,
        number=version.number,
        language=LANGUAGE,
        standing=False,
        level_code=old.level,
        parent_code=old.parent,
        sibling_order=old.order,
        position=0,
        written=old.number,
        title=old.title,
        text=old.text,
        note="",
        source_line=None,
    )


def _complete(tree: PlanTree, nodes: Mapping[str, PlanNode]) -> None:
    """Fill in summaries that nobody has worded yet; staff's own wording is never touched."""
    for read in tree.walk():
        node = nodes[read.code]
        if read.summary and not node.summary and node.summary_revision == 0:
            node.summary = read.summary


def _apply(plan: Plan, version: PlanVersion) -> None:
    """Make the nodes what the newest states up to this version say."""
    newest = (
        select(NodeText.node_id, func.max(NodeText.number).label("number"))
        .join(PlanNode, PlanNode.id == NodeText.node_id)
        .where(PlanNode.plan_id == plan.id, NodeText.number <= version.number, NodeText.language == LANGUAGE)
        .group_by(NodeText.node_id)
        .subquery()
    )
    rows = db.session.execute(
        select(PlanNode, NodeText, Subject)
        .join(NodeText, NodeText.node_id == PlanNode.id)
        .join(newest, (newest.c.node_id == NodeText.node_id) & (newest.c.number == NodeText.number))
        .join(Subject, Subject.id == PlanNode.subject_id)
        .where(NodeText.language == LANGUAGE)
    ).all()
    levels = {
        row.code: row for row in db.session.scalars(select(PlanLevel).where(PlanLevel.plan_id == plan.id))
    }
    states = {node.code: state for node, state, _ in rows}
    ids = {node.code: node.id for node, _, _ in rows}
    ordered = _reading_order(states)
    for node, state, subject in rows:
        node.standing = state.standing
        if not state.standing:
            node.retired_at = node.retired_at or clock.now()
            subjects.close_subject(subject)
            continue
        path = _path(node.code, states)
        node.retired_at = None
        node.level_id = levels[state.level_code].id
        node.parent_id = ids[state.parent_code] if state.parent_code else None
        node.path, node.depth = "/".join(path), len(path)
        node.position = ordered[node.code]
        node.number, node.title, node.text = state.written, state.title, state.text
        node.note, node.source_line = state.note, state.source_line
        page = list(path)
        while len(page) > 1 and levels[states[page[-1]].level_code].within:
            page.pop()
        subject.reference = f"{plan.slug}/{page[-1]}" + ("" if len(page) == len(path) else f"#{node.code}")
        title = (
            " ".join(filter(None, (state.written, state.title))) if state.title else excerpt(state.text, 60)
        )
        subjects.retitle_subject(subject, title)


def _path(code: str, states: Mapping[str, NodeText]) -> list[str]:
    path = [code]
    above = states[code].parent_code
    while above is not None:
        path.append(above)
        above = states[above].parent_code
    return path[::-1]


def _reading_order(states: Mapping[str, NodeText]) -> dict[str, int]:
    below: dict[str | None, list[tuple[int, str]]] = {}
    for code, state in states.items():
        if state.standing:
            below.setdefault(state.parent_code, []).append((state.sibling_order, code))
    order: dict[str, int] = {}
    waiting = sorted(below.get(None, ()), reverse=True)
    while waiting:
        _, code = waiting.pop()
        order[code] = len(order) + 1
        waiting.extend(sorted(below.get(code, ()), reverse=True))
    return order


def _passages() -> tuple[dict[int, str], dict[int, int]]:
    """The words of every standing node, with the passages on its page, and the plan of each."""
    rows = db.session.execute(
        select(
            PlanNode.id, PlanNode.plan_id, PlanNode.parent_id, PlanNode.title, PlanNode.text, PlanLevel.within
        )
        .join(PlanLevel, PlanLevel.id == PlanNode.level_id)
        .where(PlanNode.standing)
        .order_by(PlanNode.plan_id, PlanNode.position)
    ).all()
    words = {row.id: f"{row.title}\n{row.text}" for row in rows}
    whole = dict(words)
    for row in rows:
        if row.within and row.parent_id in whole:
            whole[row.parent_id] += "\n" + words[row.id]
    plan_of = {row.id: row.plan_id for row in rows}
    return {key: text for key, text in whole.items() if len(text) >= 14}, plan_of


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words) if words else None
    except ValueError as error:
        raise Refused("版の日付は「2026-11-22」のように書いてください。", field="dated_on") from error
