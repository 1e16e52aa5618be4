"""Facts announced about consultations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ConsultationOpened:
    """The ward asks from now on (募集を始めた)."""

    consultation_id: int


@dataclass(frozen=True)
class ConsultationExtended:
    """The period ends later than announced (期間を延ばした)."""

    consultation_id: int
    closes_at: datetime


@dataclass(frozen=True)
class ConsultationClosed:
    """Nothing more is received; the result is being prepared (募集を終えた)."""

    consultation_id: int


@dataclass(frozen=True)
class ConsultationResultPublished:
    """The opinions and the ward's view on each are published (結果を公表した)."""

    consultation_id: int


@dataclass(frozen=True)
class ConsultationNotConducted:
    """The ward decided not to ask, and said why (実施しないことにした)."""

    consultation_id: int
