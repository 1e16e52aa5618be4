"""Reasons (変わった理由): which opinions stand behind a changed sentence; told by the slice that answers them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SpokenFor:
    """An opinion behind a change: its number, and its page where everybody may read it."""

    number: int
    path: str


@dataclass(frozen=True)
class Reason:
    """A changed sentence of a version, with the point and the opinions behind it."""

    #: The node's code, the version that brought it, and the change's own name in addresses.
    code: str
    version_number: int
    key: str
    old: str
    new: str
    #: 「No.3「区報の文字と置き場所」」 and where the ward's reply stands.
    point: str
    point_path: str
    consultation: str
    #: All opinions behind it, and the first of them.
    opinion_count: int
    opinions: tuple[SpokenFor, ...]
    #: Said where the reply was taken back or corrected since.
    remark: str = ""


#: (plan, first version, last version) → reasons, in the order of the versions.
Teller = Callable[[int, int, int], Sequence[Reason]]
_tellers: list[Teller] = []


def use_reasons(teller: Teller) -> None:
    """Say who knows why sentences changed (the slice that answers opinions, which stands above this one)."""
    _tellers[:] = [teller]


def reasons_between(plan_id: int, first: int, last: int) -> dict[str, list[Reason]]:
    """Return code → the changes that versions `first` to `last` brought for opinions."""
    found: dict[str, list[Reason]] = {}
    for each in _tellers[0](plan_id, first, last) if _tellers else ():
        found.setdefault(each.code, []).append(each)
    return found
