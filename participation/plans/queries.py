"""Reading plans: the library, the tree, one place in a plan, versions and their differences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.remembering import remembered
from participation.foundation.text import excerpt, fold
from participation.plans.domain.anchoring import Anchors, Stand
from participation.plans.domain.comparing import Changes, Known, compare, keep_codes
from participation.plans.domain.text_diff import Part, difference
from participation.plans.domain.tree import KIND_NAMES, STAGE_NAMES, PlanTree, Problem, Unreadable
from participation.plans.domain.uploads import DraftUpload
from participation.plans.models import (
    NodeText,
    Plan,
    PlanDraft,
    PlanLevel,
    PlanNode,
    PlanVersion,
    RelatedPassage,
)
from participation.subjects.models import Subject

LANGUAGE = "ja"
#: How many nodes stand on one page of the desk's list of a plan.
DESK_NODES_SHOWN = 80
MOST_RELATED = 8
LONGEST_SEARCH = 80


@dataclass(frozen=True)
class LevelCount:
    """How many nodes stand on a level: 施策立案の視点 13."""

    name: str
    count: int


@dataclass(frozen=True)
class PlanCard:
    """A plan in the library."""

    plan: Plan
    kind_name: str
    version: str
    levels: tuple[LevelCount, ...]
    open_count: int
    waiting_versions: int = 0


@dataclass(frozen=True)
class TreeLine:
    """A node in the tree of its plan."""

    code: str
    number: str
    title: str
    level: str
    level_name: str
    within: bool
    is_open: bool
    page_code: str
    subject_id: int
    children: tuple[TreeLine, ...] = ()
    is_hit: bool = False

    @property
    def anchor(self) -> str | None:
        """The anchor on its page, when it is a passage of another page."""
        return None if self.page_code == self.code else self.code


@dataclass(frozen=True)
class PlanTreePage:
    """A whole plan as a tree, or what of it a search found."""

    plan: Plan
    version: PlanVersion
    version_name: str
    lines: tuple[TreeLine, ...]
    levels: tuple[LevelCount, ...]
    search: str = ""
    hits: int = 0


@dataclass(frozen=True)
class NodeRef:
    """Enough of a node to name it and to link to it."""

    id: int
    subject_id: int
    subject_public_id: str
    plan_slug: str
    plan_title: str
    code: str
    number: str
    title: str
    level: str
    level_name: str
    text: str
    within: bool
    page_code: str
    is_reference: bool = False

    @property
    def name(self) -> str:
        """Number and title, or the beginning of the words."""
        return _name(self.number, self.title, self.text)

    @property
    def anchor(self) -> str | None:
        """The anchor on its page, when it is a passage of another page."""
        return None if self.page_code == self.code else self.code


@dataclass(frozen=True)
class Passage:
    """A ○項目 on the page of what stands above it: its own words, its own anchor, its own subject."""

    node: NodeRef
    is_open: bool
    note: str
    related: tuple[NodeRef, ...] = ()


@dataclass(frozen=True)
class NodePage:
    """Everything the plan itself knows about one place in it."""

    plan: Plan
    node: PlanNode
    level: PlanLevel
    subject: Subject
    version: PlanVersion
    version_name: str
    ancestors: tuple[NodeRef, ...]
    children: tuple[NodeRef, ...]
    passages: tuple[Passage, ...]
    previous: NodeRef | None
    following: NodeRef | None
    page_code: str
    is_open: bool

    @property
    def name(self) -> str:
        """Number and title, or the beginning of the words."""
        return name_of(self.node)

    @property
    def short_name(self) -> str:
        """The name for headings and breadcrumbs: a passage without a title goes by level and code."""
        return self.name if self.node.title else f"{self.level.name} {self.node.code}"

    @property
    def summary_lines(self) -> tuple[str, ...]:
        """The plain summary, line by line."""
        return tuple(line for line in self.node.summary.split("\n") if line.strip())

    @property
    def subject_ids(self) -> tuple[int, ...]:
        """The node's subject and those of its passages: what can be spoken about on this page."""
        return (self.node.subject_id, *(passage.node.subject_id for passage in self.passages))


@dataclass(frozen=True)
class Related:
    """A like passage of another plan, for one node or for one of its passages."""

    node_id: int
    node: NodeRef
    score: float


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


@dataclass
class _Branch:
    line: TreeLine
    children: list[_Branch] = field(default_factory=list)


def version_name(version: PlanVersion) -> str:
    """素案（令和8年10月） as a short name of a version."""
    stage = STAGE_NAMES[version.stage]
    return stage if version.label in ("", stage) else f"{stage}（{version.label}）"


def name_of(node: PlanNode) -> str:
    """Number and title of a node, or the beginning of its words."""
    return _name(node.number, node.title, node.text)


def _name(number: str, title: str, text: str) -> str:
    """方針２ 題名; a bare sign (○, ■) is no part of a name."""
    if not any(sign.isalnum() for sign in number):
        number = ""
    return " ".join(filter(None, (number, title))) if title else excerpt(text, 60)


def list_plans(*, with_unpublished: bool = False) -> list[PlanCard]:
    """Return the plans, the ward's own first; without those of which nothing is published yet."""
    plans = list(db.session.scalars(select(Plan).order_by(Plan.is_reference, Plan.position, Plan.id)))
    versions: dict[int, list[PlanVersion]] = defaultdict(list)
    for version in db.session.scalars(select(PlanVersion)):
        versions[version.plan_id].append(version)
    counts: dict[int, list[LevelCount]] = defaultdict(list)
    opened: dict[int, int] = defaultdict(int)
    for plan_id, name, count, open_count in db.session.execute(
        select(
            PlanNode.plan_id,
            PlanLevel.name,
            func.count(),
            func.count(Subject.opened_at) - func.count(Subject.closed_at),
        )
        .join(PlanLevel, PlanLevel.id == PlanNode.level_id)
        .join(Subject, Subject.id == PlanNode.subject_id)
        .where(PlanNode.standing)
        .group_by(PlanNode.plan_id, PlanLevel.id, PlanLevel.name, PlanLevel.depth)
        .order_by(PlanNode.plan_id, PlanLevel.depth, PlanLevel.id)
    ):
        counts[plan_id].append(LevelCount(name, count))
        opened[plan_id] += open_count
    cards = []
    for plan in plans:
        current = next((v for v in versions[plan.id] if v.number == plan.current_number), None)
        if current is None and not with_unpublished:
            continue
        cards.append(
            PlanCard(
                plan=plan,
                kind_name=KIND_NAMES[plan.kind],
                version=version_name(current) if current else "公開前",
                levels=tuple(counts[plan.id]),
                open_count=opened[plan.id],
                waiting_versions=sum(1 for v in versions[plan.id] if v.published_at is None),
            )
        )
    return cards


def list_published() -> Sequence[Plan]:
    """Return the plans of which a version is published, the ward's own first. One query."""
    is_published = (PlanVersion.plan_id == Plan.id) & (PlanVersion.number == Plan.current_number)
    return db.session.scalars(
        select(Plan).join(PlanVersion, is_published).order_by(Plan.is_reference, Plan.position, Plan.id)
    ).all()


def find_own_open_plan() -> str | None:
    """Return the first of the ward's own plans of which something can be spoken about now, or None. One query."""
    is_open = (
        exists()
        .where(PlanNode.plan_id == Plan.id, PlanNode.standing, Subject.id == PlanNode.subject_id)
        .where(Subject.opened_at.is_not(None), Subject.closed_at.is_(None))
    )
    return db.session.scalars(
        select(Plan.slug)
        .join(PlanVersion, (PlanVersion.plan_id == Plan.id) & (PlanVersion.number == Plan.current_number))
        .where(Plan.is_reference.is_(False), is_open)
        .order_by(Plan.position, Plan.id)
        .limit(1)
    ).one_or_none()


def get_plan(slug: str) -> Plan:
    """Return the plan with this name in its address; raises NotFound."""
    plan = db.session.scalars(select(Plan).where(Plan.slug == slug)).one_or_none()
    if plan is None:
        raise NotFound("この計画は見つかりませんでした。")
    return plan


def find_plan(slug: str) -> Plan | None:
    """Return the plan with this name in its address, or None."""
    return db.session.scalars(select(Plan).where(Plan.slug == slug)).one_or_none()


def _get_published(slug: str) -> tuple[Plan, PlanVersion]:
    row = db.session.execute(
        select(Plan, PlanVersion)
        .join(PlanVersion, (PlanVersion.plan_id == Plan.id) & (PlanVersion.number == Plan.current_number))
        .where(Plan.slug == slug)
    ).one_or_none()
    if row is None:
        raise NotFound("この計画は見つかりませんでした。")
    return row[0], row[1]


def get_published_plan(slug: str) -> Plan:
    """Return a plan of which a version is published; raises NotFound."""
    return _get_published(slug)[0]


def get_plan_tree(slug: str, search: str = "") -> PlanTreePage:
    """Return the plan as a tree; with a search, only the branches in which its words stand."""
    plan, version = _get_published(slug)
    wanted = [part for part in fold(search[:LONGEST_SEARCH]).split(" ") if part]
    rows = db.session.execute(
        select(PlanNode, PlanLevel, Subject)
        .join(PlanLevel, PlanLevel.id == PlanNode.level_id)
        .join(Subject, Subject.id == PlanNode.subject_id)
        .where(PlanNode.plan_id == plan.id, PlanNode.standing)
        .order_by(PlanNode.position)
    ).all()
    branches: dict[int, _Branch] = {}
    roots: list[_Branch] = []
    counted: dict[str, int] = {}
    hits = 0
    for node, level, subject in rows:
        counted[level.name] = counted.get(level.name, 0) + 1
        above = branches.get(node.parent_id or 0)
        hit = bool(wanted) and all(part in fold(f"{node.number} {node.title} {node.text}") for part in wanted)
        hits += hit
        page_code = above.line.page_code if level.within and above is not None else node.code
        branch = _Branch(
            TreeLine(
                code=node.code,
                number=node.number,
                title=node.title or excerpt(node.text, 60),
                level=level.code,
                level_name=level.name,
                within=level.within,
                is_open=_is_open(subject),
                page_code=page_code,
                subject_id=node.subject_id,
                is_hit=hit,
            )
        )
        branches[node.id] = branch
        (above.children if above is not None else roots).append(branch)
    lines = tuple(line for line in map(_finished, roots) if not wanted or _holds_hit(line))
    if wanted:
        lines = tuple(_only_hits(line) for line in lines)
    return PlanTreePage(
        plan=plan,
        version=version,
        version_name=version_name(version),
        lines=lines,
        levels=tuple(LevelCount(name, count) for name, count in counted.items()),
        search=search[:LONGEST_SEARCH],
        hits=hits,
    )


def _finished(branch: _Branch) -> TreeLine:
    line = branch.line
    return replace(line, children=tuple(map(_finished, branch.children)))


def _holds_hit(line: TreeLine) -> bool:
    return line.is_hit or any(map(_holds_hit, line.children))


def _only_hits(line: TreeLine) -> TreeLine:
    return replace(line, children=tuple(_only_hits(child) for child in line.children if _holds_hit(child)))


def _is_open(subject: Subject) -> bool:
    return subject.opened_at is not None and subject.closed_at is None


_REF = (
    select(
        PlanNode.id,
        PlanNode.subject_id,
        PlanNode.code,
        PlanNode.path,
        PlanNode.number,
        PlanNode.title,
        PlanNode.text,
        PlanNode.position,
        PlanNode.parent_id,
        PlanNode.note,
        Plan.slug,
        Plan.short_title,
        Plan.is_reference,
        PlanLevel.code.label("level"),
        PlanLevel.name.label("level_name"),
        PlanLevel.within,
        Subject.public_id.label("subject_public_id"),
        Subject.reference,
        Subject.opened_at,
        Subject.closed_at,
    )
    .join(Plan, Plan.id == PlanNode.plan_id)
    .join(PlanLevel, PlanLevel.id == PlanNode.level_id)
    .join(Subject, Subject.id == PlanNode.subject_id)
)


def _ref(row: object) -> NodeRef:
    reference: str = row.reference  # type: ignore[attr-defined]
    page_code = reference.partition("#")[0].rpartition("/")[2]
    return NodeRef(
        id=row.id,  # type: ignore[attr-defined]
        subject_id=row.subject_id,  # type: ignore[attr-defined]
        subject_public_id=row.subject_public_id,  # type: ignore[attr-defined]
        plan_slug=row.slug,  # type: ignore[attr-defined]
        plan_title=row.short_title,  # type: ignore[attr-defined]
        code=row.code,  # type: ignore[attr-defined]
        number=row.number,  # type: ignore[attr-defined]
        title=row.title,  # type: ignore[attr-defined]
        level=row.level,  # type: ignore[attr-defined]
        level_name=row.level_name,  # type: ignore[attr-defined]
        text=row.text,  # type: ignore[attr-defined]
        within=row.within,  # type: ignore[attr-defined]
        page_code=page_code,
        is_reference=row.is_reference,  # type: ignore[attr-defined]
    )


def get_node_page(slug: str, code: str) -> NodePage:
    """Return one place of a plan with its surroundings, in four queries however large the plan is.

    Retired nodes have their page too: what people said about them stays reachable.
    """
    found = db.session.execute(
        select(PlanNode, PlanLevel, Plan, PlanVersion, Subject)
        .join(Plan, Plan.id == PlanNode.plan_id)
        .join(PlanLevel, PlanLevel.id == PlanNode.level_id)
        .join(PlanVersion, (PlanVersion.plan_id == Plan.id) & (PlanVersion.number == Plan.current_number))
        .join(Subject, Subject.id == PlanNode.subject_id)
        .where(Plan.slug == slug, PlanNode.code == code)
        .where(or_(PlanNode.standing, PlanNode.retired_at.is_not(None)))
    ).one_or_none()
    if found is None:
        raise NotFound("この項目は見つかりませんでした。")
    node, level, plan, version, subject = found
    above = node.path.split("/")[:-1]
    around = db.session.execute(
        _REF.where(PlanNode.plan_id == plan.id, PlanNode.standing)
        .where(or_(PlanNode.code.in_(above), PlanNode.parent_id == node.id))
        .order_by(PlanNode.position)
    ).all()
    by_code = {row.code: _ref(row) for row in around if row.parent_id != node.id}
    below = [row for row in around if row.parent_id == node.id]
    previous, following = _neighbours(node)
    return NodePage(
        plan=plan,
        node=node,
        level=level,
        subject=subject,
        version=version,
        version_name=version_name(version),
        ancestors=tuple(by_code[each] for each in above if each in by_code),
        children=tuple(_ref(row) for row in below if not row.within),
        passages=tuple(
            Passage(_ref(row), row.opened_at is not None and row.closed_at is None, row.note)
            for row in below
            if row.within
        ),
        previous=previous,
        following=following,
        page_code=subject.reference.partition("#")[0].rpartition("/")[2],
        is_open=_is_open(subject),
    )


def _neighbours(node: PlanNode) -> tuple[NodeRef | None, NodeRef | None]:
    """The nodes of the same level before and after this one, over the whole plan."""
    same = select(PlanNode.id, PlanNode.position).where(
        PlanNode.plan_id == node.plan_id, PlanNode.level_id == node.level_id, PlanNode.standing
    )
    before = (
        same.where(PlanNode.position < node.position).order_by(PlanNode.position.desc()).limit(1).subquery()
    )
    after = same.where(PlanNode.position > node.position).order_by(PlanNode.position).limit(1).subquery()
    ids = union_all(select(before.c.id), select(after.c.id)).subquery()
    rows = db.session.execute(_REF.where(PlanNode.id.in_(select(ids.c.id)))).all()
    previous = next((_ref(row) for row in rows if row.position < node.position), None)
    following = next((_ref(row) for row in rows if row.position > node.position), None)
    return previous, following


def list_related(node_ids: Iterable[int], *, most: int = MOST_RELATED) -> list[Related]:
    """Return like passages in other plans for these nodes together, best first, each passage once."""
    wanted = list(node_ids)
    rows = db.session.execute(
        _REF.add_columns(RelatedPassage.node_id, RelatedPassage.score)
        .join(RelatedPassage, RelatedPassage.related_id == PlanNode.id)
        .where(RelatedPassage.node_id.in_(wanted), PlanNode.standing)
        .order_by(RelatedPassage.score.desc(), RelatedPassage.id)
        .limit(most * 4)
    ).all()
    found: dict[str, Related] = {}
    pages = {(row.slug, row.code) for row in rows}
    for row in rows:
        ref = _ref(row)
        # A page and its own passage say the same; the nearer one (the passage) is enough.
        if not ref.within and any(
            slug == ref.plan_slug and code.startswith(f"{ref.code}-") for slug, code in pages
        ):
            continue
        found.setdefault(f"{ref.plan_slug}/{ref.code}", Related(row.node_id, ref, row.score))
    return list(found.values())[:most]


def find_node(slug: str, code: str) -> PlanNode | None:
    """Return the node with this code in this plan, or None."""
    return db.session.scalars(
        select(PlanNode)
        .join(Plan, Plan.id == PlanNode.plan_id)
        .where(Plan.slug == slug, PlanNode.code == code)
    ).one_or_none()


def get_node(slug: str, code: str) -> PlanNode:
    """Return the node with this code in this plan; raises NotFound."""
    node = find_node(slug, code)
    if node is None:
        raise NotFound("この項目は見つかりませんでした。")
    return node


def list_nodes_of_level(slug: str, level_code: str) -> list[NodeRef]:
    """Return the standing nodes of one level (all 施策立案の視点), in reading order."""
    rows = db.session.execute(
        _REF.where(Plan.slug == slug, PlanLevel.code == level_code, PlanNode.standing).order_by(
            PlanNode.position
        )
    )
    return [_ref(row) for row in rows]


def refs_by_subject(subject_ids: Sequence[int]) -> dict[int, NodeRef]:
    """Return the nodes that own these subjects, by subject; subjects of other slices are left out."""
    if not subject_ids:
        return {}
    rows = db.session.execute(_REF.where(PlanNode.subject_id.in_(subject_ids)))
    return {row.subject_id: _ref(row) for row in rows}


def list_on_page_of(subject_id: int) -> list[NodeRef]:
    """Return the page on which a subject stands and everything below it.

    In reading order, retired ones too, in one query; nothing for a subject of another slice.
    """
    above, above_subject, own = aliased(PlanNode), aliased(Subject), aliased(Subject)
    page = (
        select(above.plan_id, above.path)
        .join(above_subject, above_subject.id == above.subject_id)
        .join(own, own.kind == above_subject.kind)
        # A passage's reference is that of its page, with its anchor after it.
        .where(own.id == subject_id, ~above_subject.reference.contains("#"))
        .where(
            or_(
                own.reference == above_subject.reference,
                func.substr(own.reference, 1, func.length(above_subject.reference) + 1)
                == above_subject.reference + "#",
            )
        )
        .subquery()
    )
    is_below = func.substr(PlanNode.path, 1, func.length(page.c.path) + 1) == page.c.path + "/"
    rows = db.session.execute(
        _REF.join(page, page.c.plan_id == PlanNode.plan_id)
        .where(or_(PlanNode.path == page.c.path, is_below))
        .order_by(PlanNode.position)
    )
    return [_ref(row) for row in rows]


def subject_ids_below(node: PlanNode) -> list[int]:
    """Return the subjects of a node and of everything below it, retired ones too."""
    return list(
        db.session.scalars(
            select(PlanNode.subject_id)
            .where(PlanNode.plan_id == node.plan_id)
            .where(or_(PlanNode.id == node.id, PlanNode.path.startswith(f"{node.path}/", autoescape=True)))
            .order_by(PlanNode.position)
        )
    )


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
        return _name(state.written, state.title, "")
    parent = states.get(state.parent_code or "")
    if parent is None or not parent.title:
        return code
    beside = sorted(
        (each.sibling_order, other)
        for other, each in states.items()
        if each.parent_code == state.parent_code and not each.title and (each.standing or other == code)
    )
    place = [other for _, other in beside].index(code) + 1
    return f"{_name(parent.written, parent.title, '')}　{state.written or '○'}{place}つ目"


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


def list_print_pages(slug: str) -> tuple[Plan, PlanVersion, list[PlanNode], dict[int, PlanLevel]]:
    """Return a whole plan for paper: its nodes in reading order and its levels."""
    plan, version = _get_published(slug)
    nodes = list(
        db.session.scalars(
            select(PlanNode).where(PlanNode.plan_id == plan.id, PlanNode.standing).order_by(PlanNode.position)
        )
    )
    levels = {
        row.id: row for row in db.session.scalars(select(PlanLevel).where(PlanLevel.plan_id == plan.id))
    }
    return plan, version, nodes, levels


def newest_texts(plan: Plan) -> dict[str, tuple[PlanNode, NodeText]]:
    """Every node by its code with what the newest version made of it, published or not. One query."""
    newest = (
        select(NodeText.node_id, func.max(NodeText.number).label("number"))
        .join(PlanNode, PlanNode.id == NodeText.node_id)
        .where(PlanNode.plan_id == plan.id, NodeText.language == LANGUAGE)
        .group_by(NodeText.node_id)
        .subquery()
    )
    rows = db.session.execute(
        select(PlanNode, NodeText)
        .join(NodeText, NodeText.node_id == PlanNode.id)
        .join(newest, (newest.c.node_id == NodeText.node_id) & (newest.c.number == NodeText.number))
        .where(NodeText.language == LANGUAGE)
    )
    return {node.code: (node, state) for node, state in rows}


def latest_version(plan: Plan) -> PlanVersion | None:
    """Return the newest version of a plan, published or not; None: there is none."""
    return db.session.scalars(
        select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.number.desc()).limit(1)
    ).one_or_none()


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


def latest_state(plan: Plan) -> dict[str, Known]:
    """Every node as the newest version has it, published or not."""
    return {
        code: Known(
            code=code,
            parent=state.parent_code,
            order=state.sibling_order,
            level=state.level_code,
            number=state.written,
            title=state.title,
            text=state.text,
            standing=state.standing,
        )
        for code, (_, state) in newest_texts(plan).items()
    }


def get_draft(public_id: str) -> PlanDraft:
    """Return an uploaded document that waits to be confirmed; raises NotFound."""
    draft = db.session.scalars(select(PlanDraft).where(PlanDraft.public_id == public_id)).one_or_none()
    if draft is None:
        raise NotFound("この下書きは見つかりませんでした。取り込みが済んだか、消されています。")
    return draft


@dataclass(frozen=True)
class DraftPreview:
    """What a waiting document would become, and what it would change; or why it cannot be read."""

    draft: PlanDraft
    plan: Plan | None
    tree: PlanTree | None
    changes: Changes | None
    problems: tuple[Problem, ...] = ()


def preview_draft(public_id: str) -> DraftPreview:
    """Read a waiting document again and compare it with its plan; nothing is changed."""
    draft = get_draft(public_id)
    plan = find_plan(draft.slug)
    upload = DraftUpload(
        filename=draft.filename,
        content=draft.content,
        form=draft.form,
        slug=draft.slug,
        title=draft.title,
        stage=draft.stage,
        label=draft.label,
        dated_on=draft.dated_on,
    )
    try:
        tree = upload.read(
            prefix=plan.code_prefix if plan is not None else "",
            plan_title=plan.title if plan is not None else "",
        )
    except Unreadable as refused:
        return DraftPreview(draft, plan, None, None, refused.problems)
    known = latest_state(plan) if plan is not None else {}
    tree = keep_codes(tree, known)
    if plan is not None:
        tree = tree.with_details(kind=plan.kind, ward=plan.ward)
    return DraftPreview(draft, plan, tree, compare(known.values(), tree))


def list_drafts() -> list[PlanDraft]:
    """Return the uploads that wait to be confirmed, newest first."""
    return list(
        db.session.scalars(select(PlanDraft).order_by(PlanDraft.created_at.desc(), PlanDraft.id.desc()))
    )


def version_day(version: PlanVersion) -> date | datetime:
    """The day a version bears, or the moment it was published or taken in."""
    return version.dated_on or version.published_at or version.imported_at


@dataclass(frozen=True)
class DeskNode:
    """A node in the desk's list of a plan."""

    ref: NodeRef
    depth: int
    is_open: bool
    has_summary: bool
    standing: bool


@dataclass(frozen=True)
class DeskNodes:
    """One page of the desk's list of a plan."""

    nodes: tuple[DeskNode, ...]
    number: int
    total: int

    @property
    def first(self) -> int:
        """The place of its first node in the whole list, counted from 1."""
        return (self.number - 1) * DESK_NODES_SHOWN + 1

    @property
    def last(self) -> int:
        """The place of its last node in the whole list."""
        return self.first + len(self.nodes) - 1

    @property
    def has_more(self) -> bool:
        """Whether there is a page after it."""
        return bool(self.nodes) and self.last < self.total


def list_desk_nodes(slug: str, number: int = 1) -> DeskNodes:
    """Return one page of the nodes of a plan in reading order, retired ones last. One query."""
    rows = db.session.execute(
        _REF.add_columns(
            PlanNode.depth, PlanNode.summary, PlanNode.standing, func.count().over().label("total")
        )
        .where(Plan.slug == slug)
        .where(or_(PlanNode.standing, PlanNode.retired_at.is_not(None)))
        .order_by(PlanNode.standing.desc(), PlanNode.position, PlanNode.id)
        .limit(DESK_NODES_SHOWN)
        .offset((number - 1) * DESK_NODES_SHOWN)
    ).all()
    nodes = tuple(
        DeskNode(
            ref=_ref(row),
            depth=row.depth,
            is_open=row.opened_at is not None and row.closed_at is None,
            has_summary=bool(row.summary),
            standing=row.standing,
        )
        for row in rows
    )
    return DeskNodes(nodes, number, rows[0].total if rows else 0)


def list_ticked_nodes(slug: str, codes: Sequence[str]) -> list[PlanNode]:
    """Return the standing nodes with these codes, in reading order; unknown codes are left out."""
    return list(
        db.session.scalars(
            select(PlanNode)
            .join(Plan, Plan.id == PlanNode.plan_id)
            .where(Plan.slug == slug, PlanNode.code.in_(list(codes)[:5000]), PlanNode.standing)
            .order_by(PlanNode.position)
        )
    )
