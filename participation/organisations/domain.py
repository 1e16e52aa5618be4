"""Kinds of organisations (data), how one stands with the ward, and what of it is pending."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

SEED = Path(__file__).parent / "seed"
#: Where the rules (規約) of organisations are kept (foundation.files).
FILE_ROOM = "organisations"


@dataclass(frozen=True)
class Kind:
    """A kind of organisation (団体の種類), as the ward words it."""

    code: str
    name: str
    #: What the organisation counts when it says how many it speaks for.
    unit: str
    #: For how many years a confirmation holds.
    years: int
    #: What staff look at before they confirm.
    asks: str


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the kinds by code, in the ward's order."""
    with (SEED / "kinds.toml").open("rb") as file:
        return {row["code"]: Kind(**row) for row in tomllib.load(file)["kinds"]}


def kind_name(code: str) -> str:
    """Return the name of a kind; a kind that the ward no longer has keeps its code."""
    return kinds()[code].name if code in kinds() else code


class OrganisationState(StrEnum):
    """How an organisation stands with the ward (団体の登録の状態)."""

    WAITING = "waiting"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


#: (name, kind of tag, what it means).
STATE_NAMES = {
    OrganisationState.WAITING: ("確認待ち", "wait", "区が、規約と代表者を確かめています。"),
    OrganisationState.RETURNED: ("直しが必要", "work", "区が、登録の内容の直しをお願いしています。"),
    OrganisationState.CONFIRMED: ("確認済み", "done", "区が、規約と代表者を確かめた団体です。"),
    OrganisationState.EXPIRED: (
        "期限切れ",
        "stop",
        "確認の期限が過ぎました。更新されるまで、団体の名前では発言できません。",
    ),
    OrganisationState.WITHDRAWN: ("登録を終了", "stop", "登録を終えた団体です。これまでの発言は残ります。"),
}


def state_of(
    *,
    confirmed_at: datetime | None,
    confirmed_until: date | None,
    returned_at: datetime | None,
    withdrawn_at: datetime | None,
    today: date,
) -> OrganisationState:
    """Return how an organisation stands on a day; a confirmation holds up to, not on, its last date."""
    if withdrawn_at is not None:
        return OrganisationState.WITHDRAWN
    if confirmed_at is None:
        return OrganisationState.RETURNED if returned_at is not None else OrganisationState.WAITING
    if confirmed_until is not None and confirmed_until <= today:
        return OrganisationState.EXPIRED
    return OrganisationState.CONFIRMED


class StepKind(StrEnum):
    """What happened to an organisation's registration (登録の記録)."""

    REGISTERED = "registered"
    CHANGED = "changed"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    RENEWED = "renewed"
    WITHDRAWN = "withdrawn"


STEP_NAMES = {
    StepKind.REGISTERED: "登録の申し出",
    StepKind.CHANGED: "登録の内容を変更",
    StepKind.RETURNED: "直しをお願い",
    StepKind.CONFIRMED: "確認",
    StepKind.RENEWED: "確認を更新",
    StepKind.WITHDRAWN: "登録を終了",
}


@dataclass(frozen=True)
class Pending:
    """Something of an organisation that waits for somebody (引き継ぐこと)."""

    what: str
    title: str
    path: str
    note: str = ""


_pending: dict[str, Callable[[int], Sequence[Pending]]] = {}


def register_pending(name: str, find: Callable[[int], Sequence[Pending]]) -> None:
    """Let a slice say what of an organisation (by its id) is pending in it."""
    _pending[name] = find


def list_pending(organisation_id: int) -> list[Pending]:
    """Return what is pending for an organisation, from every slice, in the order of their names."""
    return [each for name in sorted(_pending) for each in _pending[name](organisation_id)]


@dataclass(frozen=True)
class SectionRow:
    """One line of sections.csv."""

    code: str
    name: str
    department: str
    #: Code of the 地区 whose office it is; empty: it works for the whole ward.
    area_code: str = ""


def read_sections(ward: str) -> list[SectionRow]:
    """Return the sections of a ward in the order of its file."""
    path = SEED / ward / "sections.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            SectionRow(row["code"], row["name"], row["department"], row.get("area_code") or "")
            for row in csv.DictReader(file)
        ]


class PostScope(StrEnum):
    """For whom somebody in a post decides (役職の範囲)."""

    SECTION = "section"
    DEPARTMENT = "department"
    WARD = "ward"


SCOPE_NAMES = {PostScope.SECTION: "課", PostScope.DEPARTMENT: "部", PostScope.WARD: "区の全体"}


@dataclass(frozen=True)
class PostRow:
    """One line of posts.csv."""

    code: str
    name: str
    scope: PostScope


def read_posts() -> list[PostRow]:
    """Return the posts that every ward's office has, lowest first."""
    with (SEED / "posts.csv").open(encoding="utf-8", newline="") as file:
        return [PostRow(row["code"], row["name"], PostScope(row["scope"])) for row in csv.DictReader(file)]
