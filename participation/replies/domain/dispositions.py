"""Dispositions (対応区分) as staff write them."""

from __future__ import annotations

from dataclasses import dataclass

MAX_SYMBOL = 8
MAX_LABEL = 80
MAX_MEANING = 300


@dataclass(frozen=True)
class DispositionDraft:
    """One 対応区分 as an administrator wrote it."""

    symbol: str
    label: str
    meaning: str = ""
    changes_plan: bool = False
