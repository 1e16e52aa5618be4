"""Every kind of notice says why it came."""

from __future__ import annotations

from participation.notices.domain import WHY, NotificationKind


def test_every_kind_says_why_it_came() -> None:
    assert set(WHY) == set(NotificationKind)
    assert all(reason.endswith("ため") for reason in WHY.values())
