"""What a contribution is and whether it may be shown; what its words may give away."""

from participation.contributions.domain.personal_data import (
    PERSONAL_DATA_NAMES,
    Passage,
    PersonalData,
    find_personal_data,
    personal_data_in,
)
from participation.contributions.domain.speech import (
    KIND_NAMES,
    NEXT,
    VISIBILITY_NAMES,
    ContributionKind,
    Visibility,
    may_follow,
)

__all__ = [
    "KIND_NAMES",
    "NEXT",
    "PERSONAL_DATA_NAMES",
    "VISIBILITY_NAMES",
    "ContributionKind",
    "Passage",
    "PersonalData",
    "Visibility",
    "find_personal_data",
    "may_follow",
    "personal_data_in",
]
