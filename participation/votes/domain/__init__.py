"""What votes are and when they are open; ballots, and how they are counted."""

from participation.votes.domain.polls import (
    ADVISORY,
    AUDIENCE_NAMES,
    KIND_NAMES,
    MOST_OPTIONS,
    MOST_REASON,
    NOT_THE_WHOLE,
    OWN_OPTIONS,
    RESULTS_NAMES,
    Audience,
    ResultsShown,
    State,
    VoteDraft,
    VoteKind,
    VoteStatus,
    shows_figures,
    state_at,
)

__all__ = [
    "ADVISORY",
    "AUDIENCE_NAMES",
    "KIND_NAMES",
    "MOST_OPTIONS",
    "MOST_REASON",
    "NOT_THE_WHOLE",
    "OWN_OPTIONS",
    "RESULTS_NAMES",
    "Audience",
    "ResultsShown",
    "State",
    "VoteDraft",
    "VoteKind",
    "VoteStatus",
    "shows_figures",
    "state_at",
]
