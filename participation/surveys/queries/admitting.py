"""Whom a code from a letter admits to a survey for invited people (招待の番号)."""

from __future__ import annotations

from collections.abc import Callable

from participation.surveys.domain import Respondent
from participation.surveys.models import Survey

#: (survey, code as typed) → the respondent with the strata of the invitation, or None.
Find = Callable[[Survey, str], Respondent | None]
#: A longer text is no code.
LONGEST_CODE = 40


def _nobody(_survey: Survey, _code: str) -> Respondent | None:
    return None


_finders: list[Find] = [_nobody]


def use_invitations(find: Find) -> None:
    """Say who knows the codes that were sent."""
    _finders[0] = find


def find_admitted(survey: Survey, code: str) -> Respondent | None:
    """Return who was sent this code, or None."""
    plain = code.strip()
    if not plain or len(plain) > LONGEST_CODE:
        return None
    found = _finders[0](survey, plain)
    return found if found is not None and found.is_invited else None
