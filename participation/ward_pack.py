"""The ward pack: everything that makes this deployment the deployment of one ward, loaded in order."""

from __future__ import annotations

from pathlib import Path

from participation.access.actors import Actor
from participation.moderation.commands import load_rules
from participation.moderation.domain import read_clauses
from participation.organisations.commands import load_posts, load_sections
from participation.places.commands import load_places
from participation.plans.commands import load_plans
from participation.replies.commands.loading import load_schemes
from participation.replies.commands.routing import load_routes
from participation.spaces.commands import load_spaces


def load(ward: str, *, own_places: Path | None = None, by: Actor) -> None:
    """Load the ward's places, sections, posts, plans, 対応区分, routes of approval, rules and spaces inside the running transaction.

    Loading again adds and renames; it never deletes.
    """
    load_places(ward, own=own_places, by=by)
    load_sections(ward, by=by)
    load_posts(by=by)
    load_plans(ward, by=by)
    load_schemes(by=by)
    load_routes(by=by)
    load_rules(read_clauses(), by=by)
    load_spaces(by=by)


def load_own_places(ward: str, folder: Path, *, by: Actor) -> None:
    """Load the places that the ward brought itself, and their spaces."""
    load_places(ward, own=folder, by=by)
    load_spaces(by=by)
