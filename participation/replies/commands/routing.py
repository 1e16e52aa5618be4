"""Routes of approval as data (決裁の経路): loaded from the seed, made, changed and retired on the desk."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.organisations.queries import find_section, list_posts
from participation.replies.domain import MOST_STEPS, RouteDraft, StepDraft, StepKind
from participation.replies.models import ApprovalRoute, RouteStep
from participation.replies.queries import routing

SEED = Path(__file__).resolve().parent.parent / "seed" / "approval_routes.toml"


def load_routes(path: Path = SEED, *, by: Actor) -> int:
    """Load routes that are not there yet; what administrators changed since stays. Return how many were new."""
    access.require(by, "replies.edit_routes")
    try:
        stored = tomllib.loads(path.read_text("utf-8"))["route"]
        drafts = {entry["code"]: _draft(entry) for entry in stored}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, ValueError) as error:
        raise Refused(f"決裁の経路のファイルを読めません：{error}") from error
    present = set(db.session.scalars(select(ApprovalRoute.code).where(ApprovalRoute.code.is_not(None))))
    new = {code: draft for code, draft in drafts.items() if code not in present}
    for code, draft in new.items():
        _write(ApprovalRoute(code=code, version=0), draft)
    audit.record(by, "replies.edit_routes", "approval_routes", changes={"loaded": sorted(new)})
    return len(new)


def make_route(draft: RouteDraft, *, by: Actor) -> ApprovalRoute:
    """Make a route."""
    access.require(by, "replies.edit_routes")
    route = _write(ApprovalRoute(version=0), draft)
    audit.record(by, "replies.edit_routes", route, changes=_told(draft))
    return route


def change_route(public_id: str, draft: RouteDraft, version: int, *, by: Actor) -> ApprovalRoute:
    """Change a route; what is on its way already goes on as it set out."""
    access.require(by, "replies.edit_routes")
    route = routing.get_route_to_change(public_id)
    if route.version != version:
        raise Conflict("ほかの管理者が先にこの経路を直しました。今の内容を確かめてから直してください。")
    _write(route, draft)
    audit.record(by, "replies.edit_routes", route, changes=_told(draft))
    return route


def retire_route(public_id: str, *, retired: bool = True, by: Actor) -> ApprovalRoute:
    """Offer a route no longer, or again; what is on its way goes on."""
    access.require(by, "replies.edit_routes")
    route = routing.get_route_to_change(public_id)
    route.retired_at = clock.now() if retired else None
    route.version += 1
    route.changed_at = clock.now()
    audit.record(by, "replies.edit_routes", route, changes={"retired": retired})
    return route


def _draft(entry: dict[str, Any]) -> RouteDraft:
    return RouteDraft(
        name=entry["name"],
        section=entry.get("section", ""),
        steps=tuple(
            StepDraft(
                position=step["position"],
                kind=StepKind(step["kind"]),
                post=step.get("post", ""),
                section=step.get("section", ""),
                refuses_own=step.get("refuses_own", True),
            )
            for step in entry["step"]
        ),
    )


def _write(route: ApprovalRoute, draft: RouteDraft) -> ApprovalRoute:
    """Put the draft into the route: its steps anew, positions counted from 1 without gaps."""
    _refuse_impossible(draft)
    posts = {post.code: post.id for post in list_posts()}
    section = find_section(draft.section) if draft.section else None
    if draft.section and section is None:
        raise Refused("その課はありません。", field="section")
    route.name, route.section_id = draft.name.strip(), section.id if section is not None else None
    route.changed_at, route.version = clock.now(), route.version + 1
    db.session.add(route)
    db.session.flush()  # The steps need the route's id.
    db.session.execute(delete(RouteStep).where(RouteStep.route_id == route.id))
    order = {position: number for number, position in enumerate(sorted({s.position for s in draft.steps}), 1)}
    for step in sorted(draft.steps, key=lambda each: each.position):
        asked = find_section(step.section) if step.section else None
        if step.section and not step.post:
            raise Refused("課を選んだ段には、役職も選んでください。")
        if (step.post and step.post not in posts) or (step.section and asked is None):
            raise Refused("登録されていない役職か課が入っています。")
        db.session.add(
            RouteStep(
                route_id=route.id,
                position=order[step.position],
                kind=step.kind,
                post_id=posts[step.post] if step.post else None,
                section_id=asked.id if asked is not None and step.post else None,
                refuses_own=step.refuses_own,
            )
        )
    return route


def _refuse_impossible(draft: RouteDraft) -> None:
    if not draft.name.strip():
        raise Refused("経路の名前を書いてください。", field="name")
    if not draft.steps:
        raise Refused("段を1つ以上入れてください。")
    if len(draft.steps) > MOST_STEPS:
        raise Refused(f"段は{MOST_STEPS}つまでです。")
    last = max(step.position for step in draft.steps)
    ending = [step for step in draft.steps if step.position == last]
    if len(ending) != 1 or ending[0].kind is not StepKind.DECIDE:
        raise Refused("最後は、1人の「決裁」の段にしてください。")
    if sum(step.kind is StepKind.DECIDE for step in draft.steps) > 1:
        raise Refused("「決裁」の段は、最後の1つだけにしてください。")
    if not any(step.refuses_own for step in ending):
        raise Refused("最後の決裁では、自分が書いたものを決裁できないようにしてください。")


def _told(draft: RouteDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "section": draft.section,
        "steps": [[s.position, s.kind.value, s.post, s.section, s.refuses_own] for s in draft.steps],
    }
