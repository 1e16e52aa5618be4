"""Changing votes: making them, casting ballots, closing and counting."""

from participation.votes.commands.casting import cast_ballot
from participation.votes.commands.closing import close_vote
from participation.votes.commands.counting import recount_votes
from participation.votes.commands.drafting import change_vote, draft_vote, publish_vote

__all__ = ["cast_ballot", "change_vote", "close_vote", "draft_vote", "publish_vote", "recount_votes"]
