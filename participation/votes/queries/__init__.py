"""Reading votes and, when they may be seen, their figures."""

from participation.votes.queries.finding import (
    get_public_vote,
    get_vote,
    hides_figures,
    list_consultation_choices,
    list_options,
    list_subject_choices,
    voter_key,
)
from participation.votes.queries.lists import (
    OptionShown,
    VoteShown,
    VotesOnPage,
    list_votes,
    on_subjects,
    show_vote,
    ways_into,
)
from participation.votes.queries.own import OwnBallot, find_own_ballot
from participation.votes.queries.reasons import list_reasons
from participation.votes.queries.tallying import Counted, count_closed, election_of, kept_counts, recount

__all__ = [
    "Counted",
    "OptionShown",
    "OwnBallot",
    "VoteShown",
    "VotesOnPage",
    "count_closed",
    "election_of",
    "find_own_ballot",
    "get_public_vote",
    "get_vote",
    "hides_figures",
    "kept_counts",
    "list_consultation_choices",
    "list_options",
    "list_reasons",
    "list_subject_choices",
    "list_votes",
    "on_subjects",
    "recount",
    "show_vote",
    "voter_key",
    "ways_into",
]
