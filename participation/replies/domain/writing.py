"""Replies (区の回答): states, drafts, what exactly is approved, wordings, two writers at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

from participation.replies.domain.amending import AmendmentText, difference


class ReplyStatus(StrEnum):
    """How far the ward's reply to a point is (回答の進み具合)."""

    NOT_STARTED = "not_started"
    DRAFT = "draft"
    WAITING = "waiting"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    PUBLISHED = "published"


STATUS_NAMES = {
    ReplyStatus.NOT_STARTED: "未着手",
    ReplyStatus.DRAFT: "下書き",
    ReplyStatus.WAITING: "決裁待ち",
    ReplyStatus.SENT_BACK: "差戻し",
    ReplyStatus.APPROVED: "決裁済み",
    ReplyStatus.PUBLISHED: "公表",
}
#: The kind of status_tag with which each is shown.
STATUS_KINDS = {
    ReplyStatus.NOT_STARTED: "wait",
    ReplyStatus.DRAFT: "work",
    ReplyStatus.WAITING: "work",
    ReplyStatus.SENT_BACK: "danger",
    ReplyStatus.APPROVED: "open",
    ReplyStatus.PUBLISHED: "done",
}
#: While somebody decides on it, what is decided on stands still.
FROZEN = frozenset({ReplyStatus.WAITING, ReplyStatus.APPROVED})
#: The job that publishes a planned result when its time has come.
PUBLISH_PLANNED = "replies.publish_planned"


class DecisionKind(StrEnum):
    """A step on the way to a decision (決裁の記録)."""

    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    APPROVED = "approved"


DECISION_NAMES = {
    DecisionKind.SUBMITTED: "決裁に回しました",
    DecisionKind.SENT_BACK: "差し戻しました",
    DecisionKind.APPROVED: "決裁しました",
}


@dataclass(frozen=True)
class ReplyContent:
    """Everything that is decided on and published together: 要旨, 考え方, 対応区分, 修正."""

    title: str
    summary: str
    body: str
    disposition_id: int | None
    same_as_point_id: int | None = None
    supplement: str = ""
    amendments: tuple[AmendmentText, ...] = field(default=())
    #: やさしい日本語版 and こども版.
    easy: str = ""
    child: str = ""

    def seal(self) -> str:
        """Return the hash that names exactly this content, whatever the version number."""
        said = asdict(self)
        for name in ("easy", "child"):
            if not said[name]:
                # A version from before there were plain versions keeps its hash.
                del said[name]
        plain = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()


MAX_BODY = 6000
MAX_COMMENT = 1000


@dataclass(frozen=True)
class ReplyDraftText:
    """What somebody wrote as the reply, and the version on which they based it (0: none yet)."""

    body: str
    disposition: str | None
    based_on: int
    #: The number of the point whose reply is the same (「No.1の考え方と同じです」).
    same_as: int | None = None
    supplement: str = ""
    easy: str = ""
    child: str = ""
    #: From what it was written (もとにした文), each as :meth:`Source.token`.
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Approval:
    """What an approver decided on: exactly this version, named by its number and its hash."""

    version_number: int
    content_hash: str
    comment: str = ""
    #: 決裁番号 and 決裁日.
    decision_number: str = ""
    decided_on: date | None = None
    #: Which step of the route the approver saw as theirs, by its public id; None: the one that is open.
    step: str | None = None


@dataclass(frozen=True)
class Clash:
    """One part of a reply that two people wrote differently: what was saved, what the second one typed."""

    name: str
    saved: str
    typed: str

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The two in one text."""
        return difference(self.saved, self.typed)


def clashes(parts: Iterable[tuple[str, str, str]]) -> list[Clash]:
    """Return the parts that differ, of (name, saved, typed)."""
    return [Clash(name, saved, typed) for name, saved, typed in parts if saved.strip() != typed.strip()]


class Wording(StrEnum):
    """In which words a reply is read (ことばの版): formal, やさしい日本語, for children."""

    FORMAL = "formal"
    EASY = "easy"
    CHILD = "child"


WORDING_NAMES = {Wording.FORMAL: "ふつうの文", Wording.EASY: "やさしい日本語", Wording.CHILD: "こども版"}
