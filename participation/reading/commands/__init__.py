"""Changing what reading keeps."""

from participation.reading.commands.coverage import set_population
from participation.reading.commands.finding import (
    COMPARE,
    ask_to_compare,
    end_answer,
    index_some,
    keep_answer,
    record_compared,
    take_out,
)

__all__ = [
    "COMPARE",
    "ask_to_compare",
    "end_answer",
    "index_some",
    "keep_answer",
    "record_compared",
    "set_population",
    "take_out",
]
