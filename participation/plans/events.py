"""Facts that plans announce."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlanImported:
    """A new version of a plan was taken in (計画の取り込み); residents may not see it yet."""

    plan_id: int
    version_id: int


@dataclass(frozen=True)
class VersionPublished:
    """A version became the plan that everybody reads (版の公開)."""

    plan_id: int
    version_id: int


@dataclass(frozen=True)
class NodeOpened:
    """People may speak about a node from now on (受付の開始)."""

    node_id: int


@dataclass(frozen=True)
class NodeClosed:
    """People may only read a node from now on (受付の終了)."""

    node_id: int
