"""Bundles (同文・類似の束) among opinions: their states, what was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: The job that looks for the same and nearly the same texts of a consultation.
FIND_BUNDLES = "replies.find_bundles"
#: Of more opinions than this, the search is done in the background.
AT_ONCE = 500
#: The job that compares what came with what was there.
BUNDLE_NEW = "replies.bundle_new"


def search_of(consultation_id: int) -> str:
    """Return what a search in the background is about, as `LongRun.about` has it."""
    return f"bundles:{consultation_id}"


class BundleStatus(StrEnum):
    """Whether a person confirmed that texts are the same (束の状態)."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


BUNDLE_STATUS_NAMES = {
    BundleStatus.PROPOSED: "確認待ちの案",
    BundleStatus.CONFIRMED: "同文としてまとめた",
    BundleStatus.REFUSED: "まとめないと決めた",
}


@dataclass(frozen=True)
class BundleFound:
    """What was found to be nearly the same: the leading opinion, and how each one stands to it (BundledAs)."""

    head_id: int
    #: Opinion id → (relation, the key of its words at that moment).
    members: dict[int, tuple[str, str]]
