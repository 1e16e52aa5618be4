"""Whom a code from a letter admits to a survey for invited people (招待の番号)."""

from __future__ import annotations

from dataclasses import dataclass

from participation.surveys.domain import Respondent
from participation.surveys.models import Survey
from participation.surveys.queries.inviting import find_invitation

#: A longer text is no code.
LONGEST_CODE = 60
NO_CODE = "この番号は見つかりませんでした。お知らせの番号を、もう一度確かめてください。"


@dataclass(frozen=True)
class Admission:
    """Who was sent a code; or nobody, and why."""

    respondent: Respondent | None
    words: str = ""


def admit(survey: Survey, code: str) -> Admission:
    """Return who was sent this code, or why it opens nothing."""
    plain = code.strip()
    if not plain or len(plain) > LONGEST_CODE:
        return Admission(None, NO_CODE)
    lookup = find_invitation(survey, plain)
    if lookup.invitation is None:
        return Admission(None, lookup.words)
    found = lookup.invitation
    return Admission(Respondent(found.respondent_key, found.strata, plain))
