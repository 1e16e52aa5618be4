"""Deadlines of answers: what is due in words, when reminders go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from participation.foundation import working_days

#: The job that tells staff of deadlines each morning.
REMIND = "replies.remind_of_deadlines"
#: Working days before a deadline on which it is called near (期限が近い).
SOON = 5
#: What the forms offer: so many working days from today.
DAYS_OFFERED = (5, 10, 20)


@dataclass(frozen=True)
class Due:
    """A deadline in words: never in colour alone."""

    on: date | None
    words: str = ""
    #: plain, warn or danger: the kind of a tag.
    kind: str = "plain"

    @property
    def is_overdue(self) -> bool:
        """Whether it has passed."""
        return self.kind == "danger"


def due_in_words(on: date | None, today: date) -> Due:
    """Return how far away a deadline is, in working days."""
    if on is None:
        return Due(None, "期限なし")
    if on < today:
        late = working_days.until(on, today)
        return Due(on, f"期限切れ（{late}開庁日すぎています）" if late else "期限切れ", "danger")
    left = working_days.until(today, on)
    if on == today:
        return Due(on, "きょうまで", "warn")
    return Due(on, f"あと{left}開庁日", "warn" if left <= SOON else "plain")
