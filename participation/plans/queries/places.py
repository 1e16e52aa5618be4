"""Reading one place in a plan: its page, its neighbours, what belongs together, and places by subject."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.orm import aliased

from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.foundation.text import excerpt
from participation.plans.models import (
    Plan,
    PlanLevel,
    PlanNode,
    PlanVersion,
    RelatedPassage,
)
from participation.plans.queries.library import version_name
from participation.plans.queries.tree import _is_open
from participation.subjects.models import Subject

MOST_RELATED = 8


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
        return number_and_title(self.number, self.title, self.text)

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


def name_of(node: PlanNode) -> str:
    """Number and title of a node, or the beginning of its words."""
    return number_and_title(node.number, node.title, node.text)


def number_and_title(number: str, title: str, text: str) -> str:
    """方針２ 題名; a bare sign (○, ■) is no part of a name."""
    if not any(sign.isalnum() for sign in number):
        number = ""
    return " ".join(filter(None, (number, title))) if title else excerpt(text, 60)


#: What a NodeRef is made of; `ref_of` makes it of a row.
REF_COLUMNS = (
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


def ref_of(row: object) -> NodeRef:
    """Return the reference of a row of REF_COLUMNS."""
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
        REF_COLUMNS.where(PlanNode.plan_id == plan.id, PlanNode.standing)
        .where(or_(PlanNode.code.in_(above), PlanNode.parent_id == node.id))
        .order_by(PlanNode.position)
    ).all()
    by_code = {row.code: ref_of(row) for row in around if row.parent_id != node.id}
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
        children=tuple(ref_of(row) for row in below if not row.within),
        passages=tuple(
            Passage(ref_of(row), row.opened_at is not None and row.closed_at is None, row.note)
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
    rows = db.session.execute(REF_COLUMNS.where(PlanNode.id.in_(select(ids.c.id)))).all()
    previous = next((ref_of(row) for row in rows if row.position < node.position), None)
    following = next((ref_of(row) for row in rows if row.position > node.position), None)
    return previous, following


def list_related(node_ids: Iterable[int], *, most: int = MOST_RELATED) -> list[Related]:
    """Return like passages in other plans for these nodes together, best first, each passage once."""
    wanted = list(node_ids)
    rows = db.session.execute(
        REF_COLUMNS.add_columns(RelatedPassage.node_id, RelatedPassage.score)
        .join(RelatedPassage, RelatedPassage.related_id == PlanNode.id)
        .where(RelatedPassage.node_id.in_(wanted), PlanNode.standing)
        .order_by(RelatedPassage.score.desc(), RelatedPassage.id)
        .limit(most * 4)
    ).all()
    found: dict[str, Related] = {}
    pages = {(row.slug, row.code) for row in rows}
    for row in rows:
        ref = ref_of(row)
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
        REF_COLUMNS.where(Plan.slug == slug, PlanLevel.code == level_code, PlanNode.standing).order_by(
            PlanNode.position
        )
    )
    return [ref_of(row) for row in rows]


def refs_by_subject(subject_ids: Sequence[int]) -> dict[int, NodeRef]:
    """Return the nodes that own these subjects, by subject; subjects of other slices are left out."""
    if not subject_ids:
        return {}
    rows = db.session.execute(REF_COLUMNS.where(PlanNode.subject_id.in_(subject_ids)))
    return {row.subject_id: ref_of(row) for row in rows}


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
        REF_COLUMNS.join(page, page.c.plan_id == PlanNode.plan_id)
        .where(or_(PlanNode.path == page.c.path, is_below))
        .order_by(PlanNode.position)
    )
    return [ref_of(row) for row in rows]


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
