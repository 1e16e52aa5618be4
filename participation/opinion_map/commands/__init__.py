"""Changing opinion maps: preparing, statements, votes, runs and versions."""

from participation.opinion_map.commands.counting import recount_maps
from participation.opinion_map.commands.maps import change_map, close_map, draft_map, open_map
from participation.opinion_map.commands.runs import (
    ask_for_last_run,
    ask_for_run,
    confirm_run,
    name_group,
    publish_run,
    record_run,
)
from participation.opinion_map.commands.statements import (
    follow_register,
    follow_words,
    merge_statement,
    offer_statement,
    remove_statement,
    seed_statements,
    show_statement,
)
from participation.opinion_map.commands.taking_in import take_in
from participation.opinion_map.commands.voting import vote

__all__ = [
    "ask_for_last_run",
    "ask_for_run",
    "change_map",
    "close_map",
    "confirm_run",
    "draft_map",
    "follow_register",
    "follow_words",
    "merge_statement",
    "name_group",
    "offer_statement",
    "open_map",
    "publish_run",
    "record_run",
    "recount_maps",
    "remove_statement",
    "seed_statements",
    "show_statement",
    "take_in",
    "vote",
]
