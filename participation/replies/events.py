"""Facts announced about points and the ward's replies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PointGathered:
    """Opinions were gathered into a new point (論点)."""

    point_id: int


@dataclass(frozen=True)
class ReplySubmitted:
    """A reply waits for a decision (決裁待ち)."""

    point_id: int
    version_number: int


@dataclass(frozen=True)
class ReplySentBack:
    """An approver sent a reply back (差戻し)."""

    point_id: int
    version_number: int


@dataclass(frozen=True)
class ReplyApproved:
    """A version of a reply was decided on (決裁済み)."""

    point_id: int
    version_number: int


@dataclass(frozen=True)
class ReplyPublished:
    """The ward's reply to a point stands in public (公表), for the first time or corrected."""

    point_id: int


@dataclass(frozen=True)
class ReplyWithdrawn:
    """A published reply was taken back, with a public reason."""

    point_id: int


@dataclass(frozen=True)
class ResultsPublished:
    """The result of a consultation was published (結果の公表), for the time being or finally."""

    consultation_id: int


@dataclass(frozen=True)
class ReplyRecalled:
    """Whoever handed a reply on took it back before it was decided on (引戻し)."""

    point_id: int
    version_number: int


@dataclass(frozen=True)
class InquirySent:
    """Another section was asked about a point (照会)."""

    inquiry_id: int


@dataclass(frozen=True)
class InquiryAnswered:
    """The asked section answered, in part or in full (照会への回答)."""

    inquiry_id: int
