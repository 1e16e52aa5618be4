"""Changing votes: making them, casting ballots, closing, sealing and counting."""

from participation.votes.commands.casting import cast_ballot, change_secret_ballot
from participation.votes.commands.closing import close_vote, seal_ballots, settle_vote, tell_seed
from participation.votes.commands.counting import recount_votes
from participation.votes.commands.drafting import SETTLE, change_vote, draft_vote, publish_vote
from participation.votes.commands.electorate import forget_guesses, list_electors, note_guess
from participation.votes.commands.rooms import BatchDraft, cancel_batch, enter_batch, open_batch
from participation.votes.commands.stances import take_stance

__all__ = [
    "SETTLE",
    "BatchDraft",
    "cancel_batch",
    "cast_ballot",
    "change_secret_ballot",
    "change_vote",
    "close_vote",
    "draft_vote",
    "enter_batch",
    "forget_guesses",
    "list_electors",
    "note_guess",
    "open_batch",
    "publish_vote",
    "recount_votes",
    "seal_ballots",
    "settle_vote",
    "take_stance",
    "tell_seed",
]
