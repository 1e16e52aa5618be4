"""Printing receipts of what staff entered (受付の控え)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.errors import Refused
from participation.opinions.models import Submission


def note_receipts(consultation: Consultation, submissions: Sequence[Submission], *, by: Actor) -> datetime:
    """Note that receipts are printed together, so that none is printed twice by mistake; return the moment."""
    access.require(by, "opinions.print_receipts")
    if not submissions:
        raise Refused("印刷を待っている控えはありません。")
    now = clock.now()
    for submission in submissions:
        submission.receipt_printed_at = now
    audit.record(by, "opinions.print_receipts", consultation, {"receipts": len(submissions)})
    return now
