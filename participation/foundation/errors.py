"""The tree of errors that business code raises; `web.errors` maps each to a status once.

AppError
├── NotFound   404  nothing there, or nothing this person may know of
├── Denied     403  this person may not; carries the reason
├── Refused    422  what was asked breaks a rule; carries the reason
└── Conflict   409  somebody else was faster; carries the reason
"""

from __future__ import annotations


class AppError(Exception):
    """An expected error with a sentence in plain Japanese for the person who asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotFound(AppError):
    """There is no such thing, or none that this person may know of."""

    def __init__(self, reason: str = "お探しのものは見つかりませんでした。") -> None:
        super().__init__(reason)


class Denied(AppError):
    """This person may not do that."""


class Refused(AppError):
    """What was asked breaks a rule (期間外, 上限 and so on). `field` names the form field to mend, if one."""

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(reason)
        self.field = field


class Conflict(AppError):
    """Somebody else changed the thing in the meantime."""
