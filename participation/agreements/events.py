"""Facts announced about agreements inside an organisation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AgreementAsked:
    """A delegate asks the others to agree before something goes out in their organisation's name."""

    agreement_id: int
