"""Under which name somebody answers (回答者): an account, a visitor's key, an invitation, a trial."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

#: What begins the name of somebody who was sent a code by post.
INVITATION = "invitation:"
#: What begins the name under which staff try a survey out (試し回答): kept as a draft, never counted.
TRIAL = "test:"
_LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Respondent:
    """Somebody who answers one survey: one answer for each key."""

    key: str
    #: What is known besides the answers (層: 年代, 地区), copied to the answer.
    attributes: Mapping[str, str] = field(default_factory=dict)
    #: The code of the invitation that admitted them, claimed when the answer is sent.
    code: str = field(default="", repr=False)

    @property
    def is_invited(self) -> bool:
        """Whether a code from a letter admitted them."""
        return self.key.startswith(INVITATION)

    @property
    def is_trial(self) -> bool:
        """Whether this is staff trying the survey out."""
        return self.key.startswith(TRIAL)

    @property
    def seed(self) -> int:
        """What decides their own order of options: the same at every visit, and recorded with the answer."""
        digest = hashlib.sha256(f"order:{self.key}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % _LARGEST_SEED
